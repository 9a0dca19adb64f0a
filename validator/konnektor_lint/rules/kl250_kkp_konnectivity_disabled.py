"""A KKP cluster switches Konnectivity off."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL250",
    "kkp-konnectivity-disabled",
    since="0.1",
    about=("distributions",),
    references=(
        "kubermatic v2.26 pkg/validation/cluster.go: ValidateClusterNetworkConfig",
        "https://github.com/kubermatic/kubermatic/pull/13316",
    ),
)
def kkp_konnectivity_disabled(connector: Connector) -> Findings:
    """Report ``konnectivityEnabled: false``."""
    for found in connector.distributions:
        node = found.at("clusterNetwork", "konnectivityEnabled")
        if found.product == "kkp" and node is not None and node.value is False:
            yield kkp_konnectivity_disabled.report(value_of(node))
