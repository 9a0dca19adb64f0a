"""A file of the connector is not valid YAML."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL003",
    "yaml-syntax",
    since="0.1",
    about=("problems",),
    args=("problem",),
    references=(
        "kubernetes/apiserver v0.18.0–v0.37.0 pkg/server/egressselector/config.go",
        "YAML 1.2.2 specification",
    ),
)
def yaml_syntax(connector: Connector) -> Findings:
    """Report each text that the parser gave up on."""
    for problem in connector.problems_of("yaml-syntax"):
        yield yaml_syntax.report(place_of(problem), fields=problem.args)
