"""What is left of OpenVPN beside Konnectivity: what is recognised, and what is left alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Run

STAGES = ROOT / "examples" / "migration"
LEFT = {"KL920", "KL921", "KL922", "KL923", "KL924", "KL926"}
Lint = Callable[..., Run]


def codes(run: Lint, folder: Path, *paths: str) -> list[str]:
    """Return the codes of the findings on a migration, in the order they are reported."""
    out = run("--isolated", "--format", "json", *(paths or (".",)), cwd=folder).out
    found = [item["code"] for item in json.loads(out)["findings"]]
    return [code for code in found if code.startswith("KL92")]


def client(name: str = "openvpn-client", namespace: str = "kube-system", **fields: str) -> str:
    """Return the Deployment of a client; ``fields`` stand in its spec."""
    spec = "".join(f"  {key}: {value}\n" for key, value in fields.items())
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
spec:
{spec}  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      containers:
        - name: vpn
          image: quay.io/kubermatic/openvpn:v2.5.2-r0
          command: ["/usr/sbin/openvpn", "--config", "/etc/openvpn/config"]
"""


def service(name: str = "openvpn-server", namespace: str = "cluster-a") -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
spec:
  selector:
    app: {name}
  ports:
    - port: 1194
"""


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """Return a folder with a connector beside which nothing is left."""
    return Path(shutil.copytree(STAGES / "finished", tmp_path / "cluster"))


def test_each_stage_says_what_is_next(run: Lint) -> None:
    assert codes(run, STAGES, "started") == ["KL925"]
    assert set(codes(run, STAGES, "switched")) == LEFT
    got = run("--isolated", "--fail-on", "info", "finished", cwd=STAGES)
    assert (got.code, got.out.startswith("No findings.")) == (0, True)


def test_the_stages_are_told_apart(run: Lint) -> None:
    assert sorted(codes(run, STAGES)) == sorted(["KL925", *codes(run, STAGES, "switched")])


def test_switching_is_one_flag() -> None:
    started, switched = (
        (STAGES / stage / "control-plane" / "apiserver.yaml").read_text(encoding="utf-8")
        for stage in ("started", "switched")
    )
    new = [line for line in switched.splitlines()[1:] if line not in started.splitlines()]
    assert [line.split("=")[0].strip(" -") for line in new] == ["egress-selector-config-file"]


def test_a_file_without_a_word_of_konnectivity_is_found(run: Lint, finished: Path) -> None:
    (finished / "workers" / "vpn.yaml").write_text(client())
    assert codes(run, finished) == ["KL920"]


def test_openvpn_alone_is_none_of_ours(run: Lint, tmp_path: Path) -> None:
    (tmp_path / "client.yaml").write_text(client())
    (tmp_path / "service.yaml").write_text(service())
    for paths in ((".",), ("client.yaml", "service.yaml")):
        got = run("--isolated", *paths, cwd=tmp_path)
        assert got.code == 3
        assert "KL92" not in got.out


def test_an_api_server_with_openvpn_alone_is_left_in_peace(run: Lint, tmp_path: Path) -> None:
    text = (STAGES / "started" / "control-plane" / "apiserver.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("        - name: konnectivity-server\n")
    _, _, volumes = rest.partition("      volumes:\n")
    alone = f"{before}      volumes:\n{volumes}".partition("---\n")[0]
    (tmp_path / "apiserver.yaml").write_text(alone)
    (tmp_path / "client.yaml").write_text(client())
    assert codes(run, tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        client(namespace="office"),
        client(namespace="${NAMESPACE}"),
        client(name="vpn-to-the-office"),
        client(name="vpn", namespace="cluster-a"),
        client(replicas="0"),
        f"$patch: delete\n{client()}",
        client().replace("openvpn:v2.5.2-r0", "openvpn-exporter:v0.2.2").replace("/openvpn", "/x"),
        service(name="game"),
        service(namespace="office"),
        client(name="openvpn-server", namespace="office"),
        client(name="dns-resolver", namespace="office"),
    ],
)
def test_what_is_something_else(text: str, run: Lint, finished: Path) -> None:
    (finished / "workers" / "other.yaml").write_text(text)
    (finished / "control-plane" / "other.yaml").write_text(text)
    assert codes(run, finished) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (client(), "KL920"),
        (client(name="vpn", namespace="cluster-a").replace("--config", "--server"), "KL923"),
        (client(name="openvpn-server", namespace="cluster-a"), "KL923"),
        (service(), "KL923"),
        (client(name="dns-resolver", namespace="cluster-a"), "KL926"),
    ],
)
def test_what_is_left(text: str, code: str, run: Lint, finished: Path) -> None:
    (finished / "workers" / "old.yaml").write_text(text)
    assert codes(run, finished) == [code]


def test_a_pod_that_a_workload_made_is_not_told_twice(run: Lint, finished: Path) -> None:
    pod = """\
