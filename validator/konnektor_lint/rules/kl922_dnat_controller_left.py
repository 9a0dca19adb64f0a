"""The DNAT controller still rewrites the nodes' addresses for the VPN."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.openvpn import removable
from konnektor_lint.rule import Findings, rule


@rule(
    "KL922",
    "dnat-controller-left",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("container", "program"),
    references=(
        "kubermatic/kubermatic pkg/resources/vpnsidecar/README.md: DNAT of the nodes' addresses",
        "kubermatic/kubermatic pkg/resources/vpnsidecar/dnat-controller.go: NET_ADMIN",
    ),
)
def dnat_controller_left(connector: Connector) -> Findings:
    """Look at the pods of the control plane, once Konnectivity is in use."""
    for item in removable(connector, "dnat"):
        yield dnat_controller_left.report(
            value_of(item.node), container=item.name, program=item.beside
        )
