"""Whoever reaches the agent port becomes an agent."""

from konnektor_lint.commandline import AGENT_AUTHENTICATION
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.rule import Findings, rule

_AUTHENTICATION = ("cluster-ca-cert", *AGENT_AUTHENTICATION)


@rule(
    "KL301",
    "agents-not-authenticated",
    since="0.1",
    edge="login",
    severity=Severity.WARNING,
    needs=("servers",),
    args=("port",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runAgentServer, getTLSConfig",
        "apiserver-network-proxy v0.36.0 pkg/server/server.go: Connect",
    ),
)
def agents_not_authenticated(connector: Connector) -> Findings:
    """Report a server that asks for neither a certificate nor a token.

    Token authentication that is only half set is refused, which another rule says.
    """
    for server in connector.servers:
        if server.whole and not any(server.given(flag) for flag in _AUTHENTICATION):
            yield agents_not_authenticated.report(
                value_of(server.node), port=server.number("agent-port") or "--agent-port"
            )
