"""A field without which the API server refuses the object."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of
from konnektor_lint.manifest import violations_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL011",
    "missing-field",
    since="0.1",
    args=("field", "owner"),
    references=("kubernetes v1.36.0 pkg/apis/core/validation/validation.go: Required value",),
)
def missing_field(connector: Connector) -> Findings:
    """Report required fields that are absent or null; patches need not have them."""
    for violation in violations_of(connector, "missing-field"):
        yield missing_field.report(key_of(violation.node), fields=violation.args)
