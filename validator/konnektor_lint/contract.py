"""What the rules across parts share: which parts meet, and where each side says its word."""

from __future__ import annotations

from konnektor_lint import limits
from konnektor_lint.address import address_of
from konnektor_lint.cluster import Service, ServicePort, Subject, numbers_behind
from konnektor_lint.commandline import AGENT_AUTHENTICATION
from konnektor_lint.diagnostic import Location, flag_value_of, key_of, value_of
from konnektor_lint.egress import EgressConfiguration, EgressSelection, text_of
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.listener import is_loopback, opens_host_port
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from konnektor_lint.connector import Connector
    from konnektor_lint.source import Node


def place_of_flag(component: Component, name: str, label: str = "") -> Location:
    """Point at a flag's value; where the flag is not given, at the command line."""
    flag = component.flag(name)
    return value_of(component.node, label) if flag is None else flag_value_of(flag, label)


def may_name_egress_file(api_server: Component) -> bool:
    """Tell whether an API server names the egress file, or may do so where it cannot be seen."""
    if not api_server.flags or api_server.shell or _has_unknown_words(api_server):
        return True
    return any(api_server.flag(name) for name in _EGRESS_FLAGS)


_EGRESS_FLAGS = ("egress-selector-config-file", "openshift-config", "config")
"""The flag, and those that may name the file in a configuration of their own."""


def _has_unknown_words(component: Component) -> bool:
    """Tell whether an argument is filled in as a whole later, so that it may be any flag."""
    words = [item.text or "" for item in component.arguments()]
    return any(has_placeholder(word) and not word.startswith("-") for word in words)


def listens_on_socket(server: Component) -> bool | None:
    """Tell whether a server takes requests from a socket; None where it cannot be known."""
    flag = server.flag("uds-name")
    if flag is not None and flag.open:
        return None if flag.text.startswith(("$", "{")) else True
    return server.given("uds-name")


class Doors:
    """Which servers the selections of one configuration lead to, by their socket or port."""

    __slots__ = ("_at_port", "_at_socket", "_others", "_some_lead", "_some_may_lead")

    def __init__(self, configuration: EgressConfiguration, servers: Sequence[Component]) -> None:
        """Note where each server listens, and whether any selection leads to one."""
        self._at_socket: dict[str | None, list[Component]] = {}
        self._at_port: dict[int | None, list[Component]] = {}
        for server in servers:
            self._at_socket.setdefault(server.text("uds-name"), []).append(server)
            if listens_on_socket(server) is False:
                self._at_port.setdefault(server.number("server-port"), []).append(server)
        self._others = list(servers[: limits.PARTNERS])
        self._some_lead = any(self._behind(item) for item in configuration.selections)
        self._some_may_lead = [item for item in configuration.selections if self._may_lead(item)]

    def servers_for(self, selection: EgressSelection) -> list[Component]:
        """Return the servers a selection leads to.

        If none, then all (a value is wrong), unless another selection leads to one, or may: then
        this one is for a proxy that was not given, and nobody is returned.
        """
        same = self._behind(selection)[: limits.PARTNERS]
        others = self._some_lead or any(item is not selection for item in self._some_may_lead)
        return same or ([] if others else self._others)

    def _behind(self, selection: EgressSelection) -> list[Component]:
        if selection.over_uds:
            return self._at_socket.get(text_of(selection.uds_name), [])
        if not selection.over_tcp:
            return []
        return self._at_port.get(address_of(text_of(selection.url)).port, [])

    def _may_lead(self, selection: EgressSelection) -> bool:
        """Tell whether a placeholder on either side may make a selection lead to a server."""
        if selection.over_uds:
            return has_placeholder(text_of(selection.uds_name)) or None in self._at_socket
        if not selection.over_tcp:
            return False
        return has_placeholder(text_of(selection.url)) or None in self._at_port


def checks_tokens(server: Component) -> bool:
    """Tell whether a server surely authenticates agents by their tokens."""
    return all(server.flag(name) and server.text(name) for name in AGENT_AUTHENTICATION)


