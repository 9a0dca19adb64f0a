"""A flag swallows the flag after it."""

from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule


@rule(
    "KL139",
    "flag-taken-as-value",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("flag", "value"),
    references=("spf13/pflag v1.0.9 flag.go: parseLongArg",),
)
def flag_taken_as_value(connector: Connector) -> Findings:
    """Report a flag without a value that takes the next flag for one."""
    for _, problem in problems(connector, "flag-as-value"):
        yield flag_taken_as_value.report(place(problem), fields=problem.args)
