"""A comment that is meant to silence a finding silences none: the rule or the form is wrong."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL012",
    "unknown-suppression",
    since="0.1",
    about=("problems",),
    severity=Severity.WARNING,
    args=("name", "problem", "example"),
    references=("konnektor-lint: suppression.py",),
)
def unknown_suppression(connector: Connector) -> Findings:
    """Report each name in a comment that no finding can be silenced by."""
    for problem in connector.problems_of("unknown-suppression"):
        yield unknown_suppression.report(place_of(problem), fields=problem.args)
