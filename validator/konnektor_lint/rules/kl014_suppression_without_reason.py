"""A comment silences a rule without a reason, although the project asks for one."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL014",
    "suppression-without-reason",
    since="0.1",
    about=("problems",),
    severity=Severity.WARNING,
    args=("rule",),
    references=("konnektor-lint: suppression.py",),
)
def suppression_without_reason(connector: Connector) -> Findings:
    """Report each comment without a reason."""
    for problem in connector.problems_of("suppression-without-reason"):
        yield suppression_without_reason.report(place_of(problem), fields=problem.args)