def mounted_at(component: Component) -> Location:
    """Point at a container's list of mounts, else at the container."""
    mounts = component.container.at("volumeMounts")
    return key_of(mounts) if mounts is not None else value_of(component.node)


def namespace_node(component: Component) -> Node:
    """Return where a component's namespace is written, else what stands for its pod."""
    return component.pod.document.root.at("metadata", "namespace") or component.pod.node


def known_namespace(component: Component) -> str:
    """Return a component's namespace; empty where it is not written or not known yet."""
    namespace = component.pod.namespace
    return "" if has_placeholder(namespace) else namespace


def known_account(component: Component) -> str:
    """Return a component's service account; empty where it is not known yet."""
    account = component.pod.service_account
    return "" if has_placeholder(account) else account


def lease_sides(connector: Connector) -> tuple[bool | None, bool | None]:
    """Tell whether servers write leases and whether agents count them; None: not to be known."""
    return (
        _any_on(connector.servers, "enable-lease-controller"),
        _any_on(connector.agents, "count-server-leases"),
    )


def keep_searching(agents: Iterable[Component]) -> bool:
    """Tell whether all agents (at least one) dial on, however many servers they were told of."""
    states = [agent.is_on("sync-forever") for agent in agents]
    return bool(states) and False not in states


def _any_on(components: Iterable[Component], flag: str) -> bool | None:
    states = [component.is_on(flag) for component in components if component.flag(flag)]
    if True in states:
        return True
    return None if None in states else False


class Route(NamedTuple):
    """Where a dialled port leads. ``arrives``: None where it cannot be known.

    ``seen``: nothing that is not given can lie between. ``node``: what of a Service leads astray.
    ``expected``: the port that would be right.
    """

    arrives: bool | None
    seen: bool = False
    node: Node | None = None
    expected: int = 0


def route_to(
    connector: Connector, host: str | None, port: int, servers: Sequence[Component], flag: str
) -> Route:
    """Follow a port, directly or through a Service that is given, to the servers' port ``flag``.

    ``host`` is None where it is not known yet.
    """
    known = [(server, server.number(flag)) for server in servers[: limits.PARTNERS]]
    services = connector.services[: limits.PARTNERS]
    wanted = {number for _, number in known if number is not None}
    if len(wanted) == 0 or any(number is None for _, number in known):
        return Route(None)
    named = [item for item in services if host is not None and item.answers_to(host)]
    if named:
        routes = [_through(item, port, known) for item in named]
        return min(routes, key=lambda route: _RANK[route.arrives])
    routes = [route for item in services for route in _around(item, port, known)]
    astray = bool(routes) and all(route.arrives is False for route in routes)
    if port in wanted and not (
        astray
        and _is_outside(host)
        and all(server.pod.own_network and not opens_host_port(server) for server, _ in known)
    ):
        return Route(arrives=True)
    if any(route.arrives is not False for route in routes):
        return Route(None)
    return routes[0] if routes else Route(arrives=False, expected=known[0][1] or 0)


def lead(route: Route, *, safe: bool) -> Fix | None:
    """Point the port of a Service that leads astray to the one that is expected."""
    node = route.node
    if node is None or node.key is None or node.key.value != "targetPort" or not route.expected:
        return None
    return mend(replace_value(node, route.expected), safe=safe)


def _is_outside(host: str | None) -> bool:
    """Tell whether a host is surely neither the machine itself nor a name of cluster DNS."""
    if host is None or is_loopback(host):
        return False
    return host.count(".") > 1 and ".svc" not in host


def _astray(node: Node | None, expected: int, *, seen: bool = True) -> Route:
    return Route(arrives=False, seen=seen, node=node, expected=expected)


_RANK: dict[bool | None, int] = {True: 0, None: 1, False: 2}

_Known = list[tuple[Component, int | None]]


def _through(service: Service, port: int, known: _Known) -> Route:
    """Follow a port of the Service that is dialled by its name."""
    if service.type == "ExternalName" or not service.selector:
        return Route(None)
    chosen = [(server, number) for server, number in known if service.selects(server.pod)]
    if not chosen:
        return _unselecting(service, known)
    numbers = {number for _, number in chosen}
    first = chosen[0][1] or 0
    if service.headless:
        return Route(arrives=port in numbers, seen=True, expected=first)
    return _mapped(service, port, chosen)


