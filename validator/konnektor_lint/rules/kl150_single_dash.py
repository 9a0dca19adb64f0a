"""A long flag with one dash."""

from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL150",
    "single-dash",
    since="0.1",
    args=("word", "fixed", "program"),
    references=("spf13/pflag v1.0.9 flag.go: parseSingleShortArg",),
)
def single_dash(connector: Connector) -> Findings:
    """Report each group of shorthands with one that does not exist."""
    for component, problem in problems(connector, "single-dash"):
        yield single_dash.report(
            place(problem),
            word=problem.args["word"],
            fixed=f"-{problem.args['word']}",
            program=component.program,
        )
