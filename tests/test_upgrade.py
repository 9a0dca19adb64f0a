"""What an upgrade will bring: shown beforehand, apart from what holds today."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Run

SERVER = """\
apiVersion: v1
kind: Pod
metadata: {name: konnectivity-server, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
    - name: konnectivity-server
      image: registry.k8s.io/kas-network-proxy/proxy-server:v0.30.4
      command: [/proxy-server]
      args:
        - --server-port=8131
        - --server-cert=/etc/kubernetes/server.crt
        - --server-key=/etc/kubernetes/server.key
        - --kubeconfig=/etc/kubernetes/konnectivity-server.conf
        - --agent-namespace=kube-system
        - --agent-service-account=konnectivity-agent
        - --authentication-audience=system:konnectivity-server
      volumeMounts: [{name: kubernetes, mountPath: /etc/kubernetes}]
  volumes: [{name: kubernetes, hostPath: {path: /etc/kubernetes}}]
"""
EGRESS = """\
apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
  - name: cluster
    note: an unknown field
    connection: {proxyProtocol: Direct}
"""


def found(run: Callable[..., Run], folder: Path, *options: str) -> dict[str, str]:
    """Return what each code found is said to come after."""
    output = json.loads(run("--isolated", "--format", "json", *options, cwd=folder).out)
    return {item["code"]: item["after"] for item in output["findings"]}


def test_what_the_new_release_refuses(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "server.yaml").write_text(SERVER)
    assert "KL144" not in found(run, tmp_path)
    after = found(run, tmp_path, "--target-version", "v0.36.0")
    assert after["KL144"] == "proxy v0.36.0"
    assert after["KL303"] == ""  # it holds today: clients are not verified


def test_what_the_new_kubernetes_refuses(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "egress.yaml").write_text(EGRESS)
    assert "KL008" not in found(run, tmp_path, "--kubernetes", "1.31")
    after = found(run, tmp_path, "--kubernetes", "1.31", "--target-kubernetes", "1.32")
    assert after["KL008"] == "Kubernetes 1.32"
    assert found(run, tmp_path, "--kubernetes", "1.32")["KL008"] == ""


def test_both_at_once_in_words(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "server.yaml").write_text(SERVER)
    options = ("--target-version", "v0.36.0", "--target-kubernetes", "1.36", "--lang", "de")
    got = run("--isolated", "--select", "KL144", *options, cwd=tmp_path)
    assert got.code == 1
    assert "Fehler[KL144]: nach dem Upgrade auf Proxy v0.36.0, Kubernetes 1.36: " in got.out


def test_no_upgrade_brings_nothing(run: Callable[..., Run]) -> None:
    options = ("--target-version", "v0.36.0", "--target-kubernetes", "1.36")
    got = run("--isolated", "--fail-on", "info", *options, "clean", cwd=ROOT / "examples")
    assert (got.code, got.out.startswith("No findings.")) == (0, True)


@pytest.mark.parametrize("image", ["v1.31.4", "v1.31.0-eks.1"])
def test_the_api_servers_image_names_the_minor(
    image: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    """An unknown field is refused from 1.32 on; --kubernetes wins over the image."""
    pod = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: kube-apiserver}}
spec:
  containers:
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:{image}
      command: [kube-apiserver, --egress-selector-config-file=/etc/egress.yaml]
      volumeMounts: [{{name: egress, mountPath: /etc}}]
  volumes: [{{name: egress, hostPath: {{path: /etc}}}}]
"""
    (tmp_path / "egress.yaml").write_text(EGRESS)
    (tmp_path / "kube-apiserver.yaml").write_text(pod)
    assert "KL008" not in found(run, tmp_path)
    assert "KL008" in found(run, tmp_path, "--kubernetes", "1.32")


@pytest.mark.parametrize("option", ["--target-version", "--target-kubernetes"])
def test_wrong_versions_are_explained(option: str, run: Callable[..., Run], tmp_path: Path) -> None:
    got = run(option, "newest", cwd=tmp_path)
    assert got.code == 2
    assert f"{option} newest: expected a " in got.err
