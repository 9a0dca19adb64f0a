"""A file that begins with a brace is not in the format kube-apiserver reads it in."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import place_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL100",
    "egress-format",
    since="0.1",
    needs=("egress",),
    args=("format", "problem", "kubernetes"),
    references=(
        "kubernetes/apiserver v0.32.0 to v0.37.0 pkg/server/egressselector/config.go",
        "kubernetes/apimachinery v0.37.0 pkg/runtime/serializer/recognizer/recognizer.go",
    ),
)
def egress_format(connector: Connector) -> Findings:
    """Report the place where reading it as JSON (before 1.32: as YAML) fails."""
    for configuration in connector.egress:
        problem = configuration.format_refusal
        if problem is not None:
            yield egress_format.report(
                place_of(problem), fields=problem.args, kubernetes=configuration.version
            )
