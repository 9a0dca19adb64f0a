"""An identifier of an agent that no destination can match."""

from konnektor_lint.commandline import part_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.identifier import Identifier, identifiers_of
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import references
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_OF_THE_POD = frozenset(
    ("metadata.name", "metadata.namespace", "metadata.uid", "spec.serviceAccountName")
)
_ADDRESS_OF_THE_POD = frozenset(("status.podIP", "status.podIPs"))
_OF_THE_NODE = {"host": "spec.nodeName", "ipv4": "status.hostIP", "ipv6": "status.hostIP"}
"""The field that each kind of identifier wants."""


@rule(
    "KL164",
    "agent-identifier-value",
    since="0.1",
    edge="reach",
    severity=Severity.WARNING,
    needs=("agents",),
    args=("part", "example"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
        "apiserver-network-proxy v0.36.0 pkg/server/desthost_backend_manager.go",
    ),
)
def agent_identifier_value(connector: Connector) -> Findings:
    """Report addresses that are none, or the Pod's own; the agent announces them unread."""
    for agent in connector.agents:
        flag = agent.flag("agent-identifiers")
        for identifier in identifiers_of(flag) if flag is not None else []:
            field = _field_of_the_pod(agent, identifier)
            example = identifier.example
            if field is not None:
                example = f"fieldPath: {_OF_THE_NODE[identifier.key]}"
            if flag is not None and not identifier.refused and example:
                yield agent_identifier_value.report(
                    part_of(flag, identifier.start, len(identifier.text)),
                    *([] if field is None else [value_of(field, "value")]),
                    part=shortened(identifier.text),
                    example=example,
                )


def _field_of_the_pod(agent: Component, identifier: Identifier) -> Node | None:
    """Return where a variable of an identifier gets what stands for the Pod, not for its node."""
    names = references(identifier.text)
    if identifier.key not in _OF_THE_NODE or not names or not agent.whole:
        return None
    variable = agent.variables().get(names[0][0])
    field = variable.at("valueFrom", "fieldRef", "fieldPath") if variable is not None else None
    if field is None:
        return None
    own = field.text in _ADDRESS_OF_THE_POD and agent.pod.own_network
    return field if own or field.text in _OF_THE_POD else None
