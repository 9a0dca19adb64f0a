"""The proxy server accepts TLS versions that are broken."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_value
from konnektor_lint.rule import Findings, rule


@rule(
    "KL304",
    "tls-below-1-2",
    since="0.1",
    severity=Severity.WARNING,
    needs=("servers",),
    args=("version",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: --tls-min-version",
        "https://www.rfc-editor.org/rfc/rfc8996",
    ),
    fix="safe",
)
def tls_below_1_2(connector: Connector) -> Findings:
    """Report ``--tls-min-version`` of 1.0 or 1.1."""
    for server in connector.servers:
        flag = server.flag("tls-min-version")
        if flag is not None and flag.text in ("VersionTLS10", "VersionTLS11"):
            yield tls_below_1_2.report(
                flag_value_of(flag),
                version=flag.text,
                fix=mend(set_value(server, flag, "VersionTLS12"), safe=True),
            )
