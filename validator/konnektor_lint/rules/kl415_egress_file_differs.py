"""The egress configuration on the node is another one than the files given."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL415",
    "egress-file-differs",
    since="0.1",
    severity=Severity.WARNING,
    needs=("host", "egress", "api_servers"),
    args=("file",),
    references=(
        "kubernetes/apiserver v0.36.0 pkg/server/options/egress_selector.go: read at start",
    ),
)
def egress_file_differs(connector: Connector) -> Findings:
    """Compare the data: order of keys, comments and layout do not matter."""
    if connector.host is None:
        return
    if any(one.document.problems for one in connector.egress):
        return
    given = [[one.document.root.plain()] for one in connector.egress]
    for item in connector.host.of_kind("egress"):
        if item.content is not None and item.content not in given:
            root = connector.egress[0].list_node or connector.egress[0].document.root
            place = value_of(root)._replace(label="given")
            yield egress_file_differs.report(item.place, place, file=item.file)
