"""The server's certificate is not valid for the name or address that is dialled."""

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term


@rule(
    "KL412",
    "certificate-name-mismatch",
    since="0.1",
    needs=("host", "tls"),
    args=("host", "certificate", "names"),
    references=(
        "Go crypto/x509: Certificate.VerifyHostname, which ignores the common name",
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: --proxy-server-host",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: ServerName",
    ),
)
def certificate_name_mismatch(connector: Connector) -> Findings:
    """Compare the dialled host with the names in the certificates: one that fits is enough."""
    from konnektor_lint.trust import certificates_of, dialled

    if connector.host is None:
        return
    for item in dialled(connector, connector.host):
        leaves = [certificates_of(named)[0] for named in item.certificates]
        if all(leaf.answers_to(item.host) is False for leaf in leaves):
            names = leaves[0].described_names()
            yield certificate_name_mismatch.report(
                item.place,
                item.certificates[0].place._replace(label="certificate"),
                host=item.host,
                certificate=item.certificates[0].file,
                names=names or Term("no name at all"),
            )
