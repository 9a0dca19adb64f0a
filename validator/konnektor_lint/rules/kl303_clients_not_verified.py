"""The proxy server asks its callers for no certificate."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_of
from konnektor_lint.rule import Findings, rule

_REFUSED_SINCE = (0, 35, 0)


@rule(
    "KL303",
    "clients-not-verified",
    since="0.1",
    edge="door",
    severity=Severity.WARNING,
    needs=("servers",),
    args=("port", "release"),
    references=(
        "apiserver-network-proxy v0.34.0 cmd/server/app/server.go: getTLSConfig",
        "apiserver-network-proxy v0.35.0 cmd/server/app/options/options.go: Validate",
    ),
)
def clients_not_verified(connector: Connector) -> Findings:
    """Report TCP without ``--server-ca-cert`` where the release takes it: up to v0.34."""
    for server in connector.servers:
        release, certificate = server.release, server.flag("server-cert")
        if release is None or not release.pinned or release.order >= _REFUSED_SINCE:
            continue
        if certificate is None or not certificate.text or not server.whole:
            continue
        if not server.given("uds-name") and not server.given("server-ca-cert"):
            yield clients_not_verified.report(
                flag_of(certificate),
                port=server.number("server-port") or "--server-port",
                release=release.tag,
            )
