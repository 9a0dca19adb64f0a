"""An egress selection has the old name master."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import each_selection, text_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL116",
    "egress-name-master",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.20.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_name_master(connector: Connector) -> Findings:
    """Look for the name; before 1.20 there was no other."""
    for configuration, selection in each_selection(connector.egress):
        if configuration.names_checked and text_of(selection.name) == "master":
            yield egress_name_master.report(value_of(selection.best_node))
