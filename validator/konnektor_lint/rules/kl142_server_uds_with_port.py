"""A server that listens on a Unix socket keeps its TCP port."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_of, flag_value_of
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule


@rule(
    "KL142",
    "server-uds-with-port",
    since="0.1",
    needs=("servers",),
    args=("port", "socket"),
    references=("apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",),
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
        )
