"""A server without a TCP port and without a Unix socket."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL145",
    "server-port-zero-without-uds",
    since="0.1",
    needs=("servers",),
    args=(),
    references=("apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",),
)
def server_port_zero_without_uds(connector: Connector) -> Findings:
    """Report ``--server-port=0`` where no ``--uds-name`` is given."""
    for server in connector.servers:
        port = server.flag("server-port")
        if port is not None and port.value == 0 and not server.given("uds-name") and server.whole:
            yield server_port_zero_without_uds.report(flag_value_of(port))
