"""kube-apiserver is not told of the egress configuration and goes around the tunnel."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import may_name_egress_file, place_of_flag
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL218",
    "egress-file-not-named",
    since="0.1",
    edge="configuration",
    needs=("api_servers",),
    references=(
        "kubernetes/apiserver v0.36.0 pkg/server/options/egress_selector.go: no file, no egress",
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
    ),
)
def egress_file_not_named(connector: Connector) -> Findings:
    """Look for an API server with the flag, where there is something for it to name."""
    if any(map(may_name_egress_file, connector.api_servers)):
        return
    others = _other_side(connector)
    if others:
        yield egress_file_not_named.report(value_of(connector.api_servers[0].node), others[0])


def _other_side(connector: Connector) -> list[Location]:
    found = [value_of(item.list_node or item.document.root, "egress") for item in connector.egress]
    for server in connector.servers:
        flag = "uds-name" if server.given("uds-name") else "server-port"
        found.append(place_of_flag(server, flag, "server"))
    return found
