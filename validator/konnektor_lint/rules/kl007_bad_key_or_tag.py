"""A key, a tag or a merge has no counterpart in JSON."""

from __future__ import annotations

from konnektor_lint import limits
from konnektor_lint.diagnostic import Location, place_of
from konnektor_lint.rule import Findings, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.connector import Connector
    from konnektor_lint.source import Problem

_LABELS = {"bad-key": "key", "bad-merge": "merge", "bad-tag": "tag"}


@rule(
    "KL007",
    "bad-key-or-tag",
    since="0.1",
    args=("text", "tag"),
    references=(
        "sigs.k8s.io/yaml v1.4.0 yaml.go: convertToJSONableObject",
        "sigs.k8s.io/yaml v1.4.0 goyaml.v2/decode.go: map merge requires map or sequence of maps",
        "sigs.k8s.io/yaml v1.4.0 goyaml.v2/resolve.go: cannot decode",
    ),
)
def bad_key_or_tag(connector: Connector) -> Findings:
    """Report what Go's reader cannot turn into JSON."""
    for problem in _found(connector):
        place = place_of(problem)._replace(label=_LABELS[problem.kind])
        yield bad_key_or_tag.report(
            place, text=_written(place), tag=str(problem.args.get("tag", ""))
        )


def _written(place: Location) -> str:
    start, end = place.span
    return limits.shortened(place.source.line(start.line)[start.column - 1 : end.column - 1])


def _found(connector: Connector) -> Iterator[Problem]:
    """Yield what ended a text, then what stands inside documents of the connector."""
    for kind in ("bad-key", "bad-merge"):
        yield from connector.problems_of(kind)
    for document in connector.documents:
        yield from (problem for problem in document.problems if problem.kind == "bad-tag")
