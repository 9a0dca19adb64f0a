"""The configuration file: found, obeyed, and explained when it is wrong."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Run

BROKEN = ROOT / "examples" / "broken"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(BROKEN, tmp_path / "cluster")
    (tmp_path / ".git").mkdir()
    return tmp_path


def codes(got: Run) -> set[str]:
    return {item["code"] for item in json.loads(got.out)["findings"]}


def test_settings_are_obeyed(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text("select: [KL2]\nignore: [uds-path-mismatch]\n")
    found = codes(run("--format", "json", cwd=project))
    assert found
    assert all(code.startswith("KL2") for code in found)
    assert "KL201" not in found
    assert "KL201" in codes(run("--format", "json", "--isolated", cwd=project))


def test_the_file_is_found_from_below(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text("lang: de\n")
    assert "Befunde" in run("--select", "KL003", cwd=project / "cluster" / "workers").out


def test_the_command_line_wins(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text("lang: de\nselect: [KL003]\nfail-on: never\n")
    got = run("--lang", "it", "--select", "KL201", "--fail-on", "error", cwd=project)
    assert got.code == 1
    assert "errore[KL201]" in got.out


def test_severity_is_overridden(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text(
        "select: [KL201]\nseverity: {uds-path-mismatch: warning}\n"
    )
    got = run(cwd=project)
    assert (got.code, "warning[KL201]" in got.out) == (0, True)


def test_exclude_is_relative_to_the_file(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text("exclude: [cluster/control-plane]\n")
    for folder in (project, project / "cluster"):
        got = run("--format", "json", cwd=folder)
        assert (
            json.loads(got.out)["summary"]["files"] == len(list(folder.glob("**/agent*.yaml"))) + 1
        )


def test_pyproject(run: Callable[..., Run], project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.konnektor-lint]\nselect = ["KL201"]\n')
    assert codes(run("--format", "json", cwd=project)) == {"KL201"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selct: [KL2]\n", ".konnektor-lint.yaml:1: unknown key selct; did you mean select?"),
        ("lang: de\ncolour: 1\n", ".konnektor-lint.yaml:2: unknown key colour"),
        ("lang: fr\n", ".konnektor-lint.yaml:1: lang: found fr, expected"),
        ("select: KL2\n", ".konnektor-lint.yaml:1: select: found"),
        ("select: [KL2\n", ".konnektor-lint.yaml:2: cannot be read"),
        ("select: [KL999]\n", "there is no rule KL999"),
        ("kubernetes: '3.1'\n", "--kubernetes 3.1: expected a version"),
        ("- a\n- b\n", ".konnektor-lint.yaml:1: "),
    ],
)
def test_wrong_files_are_explained(
    text: str, said: str, run: Callable[..., Run], project: Path
) -> None:
    (project / ".konnektor-lint.yaml").write_text(text)
    got = run(cwd=project)
    assert (got.code, got.out) == (2, "")
    assert said in got.err
    assert got.err.count("\n") == 1


def test_an_empty_file_changes_nothing(run: Callable[..., Run], project: Path) -> None:
    plain = run(cwd=project)
    (project / ".konnektor-lint.yaml").write_text("# nothing yet\n")
    assert run(cwd=project).out == plain.out
