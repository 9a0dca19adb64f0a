"""Agents dial a port that does not lead to the agent port of a proxy server."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import Route, lead, place_of_flag, route_to
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import set_flag
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_PORTS = range(1, 65536)
_UNPRIVILEGED = 1024
_LISTENING = range(_UNPRIVILEGED, 49152)
"""What proxy-server takes for its ports."""
_NODE_PORTS = range(30000, 32768)


@rule(
    "KL206",
    "agent-port-mismatch",
    since="0.1",
    edge="tunnel",
    needs=("servers", "agents"),
    args=("port", "expected"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: listens on --agent-port",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: --proxy-server-port",
    ),
    fix="sometimes",
)
def agent_port_mismatch(connector: Connector) -> Findings:
    """Follow the port agents dial, through a Service where one is given, to ``--agent-port``."""
    for agent in connector.agents:
        yield from _follow(connector, agent)


def _follow(connector: Connector, agent: Component) -> Findings:
    port, host = agent.number("proxy-server-port"), agent.text("proxy-server-host")
    if port is None or port not in _PORTS or not all(map(_may_listen, connector.servers)):
        return
    route = route_to(connector, host or None, port, connector.servers, "agent-port")
    unseen = not route.seen and route.node is None
    if route.arrives is not False or (unseen and _is_translated(agent, host, port)):
        return
    dialled, server = (
        "proxy-server-port",
        place_of_flag(connector.servers[0], "agent-port", "server"),
    )
    places = [place_of_flag(agent, dialled), server]
    if route.node is not None:
        places = [value_of(route.node), place_of_flag(agent, dialled, "dialled"), server]
    yield agent_port_mismatch.report(
        *places, severity=Severity.ERROR if route.seen else Severity.WARNING,
        port=port, expected=route.expected, fix=_fix(connector, agent, route),
    )  # fmt: skip


def _fix(connector: Connector, agent: Component, route: Route) -> Fix | None:
    """Lead to the one port on which servers wait for agents, in the Service or in the flag."""
    ports = {server.number("agent-port") for server in connector.servers}
    sure = route.seen and all(server.given("agent-port") for server in connector.servers)
    if ports != {route.expected} or not route.expected:
        return None
    if route.node is not None:
        return lead(route, safe=sure)
    return mend(set_flag(agent, "proxy-server-port", str(route.expected)), safe=sure)


def _may_listen(server: Component) -> bool:
    """Tell whether a server takes the number of its agent port; if not, another rule says so."""
    return (server.number("agent-port") or _UNPRIVILEGED) in _LISTENING


def _is_translated(agent: Component, host: str | None, port: int) -> bool:
    """Tell whether something that is not given must lie between and translate the port.

    No server may listen below 1024 (its own check), node ports belong to a Service, ALPN is for
    a balancer that routes by it, and a name of cluster DNS is a Service's.
    """
    name = (host or "").rstrip(".").split(".")
    return (
        port < _UNPRIVILEGED
        or port in _NODE_PORTS
        or agent.given("alpn-proto")
        or name[2:3] == ["svc"]
    )
