"""Very many of everything: limits are said in each language, time grows no faster than input."""

import io
import itertools
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Run, egress
from konnektor_lint import limits, texts
from konnektor_lint.config import Configuration
from konnektor_lint.connector import Settings
from konnektor_lint.linting import lint
from konnektor_lint.policy import Policy
from konnektor_lint.report.formats import FORMATS, write
from konnektor_lint.report.run import Run as Report

Runner = Callable[..., Run]
ALL = Policy(Configuration())
HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: konnectivity-agent}\nspec:\n  containers:\n"
CONTAINER = "  - name: a\n    image: x/proxy-agent:v0.36.0\n    command: [proxy-agent]\n    args:\n"


def flags(count: int) -> str:
    return HEAD + CONTAINER + "".join(f"    - --bad{number}=x\n" for number in range(count))


MORE = {
    "en": "500 more findings of KL130 in a.yaml are not shown: the limit for one rule and file "
    "is 1000.",
    "de": "500 weitere Befunde von KL130 in a.yaml werden nicht gezeigt: Je Regel und Datei liegt "
    "die Grenze bei 1000.",
    "it": "Altri 500 rilievi di KL130 in a.yaml non vengono mostrati: il limite per regola e file "
    "è 1000.",
}


@pytest.mark.parametrize("language", MORE)
@pytest.mark.parametrize("form", [name for name in FORMATS if name not in ("gitlab", "svg")])
def test_what_is_left_out_is_said(form: str, language: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(flags(limits.FINDINGS + 500))
    call = ("--isolated", "--select", "KL130", "--lang", language, "--format", form)
    got = run(*call, "a.yaml", cwd=tmp_path)
    assert got.code == 1
    if form == "json":
        said = json.loads(got.out)
        assert said["summary"]["more"] == [{"code": "KL130", "file": "a.yaml", "count": 500}]
        assert len(said["findings"]) == limits.FINDINGS
    else:
        assert MORE[language] in got.out


def test_what_nobody_wants_is_not_counted(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(flags(limits.FINDINGS + 500))
    (tmp_path / ".konnektor-lint.yaml").write_text("ignores: [{rules: [KL130], reason: x}]\n")
    got = run("--select", "KL130", "a.yaml", cwd=tmp_path)
    assert got.code == 0
    assert "more finding" not in got.out


def test_as_many_as_the_limit_is_not_more(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(flags(limits.FINDINGS))
    got = run("--isolated", "--select", "KL130", "a.yaml", cwd=tmp_path)
    assert f"Found {limits.FINDINGS} errors." in got.out
    assert "not shown" not in got.out


def test_more_arguments_than_linux_passes(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ARGUMENTS", 1000)
    (tmp_path / "a.yaml").write_text(flags(100))
    got = run("--isolated", "--format", "json", "a.yaml", cwd=tmp_path)
    found = json.loads(got.out)["findings"]
    (over,) = [item for item in found if item["code"] == "KL005"]
    assert over["args"]["limit"] == 1000
    assert "arguments of a container in bytes" in over["message"]
    assert 0 < sum(item["code"] == "KL130" for item in found) < 100


MANY = "konnectivity: [a, b, c]\n---\n" * 4
EMBEDDED = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: konnectivity}\ndata:\n  a.yaml: |\n"
    "    kind: EgressSelectorConfiguration\n    apiVersion: apiserver.k8s.io/v1beta1\n"
    + "    egressSelections: []\n    ---\n"
    * 9
)


@pytest.mark.parametrize("text", [MANY, EMBEDDED], ids=["documents", "a string"])
def test_more_values_than_memory_is_for(
    text: str, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(text)
    whole = run("--isolated", "--format", "json", "a.yaml", cwd=tmp_path)
    assert "KL005" not in whole.out
    monkeypatch.setattr(limits, "NODES", 30)
    got = run("--isolated", "--format", "json", "a.yaml", cwd=tmp_path)
    (over,) = json.loads(got.out)["findings"]
    assert over["code"] == "KL005"
    assert over["args"] == {"what": "nodes", "limit": 30, "found": 31}
    assert "number of values is 31 here" in over["message"]
    monkeypatch.setattr(limits, "NODES", 10)
    got = run("--isolated", "--select", "KL005", "--format", "concise", "a.yaml", cwd=tmp_path)
    assert got.out.count("KL005") == 1


def test_an_egress_configuration_with_very_many_faults(run: Runner, tmp_path: Path) -> None:
    head = "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n"
    items = ", ".join(["a"] * 10 * limits.VIOLATIONS)
    (tmp_path / "a.yaml").write_text(f"{head}egressSelections: [{items}]\n")
    got = run("--isolated", "--format", "json", "--select", "KL009", "a.yaml", cwd=tmp_path)
    assert len(json.loads(got.out)["findings"]) == limits.FINDINGS


def workload(name: str) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: konnectivity-{name}#, "
        "namespace: n#}\nspec:\n  selector: {matchLabels: {app: k#}}\n  template:\n"
        "    metadata: {labels: {app: k#}}\n    spec:\n      containers:\n"
        f"      - {{name: c, image: x/proxy-{name}:v0.36.0, command: [proxy-{name}], "
        "args: [--bad#]}\n"
    )


KINDS = {
    "services": "apiVersion: v1\nkind: Service\nmetadata: {name: konnectivity-#}\n"
    "spec: {selector: {k8s-app: konnectivity-agent}, ports: [{port: 8132}]}\n",
    "policies": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    "metadata: {name: konnectivity-#}\nspec: {podSelector: {matchLabels: {app: konnectivity}}, "
    "policyTypes: [Egress], egress: [{ports: [{port: 8132}]}]}\n",
    "bindings": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
    "metadata: {name: konnectivity-#}\nroleRef: {kind: ClusterRole, name: r#}\n"
    "subjects: [{kind: ServiceAccount, name: konnectivity-server, namespace: kube-system}]\n",
    "secrets": "apiVersion: v1\nkind: Secret\nmetadata: {name: konnectivity-#}\n"
    "stringData: {k: valuevalue#}\n",
    "servers": workload("server"),
    "agents": workload("agent"),
    "control planes": "apiVersion: kamaji.clastix.io/v1alpha1\nkind: TenantControlPlane\n"
    "metadata: {name: t#}\nspec: {addons: {konnectivity: {agent: {extraArgs: [--bad#]}}}}\n",
}


def seconds(path: Path) -> float:
    """Return the processor time of a run with every format."""
    began = time.process_time()
    result = lint([str(path)], ALL, Settings(None, None))
    for name in FORMATS:
        write(name, Report(result, "en", 1), io.StringIO())
    return time.process_time() - began


@pytest.mark.parametrize("name", KINDS)
def test_time_grows_with_the_input(name: str, tmp_path: Path) -> None:
    taken = []
    for count in (50, 400):
        path = tmp_path / f"{count}.yaml"
        kind = "---\n".join(KINDS[name].replace("#", str(number)) for number in range(count))
        path.write_text("---\n".join((workload("server"), workload("agent"), egress(), kind)))
        taken.append(seconds(path))
    assert taken[1] < 25 * taken[0] + 0.5  # eight times the input; quadratic is 64


FILES = {
    "agent.yaml": workload("agent").replace("#", ""),
    "server.yaml": workload("server").replace("#", ""),
    "egress.yaml": egress(),
    "other/agent.yaml": workload("agent").replace("#", "2"),
    "other/server.yaml": workload("server").replace("#", "2"),
    "third/all.yaml": f"{workload('agent')}---\n{workload('server')}".replace("#", "3"),
    "services.yaml": KINDS["services"].replace("#", ""),
    "broken.yaml": "konnectivity: [\n",
}


def test_the_order_of_files_means_nothing(run: Runner, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    orders = [
        list(order) for order in itertools.islice(itertools.permutations(FILES), 0, None, 4001)
    ]
    for form in ("json", "text"):
        given = {
            run("--isolated", "--format", form, *order, cwd=tmp_path).out
            for order in (*orders, list(reversed(FILES)))
        }
        assert len(given) == 1


def test_more_documents_than_anyone_has(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = flags(1) + "---\na: 1\n" * 9
    (tmp_path / "a.yaml").write_text(text)
    monkeypatch.setattr(limits, "DOCUMENTS", 10)
    whole = run("--isolated", "--select", "KL005", "--format", "concise", "a.yaml", cwd=tmp_path)
    assert "KL005" not in whole.out
    (tmp_path / "a.yaml").write_text(text + "---\na: 1\n")
    got = run("--isolated", "--select", "KL005", "--format", "concise", "a.yaml", cwd=tmp_path)
    line = text.count("\n") + 1
    assert f"a.yaml:{line}:1: error[KL005] over a limit: number of documents is 11 here" in got.out


def test_a_message_does_not_repeat_endless_values(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "clean", tmp_path / "clean")
    server = tmp_path / "clean" / "control-plane" / "konnectivity-server.yaml"
    endless = "/" + "long/" * 2000
    server.write_text(server.read_text().replace("--uds-name=/", f"--uds-name={endless}"))
    found = lint([str(tmp_path)], ALL, Settings()).findings
    assert "KL201" in {item.code for item in found}
    for item in found:
        assert len(texts.message(item.code, item.args, "en")) < 3000
