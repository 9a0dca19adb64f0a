"""PEM files, certificates and private keys, as Go's crypto/tls and crypto/x509 take them.

Only a key's public half ever leaves this module. Reading certificates needs the package
``cryptography`` (the extra ``tls``); everything that imports it does so when it is used.
"""

import base64
import binascii
import ipaddress
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from konnektor_lint import limits

if TYPE_CHECKING:
    from cryptography import x509

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_BEGIN = re.compile(rb"(?:\A|\n)-----BEGIN ([^\r\n]*?)-----[ \t\r]*\n")
_ENCRYPTED = "an encrypted private key"
_NOT_PARSED = "a private key that cannot be parsed"
_DEPTH = 8
"""How many certificates may stand between one and its root."""


@cache
def available() -> bool:
    """Tell whether certificates can be read at all: not by releases before 42."""
    try:
        from cryptography import x509
    except ImportError:
        return False
    return hasattr(x509.Certificate, "not_valid_before_utc")


class Certificate(NamedTuple):
    """What the other side looks at. ``usages``: None where it is good for any use.

    ``names`` and ``addresses`` are None where the extension cannot be read. ``public_key`` is a
    SubjectPublicKeyInfo; ``may_sign`` is what Go asks of the issuer of another certificate.
    """

    subject: str
    issuer: str
    begins: datetime
    ends: datetime
    names: tuple[str, ...] | None
    addresses: tuple[IpAddress, ...] | None
    usages: frozenset[str] | None
    may_sign: bool
    public_key: bytes
    data: bytes
    parsed: "x509.Certificate"

    def answers_to(self, host: str) -> bool | None:
        """Tell whether a client that dials a host takes it; None where that cannot be known."""
        if self.names is None or self.addresses is None:
            return None
        address = _address(host.strip("[]"))
        if address is not None:
            return address in self.addresses
        wanted = host.rstrip(".").lower()
        return any(_matches(name.lower(), wanted) for name in self.names)

    def described_names(self) -> str:
        """Return all names and addresses in it, for a message."""
        found = [*(self.names or ()), *map(str, self.addresses or ())]
        return limits.shortened(", ".join(found))


class Pem(NamedTuple):
    """What a file holds: certificates, the first private key's public half, what else.

    ``key_problem``: what is wrong with a private key that is there. ``broken``: blocks that say
    they are certificates, and are none; ``unsure``: some may be one in spite of the library.
    ``labels``: of all blocks.
    """

    certificates: tuple[Certificate, ...]
    public_key: bytes | None
    key_problem: str
    broken: int
    unsure: bool
    labels: tuple[str, ...]
    looks_binary: bool

    @property
    def kind(self) -> str:
        """Return a key of the vocabulary that says what the file holds."""
        if self.key_problem:
            return self.key_problem
        if any(_is_key(label) for label in self.labels):
            return "a private key"
        if self.broken:
            return "a certificate that cannot be parsed"
        if self.certificates:
            return "a certificate"
        if self.labels:
            return "other PEM data"
        return "binary data (DER?)" if self.looks_binary else "no PEM data"


def read(data: bytes) -> Pem:
    """Read a file; nothing in it makes this fail."""
    certificates: list[Certificate] = []
    labels: list[str] = []
    broken, unsure, problem = 0, False, ""
    public_key: bytes | None = None
    for label, headers, body in _blocks(data):
        labels.append(label)
        if label == "CERTIFICATE":
            made = _certificate(body)
            certificates += [made] if made is not None else []
            broken += made is None
            unsure |= made is None and _is_sequence(body)
        elif _is_key(label) and public_key is None and not problem:
            encrypted = headers or label == "ENCRYPTED PRIVATE KEY"
            public_key = None if encrypted else _public_key(body)
            problem = _ENCRYPTED if encrypted else "" if public_key else _NOT_PARSED
    return Pem(
        tuple(certificates), public_key, problem, broken, unsure, tuple(labels),
        data[:1] == b"\x30",
    )  # fmt: skip


def _is_sequence(data: bytes) -> bool:
    """Tell whether bytes are one DER sequence from end to end, whatever is in it."""
    if data[:1] != b"\x30" or len(data) < 2:  # noqa: PLR2004
        return False
    length, size = data[1], 0
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[2 : 2 + size], "big")
    return len(data) == 2 + size + length


def _is_key(label: str) -> bool:
    return label == "PRIVATE KEY" or label.endswith(" PRIVATE KEY")


def _blocks(data: bytes) -> Iterator[tuple[str, bool, bytes]]:
    """Yield label, whether there are headers, and the bytes of each block."""
    at = 0
    for _ in range(limits.CERTIFICATES):
        begin = _BEGIN.search(data, at)
        if begin is None:
            return
        at = begin.end()
        end = data.find(b"-----END " + begin[1] + b"-----", at)
        if end < 0:
            continue
        text = data[at:end]
        head, blank, rest = text.replace(b"\r", b"").partition(b"\n\n")
        headers = bool(blank) and b":" in head
        body = b"".join((rest if headers else text).split())
        try:
            decoded = base64.b64decode(body, validate=True)
        except binascii.Error:
            continue
        yield begin[1].decode("ascii", "replace"), headers, decoded
        at = end


