"""A certificate may not be used for the side it is used on."""

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule


@rule(
    "KL413",
    "certificate-wrong-usage",
    since="0.1",
    needs=("host", "tls"),
    args=("certificate", "usage", "found"),
    references=(
        "Go crypto/x509: Certificate.Verify, incompatible key usage",
        "Go crypto/tls: servers ask for ExtKeyUsageClientAuth, clients for ExtKeyUsageServerAuth",
    ),
)
def certificate_wrong_usage(connector: Connector) -> Findings:
    """Look for the extended key usage; a certificate without any is good for all."""
    from konnektor_lint.trust import verified

    if connector.host is None:
        return
    seen: set[tuple[str, str]] = set()
    for item in verified(connector, connector.host):
        usages = item.leaf.usages
        key = (item.named.entry.path, item.usage)
        if usages is not None and item.usage not in usages and key not in seen:
            seen.add(key)
            yield certificate_wrong_usage.report(
                item.named.place,
                certificate=item.named.file,
                usage=item.usage,
                found=", ".join(sorted(usages)),
            )
