"""An egress selection has the old name master."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import MASTER_CONVERTED_SINCE, each_selection, text_of
from konnektor_lint.fix import mend, replace_value
from konnektor_lint.rule import Findings, rule


@rule(
    "KL116",
    "egress-name-master",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.20.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="sometimes",
)
def egress_name_master(connector: Connector) -> Findings:
    """Look for the name; before 1.20 there was no other."""
    for configuration, selection in each_selection(connector.egress):
        if configuration.names_checked and text_of(selection.name) == "master":
            edit = replace_value(selection.best_node, "controlplane")
            same = configuration.minor >= MASTER_CONVERTED_SINCE and not configuration.internal
            yield egress_name_master.report(
                value_of(selection.best_node), fix=mend(edit, safe=same)
            )
