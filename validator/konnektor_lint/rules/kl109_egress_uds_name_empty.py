"""A Unix socket transport does not name the socket."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import each_selection, text_of
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node


@rule(
    "KL109",
    "egress-uds-name-empty",
    since="0.1",
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="unsafe",
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
        yield egress_uds_name_empty.report(
            value_of(name) if name is not None else key_of(uds), fix=_fix(connector, name)
        )


def _fix(connector: Connector, name: Node | None) -> Fix | None:
    """Name the one socket on which proxy servers listen."""
    paths = {server.text("uds-name") for server in connector.servers}
    path = next(iter(paths), None)
    if name is None or len(paths) != 1 or not path:
        return None
    return mend(replace_value(name, path), safe=False)
