"""A file that a component names does not exist on the node."""

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL401",
    "host-file-missing",
    since="0.1",
    needs=("host",),
    args=("name", "file", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate stats files",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate stats files",
        "kubernetes/apiserver v0.36.0 pkg/server/options/egress_selector.go: the file must exist",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/config.go: TLS files must exist",
    ),
)
def host_file_missing(connector: Connector) -> Findings:
    """Look for each file, unless another container of the pod may write it first."""
    if connector.host is None:
        return
    for item in connector.host.things:
        if item.kind != "socket" and item.entry.kind in ("missing", "loop") and not item.made:
            yield host_file_missing.report(
                item.place,
                name=item.shown_name,
                file=item.file,
                program=item.owner.program,
            )
