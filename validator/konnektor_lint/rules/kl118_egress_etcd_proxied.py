"""The storage back end is reached through the tunnel."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import each_selection
from konnektor_lint.rule import Findings, rule


@rule(
    "KL118",
    "egress-etcd-proxied",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=("protocol",),
    references=(
        "kubernetes/apiserver v0.37.0 pkg/server/egressselector/egress_selector.go",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
    ),
)
def egress_etcd_proxied(connector: Connector) -> Findings:
    """Look at the protocol of each selection for etcd."""
    for configuration, selection in each_selection(connector.egress):
        protocol = selection.protocol_text
        if configuration.loader_name(selection) == "etcd" and protocol in ("GRPC", "HTTPConnect"):
            yield egress_etcd_proxied.report(value_of(selection.best_node), protocol=protocol)
