"""The API server dials a port on which no proxy server takes its requests."""

import re

from konnektor_lint.address import address_of
from konnektor_lint.connector import Connector
from konnektor_lint.contract import (
    Doors,
    Route,
    lead,
    listens_on_socket,
    place_of_flag,
    route_to,
)
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import text_of
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.listener import is_loopback
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node


@rule(
    "KL204",
    "tcp-port-mismatch",
    since="0.1",
    edge="door",
    needs=("egress", "servers"),
    args=("port", "expected"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: listens on --server-port",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: dials tcp.url",
    ),
    fix="sometimes",
)
def tcp_port_mismatch(connector: Connector) -> Findings:
    """Follow the port of ``tcp.url``, through a Service where one is given, to a server."""
    servers = [server for server in connector.servers if listens_on_socket(server) is False]
    if not servers or len(servers) < len(connector.servers):
        return
    for configuration in connector.egress:
        doors = Doors(configuration, servers)
        for selection in configuration.selections:
            chosen = doors.servers_for(selection)
            if chosen and selection.over_tcp and selection.url is not None:
                yield from _follow(connector, selection.url, chosen)


def _follow(connector: Connector, url: Node, servers: list[Component]) -> Findings:
    host, port = address_of(text_of(url))
    if port is None or has_placeholder(text_of(url).rpartition(":")[2]):
        return
    route = route_to(connector, host, port, servers, "server-port")
    if route.arrives is not False:
        return
    sure = route.seen or (host is not None and is_loopback(host))
    places = [value_of(url), place_of_flag(servers[0], "server-port", "server")]
    if route.node is not None:
        places = [value_of(route.node), value_of(url, "dialled"), places[1]]
    yield tcp_port_mismatch.report(
        *places, severity=Severity.ERROR if sure else Severity.WARNING,
        port=port, expected=route.expected, fix=_fix(url, servers, route, sure=sure),
    )  # fmt: skip


def _fix(url: Node, servers: list[Component], route: Route, *, sure: bool) -> Fix | None:
    """Lead to the one port on which servers listen, in the Service or in the URL."""
    ports = {server.number("server-port") for server in servers}
    sure = sure and all(server.given("server-port") for server in servers)
    if ports != {route.expected} or not route.expected:
        return None
    if route.node is not None:
        return lead(route, safe=sure)
    head, colon, tail = text_of(url).rpartition(":")
    port = re.match(r"[0-9]+", tail)
    if not colon or port is None:
        return None
    return mend(replace_value(url, f"{head}:{route.expected}{tail[port.end() :]}"), safe=sure)
