"""The word after a boolean flag is ignored."""

from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule


@rule(
    "KL138",
    "boolean-word-ignored",
    since="0.1",
    severity=Severity.WARNING,
    args=("flag", "value", "fixed"),
    references=("spf13/pflag v1.0.9 flag.go: NoOptDefVal of boolean flags",),
)
def boolean_word_ignored(connector: Connector) -> Findings:
    """Report a bare boolean flag that is followed by true, false or the like."""
    for _, problem in problems(connector, "boolean-word"):
        word = str(problem.args["value"])
        meant = "false" if word.lower() in _OFF else "true"
        yield boolean_word_ignored.report(
            place(problem),
            flag=problem.args["flag"],
            value=f'"{word}"',
            fixed=f"{problem.args['flag']}={meant}",
        )


_OFF = frozenset(("0", "f", "false", "no", "off"))
