"""The man pages: complete, and without a warning of what shows them."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import man_page
from conftest import ROOT
from konnektor_lint.cli import parser
from konnektor_lint.texts import LANGUAGES

WORDS: dict[str, Any] = tomllib.loads(man_page.WORDS.read_text(encoding="utf-8"))


@pytest.fixture(params=LANGUAGES)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    language = str(request.param)
    man_page.write(tmp_path)
    return language, tmp_path / ("" if language == "en" else language) / "man1/konnektor-lint.1"


def said(*command: str | Path) -> str:
    """Return what a program prints of its own accord and as an error."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    return done.stderr + done.stdout


def test_the_languages_say_the_same() -> None:
    assert set(WORDS) == set(LANGUAGES)
    english = WORDS["en"]
    for language in LANGUAGES:
        assert WORDS[language].keys() == english.keys()
        for name, value in english.items():
            if isinstance(value, dict):
                assert WORDS[language][name].keys() == value.keys(), name


def test_every_option_is_there(written: tuple[str, Path]) -> None:
    language, path = written
    text = path.read_text(encoding="ascii")
    for action in parser(language)._actions:
        for name in action.option_strings:
            assert f"\\fB{name}\\fR".replace("-", "\\-") in text
    assert max(map(len, text.splitlines())) < 2000


def test_groff_has_no_warnings(written: tuple[str, Path]) -> None:
    assert said("groff", "-ww", "-Tutf8", "-man", "-z", written[1]) == ""


def test_mandoc_has_no_warnings(written: tuple[str, Path]) -> None:
    found = said("mandoc", "-T", "lint", "-W", "warning", written[1])
    # The page has no date, so that the same sources give the same page.
    assert [line for line in found.splitlines() if "missing date" not in line] == []


def test_it_reads_as_text(written: tuple[str, Path]) -> None:
    language, path = written
    shown = said("groff", "-Tascii" if language == "en" else "-Tutf8", "-P-c", "-man", path)
    plain = " ".join(re.sub(".\b", "", shown).split())  # bold is a letter on itself
    assert "konnektor-lint --fail-on warning" in plain


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    """A wheel is built where the dependencies are not."""
    subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "tools" / "man_page.py", tmp_path],
        check=True, capture_output=True,
    )  # fmt: skip
    assert len(list(tmp_path.rglob("konnektor-lint.1"))) == len(LANGUAGES)


def test_nothing_in_a_text_is_a_request() -> None:
    assert man_page._roman(".TP -x \\n ü") == "\\&.TP \\-x \\en \\[u00FC]"
