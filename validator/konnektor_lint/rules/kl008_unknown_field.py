"""A field that does not exist at its place."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of
from konnektor_lint.fix import Fix, mend, rename_key
from konnektor_lint.manifest import violations_of
from konnektor_lint.rule import Findings, rule
from konnektor_lint.schema import Violation
from konnektor_lint.spelling import same_letters


@rule(
    "KL008",
    "unknown-field",
    since="0.1",
    args=("field", "suggestion", "known"),
    references=(
        "kubernetes/apiserver v0.32.0 pkg/server/egressselector/config.go: strict decoding",
        "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
    ),
    fix="sometimes",
)
def unknown_field(connector: Connector) -> Findings:
    """Report fields that the reader of the document does not know."""
    for violation in violations_of(connector, "unknown-field"):
        label = "meant" if violation.args["suggestion"] else ""
        yield unknown_field.report(
            key_of(violation.node, label), fields=violation.args, fix=_fix(violation)
        )


def _fix(violation: Violation) -> Fix | None:
    key, meant = violation.node.key, str(violation.args["suggestion"])
    if key is None or not meant:
        return None
    return mend(rename_key(violation.node, meant), safe=same_letters(key.raw, meant))
