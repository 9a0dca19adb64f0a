"""A certificate expires soon."""

from datetime import timedelta
from typing import TYPE_CHECKING

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule

if TYPE_CHECKING:
    from konnektor_lint.certificate import Certificate

_SOON = timedelta(days=30)
_SHARE = 10
"""Short-lived certificates are renewed late; only a tenth of their life is too late for any."""


@rule(
    "KL411",
    "certificate-expires-soon",
    since="0.1",
    severity=Severity.WARNING,
    needs=("host", "tls"),
    args=("file", "subject", "date", "days"),
    references=(
        "Go crypto/x509: Certificate.Verify, certificate has expired or is not yet valid",
        "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/",
    ),
)
def certificate_expires_soon(connector: Connector) -> Findings:
    """Compare the end with today; a CA counts if none of its bundle stays."""
    from konnektor_lint.validity import ends_of, verified_files

    if connector.host is None:
        return
    now = connector.host.now
    for item, certificates in verified_files(connector, connector.host):
        usable = [one for one in certificates if one.begins <= now <= one.ends]
        if usable and all(one.ends - now < _margin(one) for one in usable):
            last = ends_of(usable)
            yield certificate_expires_soon.report(
                item.place,
                file=item.file,
                subject=last.subject,
                date=f"{last.ends:%Y-%m-%d}",
                days=(last.ends - now).days,
            )


def _margin(one: "Certificate") -> timedelta:
    return min(_SOON, (one.ends - one.begins) / _SHARE)
