"""Certificates for tests: a CA and what it issues, with keys that protect nothing."""

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BEGINS, ENDS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
USAGES = {
    "serverAuth": ExtendedKeyUsageOID.SERVER_AUTH,
    "clientAuth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
NOTE = "Test data of konnektor-lint: this key protects nothing.\n"


class Issued(NamedTuple):
    """A certificate and its key, as PEM."""

    certificate: str
    key: str


class Authority:
    """A CA of its own, or one that ``parent`` signed."""

    def __init__(
        self, name: str = "konnektor-lint test CA", parent: "Authority | None" = None,
        begins: datetime = BEGINS, ends: datetime = ENDS,
    ) -> None:  # fmt: skip
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name)
        issuer = parent or self
        builder = _builder(self.name, issuer.name, self.key.public_key(), begins, ends)
        self.signed = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        ).sign(issuer.key, hashes.SHA256())

    @property
    def certificate(self) -> str:
        """Return the CA's own certificate, as PEM."""
        return _pem(self.signed)

    def issue(
        self, subject: str = "konnectivity-server", names: Iterable[str] = (),
        usages: Iterable[str] = ("serverAuth",), begins: datetime = BEGINS,
        ends: datetime = ENDS, password: bytes | None = None,
    ) -> Issued:  # fmt: skip
        """Issue a certificate; ``names`` are DNS names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(subject), self.name, key.public_key(), begins, ends)
        alternatives = [_alternative(name) for name in names]
        if alternatives:
            builder = builder.add_extension(
                x509.SubjectAlternativeName(alternatives), critical=False
            )
        oids = [USAGES[usage] for usage in usages]
        if oids:
            builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
        return Issued(_pem(builder.sign(self.key, hashes.SHA256())), key_pem(key, password))


def key_pem(key: ec.EllipticCurvePrivateKey, password: bytes | None = None) -> str:
    """Return a private key as PEM, with a line that says what it is."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password)
    return (
        NOTE
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        ).decode()
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey,
    begins: datetime, ends: datetime,
) -> x509.CertificateBuilder:  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
