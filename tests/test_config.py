"""The configuration file: found, obeyed, and explained when it is wrong."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Run
from konnektor_lint import config, texts
from konnektor_lint.policy import Policy
from konnektor_lint.release import load_schema

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
        ("ignores:\n  - rule: [KL2]\n", ".konnektor-lint.yaml:2: unknown key rule; did you mean"),
        ("ignores:\n  - files: [a]\n", ".konnektor-lint.yaml:2: rules is missing"),
        ("severity:\n  KL201: of\n", ".konnektor-lint.yaml:2: KL201: found of, expected error"),
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


@pytest.mark.parametrize(
    "text",
    [
        "select:\nseverity:\nignores:\n", "select: [null]\n", "severity: {KL201: null}\n",
        "ignores: [null, {}]\n", "ignores: [{rules: [null]}]\n", "baseline: null\n",
    ],
)  # fmt: skip
def test_null_is_nothing(text: str, run: Callable[..., Run], project: Path) -> None:
    plain = run(cwd=project)
    (project / ".konnektor-lint.yaml").write_text(text)
    got = run(cwd=project)
    assert got.out == plain.out or (got.code, got.err.count("\n")) == (2, 1)


def test_an_empty_file_changes_nothing(run: Callable[..., Run], project: Path) -> None:
    plain = run(cwd=project)
    (project / ".konnektor-lint.yaml").write_text("# nothing yet\n")
    assert run(cwd=project).out == plain.out


def test_ignores_by_file_and_cluster(run: Callable[..., Run], project: Path) -> None:
    def shown(entry: str) -> set[str]:
        (project / ".konnektor-lint.yaml").write_text(f"ignores:\n  - {entry}\n")
        return codes(run("--format", "json", cwd=project))

    everywhere = codes(run("--format", "json", cwd=project))
    assert "KL201" in everywhere
    assert shown("{rules: [uds-path-mismatch]}") == everywhere - {"KL201"}
    assert shown("{rules: [KL201], files: [cluster/control-plane]}") == everywhere - {"KL201"}
    assert shown("{rules: [KL201], files: ['**/egress-*.yaml']}") == everywhere - {"KL201"}
    assert shown("{rules: [KL201], clusters: ['clu*']}") == everywhere - {"KL201"}
    assert shown("{rules: [KL201], files: [other/**]}") == everywhere
    assert shown("{rules: [KL201], clusters: [other]}") == everywhere
    assert not {code for code in shown("{rules: [KL2]}") if code.startswith("KL2")}


def test_ignored_findings_are_counted(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text("ignores:\n  - rules: [KL]\n")
    got = run(cwd=project)
    assert got.code == 0
    assert "suppressed by comments or the configuration" in got.out


def test_off_and_levels_of_the_command_line(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text(
        "severity:\n  KL201: off\n  KL2: info\n  KL207: 'off'\n"
    )
    found = json.loads(run("--format", "json", cwd=project).out)["findings"]
    levels = {item["code"]: item["severity"] for item in found}
    assert "KL201" not in levels
    assert "KL207" not in levels
    assert levels["KL206"] == "info"
    got = run("--severity", "KL206=warning,KL201=error", "--format", "json", cwd=project)
    levels = {item["code"]: item["severity"] for item in json.loads(got.out)["findings"]}
    assert (levels["KL206"], levels["KL201"]) == ("warning", "error")
    for wrong in ("KL206", "KL206=bad", "KL999=off"):
        assert run("--severity", wrong, cwd=project).code == 2


def test_the_nearest_file_decides_about_rules(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text("select: [KL203]\nkubernetes: '1.36'\n")
    (project / "cluster" / "control-plane" / ".konnektor-lint.yaml").write_text(
        "select: [KL201]\nseverity: {KL201: warning}\nfail-on: info\n"
    )
    got = run("--format", "json", cwd=project)
    found = {(item["code"], item["severity"]) for item in json.loads(got.out)["findings"]}
    assert found == {("KL201", "warning")}
    assert got.code == 0  # fail-on counts only for a run over that folder alone
    assert got.err.count("\n") == 1
    assert "control-plane/.konnektor-lint.yaml: not used here: fail-on" in got.err
    assert run("cluster/control-plane", cwd=project).code == 1
    assert codes(run("--format", "json", "--select", "KL206", cwd=project)) == {"KL206"}
    alone = run("--format", "json", "--config", ".konnektor-lint.yaml", cwd=project)
    assert codes(alone) == {"KL203"}


def test_the_search_begins_at_the_paths(run: Callable[..., Run], project: Path) -> None:
    (project / "cluster" / ".konnektor-lint.yaml").write_text("select: [KL206]\n")
    other = project / "elsewhere"
    other.mkdir()
    (other / ".konnektor-lint.yaml").write_text("select: [KL003]\n")
    assert codes(run("--format", "json", "../cluster", cwd=other)) == {"KL206"}
    assert codes(run("--format", "json", "../cluster/*", cwd=other)) == {"KL206"}


def test_a_wrong_file_further_below(run: Callable[..., Run], project: Path) -> None:
    (project / "cluster" / "control-plane" / ".konnektor-lint.yaml").write_text(
        "lang: de\nselect:\n  - KL201\n  - KL2x\n"
    )
    got = run(cwd=project)
    assert (got.code, got.out) == (2, "")
    assert "cluster/control-plane/.konnektor-lint.yaml:4: there is no rule KL2x" in got.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.other]\na = 1\n\n[tool.konnektor-lint]\nselct = []\n", ":5: unknown key selct"),
        ('[tool.konnektor-lint]\nignore = [\n  "KL2",\n]\nlang = "fr"\n', ":5: lang: found fr"),
        ('[tool.konnektor-lint.severity]\nKL201 = "of"\n', ":2: KL201: found of"),
        ('[tool.konnektor-lint]\nselect = [\n"KL999"]\n', ":2: there is no rule KL999"),
        ('[[tool.konnektor-lint.ignores]]\nfiles = ["a"]\n', "rules"),
        ("[tool.konnektor-lint]\nselect = [\n", ":3: cannot be read"),
        ("[tool.konnektor-lint]\nselect = [KL2]\n", ":2: cannot be read"),
    ],
)
def test_lines_in_toml(text: str, said: str, run: Callable[..., Run], project: Path) -> None:
    (project / "pyproject.toml").write_text(text)
    got = run(cwd=project)
    assert (got.code, got.out) == (2, "")
    assert said in got.err


def test_reasons_may_be_required(run: Callable[..., Run], project: Path) -> None:
    text = "require-reason: true\nignores:\n  - rules: [KL201]\n  - {rules: [KL206], reason: lab}\n"
    (project / ".konnektor-lint.yaml").write_text(text)
    found = json.loads(run("--format", "json", cwd=project).out)["findings"]
    places = [
        (item["location"]["file"], item["location"]["start"]["line"])
        for item in found
        if item["code"] == "KL014"
    ]
    assert places == [(".konnektor-lint.yaml", 3)]


def test_show_config(run: Callable[..., Run], project: Path) -> None:
    (project / ".konnektor-lint.yaml").write_text("lang: en\n\nselect:\n  - KL2\n")
    (project / "cluster" / ".konnektor-lint.yaml").write_text("ignore: [KL206]\n")
    got = run("--show-config", "--ignore", "KL9", "--fail-on", "info", cwd=project)
    assert got.code == 0
    lines = [" ".join(line.split()) for line in got.out.splitlines()]
    assert 'select: ["KL2"] # .konnektor-lint.yaml:3' in lines
    assert 'ignore: ["KL9"] # --ignore' in lines
    assert 'fail-on: "info" # --fail-on' in lines
    assert "exclude: [] # default" in lines
    assert 'ignore: ["KL206", "KL9"] # cluster/.konnektor-lint.yaml:1, --ignore' in lines
    assert "# no configuration file" in run("--show-config", "--isolated", cwd=project).out


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_names_every_key(language: str) -> None:
    page = (ROOT / "docs" / language / "lint" / "configuration.md").read_text(encoding="utf-8")
    properties = load_schema("konnektor-lint-config/v1.json")["properties"]
    for key in (*properties, *properties["ignores"]["items"]["properties"]):
        assert f"`{key}`" in page, key


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_shows_a_valid_file(language: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / language / "lint" / "configuration.md").read_text(encoding="utf-8")
    _, _, rest = page.partition('```yaml title=".konnektor-lint.yaml"\n')
    (tmp_path / ".konnektor-lint.yaml").write_text(rest.partition("```")[0], encoding="utf-8")
    loaded = config.load(str(tmp_path / ".konnektor-lint.yaml"))
    assert Policy(loaded).wants("KL201", "x.yaml")
    assert not Policy(loaded).wants("KL901", "x.yaml")
    assert [entry.clusters for entry in loaded.ignores] == [("lab",)]


def test_findings_of_a_named_cluster_are_accepted(run: Callable[..., Run], project: Path) -> None:
    accept = "ignores:\n- {rules: [KL], clusters: [be*]}\n"
    named = "clusters:\n  berlin: [cluster]\n  hamburg: [elsewhere]\n"
    (project / ".konnektor-lint.yaml").write_text(accept)
    assert codes(run("--format", "json", cwd=project))
    (project / ".konnektor-lint.yaml").write_text(accept + named)
    assert codes(run("--format", "json", cwd=project)) == set()
    (project / ".konnektor-lint.yaml").write_text(accept.replace("be*", "ham*") + named)
    assert codes(run("--format", "json", cwd=project))
