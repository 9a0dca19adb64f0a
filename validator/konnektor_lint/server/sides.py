"""Which places say the same thing twice: the two sides of each contract between parts.

Rules report a contract that is broken; this names both sides of those that hold as well.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from konnektor_lint import limits
from konnektor_lint.cluster import Binding, numbers_behind
from konnektor_lint.connector import Connector
from konnektor_lint.contract import Doors, is_account, namespace_node, token_source
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.egress import EgressConfiguration, text_of
from konnektor_lint.limits import shortened
from konnektor_lint.listener import HEALTH
from konnektor_lint.pod import Component
from konnektor_lint.source import Node, Position, Source, Span


class Side(NamedTuple):
    """One side of a contract: what it is called, what it says, and where.

    ``written`` is False for a flag that is not given: then ``value`` is its default and the place
    is the command line. ``extent``: the places where a reader points at it.
    """

    name: str
    value: str
    location: Location
    extent: tuple[Span, ...]
    written: bool = True

    @property
    def source(self) -> Source:
        """Return the file it stands in."""
        return self.location.source

    def holds(self, path: str, at: Position) -> bool:
        """Tell whether a place is meant by it."""
        return (
            self.written
            and self.source.path == path
            and any(span.start <= at <= span.end for span in self.extent)
        )


class Link(NamedTuple):
    """Two sides that go together; ``same``: they have to say the same."""

    one: Side
    other: Side
    same: bool


def other_sides(
    connectors: Iterable[Connector], path: str, at: Position
) -> list[tuple[Side, bool]]:
    """Return the other sides of what stands at a place, and whether they must say the same."""
    found: dict[tuple[str, Location], tuple[Side, bool]] = {}
    for connector in connectors:
        ours = any(document.source.path == path for document in connector.documents)
        for one, other, same in links(connector) if ours else ():
            for here, there in ((one, other), (other, one)):
                if here.holds(path, at):
                    place = there.location._replace(source=there.source, label=there.name)
                    found.setdefault((there.source.path, place), (there, same))
    return list(found.values())


def links(connector: Connector) -> Iterator[Link]:
    """Yield the contracts of a connector of which at least one side is written."""
    for made in (_configuration, _door, _tunnel, _login, _count, _reach, _rights, _health):
        for link in made(connector):
            if link is not None and (link.one.written or link.other.written):
                yield link


_Links = Iterator[Link | None]


def flag_side(component: Component, name: str) -> Side:
    """Return a flag as a side."""
    given = component.flag(name)
    if given is None:
        default = component.text(name) if component.release is not None else ""
        return Side(f"--{name}", default or "", value_of(component.node), (), written=False)
    source = given.node.source
    return Side(
        f"--{name}", shortened(given.text), Location(source, given.value_span),
        (given.span, given.value_span),
    )  # fmt: skip


def node_side(node: Node | None, name: str) -> Side | None:
    """Return a field as a side."""
    if node is None:
        return None
    value = "" if isinstance(node.value, dict | list) else shortened(text_of(node))
    place = value_of(node)
    return Side(name, value, place, (node.key_span, place.span))


def _pair(one: Side | None, other: Side | None, *, same: bool) -> Link | None:
    return None if one is None or other is None else Link(one, other, same)


def _few(parts: tuple[Component, ...]) -> tuple[Component, ...]:
    return parts[: limits.PARTNERS]


def _configuration(connector: Connector) -> _Links:
    """Yield how the API server names the egress file."""
    for api_server in _few(connector.api_servers):
        if api_server.flag("egress-selector-config-file") is None:
            continue
        for configuration in connector.egress:
            kind = configuration.document.root.at("kind")
            named = node_side(kind, "EgressSelectorConfiguration")
            yield _pair(flag_side(api_server, "egress-selector-config-file"), named, same=False)


def _door(connector: Connector) -> _Links:
    """Yield how the API server dials the proxy server, as the egress file says."""
    for configuration in connector.egress:
        yield from _selections(configuration, connector)


def _selections(configuration: EgressConfiguration, connector: Connector) -> _Links:
    doors = Doors(configuration, connector.servers)
    for item in configuration.selections:
        for server in _few(tuple(doors.servers_for(item))):
            mode = node_side(item.protocol, "proxyProtocol")
            yield _pair(mode, flag_side(server, "mode"), same=False)
            if item.over_uds:
                socket = node_side(item.uds_name, "udsName")
                yield _pair(socket, flag_side(server, "uds-name"), same=True)
            if item.over_tcp:
                for node, name, flag in (
                    (item.url, "url", "server-port"),
                    (item.client_cert, "clientCert", "server-ca-cert"),
                    (item.ca_bundle, "caBundle", "server-cert"),
                ):
                    yield _pair(node_side(node, name), flag_side(server, flag), same=False)


def _between(connector: Connector) -> Iterator[tuple[Component, Component]]:
    for server in _few(connector.servers):
        for agent in _few(connector.agents):
            yield server, agent


def _flags(
    server: Component, agent: Component, pairs: Iterable[tuple[str, str]], *, same: bool
) -> _Links:
    for of_server, of_agent in pairs:
        if server.flag(of_server) or agent.flag(of_agent):
            yield _pair(flag_side(server, of_server), flag_side(agent, of_agent), same=same)


def _tunnel(connector: Connector) -> _Links:
    """Yield how agents dial the proxy server, maybe through a Service, and check who answers."""
    trust = (("cluster-cert", "ca-cert"), ("cluster-ca-cert", "agent-cert"))
    for server, agent in _between(connector):
        yield from _flags(server, agent, [("agent-port", "proxy-server-port")], same=False)
        yield from _flags(server, agent, trust, same=False)
    yield from _services(connector)


def _services(connector: Connector) -> _Links:
    for service in connector.services[: limits.PARTNERS]:
        name = node_side(service.node, f"Service {service.name}")
        for agent in _few(connector.agents):
            host = agent.text("proxy-server-host")
            if host and service.answers_to(host):
                yield _pair(flag_side(agent, "proxy-server-host"), name, same=False)
            for port in service.ports:
                if agent.number("proxy-server-port") in (port.port, port.node_port):
                    dialled = port.node.at("port")
                    yield _pair(
                        flag_side(agent, "proxy-server-port"),
                        node_side(dialled, f"Service {service.name} port"),
                        same=False,
                    )
        for server in _few(connector.servers):
            wanted = server.number("agent-port")
            for port in service.ports if service.selects(server.pod) else ():
                if wanted in numbers_behind(port.target, server.pod):
                    target = port.node.at("targetPort") or port.node.at("port")
                    yield _pair(
                        node_side(target, f"Service {service.name} targetPort"),
                        flag_side(server, "agent-port"),
                        same=False,
                    )


def _login(connector: Connector) -> _Links:
    """Yield how agents prove who they are: by a token's audience, account and namespace."""
    for server, agent in _between(connector):
        if server.flag("authentication-audience"):
            token = token_source(agent)
            audience = token.at("audience") if token is not None else None
            yield _pair(
                flag_side(server, "authentication-audience"),
                node_side(audience, "audience"),
                same=True,
            )
        if server.flag("agent-service-account"):
            account = agent.pod.service_account_node or agent.pod.node
            yield _pair(
                flag_side(server, "agent-service-account"),
                node_side(account, "serviceAccountName"),
                same=True,
            )
        if server.flag("agent-namespace"):
            yield _pair(
                flag_side(server, "agent-namespace"),
                node_side(namespace_node(agent), "namespace"),
                same=True,
            )


