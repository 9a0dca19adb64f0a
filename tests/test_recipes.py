"""What the pages about the linter tell to run: each call is one that it accepts."""

import re
import shlex
from collections.abc import Iterator

import pytest
import yaml

from conftest import ROOT
from konnektor_lint import output
from konnektor_lint.cli import _parsed, parser
from konnektor_lint.report.formats import FORMATS

PAGES = [*sorted(ROOT.glob("docs/*/lint/*.md")), ROOT / "README.md"]
BLOCKS = [
    (page, kind, text)
    for page in PAGES
    for kind, text in re.findall(
        r"^```([a-z]+)[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
]


def strings(value: object) -> Iterator[str]:
    """Yield every text of plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from strings(child)


def commands(kind: str, text: str) -> Iterator[str]:
    """Yield the shell lines of a block."""
    if kind == "yaml":
        for document in yaml.safe_load_all(text):
            yield from strings(document)
    elif kind == "groovy":
        yield from re.findall(r"\bsh '(.*)'", text)
    elif kind in ("console", "sh", "bash", "shell"):
        yield from (line.removeprefix("$ ") for line in text.splitlines())


def calls(kind: str, text: str) -> Iterator[list[str]]:
    """Yield the arguments of each call of the linter in a block."""
    for line in commands(kind, text):
        if "konnektor-lint" not in line:
            continue
        words = list(shlex.shlex(line, posix=True, punctuation_chars="|;&"))
        for at, word in enumerate(words):
            if word == "konnektor-lint" and (at == 0 or words[at - 1] in ("|", ";", "&&")):
                rest = words[at + 1 :]
                ends = [place for place, other in enumerate(rest) if other in ("|", ";", "&&")]
                yield rest[: ends[0]] if ends else rest


CALLS = [
    (page.relative_to(ROOT).as_posix(), call)
    for page, kind, text in BLOCKS
    for call in calls(kind, text)
]


def test_there_are_calls() -> None:
    pages = {page for page, _ in CALLS}
    for language in ("en", "de", "it"):
        assert f"docs/{language}/lint/formats.md" in pages
        assert f"docs/{language}/lint/ci.md" in pages
    recipes = [call for page, call in CALLS if page == "docs/en/lint/formats.md"]
    assert ["--output", "sarif=konnektor-lint.sarif", "."] in recipes
    assert ["--exit-zero", "--output", "junit=konnektor-lint.xml", "."] in recipes


@pytest.mark.parametrize(
    ("page", "text"),
    [(page.relative_to(ROOT).as_posix(), text) for page, kind, text in BLOCKS if kind == "yaml"],
)
def test_yaml_of_the_pages_is_yaml(page: str, text: str) -> None:
    assert page
    list(yaml.safe_load_all(text))


@pytest.mark.parametrize(("page", "call"), CALLS)
def test_calls_of_the_pages_are_accepted(page: str, call: list[str]) -> None:
    arguments = _parsed(parser("en"), call, "en")
    output.targets(arguments.output or (), FORMATS)
    assert arguments.format in FORMATS, page


def reports(text: str) -> set[str]:
    """Return the files that a block's calls write."""
    return {
        target.path
        for call in calls("yaml", text)
        for target in output.targets(_parsed(parser("en"), call, "en").output or (), FORMATS)
    }


@pytest.mark.parametrize("language", ["en", "de", "it"])
def test_what_a_recipe_hands_on_is_what_it_writes(language: str) -> None:
    page = ROOT / "docs" / language / "lint" / "formats.md"
    blocks = [text for where, kind, text in BLOCKS if where == page and kind == "yaml"]
    uploaded = [text for text in blocks if "upload-sarif" in text]
    handed = [text for text in blocks if "artifacts:" in text]
    assert [reports(text) for text in uploaded] == [{"konnektor-lint.sarif"}]
    (workflow,) = uploaded
    assert steps_of(workflow)[-1]["with"]["sarif_file"] == "konnektor-lint.sarif"
    (pipeline,) = handed
    job = yaml.safe_load(pipeline)["konnektor-lint"]
    assert set(job["artifacts"]["reports"].values()) == reports(pipeline)


def steps_of(text: str) -> list[dict[str, dict[str, str]]]:
    """Return the steps of a workflow."""
    steps: list[dict[str, dict[str, str]]] = yaml.safe_load(text)["jobs"]["lint"]["steps"]
    return steps
