"""An egress configuration names another kind or version than the loader takes."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.egress import INTERNAL_VERSIONS, KIND, VERSIONS, EgressConfiguration, shown
from konnektor_lint.fix import Fix, insert_entry, mend, replace_value
from konnektor_lint.rule import Findings, rule
from konnektor_lint.spelling import closest, same_letters


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
    fix="sometimes",
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
        fix=_fix(configuration, field, found, expected),
    )


def _fix(configuration: EgressConfiguration, field: str, found: str, meant: str) -> Fix | None:
    """Write what the loader takes; of the versions it knows one is as good as another."""
    node, kind = configuration.header(field), configuration.header("kind")
    right_kind = kind is not None and kind.text == KIND
    if node is None:
        return mend(insert_entry(kind, field, meant), safe=True) if right_kind and kind else None
    sure = same_letters(found, meant) or (field == "apiVersion" and right_kind)
    return mend(replace_value(node, meant), safe=sure) if sure or closest(found, [meant]) else None


def _place(configuration: EgressConfiguration, field: str) -> Location:
    node = configuration.header(field) or configuration.header("kind")
    return value_of(node or configuration.document.root)
