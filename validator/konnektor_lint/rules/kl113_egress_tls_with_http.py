"""An http:// proxy is given with TLS settings."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import each_selection, shown
from konnektor_lint.fix import mend, replace_value
from konnektor_lint.rule import Findings, rule


@rule(
    "KL113",
    "egress-tls-with-http",
    since="0.1",
    needs=("egress",),
    args=("url",),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
    fix="unsafe",
)
def egress_tls_with_http(connector: Connector) -> Findings:
    """Look at each http URL that is validated."""
    for _, selection in each_selection(connector.egress):
        url, tls = selection.url, selection.tls
        if url is not None and tls is not None and selection.unsecured:
            secured = selection.url_text.replace("http://", "https://", 1)
            yield egress_tls_with_http.report(
                value_of(url),
                key_of(tls, "tls"),
                url=shown(url),
                fix=mend(replace_value(url, secured), safe=False),
            )
