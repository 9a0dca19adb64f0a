"""The TLS settings lack the client certificate or its key."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import key_of, value_of
from konnektor_lint.egress import each_selection, text_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL112",
    "egress-client-pair-missing",
    since="0.1",
    needs=("egress",),
    args=("field",),
    references=("kubernetes/apiserver v0.18.0 to v0.37.0 pkg/server/egressselector/config.go",),
)
def egress_client_pair_missing(connector: Connector) -> Findings:
    """Look for both files of each https proxy."""
    for configuration, selection in each_selection(connector.egress):
        tls = selection.tls
        if tls is None or not selection.secured:
            continue
        pair = {"clientCert": selection.client_cert, "clientKey": selection.client_key}
        for field, node in pair.items():
            if not text_of(node) and not configuration.misspelled(tls, field):
                place = value_of(node) if node is not None else key_of(tls)
                yield egress_client_pair_missing.report(place, field=field)
