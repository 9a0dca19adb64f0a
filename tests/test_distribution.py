"""Settings of distributions: which documents are recognised, and what is read from them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run, egress
from konnektor_lint.assembly import group
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.distribution import Distribution, distribution_of
from konnektor_lint.manifest import violations_of
from konnektor_lint.rule import all_rules
from konnektor_lint.rule import run as run_rules
from konnektor_lint.source import Source, parse

K0S = """\
apiVersion: k0s.k0sproject.io/v1beta1
kind: ClusterConfig
spec:
  konnectivity: {agentPort: 8132, externalAddress: konnectivity.example.org}
"""
K0SCTL = """\
apiVersion: k0sctl.k0sproject.io/v1beta1
kind: Cluster
metadata: {name: plant}
spec:
  hosts: []
  k0s:
    version: v1.35.1+k0s.0
    config: {spec: {konnectivity: {agentPort: 9132}}}
"""
MACHINES = """\
apiVersion: controlplane.cluster.x-k8s.io/v1beta2
kind: K0sControlPlane
metadata: {name: plant}
spec:
  version: v1.35.1+k0s.0
  k0sConfigSpec: {k0s: {spec: {konnectivity: {agentPort: 9132}}}}
"""
K0SMOTRON = """\
apiVersion: k0smotron.io/v1beta2
kind: Cluster
metadata: {name: tenant}
spec:
  version: v1.35.1-k0s.0
  service: {type: NodePort, konnectivityPort: 30132}
"""
KAMAJI = """\
apiVersion: kamaji.clastix.io/v1alpha1
kind: TenantControlPlane
metadata: {name: tenant}
spec:
  kubernetes: {version: v1.34.1}
  addons:
    konnectivity:
      server: {port: 8132, extraArgs: [--keepalive-time=1m]}
      agent: {version: v0.33.0, extraArgs: [--sync-forever]}
"""
TEMPLATE = """\
apiVersion: controlplane.cluster.x-k8s.io/v1alpha2
kind: KamajiControlPlaneTemplate
metadata: {name: tenant}
spec:
  template:
    spec:
      version: 1.34.1
      addons: {konnectivity: {agent: {mode: DaemonSet}}}
"""
KKP = """\
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {name: shop}
spec:
  version: 1.34.1
  componentsOverride: {konnectivityProxy: {args: [--xfr-channel-size=300]}}
