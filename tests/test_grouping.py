"""Which files are taken for one connector: a comparison across two clusters is a false alarm."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import SOCKET, Run, egress
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.grouping import Cluster
from konnektor_lint.linting import Result, lint
from konnektor_lint.patterns import Patterns
from konnektor_lint.rule import all_rules


def server(
    name: str = "konnectivity-server", socket: str = SOCKET, port: int = 8132, count: int = 1,
    labels: str = "k8s-app: konnectivity-server",
) -> str:  # fmt: skip
    return f"""\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  namespace: kube-system
  labels:
    {labels}
spec:
  hostNetwork: true
  containers:
    - name: konnectivity-server
      image: registry.k8s.io/kas-network-proxy/proxy-server:v0.36.0
      command: ["/proxy-server"]
      args:
        - --mode=grpc
        - --uds-name={socket}
        - --server-port=0
        - --agent-port={port}
        - --server-count={count}
        - --cluster-cert=/pki/agents.crt
        - --cluster-key=/pki/agents.key
        - --agent-namespace=kube-system
        - --agent-service-account=konnectivity-agent
        - --authentication-audience=system:konnectivity-server
        - --kubeconfig=/etc/kubernetes/konnectivity-server.conf
"""


def agent(
    port: int = 8132, host: str = "203.0.113.10", account: str = "konnectivity-agent",
    audience: str = "system:konnectivity-server", name: str = "konnectivity-agent",
) -> str:  # fmt: skip
    return f"""\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: {name}
  namespace: kube-system
spec:
  selector:
    matchLabels:
      k8s-app: {name}
  template:
    metadata:
      labels:
        k8s-app: {name}
    spec:
      serviceAccountName: {account}
      containers:
        - name: konnectivity-agent
          image: registry.k8s.io/kas-network-proxy/proxy-agent:v0.36.0
          command: ["/proxy-agent"]
          args:
            - --proxy-server-host={host}
            - --proxy-server-port={port}
            - --service-account-token-path=/var/run/secrets/tokens/token
          volumeMounts:
            - name: token
              mountPath: /var/run/secrets/tokens
      volumes:
        - name: token
          projected:
            sources:
              - serviceAccountToken:
                  path: token
                  audience: {audience}
"""


AGENT_PATCH = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: konnectivity-agent
spec:
  template:
    spec:
      containers:
        - name: konnectivity-agent
          command: ["/proxy-agent"]
          args:
            - --proxy-server-host=203.0.113.99
            - --proxy-server-port=8999
"""

SERVER_PATCH = """\
apiVersion: v1
kind: Pod
metadata:
  name: konnectivity-server
spec:
  containers:
    - name: konnectivity-server
      command: ["/proxy-server"]
      args:
        - --mode=http-connect
        - --uds-name=/run/other/server.socket
        - --server-port=0
        - --agent-port=8555
"""


def account(name: str) -> str:
    return f"""\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {name}
  namespace: kube-system
"""


def binding(name: str, user: str = "system:konnectivity-server") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {name}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
  - apiGroup: rbac.authorization.k8s.io
    kind: User
    name: {user}
"""


def service(name: str, selector: str = "k8s-app: konnectivity-server", target: int = 8132) -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: kube-system
spec:
  selector:
    {selector}
  ports:
    - port: 8132
      targetPort: {target}
"""


def policy(
    name: str, port: int, selector: str = "matchLabels: {k8s-app: konnectivity-agent}"
) -> str:
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: kube-system
spec:
  podSelector: {{{selector}}}
  policyTypes: [Egress]
  egress:
    - ports:
        - port: 8132
        - port: {port}
"""


def linted(folder: Path, files: dict[str, str]) -> Result:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    rules = [rule for rule in all_rules() if rule.code.startswith("KL2")]
    return lint([str(folder)], rules, Settings())


def groups(result: Result, folder: Path) -> set[tuple[str, ...]]:
    """Return the files of each connector."""
    return {
        tuple(
            sorted(
                {str(Path(item.source.path).relative_to(folder)) for item in connector.documents}
            )
        )
        for connector in result.connectors
        if connector.documents
    }


def codes(result: Result) -> set[str]:
    return {item.code for item in result.findings}


def only(result: Result) -> Connector:
    (connector,) = [item for item in result.connectors if item.documents]
    return connector


def cluster(folder: str, port: int) -> dict[str, str]:
    """Return the files of a whole cluster whose every value differs from other ports' clusters."""
    socket = f"/run/konnectivity-{port}/server.socket"
    return {
        f"{folder}/egress.yaml": egress(socket),
        f"{folder}/server.yaml": server(socket=socket, port=port),
        f"{folder}/agent.yaml": agent(port),
    }


