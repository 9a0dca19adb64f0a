"""A certificate has expired, or is not valid yet."""

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term


@rule(
    "KL410",
    "certificate-expired",
    since="0.1",
    needs=("host", "tls"),
    args=("file", "subject", "state", "date"),
    references=(
        "Go crypto/x509: Certificate.Verify, certificate has expired or is not yet valid",
        "kubernetes v1.36 staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go",
    ),
)
def certificate_expired(connector: Connector) -> Findings:
    """Compare the dates with today; of a bundle of CAs all must be unusable."""
    from konnektor_lint.validity import ends_of, verified_files

    if connector.host is None:
        return
    now = connector.host.now
    for item, certificates in verified_files(connector, connector.host):
        if any(one.begins <= now <= one.ends for one in certificates):
            continue
        last = ends_of(certificates)
        expired = last.ends < now
        yield certificate_expired.report(
            item.place,
            file=item.file,
            subject=last.subject,
            state=Term("expired on" if expired else "is not valid before"),
            date=f"{last.ends if expired else last.begins:%Y-%m-%d}",
        )
