"""The URL of the proxy does not parse."""

from konnektor_lint import gourl, limits
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.egress import each_selection, shown
from konnektor_lint.rule import Findings, rule


@rule(
    "KL115",
    "egress-url-invalid",
    since="0.1",
    needs=("egress",),
    args=("url", "problem", "kubernetes"),
    references=(
        "kubernetes/apiserver v0.37.0 pkg/server/egressselector/egress_selector.go",
        "go 1.27 src/net/url/url.go",
    ),
)
def egress_url_invalid(connector: Connector) -> Findings:
    """Parse each https URL as Go does; an http one crashes before that."""
    for configuration, selection in each_selection(connector.egress):
        url = selection.url
        if url is None or not selection.secured or configuration.is_open(selection.url_text):
            continue
        strict_colons = configuration.strict_colons
        problem = gourl.refusal(selection.url_text, strict_colons=strict_colons)
        if problem:
            yield egress_url_invalid.report(
                value_of(url),
                severity=None if configuration.start_known else Severity.WARNING,
                url=shown(url),
                problem=limits.shortened(problem),
                kubernetes=configuration.version,
            )
