"""A server that listens on TCP does not verify the API server."""

from konnektor_lint.commandline import release_of, start_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule


@rule(
    "KL144",
    "server-tcp-needs-ca",
    since="0.1",
    needs=("servers",),
    args=("release",),
    references=("apiserver-network-proxy v0.35.0 cmd/server/app/options/options.go: Validate",),
)
def server_tcp_needs_ca(connector: Connector) -> Findings:
    """Ask for ``--server-ca-cert`` where there is no ``--uds-name``, as releases since 0.35 do."""
    for server in connector.servers:
        release = release_of(server)
        if release.order < _REQUIRED_SINCE or not server.whole:
            continue
        if not server.given("uds-name") and not server.given("server-ca-cert"):
            yield server_tcp_needs_ca.report(
                start_of(server, "server-port", "server-cert", "mode"),
                # Without a release only the newest one is known to refuse it.
                severity=None if release.pinned else Severity.WARNING,
                release=release.tag,
            )


_REQUIRED_SINCE = (0, 35, 0)
