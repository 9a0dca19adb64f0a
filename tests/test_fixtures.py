"""Every rule against its fixtures: what it finds, where, and what it leaves alone.

``tests/fixtures/KLNNN/bad-*`` must be found with exactly the output in ``expected.txt``;
``ok-*`` must not be found. ``options.txt`` holds further options. ``UPDATE_FIXTURES=1``
rewrites the expected outputs; review them.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import FIXTURES, Run
from konnektor_lint.rule import all_rules

BAD = sorted(FIXTURES.glob("KL*/bad-*"))
OK = sorted(FIXTURES.glob("KL*/ok-*"))


def options(folder: Path) -> list[str]:
    file = folder / "options.txt"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def inputs(folder: Path) -> list[str]:
    return sorted(
        item.name for item in folder.iterdir() if item.name not in ("expected.txt", "options.txt")
    )


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", BAD, ids=name)
def test_bad_is_found_as_expected(folder: Path, run: Callable[..., Run]) -> None:
    code = folder.parent.name
    arguments = ["--isolated", "--color", "never", "--select", code, *options(folder)]
    got = run(*arguments, *inputs(folder), cwd=folder)
    expected = folder / "expected.txt"
    if os.environ.get("UPDATE_FIXTURES"):
        expected.write_text(got.out, encoding="utf-8")
    assert f"[{code}]" in got.out
    assert got.out == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", BAD, ids=name)
def test_bad_has_no_other_error(folder: Path, run: Callable[..., Run]) -> None:
    got = run("--isolated", "--format", "json", *options(folder), *inputs(folder), cwd=folder)
    errors = {
        item["code"] for item in json.loads(got.out)["findings"] if item["severity"] == "error"
    }
    assert errors <= {folder.parent.name}


@pytest.mark.parametrize("folder", OK, ids=name)
def test_ok_has_no_such_finding_and_no_error(folder: Path, run: Callable[..., Run]) -> None:
    got = run("--isolated", "--format", "json", *options(folder), *inputs(folder), cwd=folder)
    findings = json.loads(got.out)["findings"]
    assert [item["message"] for item in findings if item["severity"] == "error"] == []
    assert folder.parent.name not in {item["code"] for item in findings}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_each_rule_has_fixtures(rule: object) -> None:
    code = getattr(rule, "code", "")
    assert list(FIXTURES.glob(f"{code}/bad-*")), f"{code} has no bad- fixture"
    assert list(FIXTURES.glob(f"{code}/ok-*")), f"{code} has no ok- fixture"


@pytest.mark.parametrize("language", ["de", "it"])
@pytest.mark.parametrize("folder", BAD, ids=name)
def test_bad_is_worded_in_each_language(
    folder: Path, language: str, run: Callable[..., Run]
) -> None:
    arguments = ["--isolated", "--color", "never", "--select", folder.parent.name]
    english = run(*arguments, *options(folder), *inputs(folder), cwd=folder)
    other = run(*arguments, *options(folder), "--lang", language, *inputs(folder), cwd=folder)
    assert english.code == other.code
    assert f"[{folder.parent.name}]" in other.out
    assert english.out != other.out
