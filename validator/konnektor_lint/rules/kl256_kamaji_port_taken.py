"""The port for agents is one that Kamaji already uses in the same Pod."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.rule import Findings, rule

_TAKEN = {8133: "--admin-port", 8134: "--health-port"}


@rule(
    "KL256",
    "kamaji-port-taken",
    since="0.1",
    about=("distributions",),
    args=("port", "user"),
    references=(
        "kamaji 01f82d8 internal/builders/controlplane/konnectivity_server.go: 8133 and 8134",
        "kamaji 01a99aa api/v1alpha1/tenantcontrolplane_types.go: networkProfile.port 6443",
    ),
)
def kamaji_port_taken(connector: Connector) -> Findings:
    """Compare with the fixed ports of the server and, where it can be seen, the API server's."""
    for found in connector.distributions:
        if found.product != "kamaji":
            continue
        own = found.port("addons", "konnectivity", "server", "port", default=8132)
        api = found.port("networkProfile", "port", default=6443)
        if own.number is None or (own.node is None and api.node is None):
            continue
        if (own.node is None or api.node is None) and not found.whole and own.number not in _TAKEN:
            continue
        same = own.number == api.number
        user = _TAKEN.get(own.number) or ("networkProfile.port" if same else "")
        place = own.node or api.node
        if user and place is not None:
            second = api.node if same and own.node is not None else None
            yield kamaji_port_taken.report(
                value_of(place),
                *([value_of(second, "other")] if second is not None else []),
                port=own.number,
                user=user,
            )
