"""A server that listens on a Unix socket keeps its TCP port."""

from konnektor_lint.argument import Flag
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_of, flag_value_of
from konnektor_lint.egress import each_selection, text_of
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import add_flag, set_value
from konnektor_lint.limits import shortened
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL142",
    "server-uds-with-port",
    since="0.1",
    needs=("servers",),
    args=("port", "socket"),
    references=("apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",),
    fix="sometimes",
)
def server_uds_with_port(connector: Connector) -> Findings:
    """Ask for ``--server-port=0``, which is not the default, beside ``--uds-name``."""
    for server in connector.servers:
        socket = server.flag("uds-name")
        port = server.flag("server-port")
        number = server.number("server-port")
        if socket is None or socket.open or not socket.text or not number:
            continue
        if port is None and not server.whole:
            continue
        related = () if port is None else (flag_of(socket, "socket"),)
        yield server_uds_with_port.report(
            flag_of(socket) if port is None else flag_value_of(port),
            *related,
            port=number,
            socket=shortened(socket.text),
            fix=_fix(connector, server, socket, port),
        )


def _fix(connector: Connector, server: Component, socket: Flag, port: Flag | None) -> Fix | None:
    """Turn the port off; a port that was written may be what was meant, unless nobody dials it."""
    if port is None:
        return mend(add_flag(server, socket, "--server-port=0"), safe=True)
    dialled = any(
        selection.over_uds and text_of(selection.uds_name) == socket.text
        for _, selection in each_selection(connector.egress)
    )
    return mend(set_value(server, port, "0"), safe=dialled)
