"""The folder of the socket is not shared by kube-apiserver and proxy-server."""

import posixpath

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.contract import mounted_at
from konnektor_lint.diagnostic import Diagnostic, Location, value_of
from konnektor_lint.egress import text_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Backing, Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node


@rule(
    "KL202",
    "uds-not-shared",
    since="0.1",
    edge="door",
    needs=("egress", "api_servers", "servers"),
    args=("folder", "component", "other"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: creates the socket",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
    ),
)
def uds_not_shared(connector: Connector) -> Findings:
    """Follow the socket's path through the mounts of both: one server that shares it is enough."""
    listening: dict[str, list[Component]] = {}
    for server in connector.servers:
        path = posixpath.normpath(server.text("uds-name") or ".")
        listening.setdefault(path, []).append(server)
    for path, node in _sockets(connector).items():
        for api_server in connector.api_servers[: limits.PARTNERS]:
            servers = _nearest(api_server, listening.get(path, [])[: limits.PARTNERS])
            if servers:
                yield from _between(path, node, api_server, servers)


def _sockets(connector: Connector) -> dict[str, Node]:
    """Return the paths that are dialled, each with the first place that names it."""
    found: dict[str, Node] = {}
    for configuration in connector.egress:
        for selection in configuration.selections:
            node = selection.uds_name
            if node is not None and selection.over_uds and not has_placeholder(text_of(node)):
                found.setdefault(posixpath.normpath(text_of(node)), node)
    return found


def _nearest(api_server: Component, servers: list[Component]) -> list[Component]:
    """Return the servers of the same pod, if any, else all."""
    return [server for server in servers if server.pod.root is api_server.pod.root] or servers


def _between(path: str, node: Node, api_server: Component, servers: list[Component]) -> Findings:
    folder = posixpath.dirname(path)
    if not api_server.may_mount(folder):
        yield _unseen(folder, node, api_server, servers[0])
    elif not any(server.may_mount(folder) for server in servers):
        yield _unseen(folder, node, servers[0], api_server)
    elif not any(_is_shared(path, api_server, server) for server in servers):
        ours, theirs = api_server.backing(path), servers[0].backing(path)
        if ours is not None and theirs is not None:
            yield uds_not_shared.report(
                _volume(ours), _volume(theirs, "other"), folder=folder,
                component=api_server.program, other=servers[0].program,
            )  # fmt: skip


def _unseen(folder: str, node: Node, component: Component, other: Component) -> Diagnostic:
    backing = other.backing(folder)
    related = value_of(node, "socket") if backing is None else value_of(backing.mount.node, "other")
    return uds_not_shared.report(
        mounted_at(component), related, folder=folder, component=component.program,
        other=other.program,
    )  # fmt: skip


def _volume(backing: Backing, label: str = "") -> Location:
    node = backing.volume.node
    return value_of(node.at("hostPath", "path") or node.at("name") or node, label)


def _is_shared(path: str, one: Component, other: Component) -> bool:
    """Tell whether both see one folder; what cannot be known counts as shared."""
    ours, theirs = one.backing(path), other.backing(path)
    if one.mounts_open or other.mounts_open:
        return True
    if ours is None or theirs is None or _is_open(ours) or _is_open(theirs):
        return True
    kinds = {ours.volume.kind, theirs.volume.kind}
    if kinds == {"hostPath"}:
        return ours.path == theirs.path
    if one.pod.root is other.pod.root and ours.volume.name == theirs.volume.name:
        return ours.path == theirs.path
    return not kinds & _OWN


def _is_open(backing: Backing) -> bool:
    return has_placeholder(f"{backing.path} {backing.volume.target} {backing.mount.path}")


_OWN = frozenset(("emptyDir", "configMap", "secret", "projected", "downwardAPI"))
"""Volumes that no other pod, and no other volume of the same pod, has in common."""
