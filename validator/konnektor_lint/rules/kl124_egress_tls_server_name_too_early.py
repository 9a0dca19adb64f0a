"""The field tlsServerName is used before it exists."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, key_of
from konnektor_lint.egress import TLS_SERVER_NAME_SINCE, each_selection
from konnektor_lint.rule import Findings, rule


@rule(
    "KL124",
    "egress-tls-server-name-too-early",
    since="0.1",
    needs=("egress",),
    args=("kubernetes",),
    references=(
        "kubernetes/apiserver v0.36.0 pkg/apis/apiserver/types.go: TLSServerName",
        "https://github.com/kubernetes/kubernetes/pull/136640",
    ),
)
def egress_tls_server_name_too_early(connector: Connector) -> Findings:
    """Look for the field where the loader does not know it: refused from 1.32, ignored before."""
    for configuration, selection in each_selection(connector.egress):
        name = selection.server_name
        if name is not None and configuration.minor < TLS_SERVER_NAME_SINCE:
            yield egress_tls_server_name_too_early.report(
                key_of(name),
                severity=None if configuration.strict else Severity.WARNING,
                kubernetes=configuration.version,
            )
