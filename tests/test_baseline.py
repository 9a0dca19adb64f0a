"""Baselines: what is known is not shown again, what is new is, what is fixed is said."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conftest import ROOT, Run
from konnektor_lint.release import load_schema

EGRESS = "cluster/control-plane/egress-selector-configuration.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "broken", tmp_path / "cluster")
    (tmp_path / ".git").mkdir()
    return tmp_path


def report(got: Run) -> tuple[int, int, int]:
    """Return how many findings are shown, known and fixed."""
    said = json.loads(got.out)
    return len(said["findings"]), said["summary"]["known"], said["summary"]["fixed"]


@pytest.fixture
def lint(run: Callable[..., Run], project: Path) -> Callable[..., Run]:
    def call(*options: str, cwd: Path = project) -> Run:
        return run("--format", "json", *options, cwd=cwd)

    return call


def test_what_is_written_is_known(lint: Callable[..., Run], project: Path) -> None:
    shown, _, _ = report(lint())
    assert shown
    written = lint("--write-baseline", "known.json")
    assert (written.code, written.out) == (0, f"Wrote {shown} findings to known.json.\n")
    content = json.loads((project / "known.json").read_text())
    Draft202012Validator(load_schema("konnektor-lint-baseline/v1.json")).validate(content)
    listed = [(item["path"], item["code"], item["fingerprint"]) for item in content["findings"]]
    assert listed == sorted(listed)
    assert not any("line" in item for item in content["findings"])
    got = lint("--baseline", "known.json")
    assert (got.code, report(got)) == (0, (0, shown, 0))


def test_writing_twice_gives_the_same(lint: Callable[..., Run], project: Path) -> None:
    lint("--write-baseline", "a.json")
    lint("--write-baseline", "b.json")
    assert (project / "a.json").read_bytes() == (project / "b.json").read_bytes()
    assert {item.name for item in project.iterdir()} == {".git", "a.json", "b.json", "cluster"}


def test_lines_may_move_and_paths_are_relative(lint: Callable[..., Run], project: Path) -> None:
    lint("--write-baseline", "cluster/known.json")
    file = project / EGRESS
    file.write_text("# one more line\n" + file.read_text())
    for cwd, options in ((project, ("--baseline", "cluster/known.json")),
                         (project / "cluster", ("--baseline", "known.json"))):  # fmt: skip
        assert report(lint(*options, cwd=cwd))[0] == 0
    content = json.loads((project / "cluster" / "known.json").read_text())
    assert all(not item["path"].startswith("cluster") for item in content["findings"])


def test_a_new_finding_is_shown(lint: Callable[..., Run], project: Path) -> None:
    lint("--write-baseline", "known.json")
    file = project / EGRESS
    file.write_text(file.read_text().replace("egressSelections:", "egressSelektions:"))
    got = lint("--baseline", "known.json")
    assert (got.code, report(got)[0] > 0) == (1, True)


def test_the_same_line_once_more_is_new(run: Callable[..., Run], tmp_path: Path) -> None:
    fixture = ROOT / "tests" / "fixtures" / "KL149"
    folder = next(iter(sorted(fixture.glob("bad-*"))))
    shutil.copytree(folder, tmp_path / "in")
    options = ("--isolated", "--select", "KL149", "in")
    assert run(*options, "--write-baseline", "known.json", cwd=tmp_path).code == 0
    known = json.loads((tmp_path / "known.json").read_text())
    known["findings"] = known["findings"][:1]
    known["findings"][0]["count"] = 9
    (tmp_path / "known.json").write_text(json.dumps(known))
    got = run(*options, "--baseline", "known.json", "--format", "json", cwd=tmp_path)
    shown, silent, fixed = report(got)
    assert (silent, silent + fixed) == (1, 9)
    assert shown == report(run(*options, "--format", "json", cwd=tmp_path))[0] - 1


def test_fixed_only_where_it_was_looked(lint: Callable[..., Run], project: Path) -> None:
    lint("--write-baseline", "known.json")
    shutil.rmtree(project / "cluster" / "workers")
    assert report(lint("--baseline", "known.json"))[2] > 0
    only = lint("--baseline", "known.json", "--select", "KL003")
    assert report(only)[2] == 0
    text = lint("--baseline", "known.json", "--format", "text")
    assert "of the baseline" in text.out
    assert "--write-baseline" in text.out


def test_the_configuration_may_name_it(lint: Callable[..., Run], project: Path) -> None:
    lint("--write-baseline", "known.json")
    (project / ".konnektor-lint.yaml").write_text("baseline: known.json\n")
    assert lint(cwd=project / "cluster").code == 0
    assert lint("--isolated").code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "known.json:1: the baseline cannot be read"),
        ("", "known.json:1: the baseline cannot be read"),
        ("{\n", "known.json:2: the baseline cannot be read"),
        ("[]", "known.json:1: the baseline is not valid"),
        ('{"version": 2,\n "findings": []}', "known.json:1: the baseline is not valid at version"),
        ('{"version": 1}', "known.json:1: the baseline is not valid at findings"),
        (
            '{"version": 1, "findings": [\n{"path": "a", "code": "KL201", "count": 0,\n}]}',
            "known.json:2: the baseline is not valid at count",
        ),
        ('{"version": 1, "findings": null}', "known.json:1: the baseline is not valid"),
        ("\xff", "known.json:1: the baseline"),
    ],
)
def test_wrong_baselines(
    text: str | None, said: str, lint: Callable[..., Run], project: Path
) -> None:
    if text is not None:
        (project / "known.json").write_text(text, encoding="latin-1")
    got = lint("--baseline", "known.json")
    assert (got.code, got.out) == (2, "")
    assert said in got.err
    assert got.err.count("\n") == 1


def test_a_folder_that_is_missing(lint: Callable[..., Run]) -> None:
    got = lint("--write-baseline", "missing/known.json")
    assert got.code == 2
    assert "missing/known.json: cannot be written" in got.err


ENTRY = '{"path": "a", "code": "KL201", "fingerprint": "0123456789abcdef", "count": 1}'


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("version: 1\nfindings:\n-\n", 3),
        ("version: 1\nfindings:\n", 1),
        ("null", 1),
        *((f'{{"version": 1, "findings": [\n{ENTRY.replace(value, "null")}]}}', 2)
          for value in ('"a"', '"KL201"', '"0123456789abcdef"', "1}")),
    ],
)  # fmt: skip
def test_null_is_no_entry(content: str, line: int, lint: Callable[..., Run], project: Path) -> None:
    content = content.replace('"count": null', '"count": null}')
    (project / "known.json").write_text(content)
    got = lint("--baseline", "known.json")
    assert got.code == 2
    assert f"known.json:{line}:" in got.err
