"""Which files have certificates whose dates the other side looks at."""

from collections.abc import Iterator, Sequence

from konnektor_lint.certificate import Certificate
from konnektor_lint.connector import Connector
from konnektor_lint.named import Host, Named
from konnektor_lint.trust import certificates_of, verified


def verified_files(
    connector: Connector, host: Host
) -> Iterator[tuple[Named, Sequence[Certificate]]]:
    """Yield each file once, with the certificates of which one must be valid."""
    seen: set[tuple[str, str]] = set()
    leaves = [(item.named, (item.leaf,)) for item in verified(connector, host)]
    bundles = [(item, certificates_of(item)) for item in host.of_kind("authority")]
    for named, certificates in (*leaves, *bundles):
        key = (named.entry.path, named.name if named.name.endswith("-data") else "")
        if certificates and key not in seen:
            seen.add(key)
            yield named, certificates


def ends_of(certificates: Sequence[Certificate]) -> Certificate:
    """Return the certificate that is valid longest."""
    return max(certificates, key=lambda one: one.ends)
