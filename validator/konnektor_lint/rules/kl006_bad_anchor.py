"""An alias refers to an anchor that is not there yet."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import place_of
from konnektor_lint.rule import Findings, rule

_LABELS = {"unknown-anchor": "unknown", "self-containing-anchor": "inside"}


@rule(
    "KL006",
    "bad-anchor",
    since="0.1",
    about=("problems",),
    args=("anchor",),
    references=(
        "sigs.k8s.io/yaml v1.4.0 goyaml.v2/decode.go: unknown anchor, anchor contains itself",
        "YAML 1.2.2 specification, 7.1 Alias Nodes",
    ),
)
def bad_anchor(connector: Connector) -> Findings:
    """Report aliases of anchors that do not exist or are still open."""
    for kind, label in _LABELS.items():
        for problem in connector.problems_of(kind):
            place = place_of(problem)._replace(label=label)
            yield bad_anchor.report(place, fields=problem.args)
