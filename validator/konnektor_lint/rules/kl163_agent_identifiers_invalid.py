"""The identifiers of an agent cannot be read."""

from konnektor_lint.commandline import part_of
from konnektor_lint.connector import Connector
from konnektor_lint.identifier import identifiers_of
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule


@rule(
    "KL163",
    "agent-identifiers-invalid",
    since="0.1",
    needs=("agents",),
    args=("part",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
        "Go net/url: ParseQuery",
    ),
)
def agent_identifiers_invalid(connector: Connector) -> Findings:
    """Report each part of ``--agent-identifiers`` that is no pair with a known key."""
    for agent in connector.agents:
        flag = agent.flag("agent-identifiers")
        for identifier in identifiers_of(flag) if flag is not None else []:
            if flag is not None and identifier.refused:
                yield agent_identifiers_invalid.report(
                    part_of(flag, identifier.start, len(identifier.text)),
                    part=shortened(identifier.text),
                )
