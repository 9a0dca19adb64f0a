"""A value that its field does not take."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.fix import Fix, mend, replace_value
from konnektor_lint.manifest import violations_of
from konnektor_lint.rule import Findings, rule
from konnektor_lint.schema import Violation
from konnektor_lint.spelling import closest, same_letters


@rule(
    "KL010",
    "value-not-allowed",
    since="0.1",
    args=("field", "value", "expected", "suggestion"),
    references=("kubernetes v1.36.0 pkg/apis/core/validation/validation.go: Unsupported value",),
    fix="sometimes",
)
def value_not_allowed(connector: Connector) -> Findings:
    """Report values outside the list that the API server accepts."""
    for violation in violations_of(connector, "value-not-allowed"):
        choices = _choices(violation)
        suggestion = closest(str(violation.args["value"]), choices)
        yield value_not_allowed.report(
            value_of(violation.node, "meant" if suggestion else ""),
            fields=violation.args | {"expected": ", ".join(choices), "suggestion": suggestion},
            fix=_fix(violation, suggestion),
        )


def _fix(violation: Violation, meant: str) -> Fix | None:
    if not meant or violation.node.text is None:
        return None
    edit = replace_value(violation.node, meant)
    return mend(edit, safe=same_letters(violation.node.text, meant))


def _choices(violation: Violation) -> list[str]:
    """Return the accepted values; the empty text, which is the default, helps nobody."""
    return [choice for choice in str(violation.args["expected"]).split(", ") if choice != '""']
