"""A k0smotron control plane has one port for the API server and for Konnectivity."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL243",
    "k0smotron-ports-equal",
    since="0.1",
    about=("distributions",),
    args=("port",),
    references=(
        "k0smotron 9bf1ffe internal/controller/k0smotron.io/k0smotroncluster_service.go: ports",
        "k0smotron 154ce35 api/k0smotron.io/v1beta2/k0smotroncluster_types.go: 30443 and 30132",
    ),
)
def k0smotron_ports_equal(connector: Connector) -> Findings:
    """Compare ``apiPort`` with ``konnectivityPort``, or with the default of either."""
    for found in connector.distributions:
        if found.product != "k0smotron":
            continue
        api = found.port("service", "apiPort", default=30443)
        own = found.port("service", "konnectivityPort", default=30132)
        place = own.node or api.node
        if place is None or own.number is None or own.number != api.number:
            continue
        both = own.node is not None and api.node is not None
        if not both and not found.whole:
            continue
        yield k0smotron_ports_equal.report(
            value_of(place),
            *([value_of(api.node, "api")] if both and api.node is not None else []),
            port=own.number,
        )
