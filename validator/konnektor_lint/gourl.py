"""Whether Go's ``net/url`` parses an address, and why not.

Source: go ``src/net/url/url.go`` and ``src/net/netip/netip.go`` as of Go 1.27; the refusal of
more than one colon in a host is on in programs whose go.mod names Go 1.26 or newer.
"""

from __future__ import annotations

from konnektor_lint.expression import expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTROL = expression(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = expression(r"(?s)%(?![0-9A-Fa-f]{2}).{0,2}")
_ESCAPE = expression(r"%[0-9A-Fa-f]{2}")
_LAST_PORT = expression(r":([0-9]+)\Z")
_PORT = expression(r"(:[0-9]*)?")
_USER = expression(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_NOT_IN_HOST = expression(r"[\x00-\x20\x7f#/?@\\^`{|}]")
_ZONE_ESCAPES = frozenset("!$&'()*+,;=:[]<>\"-_.~ %")


def refusal(url: str, *, strict_colons: bool) -> str:
    """Return why an ``http://`` or ``https://`` URL does not parse, or an empty string.

    The words are those of Go's error, without the URL.
    """
    return next(_refusals(url, strict_colons=strict_colons), "")


def _refusals(url: str, *, strict_colons: bool) -> Iterator[str]:
    whole, _, fragment = url.partition("#")
    if _CONTROL.search(whole):
        yield "invalid control character in URL"
    address = whole.partition("?")[0].partition("://")[2]
    authority, slash, path = address.partition("/")
    user, at, host = authority.rpartition("@")
    yield from _host(host, strict_colons=strict_colons)
    if at:
        if not _USER.fullmatch(user):
            yield "invalid userinfo"
        yield from _escapes(user)
    yield from _escapes(slash + path)
    yield from _escapes(fragment)


def _escapes(text: str) -> Iterator[str]:
    bad = _BAD_ESCAPE.search(text)
    if bad is not None:
        yield f'invalid URL escape "{bad[0]}"'


def _host(host: str, *, strict_colons: bool) -> Iterator[str]:
    bracket = host.rfind("[")
    if bracket >= 0:
        yield from _in_brackets(host, bracket)
        return
    colon = host.find(":") if strict_colons else host.rfind(":")
    if colon >= 0:
        yield from _port(host[colon:])
    yield from _host_text(host)


def _in_brackets(host: str, start: int) -> Iterator[str]:
    end = host.rfind("]")
    if end < 0:
        yield "missing ']' in host"
        return
    if start > 0:
        yield "invalid IP-literal"
    yield from _port(host[end + 1 :])
    address, mark, zone = host[start + 1 : end].partition("%25")
    yield from _host_text(address)
    yield from _zone(mark + zone)
    literal = _unescaped(address + mark + zone)
    reason = _address(literal)
    if reason:
        yield f'invalid host: ParseAddr("{literal}"): {reason}'


def _port(text: str) -> Iterator[str]:
    if not _PORT.fullmatch(text):
        yield f'invalid port "{text}" after host'


def _host_text(text: str) -> Iterator[str]:
    """Only escapes of bytes beyond ASCII, and ``%25``, may stand in a host."""
    yield from _escapes(text)
    for escape in _ESCAPE.findall(text):
        if int(escape[1:], 16) < 0x80 and escape != "%25":  # noqa: PLR2004  (ASCII ends here)
            yield f'invalid URL escape "{escape}"'
    bad = _NOT_IN_HOST.search(text)
    if bad is not None:
        yield f'invalid character "{bad[0]}" in host name'


def _zone(text: str) -> Iterator[str]:
    yield from _escapes(text)
    for escape in _ESCAPE.findall(text):
        byte = chr(int(escape[1:], 16))
        if not (byte in _ZONE_ESCAPES or (byte.isascii() and byte.isalnum())):
            yield f'invalid URL escape "{escape}"'
    bad = _NOT_IN_HOST.search(text)
    if bad is not None:
        yield f'invalid character "{bad[0]}" in host name'


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[0][1:], 16)), text)


def _address(text: str) -> str:
    """Return why a literal in brackets is no IPv6 address, or an empty string."""
    import ipaddress  # only an address in brackets needs it

    address, percent, zone = text.partition("%")
    if percent and not zone:
        return "zone must be a non-empty string"
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return "unable to parse IP"
    return ""


def port_of(url: str) -> int:
    """Return the port that is dialled; 0 where the URL names none.

    Only the digits that matter are read: a port of any length is beyond all others.
    """
    address = url.partition("#")[0].partition("?")[0].partition("://")[2]
    host = address.partition("/")[0].rpartition("@")[2]
    digits = _LAST_PORT.search(host)
    return int(digits[1].lstrip("0")[:6] or 0) if digits is not None else 0