"""
VCLUSTER = """\
privateNodes: {enabled: true}
controlPlane: {advanced: {konnectivity: {server: {extraArgs: [--keepalive-time=1m]}}}}
"""
K3S = "egress-selector-mode: cluster\n"
ALL = {
    "k0s": K0S, "k0sctl": K0SCTL, "k0s-machines": MACHINES, "k0smotron": K0SMOTRON,
    "kamaji": KAMAJI, "kkp": KKP, "vcluster": VCLUSTER, "k3s": K3S,
}  # fmt: skip


def read(text: str, path: str = "cluster.yaml") -> Distribution | None:
    (document,) = parse(Source(path, text)).documents
    return distribution_of(document)


def known(text: str, path: str = "cluster.yaml") -> Distribution:
    found = read(text, path)
    assert found is not None
    return found


def connectors(*texts: str) -> list[Connector]:
    files = [parse(Source(f"clusters/{at}.yaml", text)) for at, text in enumerate(texts)]
    return group(files, Settings())


def codes(text: str) -> set[str]:
    found: set[str] = set()
    for connector in connectors(text):
        found |= {item.code for item in run_rules(connector, all_rules())[0]}
    return found


@pytest.mark.parametrize(("product", "text"), ALL.items())
def test_each_product_is_recognised_and_clean(product: str, text: str) -> None:
    assert known(text).product == product
    assert codes(text) <= {"KL247"}


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {api: {port: 6443}}\n",
        "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {konnectivity: null}\n",
        "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nspec: {ingress: {}}\n",
        "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nspec: {clusterNetwork: {}}\n",
        KAMAJI.replace("konnectivity:", "coreDNS:"),
        K0SMOTRON.replace("konnectivityPort", "apiPort"),
        "apiVersion: v1\nkind: ConfigMap\negress-selector-mode: cluster\n",
        "controlPlane: {advanced: {}}\n",
        "cluster-init: true\n",
    ],
)
def test_what_says_nothing_about_the_connector_is_not_ours(text: str) -> None:
    assert read(text) is None


def test_k0s_is_found_where_it_is_embedded() -> None:
    ports = [
        known(text).k0s_port("konnectivity", "agentPort", default=8132).number
        for text in (K0S, K0SCTL, MACHINES)
    ]
    assert ports == [8132, 9132, 9132]
    assert codes(MACHINES.replace("9132", "443")) == {"KL257"}
    version = known(K0SCTL).version
    assert version is not None
    assert version.text == "v1.35.1+k0s.0"
    assert known(K0S).version is None


def test_a_port_is_the_default_the_number_or_unknown() -> None:
    found = known(K0S.replace("agentPort: 8132", "agentPort: '${PORT}'"))
    written = found.k0s_port("konnectivity", "agentPort", default=8132)
    default = found.k0s_port("konnectivity", "adminPort", default=8133)
    assert written.number is None
    assert written.node is not None
    assert (default.number, default.node) == (8133, None)


def test_templates_are_read_like_the_objects_they_make() -> None:
    found = known(TEMPLATE)
    assert found.product == "kamaji"
    assert found.minor == 34
    assert codes(TEMPLATE.replace("DaemonSet", "Daemon")) == {"KL010"}


def test_arguments_are_read_for_the_release_in_use() -> None:
    roles = {item.role: item for item in known(KAMAJI).arguments}
    server, agent = roles["server"].release, roles["agent"].release
    assert server is not None
    assert agent is not None
    assert (server.tag, agent.tag) == ("v0.34.0", "v0.33.0")
    assert all(item.is_piece and not item.whole for item in roles.values())


def test_arguments_of_a_kkp_seed_go_to_servers_those_of_a_cluster_to_agents() -> None:
    seed = KKP.replace("Cluster", "Seed").replace("componentsOverride", "defaultComponentSettings")
    assert [item.role for item in known(KKP).arguments] == ["agent"]
    assert [item.role for item in known(seed).arguments] == ["server"]
    of_agents, of_servers = "--sync-forever", "--proxy-strategies=default"
    assert codes(KKP.replace("--xfr-channel-size=300", of_agents)) == set()
    assert codes(KKP.replace("--xfr-channel-size=300", of_servers)) == {"KL135"}
    assert codes(seed.replace("--xfr-channel-size=300", of_servers)) == set()
    assert codes(seed.replace("--xfr-channel-size=300", of_agents)) == {"KL135"}


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("--keepalive-tim=1m", {"KL130"}),
        ("--keepalive-time=1", {"KL131"}),
        ("--proxy-strategies=none", {"KL136"}),
        ("--cluster-cert=/pki/tls.crt", {"KL249"}),
        ("--server-cert=/pki/tls.crt", set()),  # its key may be among Kamaji's own arguments
        ("'--keepalive-time=${KEEPALIVE}'", set()),
    ],
)
def test_arguments_are_checked_with_the_real_flags(argument: str, expected: set[str]) -> None:
    assert codes(KAMAJI.replace("--keepalive-time=1m", argument)) - {"KL247"} == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (K0S.replace("agentPort", "agentport"), "unknown-field"),
        (K0S.replace("8132", "'8132'"), "wrong-type"),
        (K0SCTL.replace("agentPort", "port"), "unknown-field"),
        (K0SMOTRON.replace("konnectivityPort", "konnectivityport, ingress: {}, x"), ""),
        (K0SMOTRON + "  ingress: {apiHost: api.example.org}\n", "missing-field"),
        (KAMAJI.replace("port: 8132, ", ""), "missing-field"),
        (KAMAJI.replace("agent:", "agents:"), "unknown-field"),
        (KKP.replace("args", "extraArgs"), "unknown-field"),
        (KKP.replace("[--xfr-channel-size=300]", "--xfr-channel-size=300"), "wrong-type"),
        (VCLUSTER.replace("enabled: true", "enabled: 'yes'"), "wrong-type"),
        (VCLUSTER.replace("server:", "servers:"), "unknown-field"),
    ],
)
def test_blocks_are_checked_against_their_schemas(text: str, kind: str) -> None:
    if not kind:
        assert read(text) is None
        return
    (connector,) = connectors(text)
    assert [item.kind for item in violations_of(connector, kind)] == [kind]


def test_a_patch_lacks_nothing() -> None:
    patch = KAMAJI.replace("  kubernetes: {version: v1.34.1}\n", "").replace("port: 8132, ", "")
    assert not known(patch).whole
    assert codes(patch) == set()
    assert not known(K0S, "konnectivity-patch.yaml").whole


def test_two_clusters_side_by_side_are_never_joined() -> None:
    found = connectors(KAMAJI, KAMAJI.replace("name: tenant", "name: other"), egress())
    sizes = [(len(item.distributions), len(item.egress)) for item in found]
    assert sorted(sizes) == [(0, 1), (1, 0), (1, 0)]


@pytest.mark.parametrize("value", ["[]", "{}", "1", "text", "[1]", "[[]]", "{a: 1}", "null"])
def test_odd_values_are_no_trouble(value: str) -> None:
    for text in ALL.values():
        for line in range(text.count("\n")):
            lines = text.splitlines()
            key, colon, _ = lines[line].partition(":")
            lines[line : line + 1] = [f"{key}{colon} {value}"]
            indent = len(key) - len(key.lstrip())
            while lines[line + 1 :] and lines[line + 1].startswith(" " * (indent + 1)):
                del lines[line + 1]
            codes("\n".join(lines) + "\n")
    for path in ("spec", "controlPlane", "egress-selector-mode"):
        codes(f"{path}: {value}\n")


def test_the_summary_and_the_report_name_them(tmp_path: Path, run: Callable[..., Run]) -> None:
    (tmp_path / "config.yaml").write_text(K3S, encoding="utf-8")
    (tmp_path / "list.yaml").write_text(
        "apiVersion: v1\nkind: List\nitems:\n- " + KKP.replace("\n", "\n  "), encoding="utf-8"
    )
    text = run("--isolated", ".", cwd=tmp_path)
    assert text.code == 0
    assert "2 clusters of distributions" in text.out
    report = json.loads(run("--isolated", "--format", "json", ".", cwd=tmp_path).out)
    assert [part["role"] for part in report["summary"]["parts"]] == ["distribution"] * 2
    assert report["summary"]["skipped_rules"] == []


def test_what_kubectl_prints_can_be_piped_in(tmp_path: Path, run: Callable[..., Run]) -> None:
    got = run("--isolated", "-", cwd=tmp_path, stdin=KAMAJI.replace("8132", "8133").encode())
    assert got.code == 1
    assert "KL256" in got.out
