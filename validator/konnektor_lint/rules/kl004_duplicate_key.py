"""A mapping holds the same key twice."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, head, place_of
from konnektor_lint.rule import Findings, rule
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
            place_of(problem), *first, severity=severity, fields=problem.args
        )


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
