"""The certificate of the proxy is checked against the roots of the system."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, key_of, value_of
from konnektor_lint.egress import each_selection, text_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL122",
    "egress-no-ca-bundle",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=(),
    references=("kubernetes/apiserver v0.37.0 pkg/server/egressselector/egress_selector.go",),
)
def egress_no_ca_bundle(connector: Connector) -> Findings:
    """Look for a CA bundle of each https proxy."""
    for _, selection in each_selection(connector.egress):
        tls, bundle = selection.tls, selection.ca_bundle
        if tls is not None and selection.secured and not text_of(bundle):
            place = value_of(bundle) if bundle is not None else key_of(tls)
            yield egress_no_ca_bundle.report(place)
