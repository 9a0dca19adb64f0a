"""An agent announces an identifier by which no proxy server looks for agents."""

from collections.abc import Iterator

from konnektor_lint.argument import Flag
from konnektor_lint.commandline import part_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.identifier import identifiers_of
from konnektor_lint.limits import shortened
from konnektor_lint.rule import Findings, rule

_BY_HOST = frozenset(("ipv4", "ipv6", "host"))


@rule(
    "KL222",
    "identifier-unread",
    since="0.1",
    edge="reach",
    severity=Severity.WARNING,
    needs=("agents",),
    args=("identifier",),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/desthost_backend_manager.go: ipv4, ipv6, host",
        "apiserver-network-proxy v0.36.0 pkg/server/default_route_backend_manager.go",
    ),
)
def identifier_unread(connector: Connector) -> Findings:
    """Report ``cidr``: every release takes it, and no strategy of any release reads it.

    Where ``destHost`` finds no other identifier either, another rule tells of the strategy.
    """
    if _leaves_strategy_without(connector):
        return
    for agent in connector.agents:
        flag = agent.flag("agent-identifiers")
        if flag is None:
            continue
        for part, start in _ranges(flag):
            yield identifier_unread.report(
                part_of(flag, start, len(part)), identifier=shortened(part)
            )


def _leaves_strategy_without(connector: Connector) -> bool:
    flags = [agent.flag("agent-identifiers") for agent in connector.agents]
    kinds = {part.partition("=")[0] for flag in flags if flag for part in flag.text.split("&")}
    strategies = [server.text("proxy-strategies") or "" for server in connector.servers]
    return not kinds & _BY_HOST and any("destHost" in text for text in strategies)


def _ranges(flag: Flag) -> Iterator[tuple[str, int]]:
    """Yield the pairs of ``cidr`` and where each begins; those that are no range are told of."""
    faulty = {item.start for item in identifiers_of(flag) if item.refused or item.example}
    start = 0
    for part in flag.text.split("&"):
        if part.startswith("cidr=") and start not in faulty:
            yield part, start
        start += len(part) + 1
