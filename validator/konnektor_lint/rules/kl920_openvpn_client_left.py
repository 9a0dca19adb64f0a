"""The OpenVPN client is still deployed on the workers, beside the agents."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.openvpn import removable
from konnektor_lint.rule import Findings, rule


@rule(
    "KL920",
    "openvpn-client-left",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("kind", "name"),
    references=(
        "kubermatic/kubermatic docs/proposals/konnectivity-openvpn.md: what is cleaned up",
        "kubermatic/kubermatic pkg/controller/user-cluster-controller-manager: openvpn/deletion.go",
    ),
)
def openvpn_client_left(connector: Connector) -> Findings:
    """Look for its workload; scaled to zero it is a way back, and not reported."""
    for item in removable(connector, "client"):
        yield openvpn_client_left.report(
            value_of(item.node),
            value_of(connector.agents[0].pod.node, "agent"),
            kind=item.document.kind or "Deployment",
            name=item.name,
        )
