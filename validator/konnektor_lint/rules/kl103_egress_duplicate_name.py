"""Two egress selections have the same name."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import (
    DUPLICATES_REFUSED_SINCE,
    EgressConfiguration,
    EgressSelection,
    shown,
)
from konnektor_lint.rule import Findings, rule


@rule(
    "KL103",
    "egress-duplicate-name",
    since="0.1",
    needs=("egress",),
    args=("name", "first", "kubernetes"),
    references=("kubernetes/apiserver v0.20.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_duplicate_name(connector: Connector) -> Findings:
    """Compare the names as validation does: in lower case, ``master`` as ``controlplane``."""
    for configuration in connector.egress:
        first: dict[str, EgressSelection] = {}
        for selection in configuration.selections:
            name = _meant(configuration, selection)
            known = first.setdefault(name, selection)
            if known is selection or configuration.is_open(name):
                continue
            yield egress_duplicate_name.report(
                value_of(selection.best_node),
                value_of(known.best_node, "first"),
                severity=None if _refused(configuration, selection, known) else Severity.WARNING,
                name=shown(selection.name),
                first=shown(known.name),
                kubernetes=configuration.version,
            )


def _meant(configuration: EgressConfiguration, selection: EgressSelection) -> str:
    name = configuration.loader_name(selection)
    return "controlplane" if name == "master" and configuration.names_checked else name


def _refused(
    configuration: EgressConfiguration, one: EgressSelection, other: EgressSelection
) -> bool:
    """Up to 1.22 only ``master`` beside ``controlplane`` was refused."""
    if configuration.minor >= DUPLICATES_REFUSED_SINCE:
        return True
    names = {configuration.loader_name(one), configuration.loader_name(other)}
    return configuration.names_checked and len(names) > 1
