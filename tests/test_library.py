"""The library as programs use it: texts and paths in, a report out."""

import json
import multiprocessing
import pickle
import pkgutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import konnektor_lint
from conftest import ROOT, egress
from konnektor_lint import Finding, LintError, More, Report, SkippedFile, limits, lint
from konnektor_lint.report.formats import FORMATS
from konnektor_lint.rule import all_rules

EXAMPLES = ROOT / "examples"
WRONG = egress().replace("GRPC", "grpc")
BROKEN = sorted((EXAMPLES / "broken").rglob("*.yaml"))


def in_memory() -> dict[str, str]:
    """Return the broken example as texts."""
    return {str(path.relative_to(EXAMPLES)): path.read_text("utf-8") for path in BROKEN}


def codes(report: Report) -> set[str]:
    """Return the codes that were found."""
    return {item.code for item in report.findings}


def test_names_are_offered_and_no_module_takes_them() -> None:
    assert all(hasattr(konnektor_lint, name) for name in konnektor_lint.__all__)
    modules = {module.name for module in pkgutil.iter_modules(konnektor_lint.__path__)}
    assert not modules & set(konnektor_lint.__all__)
    assert not hasattr(konnektor_lint, "something_else")


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, konnektor_lint; print([m for m in sys.modules if 'konnektor_lint.' in m])"
    command = [sys.executable, "-I", "-c", f"import sys; sys.path[:0]={sys.path!r}; {code}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_the_name_is_the_function_whatever_was_imported_before() -> None:
    code = "import konnektor_lint.linting, konnektor_lint.cli; from konnektor_lint import lint"
    command = [sys.executable, "-c", f"import sys; sys.path[:0]={sys.path!r}; {code}; print(lint)"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.startswith("<function lint ")


def test_a_folder() -> None:
    report = lint(EXAMPLES / "broken")
    assert report.exit_code == 1
    assert codes(report) == {"KL130", "KL170", "KL201", "KL203", "KL206", "KL207"}
    assert repr(report) == "<Report exit_code=1 findings=6>"
    assert lint(EXAMPLES / "clean").exit_code == 0
    assert lint(*BROKEN).findings == report.findings


def test_a_finding_says_everything() -> None:
    found = next(item for item in lint(sources=in_memory()).findings if item.code == "KL201")
    assert (found.slug, found.severity) == ("uds-path-mismatch", "error")
    assert found.title == "API server and proxy server use different sockets"
    assert found.message.startswith("the API server dials the socket ")
    assert found.help.startswith("set --uds-name ")
    assert found.url == "https://docs.example.org/konnektor/en/lint/rules/kl201/"
    assert found.location.file == "broken/control-plane/egress-selector-configuration.yaml"
    assert found.location[1:] == (10, 20, 10, 75, "")
    assert [item.label for item in found.related] == ["proxy-server listens here"]
    assert found.fix is not None
    assert found.fix.safe
    assert [edit.location for edit in found.fix.edits] == [found.location]


def test_texts_are_linted_like_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    assert lint(sources=in_memory()).findings == lint("broken").findings
    as_bytes = {name: text.encode() for name, text in in_memory().items()}
    assert lint(sources=as_bytes).to_json() == lint(sources=in_memory()).to_json()


def test_texts_go_before_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "egress.yaml").write_text(WRONG)
    (tmp_path / "folder.yaml").mkdir()
    assert lint(".").exit_code == 1
    assert lint(".", sources={"egress.yaml": egress()}).exit_code == 0
    assert lint(sources={"egress.yaml": egress(), "folder.yaml": egress()}).exit_code == 0
    assert lint(sources={"../x/../egress.yaml": egress()}).exit_code == 0


def test_topology() -> None:
    report = lint(EXAMPLES / "broken")
    (connector,) = report.topology
    assert connector.joined_by == "folder"
    assert {"egress", "api-server", "server", "agent"} <= {part.role for part in connector.parts}
    states = {edge.name: edge.state for edge in connector.edges}
    assert states["configuration"] == "ok"
    assert (states["door"], states["tunnel"]) == ("error", "warning")
    placed: set[Finding] = {item for edge in connector.edges for item in edge.findings}
    placed |= {item for part in connector.parts for item in part.findings}
    assert placed == set(report.findings)
    assert lint(sources={"egress.yaml": egress()}).topology[0].edges[0].state == "not-given"


def test_the_formats_are_those_of_the_program() -> None:
    report = lint(EXAMPLES / "broken")
    for name in (*FORMATS, "topology"):
        assert report.render(name)
    assert json.loads(report.to_json())["version"] == 1
    assert report.render() == report.render("text")
    with pytest.raises(LintError, match=r"^format: found xml, expected one of: text, "):
        report.render("xml")


def test_it_can_be_sent_to_another_process() -> None:
    report = lint(EXAMPLES)
    there = pickle.loads(pickle.dumps(report))
    assert there.findings == report.findings
    assert there.topology == report.topology
    assert there.skipped_rules == report.skipped_rules
    assert all(there.render(name) == report.render(name) for name in (*FORMATS, "topology"))
    assert pickle.loads(pickle.dumps(lint)) is lint
    for rule in all_rules():
        assert pickle.loads(pickle.dumps(rule)) is rule


def test_it_works_in_other_processes() -> None:
    folders = [EXAMPLES / name for name in ("broken", "clean", "hosted")]
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=start) as pool:
        reports = list(pool.map(lint, folders))
    assert [item.exit_code for item in reports] == [1, 0, 0]
    assert reports[0].render() == lint(folders[0]).render()