def _count(connector: Connector) -> _Links:
    """Yield how agents learn how many servers there are: from a number, or from leases."""
    for server in _few(connector.servers):
        replicas = server.pod.document.root.at("spec", "replicas")
        if server.pod.kind != "Pod" and server.flag("server-count"):
            yield _pair(
                flag_side(server, "server-count"), node_side(replicas, "replicas"), same=True
            )
    for server, agent in _between(connector):
        switches = [("enable-lease-controller", "count-server-leases")]
        shared = [("lease-label", "lease-label"), ("lease-namespace", "lease-namespace")]
        yield from _flags(server, agent, [*switches, *shared], same=True)


def _reach(connector: Connector) -> _Links:
    """Yield how servers choose agents: by what these announce."""
    for server, agent in _between(connector):
        yield from _flags(server, agent, [("proxy-strategies", "agent-identifiers")], same=False)


def _rights(connector: Connector) -> _Links:
    """Yield who is who in RBAC: Pods and bindings name accounts, bindings name roles."""
    for binding in connector.bindings[: limits.PARTNERS]:
        yield from _bound(connector, binding)
        for role in connector.roles_named(binding.role):
            kind = role.document.kind
            yield _pair(
                node_side(binding.node, "roleRef"),
                node_side(role.document.root.at("metadata", "name"), kind),
                same=True,
            )
    accounts = {item.document.name: item.node for item in connector.service_accounts}
    for component in _few(connector.proxies):
        pod = component.pod
        yield _pair(
            node_side(pod.service_account_node, "serviceAccountName"),
            node_side(accounts.get(pod.service_account), "ServiceAccount"),
            same=True,
        )


def _bound(connector: Connector, binding: Binding) -> _Links:
    for subject in binding.subjects[: limits.PARTNERS]:
        named = node_side(subject.node.at("name"), f"{binding.document.kind} subject")
        for account in connector.service_accounts[: limits.PARTNERS]:
            if is_account(subject, account.document.namespace, account.document.name):
                yield _pair(named, node_side(account.node, "ServiceAccount"), same=True)
        for component in _few(connector.proxies):
            pod = component.pod
            if is_account(subject, pod.namespace, pod.service_account):
                account_node = node_side(pod.service_account_node, "serviceAccountName")
                yield _pair(named, account_node, same=True)


def _health(connector: Connector) -> _Links:
    """Yield where probes ask and the program answers."""
    for component in _few((*connector.servers, *connector.agents)):
        for name, probe in component.probes():
            port = node_side(probe.at("port"), f"{name} port")
            yield _pair(flag_side(component, HEALTH[component.role]), port, same=True)
