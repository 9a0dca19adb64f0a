"""The Services through which agents come to the proxy servers."""

from konnektor_lint import limits
from konnektor_lint.cluster import Service, ServicePort, numbers_behind
from konnektor_lint.connector import Connector
from konnektor_lint.listener import is_loopback
from konnektor_lint.pod import Component

_FROM_OUTSIDE = ("NodePort", "LoadBalancer")


def agent_ports(service: Service, connector: Connector) -> list[ServicePort]:
    """Return the ports of a Service that lead to the agent port of a server."""
    chosen = behind(service, connector)
    return [item for item in service.ports if _leads_to_any(item, chosen)]


def behind(service: Service, connector: Connector) -> list[Component]:
    """Return the servers a Service selects."""
    return [item for item in connector.servers[: limits.PARTNERS] if service.selects(item.pod)]


def entered_by(agent: Component, connector: Connector) -> list[Service]:
    """Return the Services one of which an agent surely comes through; none: not to be known."""
    host, port = agent.text("proxy-server-host"), agent.number("proxy-server-port")
    if not host or port is None or is_loopback(host):
        return []
    services = connector.services[: limits.PARTNERS]
    named = [item for item in services if item.answers_to(host)]
    if named or ".svc" in host:
        return [item for item in named if behind(item, connector)]
    return [
        service
        for service in services
        if service.type in _FROM_OUTSIDE
        and any(port in (item.port, item.node_port) for item in agent_ports(service, connector))
    ]


def _leads_to_any(port: ServicePort, servers: list[Component]) -> bool:
    return any(
        server.number("agent-port") in numbers_behind(port.target, server.pod) for server in servers
    )
