"""A long flag with one dash."""

from konnektor_lint.argument import FlagProblem
from konnektor_lint.commandline import place, problems, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import rewrite
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL150",
    "single-dash",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("word", "fixed", "program"),
    references=("spf13/pflag v1.0.9 flag.go: parseSingleShortArg",),
    fix="safe",
)
def single_dash(connector: Connector) -> Findings:
    """Report each group of shorthands with one that does not exist."""
    for component, problem in problems(connector, "single-dash"):
        yield single_dash.report(
            place(problem),
            word=problem.args["word"],
            fixed=f"-{problem.args['word']}",
            program=component.program,
            fix=_fix(component, problem),
        )


def _fix(component: Component, problem: FlagProblem) -> Fix | None:
    if not release_of(component).knows(problem.flag):
        return None
    return mend(rewrite(component, problem.word, 0, 1, "--"), safe=True)
