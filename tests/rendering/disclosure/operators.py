"""Identities that an operator may have put into the keys folder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """`key` as PEM, without a password."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def put_operators_identity(keys: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, days: int = 30) -> None:
    """Put an operator's key and a certificate for it, good for `days` from a year ago or more, into `keys`."""
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A Studio")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(datetime.now(UTC) - timedelta(days=365))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    (keys / "operator").mkdir(parents=True)
    (keys / "operator" / "key.pem").write_bytes(pem(key))
    (keys / "operator" / "chain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
