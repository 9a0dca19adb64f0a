"""A file is too large, too deep or too interwoven to be read safely."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL005",
    "over-limit",
    since="0.1",
    about=("problems", "documents"),
    args=("what", "limit", "found"),
    references=(
        "sigs.k8s.io/yaml v1.4.0 goyaml.v2/decode.go: document contains excessive aliasing",
        "sigs.k8s.io/yaml v1.4.0 goyaml.v2/scannerc.go: max_flow_level, max_indents",
    ),
)
def over_limit(connector: Connector) -> Findings:
    """Report each limit that reading ran into."""
    inside = [problem for document in connector.documents for problem in document.problems]
    arguments = [problem for problem in inside if problem.kind == "over-limit"]
    for problem in (*connector.problems_of("over-limit"), *arguments):
        yield over_limit.report(place_of(problem), fields=problem.args)
