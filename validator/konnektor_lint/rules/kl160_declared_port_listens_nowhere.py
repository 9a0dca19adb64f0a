"""A container declares a port on which nothing answers."""

from konnektor_lint import limits
from konnektor_lint.address import address_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.limits import shortened
from konnektor_lint.listener import listeners_of
from konnektor_lint.pod import Component, Pod
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node
from konnektor_lint.term import Term


@rule(
    "KL160",
    "declared-port-listens-nowhere",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("field", "port", "expected", "consequence"),
    references=(
        (
            "kubernetes v1.36.0 pkg/apis/core/validation/validation.go: "
            "must match `containerPort` when `hostNetwork` is true"
        ),
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: one listener per port flag",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: one listener per port flag",
    ),
)
def declared_port_listens_nowhere(connector: Connector) -> Findings:
    """Compare host ports with container ports, and those with what the programs listen on."""
    by_pod: dict[int, list[Component]] = {}
    for component in connector.components:
        by_pod.setdefault(id(component.pod.root), []).append(component)
    for pod in connector.pods():
        yield from _host_ports(pod)
        yield from _container_ports(connector, pod, by_pod[id(pod.root)])


def _host_ports(pod: Pod) -> Findings:
    """Yield host ports that differ from the container's in a pod on the node's network."""
    for container in pod.spec.items_at("containers") if pod.host_network else ():
        for entry in container.items_at("ports"):
            host, own = _number(entry, "hostPort"), _number(entry, "containerPort")
            if host and own and host != own:
                yield declared_port_listens_nowhere.report(
                    value_of(entry.at("hostPort") or entry),
                    value_of(entry.at("containerPort") or entry, "container"),
                    field="hostPort", port=host, expected=own,
                    consequence=Term("host-port-refused"),
                )  # fmt: skip


def _container_ports(connector: Connector, pod: Pod, components: list[Component]) -> Findings:
    ports = _listening(pod, components)
    if not ports:
        return
    used, expected = _used(connector, pod), shortened(", ".join(map(str, sorted(ports))))
    for component in components:
        for entry in component.container.items_at("ports"):
            number, name = _number(entry, "containerPort"), entry.text_at("name")
            if number is None or component.role == "api-server" or used & {number, name}:
                continue
            if number not in ports and entry.text_at("protocol") in (None, "TCP"):
                yield declared_port_listens_nowhere.report(
                    value_of(entry.at("containerPort") or entry),
                    severity=Severity.WARNING,
                    field="containerPort", port=number, expected=expected,
                    consequence=Term("nothing-listens"),
                )  # fmt: skip


def _listening(pod: Pod, components: list[Component]) -> set[int]:
    """Return every port the pod's programs listen on; empty where not all can be known.

    Nor where two want the same one: that is another rule's fault, and this its consequence.
    """
    known = {id(item.container) for item in components}
    if any(id(container) not in known for container in pod.kept_running):
        return set()
    if not all(item.whole and not item.problems for item in components):
        return set()
    ports = [listener.port for item in components for listener in listeners_of(item)]
    known_ports = {port for port in ports if port is not None}
    return known_ports if len(known_ports) == len(ports) else set()


def _used(connector: Connector, pod: Pod) -> set[object]:
    """Return the ports, and names of ports, that others lead to: where that ends, others say."""
    targets = {
        port.target
        for service in connector.services[: limits.PARTNERS]
        if service.selects(pod)
        for port in service.ports
    }
    return (targets | _probed(pod) | _dialled(connector)) - {None}


def _dialled(connector: Connector) -> set[object]:
    """Return the ports that agents and API servers dial."""
    urls = [item.url_text for found in connector.egress for item in found.selections]
    agents = connector.agents[: limits.PARTNERS]
    return {
        *(agent.number("proxy-server-port") for agent in agents),
        *(address_of(url).port for url in urls[: limits.PARTNERS] if url),
    }


def _probed(pod: Pod) -> set[object]:
    probes = (
        container.at(probe, handler, "port")
        for container in pod.containers()
        for probe in ("livenessProbe", "readinessProbe", "startupProbe")
        for handler in ("httpGet", "tcpSocket")
    )
    return {node.value for node in probes if node is not None and isinstance(node.value, str | int)}


def _number(entry: Node, field: str) -> int | None:
    node = entry.at(field)
    return node.integer if node is not None else None
