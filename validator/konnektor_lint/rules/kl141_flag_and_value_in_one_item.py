"""Name and value of a flag in one argument, with a blank between."""

from konnektor_lint.argument import Word
from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import rewrite_word
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL141",
    "flag-and-value-in-one-item",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("word", "fixed", "program"),
    references=("spf13/pflag v1.0.9 flag.go: parseLongArg",),
    fix="safe",
)
def flag_and_value_in_one_item(connector: Connector) -> Findings:
    """Report each argument whose first word is a flag and that has no equals sign there."""
    for component, problem in problems(connector, "flag-with-blank"):
        yield flag_and_value_in_one_item.report(
            place(problem),
            word=problem.args["word"],
            fixed=f"{problem.args['flag']}={problem.args['value']}",
            program=component.program,
            fix=_fix(component, problem.word),
        )


def _fix(component: Component, word: Word) -> Fix | None:
    name, _, rest = word.text.partition(" ")
    value = rest.strip(" =")
    if not value or value != "".join(value.split()):
        return None  # more than one value: perhaps further flags
    return mend(rewrite_word(component, word, f"{name}={value}"), safe=True)
