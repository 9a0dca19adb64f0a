"""A comment silences a rule that finds nothing there."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL013",
    "unused-suppression",
    since="0.1",
    about=("problems",),
    severity=Severity.WARNING,
    args=("rule",),
    references=("konnektor-lint: suppression.py",),
)
def unused_suppression(connector: Connector) -> Findings:
    """Report each rule that a comment names in vain."""
    for problem in connector.problems_of("unused-suppression"):
        yield unused_suppression.report(place_of(problem), fields=problem.args)
