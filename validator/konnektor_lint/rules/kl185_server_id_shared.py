"""All copies of the proxy server call themselves by one name."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, flag_value_of, value_of
from konnektor_lint.pod import Pod
from konnektor_lint.rule import Findings, rule


@rule(
    "KL185",
    "server-id-shared",
    since="0.1",
    edge="count",
    needs=("servers",),
    args=("id", "kind"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/agent/clientset.go: one connection per server ID",
        "https://github.com/k0sproject/k0s/issues/1547",
    ),
)
def server_id_shared(connector: Connector) -> Findings:
    """Report a constant ``--server-id`` in a workload that runs the pod more than once."""
    for server in connector.servers:
        flag = server.flag("server-id")
        if flag is None or flag.open:
            continue
        replicas = server.pod.replicas or 0
        if replicas > 1 or server.pod.kind == "DaemonSet":
            yield server_id_shared.report(
                flag_value_of(flag),
                _copies(server.pod),
                severity=None if replicas > 1 else Severity.WARNING,
                id=flag.text,
                kind=server.pod.kind,
            )


def _copies(pod: Pod) -> Location:
    root = pod.document.root
    return value_of(root.at("spec", "replicas") or root.at("kind") or pod.node, "copies")