def test_one_cluster_in_one_folder(tmp_path: Path) -> None:
    result = linted(tmp_path, cluster(".", 8132))
    assert groups(result, tmp_path) == {("agent.yaml", "egress.yaml", "server.yaml")}
    assert codes(result) == set()


def test_a_fault_across_one_folder_is_found(tmp_path: Path) -> None:
    files = {"server.yaml": server(port=8091), "agent.yaml": agent(8132)}
    assert codes(linted(tmp_path, files)) == {"KL206"}


@pytest.mark.parametrize(
    "folders",
    [("prod", "staging"), ("clusters/a", "clusters/b", "clusters/c"), ("eu/1", "eu/2", "us/1")],
)
def test_whole_clusters_are_never_mixed(folders: tuple[str, ...], tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for number, folder in enumerate(folders):
        files |= cluster(folder, 8132 + number)
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == len(folders)
    assert codes(result) == set()


@pytest.mark.parametrize(
    ("control_plane", "workers"),
    [
        ("control-plane", "workers"), ("master", "nodes"), ("config", "deploy"),
        ("control-plane/manifests/static", "workers/addons"), ("server", "pool-eu"),
        ("konnectivity-server", "konnectivity-agent"), (".", "agents"), ("egress", "."),
    ],
)  # fmt: skip
def test_folders_of_one_cluster_are_joined(
    control_plane: str, workers: str, tmp_path: Path
) -> None:
    files = {
        f"{control_plane}/egress.yaml": egress(),
        f"{control_plane}/server.yaml": server(port=8091),
        f"{workers}/agent.yaml": agent(8132),
    }
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 1
    assert codes(result) == {"KL206"}


def test_each_part_in_a_folder_of_its_own(tmp_path: Path) -> None:
    files = {
        "egress/config.yaml": egress("/run/other.socket"),
        "server/pod.yaml": server(),
        "agent/set.yaml": agent(),
    }
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 1
    assert codes(result) == {"KL201"}


def test_clusters_with_folders_for_both_sides(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for number, name in enumerate(("a", "b", "c")):
        socket = f"/run/{name}/server.socket"
        files[f"clusters/{name}/control-plane/egress.yaml"] = egress(socket)
        files[f"clusters/{name}/control-plane/server.yaml"] = server(
            socket=socket, port=9000 + number
        )
        files[f"clusters/{name}/workers/agent.yaml"] = agent(9000 + number)
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 3
    assert codes(result) == set()


def test_halves_beside_a_whole_cluster_are_not_joined(tmp_path: Path) -> None:
    """One cluster keeps both sides here, one only its control plane, one only its agents."""
    files = cluster("clusters/a", 8132)
    files["clusters/b/egress.yaml"] = egress("/run/b.socket")
    files["clusters/b/server.yaml"] = server(socket="/run/b.socket", port=8555)
    files["clusters/c/agent.yaml"] = agent(8777, audience="c", account="c-agent")
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 3
    assert codes(result) == set()


def test_halves_of_strangers_are_not_joined(tmp_path: Path) -> None:
    files = {
        "berlin/server.yaml": server(port=8555),
        "hamburg/agent.yaml": agent(8777, audience="hamburg"),
        "bremen/egress.yaml": egress("/run/bremen.socket"),
    }
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 3
    assert codes(result) == set()


def test_two_halves_and_nothing_else_are_one_connector(tmp_path: Path) -> None:
    files = {"berlin/server.yaml": server(port=8555), "hamburg/agent.yaml": agent(8777)}
    assert codes(linted(tmp_path, files)) == {"KL206"}


def test_agents_of_several_clusters_do_not_meet_one_server(tmp_path: Path) -> None:
    files = {f"clusters/{name}/agent.yaml": agent(9000 + at) for at, name in enumerate("abc")}
    files["control-plane/server.yaml"] = server()
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 4
    assert codes(result) == set()


def test_node_pools_of_one_cluster_do(tmp_path: Path) -> None:
    files = {
        "control-plane/server.yaml": server(),
        "workers/agent.yaml": agent(),
        "workers-gpu/agent.yaml": agent(8777, name="konnectivity-agent-gpu"),
    }
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 1
    assert codes(result) == {"KL206"}


def test_control_planes_of_several_clusters_share_no_agent(tmp_path: Path) -> None:
    files = {
        "prod/server.yaml": server(port=9001),
        "dev/server.yaml": server(port=9002),
        "common/agent.yaml": agent(9003),
    }
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 3
    assert codes(result) == set()


def test_several_servers_of_one_control_plane(tmp_path: Path) -> None:
    files = {f"node-{at}.yaml": server(f"konnectivity-server-{at}", count=3) for at in range(3)}
    result = linted(tmp_path, files | {"egress.yaml": egress(), "agent.yaml": agent()})
    assert len(only(result).servers) == 3
    assert codes(result) == set()


def test_one_of_several_servers_says_another_count(tmp_path: Path) -> None:
    files = {f"node-{at}.yaml": server(f"konnectivity-server-{at}", count=3) for at in range(2)}
    files["node-2.yaml"] = server("konnectivity-server-2", count=1)
    assert codes(linted(tmp_path, files)) == {"KL210"}


def test_two_clusters_in_one_folder_satisfy_each_other(tmp_path: Path) -> None:
    """What some server of the folder satisfies is no finding."""
    files: dict[str, str] = {}
    for port in (8132, 8133):
        files |= {
            path.replace(".yaml", f"-{port}.yaml"): text
            for path, text in cluster(".", port).items()
        }
    assert codes(linted(tmp_path, files)) == set()


def test_patches_of_an_overlay_are_compared_with_nothing(tmp_path: Path) -> None:
    files = cluster("base", 8132)
    files["overlays/prod/agent.yaml"] = AGENT_PATCH
    files["overlays/staging/server.yaml"] = SERVER_PATCH
    files["overlays/test/all.yaml"] = f"{AGENT_PATCH}---\n{SERVER_PATCH}"
    result = linted(tmp_path, files)
    assert ("base/agent.yaml", "base/egress.yaml", "base/server.yaml") in groups(result, tmp_path)
    assert codes(result) == set()


def test_a_patch_beside_its_base(tmp_path: Path) -> None:
    result = linted(tmp_path, cluster(".", 8132) | {"agent-patch.yaml": AGENT_PATCH})
    assert codes(result) == set()
    assert ("agent-patch.yaml",) in groups(result, tmp_path)


def test_a_patch_beside_its_base_makes_no_rule_skipped(tmp_path: Path) -> None:
    alone = linted(tmp_path / "one", cluster(".", 8132))
    beside = linted(tmp_path / "two", cluster(".", 8132) | {"agent-patch.yaml": AGENT_PATCH})
    assert [item.rule.code for item in beside.skipped_rules] == [
        item.rule.code for item in alone.skipped_rules
    ]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("DaemonSet", "konnectivity-agent"),
        ("ReplicaSet", "konnectivity-agent-5d8f7"),
        ("StatefulSet", "konnectivity-agent"),
    ],
)
def test_pods_of_a_workload_repeat_nothing(tmp_path: Path, kind: str, name: str) -> None:
    workload = "Deployment" if kind == "ReplicaSet" else kind
    pods = "---\n".join(copy_of(agent(8777), node, kind, name) for node in ("a", "b", "c"))
    files = {"server.yaml": server(), "pods.yaml": pods}
    only_pods = linted(tmp_path / "pods", files)
    files["agents.yaml"] = agent(8777).replace("kind: DaemonSet", f"kind: {workload}")
    with_workload = linted(tmp_path / "all", files)
    assert [Path(item.primary.source.path).name for item in only_pods.findings] == ["pods.yaml"]
    assert [Path(item.primary.source.path).name for item in with_workload.findings] == [
        "agents.yaml"
    ]


