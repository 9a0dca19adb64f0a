"""The API server dials another socket than the proxy server listens on."""

import posixpath

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_value_of, value_of
from konnektor_lint.egress import text_of
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_File = tuple[int, str, str]
"""A file by its pod (0: the node), its volume and its path there."""


@rule(
    "KL201",
    "uds-path-mismatch",
    since="0.1",
    edge="door",
    needs=("egress", "servers"),
    args=("egress", "server", "example"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: listens on --uds-name",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: dials udsName",
    ),
    fix="sometimes",
)
def uds_path_mismatch(connector: Connector) -> Findings:
    """Compare ``udsName`` with ``--uds-name``: one server that listens there is enough."""
    flags = [flag for server in connector.servers if (flag := server.flag("uds-name"))]
    given = [flag for flag in flags if flag.text]
    if not given or any(flag.open for flag in given):
        return
    known = {posixpath.normpath(flag.text) for flag in given}
    listened: set[_File] = set()
    for server in connector.servers:
        listened |= _files(server, server.text("uds-name") or "")
    for configuration in connector.egress:
        for selection in configuration.selections:
            node = selection.uds_name
            written = "" if node is None or not selection.over_uds else text_of(node)
            if node is None or not written or has_placeholder(written):
                continue
            path = posixpath.normpath(written)
            if path not in known and not _is_one_file(connector, path, listened):
                yield uds_path_mismatch.report(
                    value_of(node),
                    flag_value_of(given[0], "server"),
                    egress=written,
                    server=given[0].text,
                    example=given[0].text if given[0].text.startswith("/") else written,
                    fix=_fix(connector, node, {flag.text for flag in given}, listened),
                )


def _fix(connector: Connector, node: Node, paths: set[str], listened: set[_File]) -> Fix | None:
    """Dial the one path that is listened on; surely so where the API server can reach it there."""
    path = next(iter(paths))
    if len(paths) > 1 or not path.startswith("/"):
        return None
    dialled = [_files(item, path) for item in connector.api_servers[: limits.PARTNERS]]
    reached = bool(dialled) and all(files & listened for files in dialled)
    return mend(replace_value(node, path), safe=reached)


def _is_one_file(connector: Connector, path: str, listened: set[_File]) -> bool:
    """Tell whether the path leads to a socket, or may: the same folder mounted at two places."""
    parts = (*connector.api_servers, *connector.servers)
    if any(part.mounts_open for part in parts[: limits.PARTNERS]):
        return True
    dialled = [_files(item, path) for item in connector.api_servers[: limits.PARTNERS]]
    unknown = any(has_placeholder(file[2]) for files in (*dialled, listened) for file in files)
    return unknown or any(files & listened for files in dialled)


def _files(component: Component, path: str) -> set[_File]:
    """Return what a path of a container may be called elsewhere: in its pod, and on its node."""
    backing = component.backing(path)
    if backing is None:
        return set()
    inside = (id(component.pod.root), backing.volume.name, backing.path)
    return {inside, (0, "", backing.path)} if backing.volume.kind == "hostPath" else {inside}
