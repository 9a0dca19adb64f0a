"""The socket itself is mounted, not its folder."""

import posixpath
from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import text_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL188",
    "socket-is-mounted-file",
    since="0.1",
    args=("program", "socket", "folder"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: removes and binds the socket",
        "man 2 unlink: EBUSY for a mount point",
    ),
)
def socket_is_mounted_file(connector: Connector) -> Findings:
    """Look for a mount at the socket's own path; an API server can use one until a restart."""
    for component, socket in _sockets(connector):
        mount = component.mount_over(socket)
        if mount is not None and posixpath.normpath(mount.path) == socket:
            yield socket_is_mounted_file.report(
                value_of(mount.node.at("mountPath") or mount.node),
                severity=Severity.ERROR if component.role == "server" else Severity.WARNING,
                program=component.program,
                socket=socket,
                folder=posixpath.dirname(socket),
            )


def _sockets(connector: Connector) -> Iterator[tuple[Component, str]]:
    """Yield who opens which socket."""
    for server in connector.servers:
        flag = server.flag("uds-name")
        if flag is not None and not flag.open and flag.text.startswith("/"):
            yield server, posixpath.normpath(flag.text)
    dialled = {
        posixpath.normpath(path)
        for configuration in connector.egress
        for selection in configuration.selections
        if selection.over_uds and (path := text_of(selection.uds_name)).startswith("/")
        if not has_placeholder(path)
    }
    for api_server in connector.api_servers:
        for path in sorted(dialled):
            yield api_server, path
