"""An egress configuration lists no selections."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL117",
    "egress-empty-list",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_empty_list(connector: Connector) -> Findings:
    """Look at each configuration that decodes."""
    for configuration in connector.egress:
        kind = configuration.header("kind")
        if configuration.selections or configuration.violations or kind is None:
            continue
        yield egress_empty_list.report(value_of(configuration.list_node or kind))