def _mapped(service: Service, port: int, chosen: _Known) -> Route:
    """Follow a port through a Service's list of ports."""
    first = chosen[0][1] or 0
    matching = [item for item in service.ports if item.port == port]
    if any(_leads(item, chosen) is not False for item in matching):
        return Route(arrives=True)
    if matching:
        return _astray(matching[0].node.at("targetPort") or matching[0].node.at("port"), first)
    if not service.ports or any(item.port is None for item in service.ports):
        return Route(None)
    return _astray(service.ports[0].node.at("port"), first)


def _leads(item: ServicePort, chosen: _Known) -> bool | None:
    """Tell whether a Service's port leads to one of the servers; None: not to be known."""
    reached = [numbers_behind(item.target, server.pod) for server, _ in chosen]
    if any(number in numbers for numbers, (_, number) in zip(reached, chosen, strict=True)):
        return True
    unknown = any(
        not numbers and _may_declare(server, item.target)
        for numbers, (server, _) in zip(reached, chosen, strict=True)
    )
    return None if unknown else False


def _may_declare(server: Component, name: int | str | None) -> bool:
    """Tell whether a server's pod has a port of that name, or may have it unseen."""
    if not isinstance(name, str) or has_placeholder(name) or not server.whole:
        return True
    listed = [container.at("ports") for container in server.pod.containers()]
    ports = [port for node in listed if node is not None for port in node.items()]
    declared = {port.text_at("name") or port.raw for port in ports}
    return name in declared or any(map(has_placeholder, declared))


def _unselecting(service: Service, known: _Known) -> Route:
    """Judge a Service that selects none of the servers: surely wrong only if a value is amiss."""
    for server, number in known:
        labels = server.pod.labels
        if service.selector.keys() <= labels.keys():
            node = service.document.root.at("spec", "selector")
            return _astray(node, number or 0)
    return Route(None)


def _around(service: Service, port: int, known: _Known) -> Iterator[Route]:
    """Follow a port that a Service of the servers opens to the outside, if it does.

    The pod may hold the API server too, whose Service opens the same port for its own purpose:
    only a Service or a port named for the connector counts against it.
    """
    chosen = [(server, number) for server, number in known if service.selects(server.pod)]
    for item in service.ports if chosen else ():
        if port in (item.port, item.node_port):
            target = item.node.at("targetPort") or item.node.at("port")
            if _leads(item, chosen) is not False:
                yield Route(arrives=True)
            elif "konnectivity" in f"{service.name} {item.node.text_at('name')}".lower():
                yield _astray(target, chosen[0][1] or 0, seen=False)


def is_account(subject: Subject, namespace: str, account: str) -> bool:
    """Tell whether a binding's subject is, or may be, a service account.

    ``namespace`` is empty where it is not known.
    """
    if subject.kind == "ServiceAccount":
        return subject.name == account and (
            not namespace or subject.namespace in ("", namespace)
            or has_placeholder(subject.namespace)
        )  # fmt: skip
    if subject.kind == "Group":
        groups = ("system:serviceaccounts", "system:authenticated")
        return subject.name in groups or subject.name == f"system:serviceaccounts:{namespace}"
    prefix, _, name = subject.name.rpartition(":")
    wanted = ("system:serviceaccount", namespace)
    return name == account and prefix.startswith(wanted[0]) and prefix.endswith(wanted[1])


def token_source(agent: Component) -> Node | None:
    """Return the projected token that ``--service-account-token-path`` reads, if it is one."""
    path = agent.text("service-account-token-path")
    backing = agent.backing(path) if path else None
    if backing is None or backing.volume.kind != "projected":
        return None
    tokens = [
        token
        for source in backing.volume.node.items_at("projected", "sources")
        if (token := source.at("serviceAccountToken")) is not None
    ]
    wanted = backing.path.lstrip("/")
    named = [token for token in tokens if token.text_at("path") == wanted]
    return named[0] if named else (tokens[0] if len(tokens) == 1 else None)
