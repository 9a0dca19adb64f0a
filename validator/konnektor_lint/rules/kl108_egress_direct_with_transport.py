"""A Direct selection has a transport."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import each_selection
from konnektor_lint.fix import mend, remove_entry
from konnektor_lint.rule import Findings, rule


@rule(
    "KL108",
    "egress-direct-with-transport",
    since="0.1",
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="sometimes",
)
def egress_direct_with_transport(connector: Connector) -> Findings:
    """Look at each Direct selection; even an empty transport is refused."""
    for _, selection in each_selection(connector.egress):
        protocol, transport = selection.protocol, selection.transport
        if protocol is not None and selection.protocol_text == "Direct" and transport is not None:
            yield egress_direct_with_transport.report(
                key_of(transport),
                value_of(protocol, "protocol"),
                fix=mend(
                    remove_entry(selection.connection or selection.node, transport),
                    safe=not transport.fields(),
                ),
            )
