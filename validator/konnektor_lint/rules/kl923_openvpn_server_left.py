"""The OpenVPN server, or the way in to it, is still there."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Severity, value_of
from konnektor_lint.openvpn import Leftover, removable
from konnektor_lint.rule import Findings, rule


@rule(
    "KL923",
    "openvpn-server-left",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("kind", "name"),
    references=(
        "kubermatic/kubermatic pkg/resources/openvpn/service.go: port 1194, a NodePort by default",
        "kubermatic/kubermatic pkg/resources/openvpn/deletion.go: what belongs to the server",
    ),
)
def openvpn_server_left(connector: Connector) -> Findings:
    """Report the server with its Services and policies; each of these alone without a server."""
    servers, doors = removable(connector, "server"), removable(connector, "door")
    if servers:
        yield _finding(servers[0], [*servers[1:], *doors])
        return
    for door in doors:
        yield _finding(door, [])


def _finding(item: Leftover, others: list[Leftover]) -> Diagnostic:
    return openvpn_server_left.report(
        value_of(item.node),
        *(value_of(other.node, "also") for other in others),
        kind=item.document.kind or "Deployment",
        name=item.name,
    )