def test_static_pods_of_several_nodes_are_several(tmp_path: Path) -> None:
    servers = [
        server(f"konnectivity-server-{node}", port=8777).replace(
            "metadata:\n",
            "metadata:\n  ownerReferences:\n    - apiVersion: v1\n      kind: Node\n"
            f"      name: {node}\n      controller: true\n",
        )
        for node in ("a", "b", "c")
    ]
    result = linted(tmp_path, {"servers.yaml": "---\n".join(servers), "agent.yaml": agent()})
    (connector,) = result.connectors
    assert len(connector.servers) == 3


def copy_of(workload: str, node: str, kind: str, name: str) -> str:
    """Return a pod as the controller of a workload makes it for a node."""
    template = workload.partition("  template:\n")[2]
    lines = [line[4:] for line in template.splitlines()]
    made_by = (
        f"  name: konnectivity-agent-{node}\n  namespace: kube-system\n  ownerReferences:\n"
        f"    - apiVersion: apps/v1\n      kind: {kind}\n      name: {name}\n"
        "      controller: true"
    )
    lines.insert(1, made_by)
    return "apiVersion: v1\nkind: Pod\n" + "\n".join(lines) + "\n"


def test_an_overlay_brings_its_own_egress_file(tmp_path: Path) -> None:
    files = cluster("base", 8132)
    files["overlays/prod/egress.yaml"] = egress("/run/prod.socket")
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 2
    assert codes(result) == set()


