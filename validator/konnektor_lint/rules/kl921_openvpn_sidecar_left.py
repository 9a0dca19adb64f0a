"""An OpenVPN client still runs beside a program of the control plane."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.openvpn import removable
from konnektor_lint.rule import Findings, rule


@rule(
    "KL921",
    "openvpn-sidecar-left",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("container", "program"),
    references=(
        "kubermatic/kubermatic pkg/resources/vpnsidecar/openvpn-client.go: privileged, in each pod",
        "kubermatic/kubermatic pkg/resources/openvpn/deployment.go: the server pushes three routes",
    ),
)
def openvpn_sidecar_left(connector: Connector) -> Findings:
    """Look at the pods of the control plane, once Konnectivity is in use."""
    for item in removable(connector, "sidecar"):
        yield openvpn_sidecar_left.report(
            value_of(item.node), container=item.name, program=item.beside
        )
