"""An https:// proxy is given without TLS settings."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.egress import each_selection, shown
from konnektor_lint.rule import Findings, rule


@rule(
    "KL111",
    "egress-tls-config-missing",
    since="0.1",
    needs=("egress",),
    args=("url",),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_tls_config_missing(connector: Connector) -> Findings:
    """Look at each https URL that is validated."""
    for configuration, selection in each_selection(connector.egress):
        url = selection.url
        if url is None or not selection.secured or selection.tls is not None:
            continue
        if configuration.misspelled(selection.tcp, "tlsConfig"):
            continue
        yield egress_tls_config_missing.report(value_of(url), url=shown(url))
