"""What is left of an OpenVPN tunnel beside Konnectivity, and how far a migration has come.

The shape is that of Kubermatic before 2.26, which HyperShift shared: an OpenVPN server in the
namespace of the control plane, a client in ``kube-system`` of the workers, a client and a DNAT
controller beside the programs of the control plane, and a DNS resolver of their own. Any other
OpenVPN (an office's, a customer's) is told apart by its namespace and its name.
"""

import posixpath
from collections.abc import Iterable, Iterator

from konnektor_lint import limits
from konnektor_lint.cluster import service_of
from konnektor_lint.connector import Connector
from konnektor_lint.contract import may_name_egress_file
from konnektor_lint.expression import expression
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Pod, pod_of
from konnektor_lint.record import NamedTuple
from konnektor_lint.source import Document, Node

_CLIENT, _SERVER, _RESOLVER = "openvpn-client", "openvpn-server", "dns-resolver"
_PORT = 1194
_IMAGES = frozenset(("openvpn", _CLIENT, _SERVER))
_HELPERS = frozenset(("openvpn-exporter", "openvpn_exporter"))
_DNAT = frozenset(("kubeletdnat-controller", "vpnsidecar-dnat-controller"))
_CREDENTIALS = frozenset((
    "openvpn-ca", "openvpn-server-certificates", "openvpn-client-certificates",
    "openvpn-client-config", "openvpn-client-configs", "kubeletdnatcontroller-kubeconfig",
))  # fmt: skip
_CONTROL_PROGRAMS = frozenset((
    "apiserver", "kube-apiserver", "scheduler", "kube-scheduler", "controller-manager",
    "kube-controller-manager", "prometheus", "metrics-server", "cloud-controller-manager",
    "openstack-cloud-controller-manager",
))  # fmt: skip
"""Containers that had a client beside them, by name: where a namespace holds more than them."""

_STARTS = expression(r"(?:^|[\s;&|(/])openvpn(?=\s)")
"""A shell script that starts OpenVPN."""


class Leftover(NamedTuple):
    """One part of the old tunnel.

    ``kind``: client, server, sidecar, dnat, resolver, door (a Service or a NetworkPolicy) or
    credential. ``node`` stands for it in a finding, ``name`` is its own or its container's name.
    ``beside``: what a container runs beside. ``pod`` is None for what is no workload.
    """

    kind: str
    node: Node
    name: str
    document: Document
    beside: str = ""
    pod: Pod | None = None


def leftovers_of(connector: Connector, documents: Iterable[Document]) -> tuple[Leftover, ...]:
    """Return what is left of OpenVPN in the connector's pods and in documents around them.

    Without a server or an agent there is no Konnectivity that anything could be left beside.
    """
    if not connector.proxies:
        return ()
    places = _Places(connector)
    own = connector.pods()
    found = [item for pod in own for item in _in_pod(pod)]
    known = {(pod.namespace, pod.kind, pod.name) for pod in own}
    listed = list(documents)
    for pod in _workloads(listed, {id(pod.root) for pod in own}, known):
        found += _workload(pod, places)
    servers = [item.pod for item in found if item.pod is not None and item.kind == "server"]
    servers = servers[: limits.PARTNERS]
    for document in listed:
        found += _object(document, servers, places)
    return tuple(item for item in found if item.kind != "resolver" or _is_ours(item, found))


def is_switched(connector: Connector) -> bool:
    """Tell whether an API server takes the way through Konnectivity, or may; or none is given."""
    return not connector.api_servers or any(map(may_name_egress_file, connector.api_servers))


def removable(connector: Connector, kind: str) -> list[Leftover]:
    """Return the parts of a kind that nothing needs any more.

    Before the API server is switched, or while only the old client is there on the workers,
    the old tunnel is the one that works: other rules speak of that.
    """
    found = connector.leftovers
    waiting = not connector.agents and any(item.kind == "client" for item in found)
    if waiting or not is_switched(connector):
        return []
    return [item for item in found if item.kind == kind]


class _Places:
    """The namespaces in which the connector's two sides live, as they are written.

    Where a side's namespace is not written, or filled in later, its old tunnel's is so too.
    """

    __slots__ = ("control", "workers")

    def __init__(self, connector: Connector) -> None:
        control = (*connector.api_servers, *connector.servers)
        self.control = {item.pod.namespace for item in control}
        self.workers = {*(item.pod.namespace for item in connector.agents), "kube-system"}

    def hosts(self, namespace: str) -> bool:
        """Tell whether a namespace is a control plane's own, so that all in it belongs to it."""
        written = bool(namespace) and not has_placeholder(namespace)
        return written and namespace in self.control - self.workers


def _workloads(
    documents: list[Document], taken: set[int], known: set[tuple[str, str, str]]
) -> Iterator[Pod]:
    """Yield the workloads that run; pods that a workload made only repeat it."""
    pods = [pod for item in documents if (pod := pod_of(item)) is not None]
    known = known | {(pod.namespace, pod.kind, pod.name) for pod in pods if pod.kind != "Pod"}
    for pod in pods:
        if id(pod.root) in taken or pod.replicas == 0 or _is_deleted(pod.document.root):
            continue
        if pod.owner is not None:
            namespace, kind, name = pod.owner
            if {pod.owner, (namespace, "Deployment", name.rpartition("-")[0])} & known:
                continue
            known.add((namespace, kind, name))
        yield pod


