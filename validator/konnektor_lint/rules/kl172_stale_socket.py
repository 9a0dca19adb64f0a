"""The proxy server does not remove the socket that an earlier run left behind."""

import posixpath

from konnektor_lint.commandline import image_of, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, flag_of, flag_value_of, value_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_FLAG = "delete-existing-uds-file"


@rule(
    "KL172",
    "stale-socket",
    since="0.1",
    about=("api_servers", "proxies"),
    edge="door",
    severity=Severity.WARNING,
    args=("socket", "release", "volume"),
    references=(
        "apiserver-network-proxy v0.0.37 cmd/server/app/options/options.go: DeleteUDSFile",
        "apiserver-network-proxy v0.1.4 cmd/server/app/options/options.go: DeleteUDSFile",
        "https://github.com/kubernetes-sigs/apiserver-network-proxy/issues/443",
    ),
)
def stale_socket(connector: Connector) -> Findings:
    """Look for a socket on a volume, which outlives its container, that nobody deletes."""
    for server in connector.servers:
        socket = server.flag("uds-name")
        if socket is None or socket.open or not socket.text.startswith("/"):
            continue
        backing = server.backing(posixpath.dirname(socket.text))
        if backing is None or server.shell or not server.whole or server.is_on(_FLAG) is not False:
            continue
        yield stale_socket.report(
            flag_value_of(socket),
            *_reason(server),
            value_of(backing.mount.node.at("mountPath") or backing.mount.node, "mount"),
            socket=socket.text,
            release=release_of(server).tag,
            volume=backing.volume.name,
        )


def _reason(server: Component) -> tuple[Location, ...]:
    """Point at the flag that turns deleting off, else at the image whose default does."""
    flag = server.flag(_FLAG)
    if flag is not None:
        return (flag_of(flag, "off"),)
    return tuple(place._replace(label="default") for place in image_of(server))
