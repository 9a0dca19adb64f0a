"""Server and agents of a Kamaji control plane are of different minor releases."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.distribution import proxy_tag, written_version
from konnektor_lint.limits import shortened
from konnektor_lint.release import version
from konnektor_lint.rule import Findings, rule


@rule(
    "KL247",
    "kamaji-versions-differ",
    since="0.1",
    about=("distributions",),
    severity=Severity.INFO,
    args=("server", "agent"),
    references=(
        "kamaji 01f82d8 internal/builders/controlplane/konnectivity_server.go: serverVersion",
        "kamaji 065e145 internal/resources/konnectivity/agent.go: agentVersion",
        "https://github.com/kubernetes-sigs/apiserver-network-proxy#versioning-and-releases",
    ),
)
def kamaji_versions_differ(connector: Connector) -> Findings:
    """Compare both tags, also one that is written with one that Kamaji derives."""
    for found in connector.distributions:
        if found.product != "kamaji":
            continue
        server, agent = proxy_tag(found, "server"), proxy_tag(found, "agent")
        numbers = version(server or ""), version(agent or "")
        if numbers[0] is None or numbers[1] is None or numbers[0][:2] == numbers[1][:2]:
            continue
        sides = (written_version(found, role) for role in ("agent", "server"))
        first, *rest = [node for node in sides if node is not None]
        yield kamaji_versions_differ.report(
            value_of(first),
            *(value_of(node, "server") for node in rest),
            server=shortened(server or ""),
            agent=shortened(agent or ""),
        )
