"""The user a component runs as may not read a file, or not create its socket."""

from typing import TYPE_CHECKING

from konnektor_lint.connector import Connector
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term

if TYPE_CHECKING:
    from konnektor_lint.host import Entry
    from konnektor_lint.named import Named

_READ, _WRITE_AND_ENTER, _WRITE = 0o4, 0o3, 0o2


@rule(
    "KL404",
    "host-access-denied",
    since="0.1",
    needs=("host",),
    args=("program", "user", "file", "mode", "owner", "access"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: reads files, binds a socket",
        "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath: host permissions apply",
        "man 7 path_resolution: owner, group, others",
    ),
)
def host_access_denied(connector: Connector) -> Findings:
    """Compare ``runAsUser`` with mode and owner; groups that are not known may match."""
    if connector.host is None or not connector.host.knows_owners:
        return
    seen: set[tuple[int, str]] = set()
    for item in connector.host.things:
        user = None if _maps_users(item.owner) else _number(item.owner, "runAsUser")
        entry, bits = _needed(item)
        if not user or entry is None or _may(item.owner, user, entry, bits):
            continue
        if (id(item.owner), entry.path) not in seen:
            seen.add((id(item.owner), entry.path))
            yield host_access_denied.report(
                item.place,
                program=item.owner.program,
                user=user,
                file=entry.path,
                mode=entry.permissions,
                owner=f"{entry.uid}:{entry.gid}",
                access=Term("not readable" if bits == _READ else "not writable"),
            )


def _needed(item: "Named") -> "tuple[Entry | None, int]":
    """Return what the component has to open, and with which permissions."""
    if item.kind != "socket":
        return (item.entry if item.entry.kind == "file" else None), _READ
    if item.owner.role == "server":
        folder = item.folder
        return (folder if folder is not None and folder.kind == "folder" else None), (
            _WRITE_AND_ENTER
        )
    return (item.entry if item.entry.kind == "socket" else None), _WRITE


def _may(owner: Component, user: int, entry: "Entry", bits: int) -> bool:
    if entry.uid == user:
        return (entry.mode >> 6) & bits == bits
    groups = _groups(owner)
    in_group = groups is None or entry.gid in groups or entry.listed
    if in_group and (entry.mode >> 3) & bits == bits:
        return True
    return (entry.mode & bits) == bits


def _groups(owner: Component) -> set[int] | None:
    """Return the groups of the container's process; None where the image may decide."""
    group = _number(owner, "runAsGroup")
    if group is None:
        return None
    context = owner.pod.spec.at("securityContext")
    more = context.items_at("supplementalGroups") if context is not None else []
    listed = {item.integer for item in more if item.integer is not None}
    fs_group = context.at("fsGroup") if context is not None else None
    extra = fs_group.integer if fs_group is not None else None
    return {group, *listed} | ({extra} if extra is not None else set())


def _maps_users(owner: Component) -> bool:
    """Tell whether the pod has users of its own, who are others on the node."""
    node = owner.pod.spec.at("hostUsers")
    return node is not None and node.value is not True


def _number(owner: Component, field: str) -> int | None:
    """Return a number of the container's security context, else of the pod's."""
    for holder in (owner.container, owner.pod.spec):
        node = holder.at("securityContext", field)
        if node is not None:
            return node.integer
    return None
