"""A GRPC selection names a URL that nobody reads."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, key_of
from konnektor_lint.egress import each_selection
from konnektor_lint.fix import mend, remove_entry
from konnektor_lint.rule import Findings, rule


@rule(
    "KL120",
    "egress-tcp-ignored",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="safe",
)
def egress_tcp_ignored(connector: Connector) -> Findings:
    """Look at each GRPC selection that has both."""
    for _, selection in each_selection(connector.egress):
        if selection.protocol_text == "GRPC" and selection.tcp and selection.uds:
            edit = remove_entry(selection.transport or selection.node, selection.tcp)
            yield egress_tcp_ignored.report(
                key_of(selection.tcp), key_of(selection.uds, "uds"), fix=mend(edit, safe=True)
            )
