"""An argument that is no flag is ignored."""

from konnektor_lint.commandline import place, problems
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule


@rule(
    "KL134",
    "positional-argument",
    since="0.1",
    severity=Severity.WARNING,
    args=("word", "program"),
    references=(
        "spf13/cobra v1.9 args.go: legacyArgs",
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go",
    ),
)
def positional_argument(connector: Connector) -> Findings:
    """Report each argument that the program leaves aside."""
    for component, problem in problems(connector, "positional-argument"):
        yield positional_argument.report(
            place(problem), word=problem.args["word"], program=component.program
        )
