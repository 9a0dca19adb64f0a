"""Proxy servers demand credentials that the agents do not bring."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import checks_tokens, place_of_flag
from konnektor_lint.diagnostic import value_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_DEMANDS = {
    "authentication-audience": "service-account-token-path",
    "cluster-ca-cert": "agent-cert",
}
"""What a server's flag makes it ask for, and the agent's flag that answers."""


@rule(
    "KL216",
    "agent-credentials-missing",
    since="0.1",
    edge="login",
    needs=("servers", "agents"),
    args=("demand", "missing"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: RequireAndVerifyClientCert",
        "apiserver-network-proxy v0.36.0 pkg/server/server.go: authenticateAgentViaToken",
    ),
)
def agent_credentials_missing(connector: Connector) -> Findings:
    """Look for an agent that no server would let in."""
    demands = list(dict.fromkeys(_demand_of(server) for server in connector.servers))
    if None in demands:
        return
    for agent in connector.agents:
        if not any(agent.given(_DEMANDS[demand]) for demand in demands if demand):
            demand = demands[0] or ""
            yield agent_credentials_missing.report(
                value_of(agent.node),
                place_of_flag(connector.servers[0], demand, "server"),
                demand=f"--{demand}",
                missing=f"--{_DEMANDS[demand]}",
            )


def _demand_of(server: Component) -> str | None:
    """Return the flag by which a server demands credentials; None: none, or not to be known."""
    if checks_tokens(server):
        return "authentication-audience"
    certificate = server.flag("cluster-ca-cert")
    known = certificate is not None and certificate.text and not certificate.open
    return "cluster-ca-cert" if known else None
