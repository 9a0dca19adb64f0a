"""A probe asks where the program does not answer health checks."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.listener import HEALTH, listeners_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_PATHS = frozenset(("/healthz", "/readyz", "/ready", "/metrics"))
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HERE = frozenset((None, "", "127.0.0.1", "localhost", "::1"))


@rule(
    "KL181",
    "probe-port-mismatch",
    since="0.1",
    args=("probe", "asked", "program", "port"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runHealthServer",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: runHealthServer",
    ),
)
def probe_port_mismatch(connector: Connector) -> Findings:
    """Compare each HTTP and TCP probe with the ports the program listens on."""
    known = {id(item.container) for item in connector.components}
    strangers = {
        id(pod.root): any(id(container) not in known for container in pod.kept_running)
        for pod in connector.pods()
    }
    for component in connector.proxies:
        port = component.number(HEALTH[component.role])
        if port is None or not component.whole:
            continue
        alone = not strangers[id(component.pod.root)]
        for probe, node in _probes(component):
            place = _fault(component, node, port, alone=alone)
            if place is not None:
                flag = component.flag(HEALTH[component.role])
                yield probe_port_mismatch.report(
                    place,
                    *([] if flag is None else [value_of(flag.node, "health")]),
                    probe=probe,
                    asked=_asked(node),
                    program=component.program,
                    port=port,
                )


def _probes(component: Component) -> Iterator[tuple[str, Node]]:
    for probe in _PROBES:
        for handler in ("httpGet", "tcpSocket"):
            node = component.container.at(probe, handler)
            if node is not None and node.text_at("host") in _HERE:
                yield probe, node


def _fault(component: Component, probe: Node, health: int, *, alone: bool) -> Location | None:
    """Return what to point at, or None where the probe may be right.

    ``alone``: no container of the pod is one whose ports are not known.
    """
    port = probe.at("port")
    if port is None or has_placeholder(port.raw):
        return None
    if _is_undeclared(component, port):
        return value_of(port)
    number = _number(component, port)
    if number is None:
        return None
    listeners = listeners_of(component)
    if number == health:
        return _wrong_path(probe)
    if number in {listener.port for listener in listeners}:
        return value_of(port) if _asks_for_health(probe) else None
    unknown = None in {listener.port for listener in listeners}
    return value_of(port) if alone and not unknown else None


def _is_undeclared(component: Component, port: Node) -> bool:
    """Tell whether a port is a name that the container does not declare."""
    return (
        port.text is not None and not port.text.isdecimal() and _declared(component, port) is None
    )


def _declared(component: Component, port: Node) -> Node | None:
    """Return the entry of ``ports`` that a probe's port names."""
    listed = component.container.at("ports")
    entries = listed.items() if listed is not None else []
    return next((entry for entry in entries if entry.text_at("name") == port.text), None)


def _number(component: Component, port: Node) -> int | None:
    """Return a probe's port as the kubelet resolves it: a number, a declared name, or digits."""
    if port.text is None:
        return port.integer
    if port.text.isdecimal():
        return int(port.text)
    entry = _declared(component, port)
    number = entry.at("containerPort") if entry is not None else None
    return number.integer if number is not None else None


def _wrong_path(probe: Node) -> Location | None:
    path = _path(probe)
    if path is None or path in _PATHS or has_placeholder(path):
        return None
    return value_of(probe.at("path") or probe)


def _asks_for_health(probe: Node) -> bool:
    path = _path(probe)
    return path is not None and path != "/metrics" and not path.startswith("/debug/pprof")


def _path(probe: Node) -> str | None:
    """Return the path the kubelet asks for; None for a TCP probe, which has none."""
    if probe.key is not None and probe.key.value == "tcpSocket":
        return None
    return "/" + (probe.text_at("path") or "").partition("?")[0].lstrip("/")


def _asked(probe: Node) -> str:
    port = probe.at("port")
    return f":{'' if port is None else port.raw}{_path(probe) or ''}"