apiVersion: v1
kind: Pod
metadata:
  name: openvpn-client-5d9c-x2x2x
  namespace: kube-system
  labels:
    role: openvpn-client
  ownerReferences:
    - {apiVersion: apps/v1, kind: ReplicaSet, name: openvpn-client-5d9c, controller: true, uid: a}
spec:
  containers:
    - name: vpn
      image: quay.io/kubermatic/openvpn:v2.5.2-r0
"""
    second = pod.replace("x2x2x", "y3y3y")
    file = finished / "workers" / "listed.yaml"
    file.write_text(f"{client()}---\n{pod}---\n{second}")
    assert codes(run, finished) == ["KL920"]
    file.write_text(f"{pod}---\n{second}")
    assert codes(run, finished) == ["KL920"]


def test_a_list_as_kubectl_prints_it(run: Lint, tmp_path: Path) -> None:
    agent = (STAGES / "finished" / "workers" / "konnectivity-agent.yaml").read_text("utf-8")
    items = [text for text in [*agent.split("---\n"), client()] if "kind: Deployment" in text]
    lines = [
        ("  - " if number == 0 else "    ") + line
        for text in items
        for number, line in enumerate(
            line for line in text.splitlines() if not line.startswith("#")
        )
    ]
    listed = "\n".join(["apiVersion: v1", "kind: List", "items:", *lines, ""])
    got = run("--isolated", "--format", "json", "-", cwd=tmp_path, stdin=listed.encode())
    assert "KL920" in {item["code"] for item in json.loads(got.out)["findings"]}


def test_only_the_cluster_it_lies_in(run: Lint, tmp_path: Path) -> None:
    for name in ("berlin", "hamburg"):
        shutil.copytree(STAGES / "finished", tmp_path / name)
    (tmp_path / "vpn.yaml").write_text(client())
    assert codes(run, tmp_path) == []  # it may be either's, or still needed by one
    (tmp_path / "vpn.yaml").rename(tmp_path / "hamburg" / "vpn.yaml")
    assert codes(run, tmp_path) == ["KL920"]


def test_without_the_control_plane_its_namespace_is_not_guessed(run: Lint, finished: Path) -> None:
    shutil.rmtree(finished / "control-plane")
    (finished / "other.yaml").write_text(
        "---\n".join(
            [
                client(name="openvpn-server", namespace="office"),
                service(namespace="office"),
                client(name="dns-resolver", namespace="office"),
                "apiVersion: v1\nkind: Secret\nmetadata: {name: openvpn-ca, namespace: office}\n",
            ]
        )
    )
    assert codes(run, finished) == []


@pytest.mark.parametrize("namespace", ["", "${NAMESPACE}"])
def test_a_namespace_filled_in_later_is_so_on_both_sides(
    namespace: str, run: Lint, finished: Path
) -> None:
    agent = finished / "workers" / "konnectivity-agent.yaml"
    text = agent.read_text(encoding="utf-8")
    agent.write_text(text.replace("namespace: kube-system", f"namespace: {namespace}"))
    (finished / "workers" / "vpn.yaml").write_text(client(namespace=namespace))
    assert codes(run, finished) == ["KL920"]
