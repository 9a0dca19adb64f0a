"""The API server dials a socket where the proxy server has a port, or the reverse."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import listens_on_socket, place_of_flag
from konnektor_lint.diagnostic import value_of
from konnektor_lint.egress import text_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL217",
    "transport-mismatch",
    since="0.1",
    edge="door",
    needs=("egress", "servers"),
    args=("dialled", "opened"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runFrontendServer",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go",
    ),
)
def transport_mismatch(connector: Connector) -> Findings:
    """Compare ``uds`` or ``tcp`` with what the servers open.

    One selection that fits is enough: the others may be for proxies that were not given.
    """
    sockets = {listens_on_socket(server) for server in connector.servers}
    if sockets not in ({True}, {False}):
        return
    on_socket = sockets == {True}
    selections = [item for one in connector.egress for item in one.selections]
    if any(item.over_uds if on_socket else item.over_tcp for item in selections):
        return
    flag = "uds-name" if on_socket else "server-port"
    server = connector.servers[0]
    given = server.flag(flag)
    opened = server.number(flag) if given is None else given.text
    if opened in (0, "0"):
        return  # it opens nothing and does not start, which another rule says
    for selection in selections:
        node = selection.url if on_socket else selection.uds_name
        if node is not None and (selection.over_tcp or selection.over_uds):
            yield transport_mismatch.report(
                value_of(node), place_of_flag(server, flag, "server"),
                dialled=text_of(node), opened=f"--{flag}={opened}",
            )  # fmt: skip
