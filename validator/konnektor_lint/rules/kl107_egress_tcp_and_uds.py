"""An HTTPConnect selection names both a URL and a Unix socket."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of
from konnektor_lint.egress import each_selection
from konnektor_lint.rule import Findings, rule


@rule(
    "KL107",
    "egress-tcp-and-uds",
    since="0.1",
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_tcp_and_uds(connector: Connector) -> Findings:
    """Look at each HTTPConnect selection."""
    for _, selection in each_selection(connector.egress):
        if selection.protocol_text == "HTTPConnect" and selection.tcp and selection.uds:
            yield egress_tcp_and_uds.report(key_of(selection.tcp), key_of(selection.uds, "uds"))
