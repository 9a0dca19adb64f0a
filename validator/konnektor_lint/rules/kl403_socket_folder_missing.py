"""The folder of the socket does not exist on the node, and nothing creates it."""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule

if TYPE_CHECKING:
    from konnektor_lint.named import Named


@rule(
    "KL403",
    "socket-folder-missing",
    since="0.1",
    edge="door",
    needs=("host",),
    args=("folder", "socket", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: binds, creates no folder",
        "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types",
    ),
)
def socket_folder_missing(connector: Connector) -> Findings:
    """Look for the folder; kubelet and container runtime create some, each on its own terms."""
    if connector.host is None:
        return
    created = set(_created(connector))
    for item in connector.host.of_kind("socket"):
        if item.folder is None or item.folder.kind not in ("missing", "loop") or item.made:
            continue
        folder = posixpath.dirname(item.file)
        if _is_created(folder, created) or not _is_needed(item, folder):
            continue
        yield socket_folder_missing.report(
            item.place, folder=folder, socket=item.path, program=item.owner.program
        )


def _is_needed(item: "Named", folder: str) -> bool:
    """Tell whether the folder keeps the program from starting: the API server only dials later."""
    if item.owner.role == "server":
        return True
    wanted = item.backing.volume.node.text_at("hostPath", "type")
    return wanted == "Directory" and posixpath.normpath(item.backing.volume.target) == folder


def _created(connector: Connector) -> Iterator[str]:
    """Yield the folders that any pod of the connector gets created: unset types are, too."""
    for pod in connector.pods():
        for volume in pod.volumes.values():
            wanted = volume.node.text_at("hostPath", "type") or ""
            if volume.kind == "hostPath" and wanted in ("", "DirectoryOrCreate"):
                yield posixpath.normpath(volume.target)


def _is_created(folder: str, created: set[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for path in created)
