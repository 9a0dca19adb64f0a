"""A flag that needs a value ends the command line."""

from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL132",
    "missing-flag-value",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("flag",),
    references=("spf13/pflag v1.0.9 flag.go: parseLongArg",),
)
def missing_flag_value(connector: Connector) -> Findings:
    """Report a last argument that should be followed by its value."""
    for _, problem in problems(connector, "missing-flag-value"):
        yield missing_flag_value.report(place(problem), flag=problem.args["flag"])
