"""Two parts of the connector want the same port of the same network."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Severity
from konnektor_lint.listener import Listener, Ports, listeners_of
from konnektor_lint.pod import Component, Pod
from konnektor_lint.rule import Findings, rule

_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


@rule(
    "KL182",
    "port-collision",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("program", "flag", "other_program", "other_flag", "port"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: one listener per port",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: serveHealth only logs",
    ),
)
def port_collision(connector: Connector) -> Findings:
    """Compare the ports of one pod; across pods only those that share a node's network."""
    yield from _in_one_pod(connector)
    yield from _beside_api_servers(connector)
    yield from _on_one_node(connector)


def _in_one_pod(connector: Connector) -> Findings:
    taken: dict[int, Ports] = {}
    for component in connector.components:
        ports = taken.setdefault(id(component.pod.root), Ports())
        for listener in _listeners(component):
            first = ports.taken_by(listener)
            if first is not None:
                yield _finding(first, listener, Severity.ERROR)
            ports.take(listener)


def _beside_api_servers(connector: Connector) -> Findings:
    """Compare static pods, or what is like them, on the network of a control plane node."""
    static: dict[int, Component] = {}
    for item in connector.api_servers:
        if _is_static(item.pod):
            static.setdefault(id(item.pod.root), item)
    for server in connector.servers:
        apart = (item for item in static.values() if item.pod.root is not server.pod.root)
        beside = next(apart, None) if _is_static(server.pod) else None
        ports = Ports(_listeners(beside) if beside is not None else ())
        for listener in _listeners(server):
            other = ports.taken_by(listener)
            if other is not None:
                yield _finding(listener, other, Severity.ERROR)


def _on_one_node(connector: Connector) -> Findings:
    """Compare agents on the node's network with the servers there."""
    servers = [item for item in connector.servers if item.pod.host_network]
    ports = Ports(listener for item in servers for listener in _listeners(item))
    for agent in connector.agents:
        for listener in _listeners(agent) if _may_meet_servers(agent.pod) else ():
            other = ports.taken_by(listener)
            if other is not None and other.component.pod.root is not agent.pod.root:
                yield _finding(listener, other, _likelihood(agent.pod))


def _listeners(component: Component) -> tuple[Listener, ...]:
    return listeners_of(component) if component.whole else ()


def _finding(one: Listener, other: Listener, severity: Severity) -> Diagnostic:
    if one.component.flag(one.flag) is None and other.component.flag(other.flag) is not None:
        one, other = other, one
    return port_collision.report(
        one.location(),
        other.location("other"),
        severity=severity,
        program=one.component.program,
        flag=f"--{one.flag}",
        other_program=other.component.program,
        other_flag=f"--{other.flag}",
        port=one.port or 0,
    )


def _is_static(pod: Pod) -> bool:
    return pod.host_network and pod.kind == "Pod"


def _may_meet_servers(agent: Pod) -> bool:
    """Tell whether agents use the node's network and nothing keeps them from the servers' nodes."""
    if not agent.host_network:
        return False
    selected = agent.spec.at("nodeSelector")
    keys = set(selected.fields() if selected is not None else {}) - {"kubernetes.io/os"}
    required = agent.spec.at(
        "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"
    )
    return required is None and keys <= set(_CONTROL_PLANE)


def _likelihood(agent: Pod) -> Severity:
    """Return how sure it is that agents run on control plane nodes, which are tainted."""
    selected = agent.spec.at("nodeSelector")
    if selected is not None and set(selected.fields()).intersection(_CONTROL_PLANE):
        return Severity.WARNING
    for item in agent.spec.items_at("tolerations"):
        key = item.text_at("key")
        if key in _CONTROL_PLANE or (not key and item.text_at("operator") == "Exists"):
            return Severity.WARNING
    return Severity.INFO