def test_an_overlay_brings_the_control_plane(tmp_path: Path) -> None:
    files = {"base/agent.yaml": agent(8777), "overlays/prod/server.yaml": server()}
    assert codes(linted(tmp_path, files)) == {"KL206"}


def test_accounts_and_services_are_found_by_name(tmp_path: Path) -> None:
    """Files in which nothing but a name says that they belong to the connector."""
    files = cluster("k8s", 8132)
    files["k8s/server.yaml"] = server(labels="app: tunnel-server", socket="/run/t.socket")
    files["k8s/egress.yaml"] = egress("/run/t.socket")
    files["k8s/agent.yaml"] = agent(host="tunnel.kube-system.svc", account="tunnel-agent")
    files["k8s/server.yaml"] = files["k8s/server.yaml"].replace(
        "account=konnectivity-agent", "account=tunnel-agent"
    )
    files["k8s/rbac/account.yaml"] = account("tunnel-agent")
    files["k8s/rbac/other.yaml"] = account("metrics")
    files["k8s/service.yaml"] = service("tunnel", "app: tunnel-server", target=8091)
    files["k8s/second-service.yaml"] = service("outside", "app: tunnel-server")
    result = linted(tmp_path, files)
    connector = only(result)
    assert [item.document.name for item in connector.service_accounts] == ["tunnel-agent"]
    assert {item.name for item in connector.services} == {"tunnel", "outside"}
    assert codes(result) == {"KL206"}


def test_permissions_in_a_common_folder_count_for_each_cluster(tmp_path: Path) -> None:
    files = cluster("clusters/a", 8132) | cluster("clusters/b", 8133)
    files["clusters/a/more.yaml"] = binding("konnectivity-server-more", "system:konnectivity-srver")
    files["clusters/rbac/binding.yaml"] = binding("system:konnectivity-server")
    result = linted(tmp_path, files)
    assert all(connector.bindings for connector in result.connectors if connector.documents)
    assert codes(result) == set()
    (tmp_path / "clusters/rbac/binding.yaml").unlink()
    assert codes(linted(tmp_path, {})) == {"KL209"}


def test_a_service_of_another_cluster_is_not_taken(tmp_path: Path) -> None:
    files = cluster("clusters/a", 8132) | cluster("clusters/b", 8132)
    for name in "ab":
        files[f"clusters/{name}/agent.yaml"] = agent(host="konnectivity.kube-system.svc")
    files["clusters/c/service.yaml"] = service("konnectivity", target=9999)
    result = linted(tmp_path, files)
    assert not any(connector.services for connector in result.connectors)
    assert codes(result) == set()


def test_policies_of_the_pods_namespace_are_taken(tmp_path: Path) -> None:
    """Also one for all Pods, in a file that names nothing of the connector."""
    files = cluster("connector/manifests", 8132)
    files["connector/network/agent.yaml"] = policy("konnectivity-agent", 443)
    files["connector/network/metrics.yaml"] = policy("metrics", 1, "matchLabels: {app: metrics}")
    files["connector/network/elsewhere.yaml"] = policy("all", 10250, "").replace(
        "kube-system", "default"
    )
    result = linted(tmp_path, files)
    names = [item.document.name for item in only(result).network_policies]
    assert (names, codes(result)) == (["konnectivity-agent"], {"KL224"})
    files["connector/network/kubelets.yaml"] = policy("kubelets", 10250, "")
    result = linted(tmp_path, files)
    names = [item.document.name for item in only(result).network_policies]
    assert (sorted(names), codes(result)) == (["konnectivity-agent", "kubelets"], set())


def test_a_policy_of_another_cluster_is_not_taken(tmp_path: Path) -> None:
    files = cluster("clusters/a", 8132) | cluster("clusters/b", 8132)
    files["clusters/c/policy.yaml"] = policy("konnectivity-agent", 443)
    result = linted(tmp_path, files)
    assert not any(connector.network_policies for connector in result.connectors)
    assert codes(result) == set()