def test_it_works_in_threads() -> None:
    folders = [EXAMPLES / name for name in ("broken", "clean", "hosted")] * 4
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lint, folders))
    assert [item.to_json() for item in reports] == [lint(item).to_json() for item in folders]


def test_choice_of_rules() -> None:
    broken = EXAMPLES / "broken"
    assert codes(lint(broken, select=["KL201", "agent-port-mismatch"])) == {"KL201", "KL206"}
    assert codes(lint(broken, select="KL201, KL206")) == {"KL201", "KL206"}
    assert "KL201" not in codes(lint(broken, ignore="KL2"))


def test_words_in_each_language() -> None:
    said = {name: lint(EXAMPLES / "broken", language=name) for name in ("de", "en", "it")}
    assert len({item.findings[0].message for item in said.values()}) == 3
    assert said["de"].findings[0].url.startswith("https://docs.example.org/konnektor/de/")


def test_what_makes_the_exit_code() -> None:
    broken = EXAMPLES / "broken"
    assert lint(broken, select="KL206").exit_code == 0
    assert lint(broken, select="KL206", fail_on="warning").exit_code == 1
    assert lint(broken, fail_on="never").exit_code == 0
    assert lint().exit_code == 3
    assert lint(sources={}).exit_code == 3
    assert lint(sources={"other.yaml": "kind: ConfigMap"}, fail_on="never").exit_code == 3


def test_configuration(tmp_path: Path) -> None:
    config = tmp_path / "lint.yaml"
    config.write_text("ignore: [KL2]\nfail-on: never\n")
    report = lint(EXAMPLES / "broken", config=config)
    assert codes(report) == {"KL130", "KL170"}
    assert report.exit_code == 0
    assert lint(EXAMPLES / "broken", config=config, fail_on="error").exit_code == 1
    (tmp_path / ".konnektor-lint.yaml").write_text("select: [KL999]\n")
    (tmp_path / "egress.yaml").write_text(egress())
    assert lint(tmp_path).exit_code == 0  # none is looked for


