"""A flag is given twice with different values."""

from konnektor_lint.argument import FlagProblem
from konnektor_lint.commandline import place, problems, shown, start_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import remove_flag
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL149",
    "flag-repeated",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("given", "last"),
    references=("spf13/pflag v1.0.9 flag.go: Set",),
    fix="unsafe",
)
def flag_repeated(connector: Connector) -> Findings:
    """Report each value that a later one replaces."""
    for component, problem in problems(connector, "repeated-flag"):
        yield flag_repeated.report(
            place(problem),
            start_of(component, problem.flag, label="last"),
            given=shown(problem.flag, str(problem.args["value"])),
            last=shown(problem.flag, str(problem.args["last"])),
            fix=_fix(component, problem),
        )


def _fix(component: Component, problem: FlagProblem) -> Fix | None:
    """Remove what a later one replaces: it changes nothing, but may have been what was meant."""
    flag = component.flag_in(problem.word)
    return None if flag is None else mend(remove_flag(component, flag), safe=False)