def test_a_service_of_a_common_parent_counts(tmp_path: Path) -> None:
    files = cluster("connector/manifests", 8132)
    files["connector/manifests/agent.yaml"] = agent(host="konnectivity.kube-system.svc")
    files["connector/service.yaml"] = service("konnectivity", target=9999)
    assert codes(linted(tmp_path, files)) == {"KL206"}


def test_many_folders_are_grouped_quickly(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for number in range(60):
        files |= cluster(f"clusters/c{number}", 9000 + number)
        files[f"clusters/c{number}/rbac.yaml"] = binding("system:konnectivity-server")
    result = linted(tmp_path, files)
    assert len(groups(result, tmp_path)) == 60
    assert codes(result) == set()


def test_clusters_of_the_configuration_are_joined_as_it_says(
    tmp_path: Path, run: Callable[..., Run]
) -> None:
    """Files of one folder are two clusters, and one file belongs to both."""
    (tmp_path / "berlin-cp.yaml").write_text(server(port=8132))
    (tmp_path / "berlin-nodes.yaml").write_text(agent(port=8132))
    (tmp_path / "hamburg-cp.yaml").write_text(server(port=9132))
    (tmp_path / "agents.yaml").write_text(agent(port=9132))
    (tmp_path / ".konnektor-lint.yaml").write_text(
        "clusters:\n  Berlin: ['berlin-*', agents.yaml]\n"
        "  Hamburg: [hamburg-cp.yaml, agents.yaml]\n"
    )
    got = json.loads(run("--format", "json", "--select", "KL206", ".", cwd=tmp_path).out)
    assert [item["location"]["file"] for item in got["findings"]] == ["agents.yaml"]
    result = lint(
        [str(tmp_path)], (), Settings(),
        clusters=(
            Cluster("Berlin", Patterns(("berlin-*",), str(tmp_path))),
            Cluster("Hamburg", Patterns(("hamburg-*", "agents.yaml"), str(tmp_path))),
            Cluster("Bremen", Patterns(("bremen",), str(tmp_path))),
        ),
    )  # fmt: skip
    assert [(item.name, item.joined_by, len(item.agents)) for item in result.connectors] == [
        ("Berlin", "clusters", 1), ("Hamburg", "clusters", 1),
    ]  # fmt: skip


def test_a_file_that_no_cluster_names_stays_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "named.yaml").write_text(server())
    (tmp_path / "free-cp.yaml").write_text(server("other"))
    (tmp_path / "free-nodes.yaml").write_text(agent())
    named = Cluster("one", Patterns(("named.yaml",), str(tmp_path)))
    result = lint([str(tmp_path)], (), Settings(), clusters=(named,))
    assert [(item.joined_by, len(item.servers)) for item in result.connectors] == [
        ("clusters", 1), ("folder", 1),
    ]  # fmt: skip


def test_an_overlay_of_kustomize_is_not_compared_with_its_base(tmp_path: Path) -> None:
    """Only kustomize knows what a patch makes of the base: its own words are read, no more."""
    base, overlay = tmp_path / "base", tmp_path / "overlays" / "berlin"
    base.mkdir()
    overlay.mkdir(parents=True)
    (base / "server.yaml").write_text(server(port=8132))
    (base / "agent.yaml").write_text(agent(port=8132))
    (base / "kustomization.yaml").write_text("resources: [server.yaml, agent.yaml]\n")
    (overlay / "kustomization.yaml").write_text(
        "resources: [../../base]\npatches:\n- path: port.yaml\n- patch: |-\n"
        "    kind: DaemonSet\n    metadata: {name: konnectivity-agent}\n    spec:\n"
        "      template:\n        spec:\n          containers:\n"
        "          - name: konnectivity-agent\n            command: [/proxy-agent]\n"
        "            args: [--proxy-server-prt=9132]\n"
    )
    (overlay / "port.yaml").write_text(
        "kind: DaemonSet\nmetadata: {name: konnectivity-agent}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - name: konnectivity-agent\n        command: [/proxy-agent]\n"
        "        args: [--proxy-server-host=203.0.113.10, --proxy-server-port=9132]\n"
    )
    rules = [rule for rule in all_rules() if rule.code in ("KL130", "KL206")]
    found = lint([str(tmp_path)], rules, Settings())
    assert [
        (item.code, item.primary.source.path.rpartition("/")[2]) for item in found.findings
    ] == [("KL130", "kustomization.yaml")]
    assert [item.joined_by for item in found.connectors] == ["folder", "patch", "patch"]
