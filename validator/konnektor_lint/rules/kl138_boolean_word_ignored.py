"""The word after a boolean flag is ignored."""

from konnektor_lint.argument import FlagProblem
from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import remove_words, rewrite_word
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL138",
    "boolean-word-ignored",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("flag", "value", "fixed"),
    references=("spf13/pflag v1.0.9 flag.go: NoOptDefVal of boolean flags",),
    fix="sometimes",
)
def boolean_word_ignored(connector: Connector) -> Findings:
    """Report a bare boolean flag that is followed by true, false or the like."""
    for component, problem in problems(connector, "boolean-word"):
        word = str(problem.args["value"])
        meant = "false" if word.lower() in _OFF else "true"
        yield boolean_word_ignored.report(
            place(problem),
            flag=problem.args["flag"],
            value=f'"{word}"',
            fixed=f"{problem.args['flag']}={meant}",
            fix=_fix(component, problem, meant),
        )


def _fix(component: Component, problem: FlagProblem, meant: str) -> Fix | None:
    """Make one argument of both; that the flag is off from then on is a change."""
    flag = component.flag(problem.flag)
    if flag is None or flag.word.text != f"--{problem.flag}":
        return None
    found = component.listed(flag.word.node), component.listed(problem.word.node)
    if found[0] is None or found[1] is None or found[1] != (found[0][0], found[0][1] + 1):
        return None
    return mend(
        rewrite_word(component, flag.word, f"--{problem.flag}={meant}"),
        remove_words(component, problem.word, problem.word),
        safe=meant == "true",
    )


_OFF = frozenset(("0", "f", "false", "no", "off"))
