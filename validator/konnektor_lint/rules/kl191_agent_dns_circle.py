"""An agent asks cluster DNS, which may need the tunnel, for a name that the node's DNS knows."""

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.listener import is_address, is_loopback
from konnektor_lint.rule import Findings, rule

_CLUSTER_FIRST = "ClusterFirstWithHostNet"


@rule(
    "KL191",
    "agent-dns-circle",
    since="0.1",
    edge="tunnel",
    severity=Severity.INFO,
    needs=("agents",),
    args=("host", "policy"),
    references=(
        "https://github.com/openshift/hypershift/pull/3810",
        "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
    ),
)
def agent_dns_circle(connector: Connector) -> Findings:
    """Look for agents on the node's network that look up a public name in cluster DNS.

    Names without a dot, and those of Services, exist in cluster DNS only.
    """
    services = connector.services[: limits.PARTNERS]
    for agent in connector.agents:
        policy = agent.pod.spec.at("dnsPolicy")
        host = agent.text("proxy-server-host") or ""
        if policy is None or policy.text != _CLUSTER_FIRST or not agent.pod.host_network:
            continue
        if agent.whole and _is_public(host) and not any(one.answers_to(host) for one in services):
            yield agent_dns_circle.report(
                value_of(policy),
                place_of_flag(agent, "proxy-server-host", "dialled"),
                host=host,
                policy=_CLUSTER_FIRST,
            )


def _is_public(host: str) -> bool:
    name = host.rstrip(".").lower()
    if "." not in name or is_loopback(name) or is_address(name):
        return False
    return not name.endswith((".svc", ".local", ".internal")) and ".svc." not in name
