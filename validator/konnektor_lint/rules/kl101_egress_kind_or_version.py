"""An egress configuration names another kind or version than the loader takes."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.egress import INTERNAL_VERSIONS, KIND, VERSIONS, EgressConfiguration, shown
from konnektor_lint.rule import Findings, rule


@rule(
    "KL101",
    "egress-kind-or-version",
    since="0.1",
    needs=("egress",),
    args=("field", "found", "expected", "kubernetes"),
    references=(
        "kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/",
    ),
)
def egress_kind_or_version(connector: Connector) -> Findings:
    """Compare ``kind``, and from 1.32 ``apiVersion``, with what the loader takes."""
    for configuration in connector.egress:
        yield from _compared(configuration, "kind", (KIND,), KIND)
        if configuration.strict:
            known = (*VERSIONS, *INTERNAL_VERSIONS)
            yield from _compared(configuration, "apiVersion", known, VERSIONS[-1])


def _compared(
    configuration: EgressConfiguration, field: str, known: tuple[str, ...], expected: str
) -> Findings:
    node = configuration.header(field)
    found = "" if node is None else node.text
    if found is None or found in known or configuration.is_open(found):
        return  # a number or a list is a wrong type, which has a rule of its own
    yield egress_kind_or_version.report(
        _place(configuration, field),
        field=field,
        found=shown(node),
        expected=expected,
        kubernetes=configuration.version,
    )


def _place(configuration: EgressConfiguration, field: str) -> Location:
    node = configuration.header(field) or configuration.header("kind")
    return value_of(node or configuration.document.root)
