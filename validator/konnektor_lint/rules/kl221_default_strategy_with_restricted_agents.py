"""Some agents are marked as those for all destinations, but the strategy picks any agent."""

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag
from konnektor_lint.diagnostic import Severity, flag_value_of, value_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL221",
    "default-strategy-with-restricted-agents",
    since="0.1",
    edge="reach",
    severity=Severity.WARNING,
    needs=("servers", "agents"),
    args=("strategies", "agent"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/backend_manager.go: default takes any agent",
        "https://github.com/kubernetes-sigs/apiserver-network-proxy/issues/548",
    ),
)
def default_strategy_with_restricted_agents(connector: Connector) -> Findings:
    """Look for agents told apart by ``default-route``, where all servers choose at random."""
    marks = {
        id(agent.container): _is_for_all(agent) for agent in connector.agents[: limits.PARTNERS]
    }
    if set(marks.values()) != {True, False}:
        return
    chosen = [server.text("proxy-strategies") for server in connector.servers]
    if not all(text is not None and _picks_any(text) for text in chosen):
        return
    marked = next(item for item in connector.agents if marks[id(item.container)])
    other = next(item for item in connector.agents if not marks[id(item.container)])
    flag = marked.flag("agent-identifiers")
    if flag is not None:
        yield default_strategy_with_restricted_agents.report(
            place_of_flag(connector.servers[0], "proxy-strategies"),
            flag_value_of(flag, "marked"),
            value_of(other.pod.node, "other"),
            strategies=chosen[0] or "default",
            agent=other.pod.name,
        )


def _is_for_all(agent: Component) -> bool | None:
    """Tell whether an agent announces the default route; None where that cannot be known."""
    flag = agent.flag("agent-identifiers")
    if flag is None:
        return False if agent.whole else None
    parts = flag.text.split("&")
    if any(part.startswith(("$", "{")) for part in parts):
        return None
    values = [part.partition("=")[2] for part in parts if part.startswith("default-route=")]
    return bool(values) and values[-1] in ("true", "True", "TRUE", "t", "T", "1")


def _picks_any(strategies: str) -> bool:
    named = (strategies or "default").split(",")
    return "default" in named and "defaultRoute" not in named
