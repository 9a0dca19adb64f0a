"""A flag is given twice with different values."""

from konnektor_lint.commandline import place, problems, shown, start_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule


@rule(
    "KL149",
    "flag-repeated",
    since="0.1",
    severity=Severity.WARNING,
    args=("given", "last"),
    references=("spf13/pflag v1.0.9 flag.go: Set",),
)
def flag_repeated(connector: Connector) -> Findings:
    """Report each value that a later one replaces."""
    for component, problem in problems(connector, "repeated-flag"):
        yield flag_repeated.report(
            place(problem),
            start_of(component, problem.flag, label="last"),
            given=shown(problem.flag, str(problem.args["value"])),
            last=shown(problem.flag, str(problem.args["last"])),
        )
