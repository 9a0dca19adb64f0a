"""An argument of dashes that names no flag."""

from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL133",
    "bad-flag-syntax",
    since="0.1",
    args=("word", "program"),
    references=("spf13/pflag v1.0.9 flag.go: parseLongArg",),
)
def bad_flag_syntax(connector: Connector) -> Findings:
    """Report three dashes in a row and a flag without a name."""
    for component, problem in problems(connector, "bad-flag-syntax"):
        yield bad_flag_syntax.report(
            place(problem), word=problem.args["word"], program=component.program
        )
