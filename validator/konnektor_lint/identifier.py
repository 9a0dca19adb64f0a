"""What an agent announces about itself: ``--agent-identifiers``, a URL query.

Source: apiserver-network-proxy ``cmd/agent/app/options/options.go`` (validateAgentIdentifiers) and
Go's ``net/url`` (ParseQuery). Only the keys are checked there; the values are used as they stand.
"""

from __future__ import annotations

from konnektor_lint.expression import expression
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from konnektor_lint.argument import Flag

_BAD_ESCAPE = expression(r"%(?![0-9A-Fa-f]{2})")
_HOST = expression(r"[A-Za-z0-9_.:%-]+")
_BOOLEANS = frozenset(("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE",
                       "False"))  # fmt: skip
_OPEN_PAIR = expression(r"([A-Za-z][A-Za-z0-9-]*)=(?:\$\([A-Za-z0-9_.-]+\)|\$\{[A-Za-z0-9_]+\}|)")
_OPEN_KEY = expression(r"([A-Za-z0-9:,_.-]+)\$\([A-Za-z0-9_.-]+\)")


class Identifier(NamedTuple):
    """One pair between ampersands.

    ``refused``: the agent does not start with it. ``example``: what a value that can match looks
    like, where this one cannot; else empty. ``start`` counts the characters before it.
    """

    text: str
    key: str
    value: str
    refused: bool = False
    example: str = ""
    start: int = 0


def identifiers_of(flag: Flag) -> list[Identifier]:
    """Return the pairs; of those with placeholders only what can be told without their values."""
    found: list[Identifier] = []
    start = 0
    for part in flag.text.split("&"):
        known = _open(part) if flag.open else _identifier(part)
        if part and known is not None:
            found.append(known._replace(start=start))
        start += len(part) + 1
    return found


def _open(part: str) -> Identifier | None:
    """Read a pair whose value is not known; of a key that is not, how it begins tells enough."""
    pair = _OPEN_PAIR.fullmatch(part)
    if pair is not None:
        return Identifier(part, pair[1], "", refused=pair[1] not in _KINDS)
    begun = _OPEN_KEY.fullmatch(part)
    if begun is None or any(kind.startswith(begun[1]) for kind in _KINDS):
        return None
    return Identifier(part, begun[1], "", refused=True)


def _identifier(part: str) -> Identifier:
    name, _, written = part.partition("=")
    key, value = _unescaped(name), _unescaped(written)
    if ";" in part or key is None or key not in _KINDS or value is None:
        return Identifier(part, name, written, refused=True)
    fits, example = _KINDS[key]
    usable = fits(value) or has_placeholder(value)
    return Identifier(part, key, value, example="" if usable else f"{key}={example}")


def _unescaped(text: str) -> str | None:
    """Return the text of Go's ``url.QueryUnescape``, or None if it refuses it."""
    if _BAD_ESCAPE.search(text):
        return None
    if "%" not in text:
        return text.replace("+", " ")
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")


def _is_ipv4(text: str) -> bool:
    import ipaddress  # only an agent with such an identifier needs it

    return _parses(ipaddress.IPv4Address, text)


def _is_ipv6(text: str) -> bool:
    import ipaddress

    return _parses(ipaddress.IPv6Address, text)


def _is_range(text: str) -> bool:
    return "/" in text and _parses(_network, text)


def _network(text: str) -> object:
    import ipaddress

    return ipaddress.ip_network(text, strict=False)


def _parses(reader: Callable[[str], object], text: str) -> bool:
    try:
        reader(text)
    except ValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    return _HOST.fullmatch(text) is not None


def _is_boolean(text: str) -> bool:
    return text in _BOOLEANS


_KINDS: dict[str, tuple[Callable[[str], bool], str]] = {
    "ipv4": (_is_ipv4, "192.0.2.10"),
    "ipv6": (_is_ipv6, "2001:db8::10"),
    "cidr": (_is_range, "192.0.2.0/24"),
    "host": (_is_host, "node-1"),
    "default-route": (_is_boolean, "true"),
}

KEYS = tuple(_KINDS)
"""The kinds of identifiers an agent may announce."""
