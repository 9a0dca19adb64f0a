"""The API server dials another socket than the proxy server listens on."""

import posixpath

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import flag_value_of, value_of
from konnektor_lint.egress import text_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule


@rule(
    "KL201",
    "uds-path-mismatch",
    since="0.1",
    needs=("egress", "servers"),
    args=("egress", "server"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: listens on --uds-name",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: dials udsName",
    ),
)
def uds_path_mismatch(connector: Connector) -> Findings:
    """Compare ``udsName`` with ``--uds-name``: one server that listens there is enough."""
    flags = [flag for server in connector.servers if (flag := server.flag("uds-name"))]
    given = [flag for flag in flags if flag.text]
    if not given or any(flag.open for flag in given):
        return
    known = {posixpath.normpath(flag.text) for flag in given}
    for configuration in connector.egress:
        for selection in configuration.selections:
            node = selection.uds_name
            if node is None or not selection.over_uds or has_placeholder(text_of(node)):
                continue
            path = posixpath.normpath(text_of(node))
            if path not in known and not _is_one_file(connector, path):
                yield uds_path_mismatch.report(
                    value_of(node),
                    flag_value_of(given[0], "server"),
                    egress=text_of(node),
                    server=given[0].text,
                )


def _is_one_file(connector: Connector, path: str) -> bool:
    """Tell whether two paths lead to one socket: the same folder mounted at two places."""
    for api_server in connector.api_servers:
        dialled = api_server.backing(path)
        for server in connector.servers:
            listened = server.backing(server.text("uds-name") or "")
            if dialled is None or listened is None or dialled.path != listened.path:
                continue
            same_pod = api_server.pod.root is server.pod.root
            if same_pod and dialled.volume.name == listened.volume.name:
                return True
            if dialled.volume.kind == listened.volume.kind == "hostPath":
                return True
    return False
