"""Token authentication of agents is only half set up."""

from konnektor_lint.commandline import AGENT_AUTHENTICATION, agent_authentication, listed, start_of
from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL147",
    "agent-auth-incomplete",
    since="0.1",
    needs=("servers",),
    args=("given", "missing"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
        "apiserver-network-proxy v0.30.3 cmd/server/app/options/options.go: Validate",
    ),
)
def agent_auth_incomplete(connector: Connector) -> Findings:
    """Ask for namespace, service account and audience as soon as one of them is given."""
    for server in connector.servers:
        given = agent_authentication(server)
        missing = [name for name in AGENT_AUTHENTICATION if not server.given(name)]
        if given and missing and server.whole:
            yield agent_auth_incomplete.report(
                start_of(server, *given), given=listed(given), missing=listed(missing)
            )
