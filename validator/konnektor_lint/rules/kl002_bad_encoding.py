"""A file is not the text its first bytes announce."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL002",
    "bad-encoding",
    since="0.1",
    about=("problems",),
    args=("encoding", "byte", "offset"),
    references=(
        "sigs.k8s.io/yaml v1.4.0 goyaml.v2/readerc.go: UTF-8, or UTF-16 after a byte order mark",
    ),
)
def bad_encoding(connector: Connector) -> Findings:
    """Report the first byte that does not decode."""
    for problem in connector.problems_of("bad-encoding"):
        yield bad_encoding.report(place_of(problem), fields=problem.args)
