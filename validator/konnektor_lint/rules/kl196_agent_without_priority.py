"""Agents have no priority, so that other Pods may push them off a full node."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.rule import Findings, rule

_WORKLOADS = frozenset(("DaemonSet", "Deployment", "StatefulSet", "ReplicaSet"))


@rule(
    "KL196",
    "agent-without-priority",
    since="0.1",
    severity=Severity.INFO,
    needs=("agents",),
    args=("kind",),
    references=(
        "https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
    ),
)
def agent_without_priority(connector: Connector) -> Findings:
    """Report agents' workloads that name no priority class; a server's Pod is its owner's care."""
    seen = {id(server.pod.root) for server in connector.servers}
    for agent in connector.agents:
        pod = agent.pod
        if id(pod.root) in seen or pod.kind not in _WORKLOADS or not agent.whole:
            continue
        seen.add(id(pod.root))
        if pod.spec.at("priorityClassName") is None and pod.spec.at("priority") is None:
            yield agent_without_priority.report(value_of(pod.node), kind=pod.kind)
