"""Where a URL leads, as far as it is known yet."""

from __future__ import annotations

from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.record import NamedTuple


class Address(NamedTuple):
    """Host and port of a URL; None where they are not given or not known yet."""

    host: str | None
    port: int | None


def address_of(url: str) -> Address:
    """Return where a ``tcp.url`` leads."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return Address(None, None)
    return Address(None if host is None or has_placeholder(url) else host, port)
