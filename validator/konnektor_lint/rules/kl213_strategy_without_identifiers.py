"""Proxy servers route by what agents announce, but no agent announces it."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_WANTED = {
    "destHost": frozenset(("ipv4", "ipv6", "host")),
    "defaultRoute": frozenset(("default-route",)),
}
_EXAMPLES = {"destHost": "ipv4, ipv6, host", "defaultRoute": "default-route=true"}


@rule(
    "KL213",
    "strategy-without-identifiers",
    since="0.1",
    edge="reach",
    needs=("servers", "agents"),
    args=("strategy", "identifier"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/desthost_backend_manager.go",
        "apiserver-network-proxy v0.36.0 pkg/server/default_route_backend_manager.go",
    ),
)
def strategy_without_identifiers(connector: Connector) -> Findings:
    """Compare ``--proxy-strategies`` with the agents' ``--agent-identifiers``."""
    announced = _announced(connector.agents)
    if announced is None:
        return
    on_each_node = all(agent.pod.kind == "DaemonSet" for agent in connector.agents)
    for server in connector.servers:
        named = (server.text("proxy-strategies") or "default").split(",")
        strategies = list(dict.fromkeys(named))
        missing = [name for name in strategies if name in _WANTED and not _WANTED[name] & announced]
        for strategy in missing:
            severity = _severity(strategy, strategies, missing, on_each_node=on_each_node)
            if severity is None:
                continue
            yield strategy_without_identifiers.report(
                place_of_flag(server, "proxy-strategies"),
                value_of(connector.agents[0].node, "agent"),
                severity=severity,
                strategy=strategy,
                identifier=_EXAMPLES[strategy],
            )


def _announced(agents: tuple[Component, ...]) -> set[str] | None:
    """Return the kinds of identifiers that agents announce; None where one is not known yet."""
    found: set[str] = set()
    for agent in agents:
        flag = agent.flag("agent-identifiers")
        if flag is None:
            continue
        kinds = set(_kinds(flag.text))
        if any(map(has_placeholder, kinds)):
            return None
        found |= kinds
    return found


def _kinds(text: str) -> Iterator[str]:
    for kind, value in parse_qsl(text, keep_blank_values=True):
        if kind != "default-route" or value.lower() != "false":
            yield kind


def _severity(
    strategy: str, strategies: list[str], missing: list[str], *, on_each_node: bool
) -> Severity | None:
    """Nothing gets through, some does not, or all falls to the last strategy.

    Agents that are no DaemonSet may serve a few destinations only, beside others not given.
    """
    if set(strategies) == set(missing):
        return Severity.ERROR
    if "default" in strategies:
        return Severity.INFO if strategy == "destHost" else None
    return Severity.WARNING if on_each_node else None
