"""Agents dial a port that the Service of the proxy servers will hardly be given."""

from konnektor_lint import limits
from konnektor_lint.cluster import Service
from konnektor_lint.connector import Connector
from konnektor_lint.contract import place_of_flag
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.entrance import agent_ports
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_NODE_PORTS = range(30000, 32768)
"""What the API server gives out unless it is told otherwise."""


@rule(
    "KL228",
    "node-port-not-pinned",
    since="0.1",
    edge="tunnel",
    severity=Severity.WARNING,
    needs=("servers", "agents", "services"),
    args=("port", "service"),
    references=("https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",),
)
def node_port_not_pinned(connector: Connector) -> Findings:
    """Look for the Service whose node port agents dial, and whether it says that port."""
    services = connector.services[: limits.PARTNERS]
    known = {item.node_port for service in services for item in service.ports}
    for agent in connector.agents[: limits.PARTNERS]:
        port, host = agent.number("proxy-server-port"), agent.text("proxy-server-host")
        if port not in _NODE_PORTS or port is None or port in known or host is None:
            continue
        if any(item.answers_to(host) for item in services) or _is_direct(connector, port):
            continue
        for service in services:
            yield from _unpinned(service, connector, agent, port)


def _is_direct(connector: Connector, port: int) -> bool:
    """Tell whether a server, or a Service's own port, is at the dialled number."""
    own = {item.port for service in connector.services for item in service.ports}
    return port in own or any(
        server.number("agent-port") in (port, None) for server in connector.servers
    )


def _unpinned(service: Service, connector: Connector, agent: Component, port: int) -> Findings:
    """Report the port of a Service that leads to the servers; a balancer's is not dialled."""
    if service.type != "NodePort":
        return
    for item in agent_ports(service, connector):
        if item.node.at("nodePort") is None:
            yield node_port_not_pinned.report(
                value_of(item.node.at("port") or item.node),
                place_of_flag(agent, "proxy-server-port", "dialled"),
                port=port, service=service.name,
            )  # fmt: skip
