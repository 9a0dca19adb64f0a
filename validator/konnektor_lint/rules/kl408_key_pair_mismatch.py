"""A private key belongs to another certificate."""

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL408",
    "key-pair-mismatch",
    since="0.1",
    needs=("host", "tls"),
    args=("key", "certificate", "subject", "program"),
    references=(
        "Go crypto/tls: X509KeyPair, private key does not match public key",
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: getTLSConfig",
        "apiserver-network-proxy v0.36.0 pkg/util/certificates.go: GetClientTLSConfig",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: getTLSConfig",
    ),
)
def key_pair_mismatch(connector: Connector) -> Findings:
    """Compare the public key of the first certificate with the private key's."""
    from konnektor_lint.trust import certificates_of, pairs

    if connector.host is None:
        return
    for pair in pairs(connector, connector.host):
        leaf = next(iter(certificates_of(pair.certificate)), None)
        public_key = pair.key.pem.public_key if pair.key.pem is not None else None
        if leaf is not None and public_key is not None and leaf.public_key != public_key:
            place = pair.certificate.place
            related = [place._replace(label="certificate")] if place != pair.key.place else []
            yield key_pair_mismatch.report(
                pair.key.place,
                *related,
                key=pair.key.file,
                certificate=pair.certificate.file,
                subject=leaf.subject,
                program=pair.key.owner.program,
            )
