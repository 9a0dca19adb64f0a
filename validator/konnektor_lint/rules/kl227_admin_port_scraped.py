"""Metrics are to be read from the admin port, which listens on the loopback address only."""

from collections.abc import Iterator

from konnektor_lint import limits
from konnektor_lint.cluster import numbers_behind
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, flag_of, value_of
from konnektor_lint.listener import is_loopback
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_ADMIN = {"server": "admin-port", "agent": "admin-server-port"}
_ADDRESS = "admin-bind-address"


@rule(
    "KL227",
    "admin-port-scraped",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("program", "port"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runAdminServer",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: runAdminServer",
    ),
)
def admin_port_scraped(connector: Connector) -> Findings:
    """Look for annotations and Services that lead to a port on the loopback address."""
    for component in connector.proxies[: limits.PARTNERS]:
        port, address = component.number(_ADMIN[component.role]), component.text(_ADDRESS)
        if port is None or port == 0 or not address or not is_loopback(address):
            continue
        for place in _scrapers(connector, component, port):
            yield admin_port_scraped.report(
                place, *_address(component), program=component.program, port=port
            )


def _scrapers(connector: Connector, component: Component, port: int) -> Iterator[Location]:
    notes = component.pod.root.at("metadata", "annotations")
    noted = notes.at("prometheus.io/port") if notes is not None else None
    scraped = notes.at("prometheus.io/scrape") if notes is not None else None
    if noted is not None and noted.raw == str(port) and (scraped is None or scraped.raw == "true"):
        yield value_of(noted)
    # A Service's port that agents dial is another rule's.
    dialled = {agent.number("proxy-server-port") for agent in connector.agents} - {None}
    for service in connector.services[: limits.PARTNERS]:
        for item in service.ports if service.selects(component.pod) else ():
            if port in numbers_behind(item.target, component.pod) and not (
                {item.port, item.node_port} & dialled
            ):
                yield value_of(item.node.at("targetPort") or item.node.at("port") or item.node)


def _address(component: Component) -> list[Location]:
    flag = component.flag(_ADDRESS) or component.flag(_ADMIN[component.role])
    return [value_of(component.node, "program") if flag is None else flag_of(flag, "program")]
