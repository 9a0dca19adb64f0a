"""A mapping holds the same key twice."""

from __future__ import annotations

from konnektor_lint.diagnostic import Location, Severity, head, place_of
from konnektor_lint.fix import Fix, block_at, mend, remove_lines
from konnektor_lint.rule import Findings, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.connector import Connector
    from konnektor_lint.source import Problem


@rule(
    "KL004",
    "duplicate-key",
    since="0.1",
    args=("key",),
    references=(
        "kubernetes/apiserver v0.32.0 pkg/server/egressselector/config.go: strict decoding",
        "kubernetes/apiserver v0.31.0 pkg/server/egressselector/config.go: the last one wins",
        "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
    ),
    fix="safe",
)
def duplicate_key(connector: Connector) -> Findings:
    """Report repeated keys; an egress configuration up to 1.31 merely loses the first one."""
    for problem, severity in _repeated(connector):
        first = [
            Location(problem.source, head(span, problem.source), "first")
            for span in (problem.related,)
            if span is not None
        ]
        yield duplicate_key.report(
            place_of(problem), *first, severity=severity, fields=problem.args, fix=_fix(problem)
        )


def _fix(problem: Problem) -> Fix | None:
    """Remove the second of two fields that are written alike, value and all."""
    source, first = problem.source, problem.related
    if problem.kind != "duplicate-key" or first is None:
        return None
    ranges = [block_at(source, span.start) for span in (first, problem.span)]
    if None in ranges or problem.span.start.column != first.start.column:
        return None
    one, other = ([source.line(at) for at in range(lines[0], lines[1] + 1)]
                  for lines in ranges if lines is not None)  # fmt: skip
    key = str(problem.args["key"])
    if one != other or not one[0].lstrip(" ").startswith((key, f'"{key}"', f"'{key}'")):
        return None
    first_line = problem.span.start.line
    return mend(remove_lines(source, first_line, first_line + len(other) - 1), safe=True)


def _repeated(connector: Connector) -> Iterator[tuple[Problem, Severity]]:
    """Yield the repeated keys that matter to the program that reads the document.

    A key beside ``<<`` that also stands in the merged mapping is how YAML overrides; only strict
    decoding of an egress configuration counts it as a repetition.
    """
    strict = {id(item.document): item.strict for item in connector.egress}
    for document in connector.documents:
        for problem in document.problems:
            is_strict = strict.get(id(document))
            if problem.kind == "duplicate-key":
                yield problem, Severity.WARNING if is_strict is False else Severity.ERROR
            elif problem.kind == "merged-key" and is_strict:
                yield problem, Severity.ERROR
