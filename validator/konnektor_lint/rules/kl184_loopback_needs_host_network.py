"""A loopback address is dialled in a network in which no proxy server listens."""

from konnektor_lint.address import address_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, flag_value_of, value_of
from konnektor_lint.egress import text_of
from konnektor_lint.listener import is_loopback, opens_host_port
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL184",
    "loopback-needs-host-network",
    since="0.1",
    about=("api_servers", "proxies"),
    edge="tunnel",
    args=("program", "address"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: --proxy-server-host",
        "https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking",
    ),
)
def loopback_needs_host_network(connector: Connector) -> Findings:
    """Look for a proxy server in the same pod, or on the same node's network."""
    yield from _agents(connector)
    yield from _api_servers(connector)


def _agents(connector: Connector) -> Findings:
    for agent in connector.agents:
        host = agent.text("proxy-server-host")
        if host and is_loopback(host) and agent.whole and _is_alone(agent):
            flag = agent.flag("proxy-server-host")
            yield loopback_needs_host_network.report(
                value_of(agent.node) if flag is None else flag_value_of(flag),
                *_network(agent),
                program=agent.program,
                address=host,
            )


def _api_servers(connector: Connector) -> Findings:
    alone = [item for item in connector.api_servers if item.whole]
    if not alone or len(alone) < len(connector.api_servers):
        return
    away = all(_is_away(server) for server in connector.servers) and bool(connector.servers)
    certainties = [_certainty(item, servers_away=away) for item in alone]
    if Severity.INFO in certainties:
        return
    for configuration in connector.egress:
        for selection in configuration.selections:
            host = address_of(text_of(selection.url)).host if selection.over_tcp else None
            if host and is_loopback(host) and selection.url is not None:
                yield loopback_needs_host_network.report(
                    value_of(selection.url),
                    *_network(_apart(alone[0], connector)),
                    severity=certainties[0],
                    program=alone[0].program,
                    address=host,
                )


def _certainty(api_server: Component, *, servers_away: bool) -> Severity:
    """Return how sure it is that nothing answers; INFO: something may."""
    if not api_server.pod.host_network:
        return Severity.ERROR if _is_alone(api_server) else Severity.INFO
    # On the node itself a balancer may listen; only servers that cannot be there are known.
    return Severity.WARNING if servers_away else Severity.INFO


def _is_away(server: Component) -> bool:
    """Tell whether a server surely cannot be reached on its node's loopback address."""
    return server.pod.own_network and not opens_host_port(server)


def _apart(api_server: Component, connector: Connector) -> Component:
    """Return the side that has a network of its own."""
    return connector.servers[0] if api_server.pod.host_network else api_server


def _is_alone(component: Component) -> bool:
    """Tell whether the pod has a network of its own and no other program to answer in it."""
    pod = component.pod
    return pod.own_network and pod.holds_only(component.container)


def _network(component: Component) -> list[Location]:
    node = component.pod.spec.at("hostNetwork")
    return [value_of(component.pod.node if node is None else node, "network")]
