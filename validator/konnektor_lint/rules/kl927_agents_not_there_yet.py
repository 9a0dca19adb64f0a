"""The API server is switched, but on the workers there is only the old OpenVPN client."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.openvpn import is_switched
from konnektor_lint.rule import Findings, rule

_FLAG = "egress-selector-config-file"


@rule(
    "KL927",
    "agents-not-there-yet",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("kind", "name"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/backend_manager.go: No agent available",
        "kubermatic/kubermatic docs/proposals/konnectivity-openvpn.md: the phases",
    ),
)
def agents_not_there_yet(connector: Connector) -> Findings:
    """Look for the client's workload where no agent is given, and the flag names the tunnel."""
    flagged = [item for item in connector.api_servers if item.flag(_FLAG)]
    if connector.agents or not flagged or not is_switched(connector):
        return
    for item in connector.leftovers:
        if item.kind == "client":
            yield agents_not_there_yet.report(
                value_of(item.node),
                place_of_flag(flagged[0], _FLAG, "api_server"),
                kind=item.document.kind or "Deployment",
                name=item.name,
            )
