"""Agents are to prove themselves by token and by certificate at once."""

from konnektor_lint.commandline import agent_authentication, listed, start_of
from konnektor_lint.connector import Connector
from konnektor_lint.contract import checks_tokens
from konnektor_lint.diagnostic import flag_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import remove_flag
from konnektor_lint.rule import Findings, rule


@rule(
    "KL148",
    "agent-auth-with-cluster-ca",
    since="0.1",
    needs=("servers",),
    args=("given",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
        "apiserver-network-proxy v0.30.3 cmd/server/app/options/options.go: Validate",
    ),
    fix="unsafe",
)
def agent_auth_with_cluster_ca(connector: Connector) -> Findings:
    """Report ``--cluster-ca-cert`` beside any flag that turns on token authentication."""
    for server in connector.servers:
        flag = server.flag("cluster-ca-cert")
        given = agent_authentication(server)
        if flag is not None and flag.text and given:
            yield agent_auth_with_cluster_ca.report(
                flag_of(flag),
                start_of(server, *given, label="token"),
                given=listed(given),
                fix=mend(remove_flag(server, flag), safe=False) if checks_tokens(server) else None,
            )
