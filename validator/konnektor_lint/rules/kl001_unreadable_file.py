"""A file that was named cannot be read."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL001",
    "unreadable-file",
    since="0.1",
    about=("problems",),
    args=("reason",),
    references=("the operating system: open(2), read(2)",),
)
def unreadable_file(connector: Connector) -> Findings:
    """Report each named file that could not be opened or read."""
    for problem in connector.problems_of("unreadable-file"):
        yield unreadable_file.report(place_of(problem), fields=problem.args)