P = ParamSpec("P")
R = TypeVar("R")


def _quietly(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """Return what a function of the library says, None where the input is not to its taste."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return function(*args, **kwargs)
        except Exception:  # noqa: BLE001  (whatever hostile bytes do there is: not readable)
            return None


def _certificate(data: bytes) -> Certificate | None:
    from cryptography import x509

    parsed = _quietly(x509.load_der_x509_certificate, data)
    return _quietly(_described, parsed, data) if parsed is not None else None


def _described(parsed: "x509.Certificate", data: bytes) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    names: tuple[str, ...] | None = ()
    addresses: tuple[IpAddress, ...] | None = ()
    try:
        found = _extension(parsed, x509.SubjectAlternativeName)
        if found is not None:
            names = tuple(found.get_values_for_type(x509.DNSName))
            addresses = tuple(
                _plain(item)
                for item in found.get_values_for_type(x509.IPAddress)
                if isinstance(item, IpAddress)
            )
    except ValueError:
        names = addresses = None
    return Certificate(
        _name(parsed.subject), _name(parsed.issuer), parsed.not_valid_before_utc,
        parsed.not_valid_after_utc, names, addresses, _usages(parsed), _may_sign(parsed),
        parsed.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        data, parsed,
    )  # fmt: skip


def _name(name: "x509.Name") -> str:
    return limits.shortened(name.rfc4514_string())


def _extension(parsed: "x509.Certificate", kind: Any) -> Any:  # noqa: ANN401
    """Return an extension's value or None. Raises ValueError."""
    from cryptography import x509

    try:
        return parsed.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _usages(parsed: "x509.Certificate") -> frozenset[str] | None:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        found = _extension(parsed, x509.ExtendedKeyUsage)
    except ValueError:
        return None
    if found is None or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in found:
        return None
    known = {
        ExtendedKeyUsageOID.SERVER_AUTH: "serverAuth",
        ExtendedKeyUsageOID.CLIENT_AUTH: "clientAuth",
    }
    return frozenset(known.get(oid, oid.dotted_string) for oid in found)


def _may_sign(parsed: "x509.Certificate") -> bool:
    from cryptography import x509

    try:
        basic = _extension(parsed, x509.BasicConstraints)
        usage = _extension(parsed, x509.KeyUsage)
    except ValueError:
        return True
    if basic is None:
        return parsed.version is x509.Version.v1
    return bool(basic.ca) and (usage is None or usage.key_cert_sign)


def _public_key(data: bytes) -> bytes | None:
    from cryptography.hazmat.primitives import serialization

    key = _quietly(serialization.load_der_private_key, data, None)
    if key is None:
        return None
    return _quietly(
        key.public_key().public_bytes,
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo,
    )  # fmt: skip


def _address(text: str) -> IpAddress | None:
    try:
        return _plain(ipaddress.ip_address(text))
    except ValueError:
        return None


def _plain(address: IpAddress) -> IpAddress:
    """Return an IPv4 address that is written as an IPv6 one as what it is, as Go compares."""
    return getattr(address, "ipv4_mapped", None) or address


def _matches(name: str, wanted: str) -> bool:
    """Compare as Go does: a star stands for the whole first label and nothing else."""
    name = name.rstrip(".")
    if not name.startswith("*."):
        return name == wanted
    return wanted.partition(".")[2] == name[2:] and not wanted.startswith(".")


def is_trusted(chain: Sequence[Certificate], authorities: Sequence[Certificate]) -> bool | None:
    """Tell whether a certificate (the first; the rest was sent with it) leads to an authority.

    Times do not matter here. None where a signature is of a kind that cannot be verified, or
    where there are too many to try.
    """
    search = _Search(chain[1:], authorities)
    found = search.leads(chain[0], 0)
    return None if search.unsure and not found else found


class _Search:
    """A search for an issuer, with as many signatures as it may verify."""

    def __init__(self, between: Sequence[Certificate], authorities: Sequence[Certificate]) -> None:
        self.between = between
        self.authorities = authorities
        self.known = {item.data for item in authorities}
        self.left = limits.SIGNATURES
        self.unsure = False

    def leads(self, start: Certificate, depth: int) -> bool:
        if start.data in self.known:
            return True
        if depth > _DEPTH:
            self.unsure = True
            return False
        if any(self._signed(start, item) for item in self.authorities):
            return True
        return any(
            self.leads(item, depth + 1)
            for item in self.between
            if item.data != start.data and self._signed(start, item)
        )

    def _signed(self, one: Certificate, by: Certificate) -> bool:
        from cryptography.exceptions import InvalidSignature

        if one.parsed.issuer != by.parsed.subject or not by.may_sign:
            return False
        self.left -= 1
        if self.left < 0:
            self.unsure = True
            return False
        try:
            one.parsed.verify_directly_issued_by(by.parsed)
        except (InvalidSignature, ValueError):
            return False
        except Exception:  # noqa: BLE001  (an algorithm the library does not have)
            self.unsure = True
            return False
        return True
