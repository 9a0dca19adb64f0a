"""Two parts of the connector want the same port of the same network."""

from collections.abc import Iterator
from itertools import combinations

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Severity
from konnektor_lint.listener import Listener, listeners_of
from konnektor_lint.pod import Component, Pod
from konnektor_lint.rule import Findings, rule

_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


@rule(
    "KL182",
    "port-collision",
    since="0.1",
    args=("program", "flag", "other_program", "other_flag", "port"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: one listener per port",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: serveHealth only logs",
    ),
)
def port_collision(connector: Connector) -> Findings:
    """Compare the ports of one pod; across pods only those that share a node's network."""
    for pod in connector.pods():
        inside = [item for item in connector.components if item.pod.root is pod.root]
        for one, other in _collisions(inside, inside):
            yield _finding(one, other, Severity.ERROR)
    for server in connector.servers:
        beside = [item for item in connector.api_servers if _on_one_node(item.pod, server.pod)]
        for one, other in _collisions([server], beside[:1]):
            yield _finding(one, other, Severity.ERROR)
    for agent in connector.agents:
        servers = [server for server in connector.servers if _may_meet(agent.pod, server.pod)]
        reported: set[str] = set()
        for one, other in _collisions([agent], servers):
            if one.flag not in reported:
                reported.add(one.flag)
                yield _finding(one, other, _likelihood(agent.pod))


def _collisions(
    first: list[Component], second: list[Component]
) -> Iterator[tuple[Listener, Listener]]:
    """Yield each pair once; ``first`` and ``second`` may be the same components."""
    ours = [listener for item in first if item.whole for listener in listeners_of(item)]
    theirs = [listener for item in second if item.whole for listener in listeners_of(item)]
    pairs = combinations(ours, 2) if first is second else ((a, b) for a in ours for b in theirs)
    return ((one, other) for one, other in pairs if one.collides_with(other))


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


def _on_one_node(api_server: Pod, server: Pod) -> bool:
    """Tell whether both are static pods, or like them, on the network of a control plane node."""
    pods = (api_server, server)
    apart = api_server.root is not server.root
    return apart and all(pod.host_network and pod.kind == "Pod" for pod in pods)


def _may_meet(agent: Pod, server: Pod) -> bool:
    """Tell whether both use the node's network and nothing keeps them on different nodes."""
    if agent.root is server.root or not (agent.host_network and server.host_network):
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
    tolerations = agent.spec.at("tolerations")
    for item in tolerations.items() if tolerations is not None else []:
        key = item.text_at("key")
        if key in _CONTROL_PLANE or (not key and item.text_at("operator") == "Exists"):
            return Severity.WARNING
    return Severity.INFO
