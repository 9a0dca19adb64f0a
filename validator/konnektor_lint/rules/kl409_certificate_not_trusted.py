"""A certificate was not issued by a CA that the other side trusts."""

from typing import TYPE_CHECKING

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule

if TYPE_CHECKING:
    from konnektor_lint.trust import Meeting


@rule(
    "KL409",
    "certificate-not-trusted",
    since="0.1",
    needs=("host", "tls"),
    args=("certificate", "issuer", "authority", "authorities"),
    references=(
        "Go crypto/x509: Certificate.Verify",
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: RequireAndVerifyClientCert",
        "apiserver-network-proxy v0.36.0 pkg/util/certificates.go: RootCAs",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: RootCAs",
    ),
)
def certificate_not_trusted(connector: Connector) -> Findings:
    """Follow signatures from each certificate to the authorities of who verifies it."""
    from konnektor_lint.trust import certificates_of, meetings

    if connector.host is None:
        return
    for meeting in meetings(connector, connector.host):
        if _all_refused(meeting):
            certificate, authority = meeting.certificates[0], meeting.authorities[0]
            subjects = dict.fromkeys(item.subject for item in certificates_of(authority))
            yield certificate_not_trusted.report(
                certificate.place,
                authority.place._replace(label="authority"),
                certificate=certificate.file,
                issuer=certificates_of(certificate)[0].issuer,
                authority=authority.file,
                authorities=limits.shortened("; ".join(subjects)),
            )


def _all_refused(meeting: "Meeting") -> bool:
    from konnektor_lint.certificate import is_trusted
    from konnektor_lint.trust import certificates_of

    return all(
        is_trusted(certificates_of(certificate), certificates_of(authority)) is False
        for certificate in meeting.certificates
        for authority in meeting.authorities
    )
