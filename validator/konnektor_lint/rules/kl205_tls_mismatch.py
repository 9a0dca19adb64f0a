"""The API server speaks TLS to a proxy server that has no certificate for it."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import Doors, listens_on_socket
from konnektor_lint.diagnostic import value_of
from konnektor_lint.egress import text_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL205",
    "tls-mismatch",
    since="0.1",
    edge="door",
    needs=("egress", "servers"),
    args=("url", "missing"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: getTLSConfig of the front end",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: dials with TLS",
    ),
)
def tls_mismatch(connector: Connector) -> Findings:
    """Compare an https URL with the certificate of the servers it leads to."""
    for configuration in connector.egress:
        doors = Doors(configuration, connector.servers)
        for selection in configuration.selections:
            url = selection.url
            if url is None or not selection.over_tcp or not text_of(url).startswith("https://"):
                continue
            servers = doors.servers_for(selection)
            if servers and all(map(_has_no_certificate, servers)):
                yield tls_mismatch.report(
                    value_of(servers[0].node), value_of(url, "url"),
                    url=text_of(url), missing=_missing(servers[0]),
                )  # fmt: skip


def _has_no_certificate(server: Component) -> bool:
    return listens_on_socket(server) is False and not server.given("server-cert")


def _missing(server: Component) -> str:
    return ", ".join(
        f"--{flag}" for flag in ("server-cert", "server-key") if not server.given(flag)
    )
