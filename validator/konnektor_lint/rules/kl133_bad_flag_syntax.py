"""An argument of dashes that names no flag."""

from konnektor_lint.argument import Word
from konnektor_lint.commandline import place, problems, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import rewrite
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL133",
    "bad-flag-syntax",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("word", "program"),
    references=("spf13/pflag v1.0.9 flag.go: parseLongArg",),
    fix="safe",
)
def bad_flag_syntax(connector: Connector) -> Findings:
    """Report three dashes in a row and a flag without a name."""
    for component, problem in problems(connector, "bad-flag-syntax"):
        yield bad_flag_syntax.report(
            place(problem),
            word=problem.args["word"],
            program=component.program,
            fix=_fix(component, problem.word),
        )


def _fix(component: Component, word: Word) -> Fix | None:
    """Take away dashes before a name that the program knows."""
    name = word.text.lstrip("-").partition("=")[0]
    if not release_of(component).knows(name):
        return None
    dashes = len(word.text) - len(word.text.lstrip("-"))
    return mend(rewrite(component, word, 0, dashes, "--"), safe=True)