def test_baseline_of_the_configuration(tmp_path: Path) -> None:
    from konnektor_lint.cli import main

    (tmp_path / "egress.yaml").write_text(WRONG)
    main(["--isolated", "--write-baseline", str(tmp_path / "known.json"), str(tmp_path)])
    config = tmp_path / "lint.yaml"
    config.write_text("baseline: known.json\n")
    assert lint(tmp_path / "egress.yaml").exit_code == 1
    assert lint(tmp_path / "egress.yaml", config=config).exit_code == 0
    (tmp_path / "known.json").write_text("{")
    with pytest.raises(LintError, match=r"known\.json:\d: "):
        lint(tmp_path / "egress.yaml", config=config)


def test_versions_and_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    texts = in_memory()
    assert lint(sources=texts, kubernetes="1.36", component_version="v0.34.0").exit_code == 1
    named = {"one": ["broken/control-plane"], "other": ["broken/workers"]}
    apart = lint(sources=texts, clusters=named)
    assert [item.name for item in apart.topology] == ["one", "other"]
    assert "KL206" not in codes(apart)


def test_what_was_left_out() -> None:
    report = lint(sources={"egress.yaml": egress()})
    assert {"servers"} <= {part for rule in report.skipped_rules for part in rule.missing}
    template = "kind: {{ if }\n  konnectivity-server: {{ x }}\n {{ end }}"
    assert lint(sources={"a.yaml": template}).skipped_files == (SkippedFile("a.yaml", "template"),)


def test_what_there_is_more_of() -> None:
    bad = "".join(f", --bad{number}" for number in range(limits.FINDINGS + 5))
    container = f"{{name: a, image: x/proxy-agent, command: [proxy-agent], args: [--v=1{bad}]}}"
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: konnectivity-agent}\n"
    text += f"spec: {{containers: [{container}]}}\n"
    report = lint(sources={"a.yaml": text}, select="KL130")
    assert report.more == (More("KL130", "a.yaml", 5),)
    assert len(report.findings) == limits.FINDINGS
    (said,) = json.loads(report.to_json())["summary"]["more"]
    assert said == {"code": "KL130", "file": "a.yaml", "count": 5}
    assert lint(sources={"a.yaml": "kind: Pod\n"}).more == ()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: lint("missing.yaml"), "missing.yaml: no such file or folder"),
        (lambda: lint("missing.yaml", language="de"), "missing.yaml: "),
        (lambda: lint(select="KL999"), "there is no rule KL999"),
        (lambda: lint(ignore="uds-path-mismach"), "did you mean uds-path-mismatch?"),
        (lambda: lint(language="fr"), "language: found fr, expected one of: de, en, it"),
        (lambda: lint(kubernetes="2"), "kubernetes 2: expected a version such as 1.36"),
        (lambda: lint(kubernetes="1.4"), "kubernetes 1.4: expected a version such as 1.36"),
        (lambda: lint(component_version="new"), "component_version new: expected a release"),
        (lambda: lint(config="missing.yaml"), "missing.yaml:1: cannot be read"),
        (lambda: lint(fail_on="often"), "fail_on: found often, expected one of: error, "),  # type: ignore[arg-type]
    ],
)
def test_a_call_that_makes_no_sense(call: object, said: str) -> None:
    with pytest.raises(LintError) as raised:
        call()  # type: ignore[operator]
    assert said in str(raised.value)
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\xff konnectivity",
        "\ud800 konnectivity",
        "konnectivity: [" * 200,
        "\0",
        "",
        "&a *a",
    ],
)
def test_no_manifest_raises(data: str | bytes) -> None:
    report = lint(sources={"any.yaml": data})
    assert report.exit_code in (0, 1, 3)
    assert report.render()
    assert pickle.loads(pickle.dumps(report)).findings == report.findings
    assert report.topology == ()


def test_a_text_may_be_as_long_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("konnektor_lint.limits.FILE_BYTES", 100)
    assert codes(lint(sources={"egress.yaml": egress()})) == {"KL005"}
