"""The keepalive time of a KKP cluster is no duration."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.goflag import Refused, parse_value
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule


@rule(
    "KL251",
    "kkp-keepalive-invalid",
    since="0.1",
    about=("distributions",),
    args=("value",),
    references=(
        "kubermatic v2.26 pkg/resources/konnectivity/sidecar.go: --keepalive-time",
        "kubermatic v2.26 pkg/resources/data.go: GetKonnectivityKeepAliveTime",
        "spf13/pflag v1.0.9 duration.go",
    ),
)
def kkp_keepalive_invalid(connector: Connector) -> Findings:
    """Read the text as both programs do; empty stands for the default."""
    for found in connector.distributions:
        node = found.at("componentsOverride", "konnectivityProxy", "keepaliveTime")
        if found.product != "kkp" or node is None or not node.text or has_placeholder(node.text):
            continue
        try:
            parse_value("duration", node.text)
        except Refused:
            yield kkp_keepalive_invalid.report(value_of(node), value=shortened(node.text))
