"""Something that is no socket lies where the server opens its socket."""

import posixpath
from typing import TYPE_CHECKING

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term

if TYPE_CHECKING:
    from konnektor_lint.named import Named


@rule(
    "KL405",
    "socket-path-occupied",
    since="0.1",
    edge="door",
    needs=("host",),
    args=("file", "found"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: os.Remove, then binds",
        "man 2 bind: EADDRINUSE where the path exists",
        "man 3 remove: a folder that is not empty stays",
    ),
)
def socket_path_occupied(connector: Connector) -> Findings:
    """Look at the socket's path: what the server does not remove at start keeps it from binding."""
    if connector.host is None:
        return
    for item in connector.host.of_kind("socket"):
        if item.owner.role == "server" and not _is_mount(item) and _stays(item):
            found = "a folder" if item.entry.kind == "folder" else "a file"
            yield socket_path_occupied.report(item.place, file=item.file, found=Term(found))


def _is_mount(item: "Named") -> bool:
    return posixpath.normpath(item.backing.mount.path) == posixpath.normpath(item.path)


def _stays(item: "Named") -> bool:
    kept = item.owner.is_on("delete-existing-uds-file") is False
    if item.entry.kind == "folder":
        return kept or item.filled
    return item.entry.kind == "file" and kept
