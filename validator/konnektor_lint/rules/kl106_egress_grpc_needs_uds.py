"""A GRPC selection has a transport, but no Unix socket in it."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of
from konnektor_lint.egress import each_selection
from konnektor_lint.fix import mend, replace_value
from konnektor_lint.rule import Findings, rule


@rule(
    "KL106",
    "egress-grpc-needs-uds",
    since="0.1",
    needs=("egress",),
    args=("found",),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="unsafe",
)
def egress_grpc_needs_uds(connector: Connector) -> Findings:
    """Look at each GRPC selection with a transport."""
    for configuration, selection in each_selection(connector.egress):
        transport = selection.transport
        if configuration.misspelled(transport, "uds"):
            continue
        if selection.protocol_text == "GRPC" and transport is not None and selection.uds is None:
            place = selection.tcp or transport
            found = ", ".join(transport.fields()) or "{}"
            fix = None
            if selection.url is not None and selection.protocol is not None:
                fix = mend(replace_value(selection.protocol, "HTTPConnect"), safe=False)
            yield egress_grpc_needs_uds.report(key_of(place), found=found, fix=fix)
