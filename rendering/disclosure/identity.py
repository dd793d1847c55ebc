"""Who signs: the certificate of this installation, made on first use, or one that the operator was given.

The keys folder holds

    own/key.pem, own/chain.pem, own/root.pem   made here: the leaf's key, leaf and intermediate, the root above them
    operator/key.pem, operator/chain.pem       put there by the operator (leaf first, PEM); used instead of own/
    operator/root.pem                          optional: the root above it, to recognise one's own clips by
    recognised.pem                             optional: roots to trust when clips are examined (C2PA's trust list)

The certificates follow the C2PA certificate profile: key usage digitalSignature, extended key usage emailProtection and
nothing else, an intermediate above the leaf. They name no person, machine or place. The keys of root and intermediate
are thrown away once they have signed, so that nobody can ever make a second certificate in this installation's name.
"""

import contextlib
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rendering.disclosure.errors import DisclosureError

OWN, OPERATOR, RECOGNISED = "own", "operator", "recognised.pem"
KEY, CHAIN, ROOT = "key.pem", "chain.pem", "root.pem"
# Without a time stamp a clip's signature is good only as long as its certificate, so ours lasts long
VALIDITY = timedelta(days=3650)
CLOCK_SLACK = timedelta(days=1)
CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True, repr=False)
class Identity:
    """What signing takes: `key` and `chain` (leaf first) as PEM, `algorithm` as C2PA calls it, the signer's `name`."""

    key: bytes
    chain: bytes
    algorithm: str
    name: str


def load_identity(keys: Path) -> Identity:
    """The operator's identity in the folder `keys`, else this installation's own, made if there is none yet.

    Safe to call from many processes at once: a new identity appears whole or not at all, and the first one wins.
    Raises DisclosureError("keys-unusable") with the reason when the files do not hold what they should.
    """
    operator = keys / OPERATOR
    folder = operator if operator.is_dir() else keys / OWN
    if not folder.is_dir():
        _make(keys)
    return _load(folder)


def own_root(keys: Path) -> str | None:
    """The root above the identity in use (PEM), or None where none is known. Makes nothing."""
    operator = keys / OPERATOR
    return _text((operator if operator.is_dir() else keys / OWN) / ROOT)


def recognised_roots(keys: Path) -> str | None:
    """The roots that the operator trusts (PEM), or None."""
    return _text(keys / RECOGNISED)


def _text(file: Path) -> str | None:
    return file.read_text(encoding="ascii", errors="replace") if file.is_file() else None


def _load(folder: Path) -> Identity:
    try:
        key, chain = (folder / KEY).read_bytes(), (folder / CHAIN).read_bytes()
        private = serialization.load_pem_private_key(key, password=None)
        leaf = x509.load_pem_x509_certificates(chain)[0]
    except FileNotFoundError as error:
        raise _unusable(f"{folder.name}/{KEY} and {folder.name}/{CHAIN} must both be there.") from error
    except (ValueError, TypeError) as error:
        raise _unusable(f"{folder.name}/{KEY} or {folder.name}/{CHAIN} is not PEM without a password.") from error
    if leaf.public_key() != private.public_key():
        raise _unusable(f"{folder.name}/{KEY} does not belong to the first certificate of {folder.name}/{CHAIN}.")
    if datetime.now(UTC) >= leaf.not_valid_after_utc:
        raise _unusable(f"The certificate ended on {leaf.not_valid_after_utc:%Y-%m-%d}.")
    names = leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    name = str(names[0].value) if names else leaf.subject.rfc4514_string()
    return Identity(key=key, chain=chain, algorithm=_algorithm(private), name=name)


def _algorithm(key: object) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in CURVES:
        return CURVES[key.curve.name]
    if isinstance(key, rsa.RSAPrivateKey):
        return "ps256"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    raise _unusable("C2PA signs with P-256, P-384, P-521, RSA or Ed25519 keys, and this is none of them.")


def _unusable(reason: str) -> DisclosureError:
    return DisclosureError(
        "keys-unusable",
        f"Clips cannot be signed with the keys of this installation. {reason}",
        "Repair the keys folder, or move it away: a new identity is made then.",
    )


def _make(keys: Path) -> None:
    """Make the installation's own identity: whole in a folder beside, then renamed into its place."""
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=keys))  # 0700
    try:
        for file, content in _fresh_identity().items():
            (fresh / file).touch(mode=0o600)
            (fresh / file).write_bytes(content)
        # a folder that is not empty cannot be renamed over: whoever came first has won
        with contextlib.suppress(OSError):
            fresh.rename(keys / OWN)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _fresh_identity() -> dict[str, bytes]:
    root_key, intermediate_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    installation = f"Likeness installation {secrets.token_hex(4)}"
    root_name, intermediate_name, leaf_name = (
        x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, installation),
                x509.NameAttribute(NameOID.COMMON_NAME, f"Likeness {role}"),
            ]
        )
        for role in ("root", "intermediate", "clip signer")
    )
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, authority_over=1)
    intermediate = _certificate(intermediate_name, intermediate_key.public_key(), root_name, root_key, authority_over=0)
    leaf = _certificate(leaf_name, leaf_key.public_key(), intermediate_name, intermediate_key)
    return {
        ROOT: root,
        CHAIN: leaf + intermediate,
        KEY: leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }


def _certificate(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    authority_over: int | None = None,
) -> bytes:
    """A certificate as PEM; `authority_over` is how many authorities may stand below it, None for a leaf."""
    authority = authority_over is not None
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SLACK)
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=authority_over), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        email_only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(email_only, critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
