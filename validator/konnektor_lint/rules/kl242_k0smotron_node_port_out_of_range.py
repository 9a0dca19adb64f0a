"""A k0smotron control plane wants a node port outside the usual range."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.rule import Findings, rule

_FIRST, _LAST = 30000, 32767


@rule(
    "KL242",
    "k0smotron-node-port-out-of-range",
    since="0.1",
    about=("distributions",),
    severity=Severity.WARNING,
    args=("field", "port"),
    references=(
        "k0smotron 9bf1ffe internal/controller/k0smotron.io/k0smotroncluster_service.go: nodePort",
        "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
    ),
)
def k0smotron_node_port_out_of_range(connector: Connector) -> Findings:
    """Check both ports where ``type: NodePort`` is written; the default has changed over time."""
    for found in connector.distributions:
        kind = found.at("service", "type")
        if found.product != "k0smotron" or kind is None or kind.text != "NodePort":
            continue
        for name in ("apiPort", "konnectivityPort"):
            port = found.port("service", name, default=_FIRST)
            if port.node is None or port.number is None or _FIRST <= port.number <= _LAST:
                continue
            yield k0smotron_node_port_out_of_range.report(
                value_of(port.node), value_of(kind, "type"), field=name, port=port.number
            )
