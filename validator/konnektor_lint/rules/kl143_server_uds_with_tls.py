"""A server that listens on a Unix socket has certificates for TCP."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import remove_flag
from konnektor_lint.rule import Findings, rule


@rule(
    "KL143",
    "server-uds-with-tls",
    since="0.1",
    needs=("servers",),
    args=("flag",),
    references=("apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",),
    fix="unsafe",
)
def server_uds_with_tls(connector: Connector) -> Findings:
    """Report ``--server-cert``, ``--server-key`` and ``--server-ca-cert`` beside a socket."""
    for server in connector.servers:
        socket = server.flag("uds-name")
        if socket is None or socket.open or not socket.text:
            continue
        names = ("server-cert", "server-key", "server-ca-cert")
        flags = [flag for name in names if (flag := server.flag(name)) is not None and flag.text]
        # One without the others would be another fault.
        fix = mend(*(remove_flag(server, flag) for flag in flags), safe=False)
        for flag in flags:
            yield server_uds_with_tls.report(
                flag_of(flag), flag_of(socket, "socket"), flag=f"--{flag.name}", fix=fix
            )
