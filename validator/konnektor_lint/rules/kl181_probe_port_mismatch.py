"""A probe asks where the program does not answer health checks."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.listener import HEALTH, listeners_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.scalar import decimal
from konnektor_lint.source import Node

_PATHS = frozenset(("/healthz", "/readyz", "/ready", "/metrics"))
_HERE = frozenset((None, "", "127.0.0.1", "localhost", "::1"))


@rule(
    "KL181",
    "probe-port-mismatch",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("probe", "asked", "program", "port"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runHealthServer",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: runHealthServer",
    ),
    fix="sometimes",
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
        for probe, node in component.probes():
            if node.text_at("host") not in _HERE:
                continue
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
                    fix=_fix(
                        node, place, port, sure=flag is not None and _is_certain(component, node)
                    ),
                )


def _is_certain(component: Component, probe: Node) -> bool:
    """Tell whether only the probe can be wrong, not the port of the container that it names."""
    port = probe.at("port")
    if component.flag(HEALTH[component.role]) is None:
        return False
    return port is not None and (port.text is None or _declared(component, port) is None)


def _fix(probe: Node, place: Location, health: int, *, sure: bool) -> Fix | None:
    """Ask the health port; which path was meant nobody knows, but this one always answers."""
    port, path = probe.at("port"), probe.at("path")
    if port is not None and place == value_of(port):
        return mend(replace_value(port, health), safe=sure)
    return None if path is None else mend(replace_value(path, "/healthz"), safe=False)


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
    if port.text is None or port.text.isdecimal() or _declared(component, port) is not None:
        return False
    names = [entry.text_at("name") or "" for entry in component.container.items_at("ports")]
    return not any(map(has_placeholder, names))


def _declared(component: Component, port: Node) -> Node | None:
    """Return the entry of ``ports`` that a probe's port names."""
    entries = component.container.items_at("ports")
    return next((entry for entry in entries if entry.text_at("name") == port.text), None)


def _number(component: Component, port: Node) -> int | None:
    """Return a probe's port as the kubelet resolves it: a number, a declared name, or digits."""
    if port.text is None:
        return port.integer
    if port.text.isdecimal():
        return decimal(port.text)
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
