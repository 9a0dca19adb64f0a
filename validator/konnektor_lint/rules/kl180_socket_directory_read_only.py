"""The proxy server cannot create its socket: the folder is mounted read-only."""

import posixpath

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, flag_value_of, value_of
from konnektor_lint.fix import Fix, mend, remove_entry
from konnektor_lint.pod import Backing
from konnektor_lint.rule import Findings, rule


@rule(
    "KL180",
    "socket-directory-read-only",
    since="0.1",
    edge="door",
    needs=("servers",),
    args=("folder", "socket", "volume"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: getUDSListener",
        "man 2 bind: EROFS",
    ),
    fix="safe",
)
def socket_directory_read_only(connector: Connector) -> Findings:
    """Look at what lies behind the folder of ``--uds-name``; connecting would need no writing."""
    for server in connector.servers:
        flag = server.flag("uds-name")
        if flag is None or flag.open or not flag.text.startswith("/"):
            continue
        folder = posixpath.dirname(flag.text)
        backing = server.backing(folder)
        if backing is not None and backing.read_only and not server.mounts_open:
            yield socket_directory_read_only.report(
                _place(backing),
                flag_value_of(flag, "socket"),
                folder=folder,
                socket=flag.text,
                volume=backing.volume.name,
                fix=_fix(backing),
            )


def _fix(backing: Backing) -> Fix | None:
    written = backing.mount.node.at("readOnly")
    if written is None or written.value is not True:
        return None
    return mend(remove_entry(backing.mount.node, written), safe=True)


def _place(backing: Backing) -> Location:
    if backing.mount.read_only:
        return value_of(backing.mount.node.at("readOnly") or backing.mount.node)
    return value_of(backing.mount.node.at("mountPath") or backing.mount.node)
