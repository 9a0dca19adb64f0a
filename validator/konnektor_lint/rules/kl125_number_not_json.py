"""A number has no form in JSON."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL125",
    "number-not-json",
    since="0.1",
    needs=("egress",),
    args=("value",),
    references=(
        "sigs.k8s.io/yaml v1.6.0 yaml.go: YAML becomes JSON first",
        "go 1.27 src/encoding/json/encode.go: UnsupportedValueError",
    ),
)
def number_not_json(connector: Connector) -> Findings:
    """Report each NaN and infinity that the loader has to turn into JSON."""
    for configuration in connector.egress:
        for node in configuration.not_json:
            yield number_not_json.report(value_of(node), value=node.raw)
