"""The URL of the proxy names no usable port."""

from konnektor_lint import gourl
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import each_selection, shown
from konnektor_lint.rule import Findings, rule

_PORTS = 65536


@rule(
    "KL121",
    "egress-url-without-port",
    since="0.1",
    severity=Severity.WARNING,
    needs=("egress",),
    args=("url",),
    references=("kubernetes/apiserver v0.37.0 pkg/server/egressselector/egress_selector.go",),
)
def egress_url_without_port(connector: Connector) -> Findings:
    """Look at each URL that passes; the API server dials its host and port as they stand."""
    for configuration, selection in each_selection(connector.egress):
        url, text = selection.url, selection.url_text
        if url is None or not (selection.secured or selection.unsecured):
            continue
        strict = configuration.strict_colons
        if configuration.is_open(text) or gourl.refusal(text, strict_colons=strict):
            continue
        if not 0 < gourl.port_of(text) < _PORTS:
            yield egress_url_without_port.report(value_of(url), url=shown(url))
