"""The proxy server is ready only with an agent, and agents find only a ready one."""

from konnektor_lint import limits
from konnektor_lint.cluster import Service, numbers_behind
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.entrance import behind, entered_by
from konnektor_lint.listener import HEALTH, opens_host_port
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.scalar import decimal
from konnektor_lint.source import Node

_PATHS = ("/readyz", "/ready")
_UNREADY_TOO = "service.alpha.kubernetes.io/tolerate-unready-endpoints"


@rule(
    "KL223",
    "readiness-deadlock",
    since="0.1",
    edge="tunnel",
    needs=("servers", "agents", "services"),
    args=("probe", "path", "service"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/backend_manager.go: ready with one backend",
        "https://github.com/kubernetes-sigs/apiserver-network-proxy/issues/601",
        "https://kubernetes.io/docs/concepts/services-networking/service/",
    ),
)
def readiness_deadlock(connector: Connector) -> Findings:
    """Look for agents whose only ways in are Services of servers that wait for an agent."""
    waiting: dict[int, tuple[str, Node]] = {}
    for server in connector.servers[: limits.PARTNERS]:
        found = _waits_for_agent(server)
        if found is not None:
            waiting[id(server.container)] = found
    if not waiting:
        return
    ways = [entered_by(agent, connector) for agent in connector.agents[: limits.PARTNERS]]
    if not all(ways):
        return
    services = list({id(item.document): item for way in ways for item in way}.values())
    if any(not _is_closed(item, connector, waiting) for item in services):
        return
    reported: set[int] = set()
    for service in services:
        for server in behind(service, connector):
            if id(server.container) not in reported:
                reported.add(id(server.container))
                probe, path = waiting[id(server.container)]
                yield readiness_deadlock.report(
                    value_of(path), value_of(service.node, "service"),
                    probe=probe, path=path.text or "", service=service.name,
                )  # fmt: skip


def _is_closed(
    service: Service, connector: Connector, waiting: dict[int, tuple[str, Node]]
) -> bool:
    """Tell whether a Service sends nobody to its servers before an agent is connected."""
    servers = behind(service, connector)
    same = [item for item in connector.services[: limits.PARTNERS] if item.name == service.name]
    return (
        bool(servers)
        and all(id(server.container) in waiting for server in servers)
        and not any(map(_leads_to_unready, same))  # one may be a patch of the other
    )


def _leads_to_unready(service: Service) -> bool:
    """Tell whether a Service publishes Pods that are not ready, or may."""
    published = service.document.root.at("spec", "publishNotReadyAddresses")
    annotation = service.document.root.at("metadata", "annotations", _UNREADY_TOO)
    return annotation is not None or (published is not None and published.value is not False)


def _waits_for_agent(server: Component) -> tuple[str, Node] | None:
    """Return the probe that keeps a pod from being ready, and the path it asks for.

    A host port, or the node's network, is open whether the pod is ready or not.
    """
    if not server.whole or not server.pod.own_network or opens_host_port(server):
        return None
    for name in ("readinessProbe", "startupProbe"):
        probe = server.container.at(name, "httpGet")
        path = probe.at("path") if probe is not None else None
        if probe is None or path is None or path.text is None:
            continue
        asked = "/" + path.text.partition("?")[0].lstrip("/")
        if asked in _PATHS and _asks_health_port(server, probe):
            return name, path
    return None


def _asks_health_port(server: Component, probe: Node) -> bool:
    port = probe.at("port")
    target = None if port is None else port.integer or decimal(port.text or "") or port.text
    return server.number(HEALTH["server"]) in numbers_behind(target, server.pod)
