"""An http:// proxy passes validation and then crashes kube-apiserver."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import each_selection, shown
from konnektor_lint.rule import Findings, rule


@rule(
    "KL114",
    "egress-plain-http-panics",
    since="0.1",
    needs=("egress",),
    args=("url", "kubernetes"),
    references=(
        "kubernetes/apiserver v0.37.0 pkg/server/egressselector/egress_selector.go: getTLSConfig",
    ),
)
def egress_plain_http_panics(connector: Connector) -> Findings:
    """Look at each http URL that passes validation."""
    for configuration, selection in each_selection(connector.egress):
        url = selection.url
        if url is None or not selection.unsecured or selection.tls is not None:
            continue
        yield egress_plain_http_panics.report(
            value_of(url),
            severity=None if configuration.start_known else Severity.WARNING,
            url=shown(url),
            kubernetes=configuration.version,
        )
