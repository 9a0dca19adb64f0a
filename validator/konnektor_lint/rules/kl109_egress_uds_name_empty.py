"""A Unix socket transport does not name the socket."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import each_selection, text_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL109",
    "egress-uds-name-empty",
    since="0.1",
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_uds_name_empty(connector: Connector) -> Findings:
    """Look at each socket that would be dialled."""
    for configuration, selection in each_selection(connector.egress):
        uds, name = selection.uds, selection.uds_name
        if uds is None or not selection.over_uds or text_of(name):
            continue
        if selection.protocol_text == "HTTPConnect" and selection.tcp is not None:
            continue  # refused for having both
        if name is None and configuration.misspelled(uds, "udsName"):
            continue
        yield egress_uds_name_empty.report(value_of(name) if name is not None else key_of(uds))
