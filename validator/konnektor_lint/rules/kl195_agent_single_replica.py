"""A single agent: the tunnel is gone while its node is drained."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL195",
    "agent-single-replica",
    since="0.1",
    severity=Severity.INFO,
    needs=("agents",),
    args=("kind",),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/storage.go: no agent, no way",
        "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/",
    ),
)
def agent_single_replica(connector: Connector) -> Findings:
    """Report ``replicas: 1`` that is written down, where no other workload runs agents."""
    if len(connector.agents) != 1:
        return
    agent = connector.agents[0]
    written = agent.pod.document.root.at("spec", "replicas")
    if agent.whole and written is not None and agent.pod.replicas == 1:
        yield agent_single_replica.report(value_of(written), kind=agent.pod.kind)
