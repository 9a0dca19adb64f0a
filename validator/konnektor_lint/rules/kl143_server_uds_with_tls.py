"""A server that listens on a Unix socket has certificates for TCP."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL143",
    "server-uds-with-tls",
    since="0.1",
    needs=("servers",),
    args=("flag",),
    references=("apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",),
)
def server_uds_with_tls(connector: Connector) -> Findings:
    """Report ``--server-cert``, ``--server-key`` and ``--server-ca-cert`` beside a socket."""
    for server in connector.servers:
        socket = server.flag("uds-name")
        if socket is None or socket.open or not socket.text:
            continue
        for name in ("server-cert", "server-key", "server-ca-cert"):
            flag = server.flag(name)
            if flag is not None and flag.text:
                yield server_uds_with_tls.report(
                    flag_of(flag), flag_of(socket, "socket"), flag=f"--{name}"
                )
