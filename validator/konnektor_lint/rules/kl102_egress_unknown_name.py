"""An egress selection has a name that kube-apiserver does not know."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Diagnostic, Severity, value_of
from konnektor_lint.egress import EgressConfiguration, EgressSelection, shown, text_of
from konnektor_lint.fix import mend, replace_value
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import closest, same_letters


@rule(
    "KL102",
    "egress-unknown-name",
    since="0.1",
    needs=("egress",),
    args=("found", "expected", "kubernetes"),
    references=(
        "kubernetes/apiserver v0.20.0 to v0.37.0 pkg/server/egressselector/config.go",
        "kubernetes/apiserver v0.37.0 pkg/server/egressselector/egress_selector.go",
    ),
    fix="sometimes",
)
def egress_unknown_name(connector: Connector) -> Findings:
    """Compare each name as validation does."""
    for configuration in connector.egress:
        # Of a name that is there twice another rule tells.
        named = {configuration.loader_name(item): item for item in configuration.selections[::-1]}
        for name, selection in named.items():
            found = text_of(selection.name)
            missing = not found and configuration.misspelled(selection.node, "name")
            if not (name in configuration.names or configuration.is_open(found) or missing):
                yield _finding(configuration, selection)


def _finding(configuration: EgressConfiguration, selection: EgressSelection) -> Diagnostic:
    found = text_of(selection.name)
    meant = closest(found, list(configuration.names))
    return egress_unknown_name.report(
        value_of(selection.best_node),
        severity=None if configuration.names_checked else Severity.WARNING,
        found=shown(selection.name),
        expected=meant or ", ".join(configuration.names),
        kubernetes=configuration.version,
        fix=(
            mend(replace_value(selection.name, meant), safe=same_letters(found, meant))
            if meant and selection.name is not None
            else None
        ),
    )
