"""A port number beyond 65535."""

from konnektor_lint.commandline import as_given
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL161",
    "agent-port-too-large",
    since="0.1",
    needs=("agents",),
    args=("given",),
    references=("apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",),
)
def agent_port_too_large(connector: Connector) -> Findings:
    """Report ports that the agent's validation lets through and no socket has."""
    for agent in connector.agents:
        for name in ("proxy-server-port", "admin-server-port", "health-server-port"):
            flag = agent.flag(name)
            if flag is not None and isinstance(flag.value, int) and flag.value > _LAST_PORT:
                yield agent_port_too_large.report(flag_value_of(flag), given=as_given(flag))


_LAST_PORT = 65535
