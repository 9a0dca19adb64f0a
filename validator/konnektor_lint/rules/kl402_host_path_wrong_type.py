"""A path of the node is a folder where a file is needed, or the reverse."""

from typing import TYPE_CHECKING

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Location, value_of
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term

if TYPE_CHECKING:
    from konnektor_lint.host import Entry
    from konnektor_lint.named import Named

_KINDS = {
    "file": "a file", "folder": "a folder", "socket": "a socket", "other": "a device or pipe",
}  # fmt: skip
_TYPES = {
    "File": "file", "FileOrCreate": "file", "Directory": "folder", "DirectoryOrCreate": "folder",
    "Socket": "socket",
}  # fmt: skip


@rule(
    "KL402",
    "host-path-wrong-type",
    since="0.1",
    needs=("host",),
    args=("file", "found", "expected", "program"),
    references=(
        "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types",
        "kubernetes v1.36 pkg/volume/hostpath/host_path.go: hostPath type check failed",
        "Go crypto/tls: LoadX509KeyPair reads a file",
    ),
)
def host_path_wrong_type(connector: Connector) -> Findings:
    """Compare what lies there with what is read from it, and with ``hostPath.type``."""
    if connector.host is None:
        return
    for item in connector.host.things:
        wanted = item.backing.volume.node.at("hostPath", "type")
        typed = _TYPES.get(wanted.text or "") if wanted is not None else None
        mounted = item.mounted
        if wanted is not None and typed and mounted is not None and _differs(mounted, typed):
            yield _report(item, value_of(wanted), mounted, typed, item.backing.volume.target)
        elif item.kind != "socket" and _differs(item.entry, "file"):
            yield _report(item, item.place, item.entry, "file", item.file)


def _differs(entry: "Entry", kind: str) -> bool:
    return entry.exists and entry.kind != kind


def _report(item: "Named", place: Location, entry: "Entry", expected: str, file: str) -> Diagnostic:
    return host_path_wrong_type.report(
        place,
        file=file,
        found=Term(_KINDS[entry.kind]),
        expected=Term(_KINDS[expected]),
        program=item.owner.program,
    )
