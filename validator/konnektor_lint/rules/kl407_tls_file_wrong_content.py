"""A file holds something else than the certificate or private key that is read from it."""

from typing import TYPE_CHECKING

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term

if TYPE_CHECKING:
    from konnektor_lint.named import Named


@rule(
    "KL407",
    "tls-file-wrong-content",
    since="0.1",
    needs=("host", "tls"),
    args=("name", "file", "found", "expected", "program"),
    references=(
        "Go crypto/tls: X509KeyPair takes PEM with a certificate, and an unencrypted key",
        "Go crypto/x509: AppendCertsFromPEM",
        "apiserver-network-proxy v0.36.0 pkg/util/certificates.go, cmd/server/app/server.go",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: getTLSConfig",
    ),
)
def tls_file_wrong_content(connector: Connector) -> Findings:
    """Look into each file as Go does; what cannot be read is told of elsewhere."""
    if connector.host is None:
        return
    for item in connector.host.of_kind("certificate", "key", "authority"):
        if item.pem is None or (item.empty and item.made) or _is_right(item):
            continue
        expected = "a private key" if item.kind == "key" else "a certificate"
        yield tls_file_wrong_content.report(
            item.place,
            name=item.shown_name,
            file=item.file,
            found=Term(item.pem.kind),
            expected=Term(expected),
            program=item.owner.program,
        )


def _is_right(item: "Named") -> bool:
    pem = item.pem
    if pem is None or item.kind != "key":
        return pem is None or bool(pem.certificates) or pem.unsure
    return pem.public_key is not None
