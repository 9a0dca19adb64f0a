"""The socket itself is mounted, not its folder."""

import posixpath

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
    about=("api_servers", "proxies"),
    edge="door",
    args=("program", "socket", "folder"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: removes and binds the socket",
        "man 2 unlink: EBUSY for a mount point",
    ),
)
def socket_is_mounted_file(connector: Connector) -> Findings:
    """Look for a mount at the socket's own path; an API server can use one until a restart."""
    for server in connector.servers:
        flag = server.flag("uds-name")
        if flag is not None and not flag.open and flag.text.startswith("/"):
            yield from _mounted(server, {posixpath.normpath(flag.text)}, Severity.ERROR)
    dialled = _dialled(connector)
    for api_server in connector.api_servers:
        yield from _mounted(api_server, dialled, Severity.WARNING)


def _dialled(connector: Connector) -> set[str]:
    return {
        posixpath.normpath(path)
        for configuration in connector.egress
        for selection in configuration.selections
        if selection.over_uds and (path := text_of(selection.uds_name)).startswith("/")
        if not has_placeholder(path)
    }


def _mounted(component: Component, sockets: set[str], severity: Severity) -> Findings:
    mounts = {posixpath.normpath(mount.path): mount for mount in reversed(component.mounts)}
    for socket, mount in mounts.items():
        if socket in sockets:
            yield socket_is_mounted_file.report(
                value_of(mount.node.at("mountPath") or mount.node),
                severity=severity,
                program=component.program,
                socket=socket,
                folder=posixpath.dirname(socket),
            )
