"""The proxyProtocol of an egress selection is none of the three that exist."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import PROTOCOLS, each_selection, shown
from konnektor_lint.fix import mend, replace_value
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import closest, same_letters


@rule(
    "KL104",
    "egress-unknown-protocol",
    since="0.1",
    needs=("egress",),
    args=("found", "expected"),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="sometimes",
)
def egress_unknown_protocol(connector: Connector) -> Findings:
    """Compare each protocol exactly; case matters."""
    for configuration, selection in each_selection(connector.egress):
        found = selection.protocol_text
        if found in PROTOCOLS or configuration.is_open(found):
            continue
        if not found and (
            configuration.misspelled(selection.connection, "proxyProtocol")
            or configuration.misspelled(selection.node, "connection")
        ):
            continue
        meant = closest(found, list(PROTOCOLS))
        near = selection.connection or selection.best_node
        yield egress_unknown_protocol.report(
            value_of(selection.protocol) if selection.protocol is not None else key_of(near),
            found=shown(selection.protocol),
            expected=meant or ", ".join(PROTOCOLS),
            fix=(
                mend(replace_value(selection.protocol, meant), safe=same_letters(found, meant))
                if meant and selection.protocol is not None
                else None
            ),
        )