def _is_deleted(node: Node) -> bool:
    """Tell whether a patch takes the thing away."""
    return node.text_at("$patch") == "delete"


def _in_pod(pod: Pod) -> Iterator[Leftover]:
    """Yield the old tunnel's containers in a pod whose main program is another one."""
    main = _main_container(pod)
    for container in pod.containers():
        if _is_deleted(container):
            continue
        kind = "dnat" if _translates(container) else "sidecar" if _tunnels(container) else ""
        if kind:
            yield Leftover(kind, _place(container), _name(container), pod.document, main, pod)


def _is_ours(resolver: Leftover, found: list[Leftover]) -> bool:
    """Tell whether a resolver has to do with OpenVPN: any other may be called so too."""
    containers = resolver.pod.containers() if resolver.pod is not None else []
    return any(map(_tunnels, containers)) or any(item.kind != "resolver" for item in found)


def _main_container(pod: Pod) -> str:
    """Return the name of the first container that is no part of the tunnel; empty: none."""
    others = [
        item
        for item in pod.spec.items_at("containers")
        if not (_tunnels(item) or _translates(item) or _helps(item))
    ]
    return _name(others[0]) if others else ""


def _workload(pod: Pod, places: _Places) -> Iterator[Leftover]:
    main = _main_container(pod)
    place = pod.node
    tunnels = [item for item in pod.containers() if _tunnels(item) and not _is_deleted(item)]
    in_control = pod.namespace in places.control
    if pod.name == _RESOLVER and in_control:
        if pod.containers():
            yield Leftover("resolver", place, pod.name, pod.document, main, pod)
    elif main:
        if places.hosts(pod.namespace) or (main in _CONTROL_PROGRAMS and in_control):
            yield from _in_pod(pod)
    elif tunnels and _is_named(pod, _CLIENT) and pod.namespace in places.workers:
        yield Leftover("client", place, pod.name, pod.document, "", pod)
    elif (places.hosts(pod.namespace) and any(map(_serves, tunnels))) or (
        tunnels and _is_named(pod, _SERVER) and in_control
    ):
        yield Leftover("server", place, pod.name, pod.document, "", pod)


def _is_named(pod: Pod, name: str) -> bool:
    return pod.name == name or name in pod.labels.values()


def _object(document: Document, servers: list[Pod], places: _Places) -> Iterator[Leftover]:
    kind, name = document.kind, document.name
    if _is_deleted(document.root):
        return
    in_control = document.namespace in places.control
    either = in_control or document.namespace in places.workers
    found = ""
    if kind == "Service":
        service = service_of(document)
        named = name == _SERVER and in_control
        found = "door" if named or any(service.selects(pod) for pod in servers) else ""
    elif kind == "NetworkPolicy":
        found = "door" if either and name.startswith((_SERVER, _CLIENT)) else ""
    elif kind in ("Secret", "ConfigMap"):
        found = "credential" if either and name in _CREDENTIALS else ""
    elif kind == "ClusterRoleBinding":
        found = "credential" if "kubeletdnat" in name else ""
    if found:
        node = document.root.at("metadata", "name") or document.root
        yield Leftover(found, node, name, document)


def _place(container: Node) -> Node:
    for field in ("name", "image", "command"):
        node = container.at(field)
        if node is not None:
            return node
    return container


def _name(container: Node) -> str:
    return container.text_at("name") or _image(container) or "?"


def _image(container: Node) -> str:
    path = (container.text_at("image") or "").partition("@")[0]
    return posixpath.basename(path).partition(":")[0]


def _program(container: Node) -> str:
    words = [*container.items_at("command"), *container.items_at("args")]
    return posixpath.basename(words[0].text or "") if words else ""


def _tunnels(container: Node) -> bool:
    """Tell whether a container runs OpenVPN, or sets its network up with OpenVPN's image."""
    if _image(container) in _IMAGES or _program(container) == "openvpn":
        return True
    scripts = [*container.items_at("command")[1:], *container.items_at("args")]
    return _program(container) in ("sh", "bash") and any(
        _STARTS.search(item.text or "") is not None for item in scripts
    )


def _serves(container: Node) -> bool:
    """Tell whether a container takes OpenVPN clients: by its mode or its port."""
    words = {item.text for item in (*container.items_at("command"), *container.items_at("args"))}
    ports = [item.at("containerPort") for item in container.items_at("ports")]
    return "--server" in words or any(port is not None and port.integer == _PORT for port in ports)


def _translates(container: Node) -> bool:
    return _image(container) in _DNAT or _program(container) in _DNAT


def _helps(container: Node) -> bool:
    return _image(container) in _HELPERS or _program(container) in _HELPERS
