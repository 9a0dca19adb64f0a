"""An identifier of an agent that no destination can match."""

from konnektor_lint.commandline import part_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.identifier import identifiers_of
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule


@rule(
    "KL164",
    "agent-identifier-value",
    since="0.1",
    severity=Severity.WARNING,
    args=("part", "example"),
    references=("apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",),
)
def agent_identifier_value(connector: Connector) -> Findings:
    """Report addresses that are none; the agent announces them unread."""
    for agent in connector.agents:
        flag = agent.flag("agent-identifiers")
        for identifier in identifiers_of(flag) if flag is not None else []:
            if flag is not None and not identifier.refused and identifier.example:
                yield agent_identifier_value.report(
                    part_of(flag, identifier.text),
                    part=shortened(identifier.text),
                    example=identifier.example,
                )
