"""A value of another type than its field takes."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.manifest import violations_of
from konnektor_lint.rule import Findings, rule
from konnektor_lint.scalar import resolve
from konnektor_lint.schema import Violation, type_name


@rule(
    "KL009",
    "wrong-type",
    since="0.1",
    args=("field", "found", "expected", "value"),
    references=(
        "sigs.k8s.io/json: cannot unmarshal number into Go struct field of type string",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/config.go: decoding",
    ),
)
def wrong_type(connector: Connector) -> Findings:
    """Report values whose type the reader refuses."""
    for violation in violations_of(connector, "wrong-type"):
        yield wrong_type.report(_place(violation), fields=violation.args)


def _place(violation: Violation) -> Location:
    """Point at the value; where quotes alone make the difference, a label says so."""
    node, expected = violation.node, str(violation.args["expected"])
    if isinstance(node.value, str):
        meant = type_name(resolve(node.raw, None, plain=True))
        return value_of(node, "unquote" if node.style and meant in expected else "")
    scalar = not isinstance(node.value, dict | list)
    return value_of(node, "quote" if scalar and expected == "string" else "")
