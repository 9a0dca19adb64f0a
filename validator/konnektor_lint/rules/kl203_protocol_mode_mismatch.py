"""The API server speaks another protocol than the proxy server understands."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import Doors, place_of_flag
from konnektor_lint.diagnostic import value_of
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import set_flag
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_MODES = {"GRPC": "grpc", "HTTPConnect": "http-connect"}


@rule(
    "KL203",
    "protocol-mode-mismatch",
    since="0.1",
    edge="door",
    needs=("egress", "servers"),
    args=("protocol", "mode", "wanted"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: serves one of both protocols",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go",
    ),
    fix="unsafe",
)
def protocol_mode_mismatch(connector: Connector) -> Findings:
    """Compare ``proxyProtocol`` with ``--mode`` of the servers the selection leads to."""
    for configuration in connector.egress:
        doors = Doors(configuration, connector.servers)
        for selection in configuration.selections:
            wanted = _MODES.get(selection.protocol_text)
            if wanted is None or selection.protocol is None:
                continue
            servers = doors.servers_for(selection)
            modes = [server.text("mode") for server in servers]
            if not servers or wanted in modes or not set(modes) <= set(_MODES.values()):
                continue
            yield protocol_mode_mismatch.report(
                value_of(selection.protocol),
                place_of_flag(servers[0], "mode", "server"),
                protocol=selection.protocol_text,
                mode=modes[0] or "",
                wanted=wanted,
                fix=_fix(servers, wanted),
            )


def _fix(servers: list[Component], wanted: str) -> Fix | None:
    """Let the one server speak what is asked of it."""
    return mend(set_flag(servers[0], "mode", wanted), safe=False) if len(servers) == 1 else None
