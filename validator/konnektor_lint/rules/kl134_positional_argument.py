"""An argument that is no flag is ignored."""

from konnektor_lint.argument import Word
from konnektor_lint.commandline import place, problems, release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.fix import Fix, mend
from konnektor_lint.flagfix import rewrite
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL134",
    "positional-argument",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("word", "program"),
    references=(
        "spf13/cobra v1.9 args.go: legacyArgs",
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go",
    ),
    fix="unsafe",
)
def positional_argument(connector: Connector) -> Findings:
    """Report each argument that the program leaves aside."""
    for component, problem in problems(connector, "positional-argument"):
        yield positional_argument.report(
            place(problem),
            word=problem.args["word"],
            program=component.program,
            fix=_fix(component, problem.word),
        )


def _fix(component: Component, word: Word) -> Fix | None:
    """Put the dashes before what looks like a flag of the program with its value."""
    name, equals, _ = word.text.partition("=")
    if not equals or not release_of(component).knows(name):
        return None
    return mend(rewrite(component, word, 0, 0, "--"), safe=False)
