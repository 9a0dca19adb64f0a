"""The only strategy finds agents for nodes, and none for Pods and Services."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import Doors, place_of_flag
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import text_of
from konnektor_lint.identifier import identifiers_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_BY_HOST = frozenset(("ipv4", "ipv6", "host"))


@rule(
    "KL193",
    "strategy-without-fallback",
    since="0.1",
    edge="reach",
    severity=Severity.WARNING,
    needs=("egress", "servers", "agents"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/desthost_backend_manager.go: no other agent",
        "kubernetes/apiserver v0.36.0 pkg/util/webhook/authentication.go: Services use cluster",
    ),
)
def strategy_without_fallback(connector: Connector) -> Findings:
    """Look for servers of the ``cluster`` egress that choose by the destination's address alone.

    Addresses that are written out may be those of Services: only those filled in on each node
    are surely the nodes' own. Agents without any are another rule's.
    """
    if not _announce_only_nodes(connector.agents):
        return
    for configuration in connector.egress:
        doors = Doors(configuration, connector.servers)
        for selection in configuration.selections:
            if text_of(selection.name).lower() != "cluster" or selection.name is None:
                continue
            servers = doors.servers_for(selection)
            if servers and all(map(_only_by_host, servers)):
                yield strategy_without_fallback.report(
                    place_of_flag(servers[0], "proxy-strategies"),
                    value_of(selection.name, "egress"),
                )


def _announce_only_nodes(agents: tuple[Component, ...]) -> bool:
    flags = [flag for agent in agents if (flag := agent.flag("agent-identifiers"))]
    kinds = {item.key for flag in flags for item in identifiers_of(flag)}
    return bool(kinds & _BY_HOST) and all(flag.open for flag in flags)


def _only_by_host(server: Component) -> bool:
    strategies = server.text("proxy-strategies")
    return strategies is not None and set(strategies.split(",")) == {"destHost"}
