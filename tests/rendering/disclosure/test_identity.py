import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.identity import load_identity, own_root
from tests.rendering.disclosure.operators import pem, put_operators_identity


def test_it_is_made_once_and_kept(tmp_path: Path):
    first = load_identity(tmp_path / "keys")
    assert load_identity(tmp_path / "keys") == first
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["own"]


def test_nobody_else_may_read_it(tmp_path: Path):
    load_identity(tmp_path / "keys")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {"keys": 0o700, "own": 0o700, "key.pem": 0o600, "chain.pem": 0o600, "root.pem": 0o600}


def test_many_at_once_agree_on_one(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(load_identity, [tmp_path / "keys"] * 8))
    assert len({identity.key for identity in found}) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["own"]


def test_the_chain_follows_the_c2pa_profile_and_names_nobody(tmp_path: Path):
    identity = load_identity(tmp_path / "keys")
    leaf, intermediate = x509.load_pem_x509_certificates(identity.chain)
    (root,) = x509.load_pem_x509_certificates((own_root(tmp_path / "keys") or "").encode())
    leaf.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert identity.name.startswith("Likeness installation ")


def test_the_keys_of_the_authorities_are_not_kept(tmp_path: Path):
    load_identity(tmp_path / "keys")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.pem"))
    assert kept.count(b"PRIVATE KEY-----\n") == 2  # one begins, one ends


def test_the_operators_own_goes_first(tmp_path: Path):
    put_operators_identity(tmp_path, ec.generate_private_key(ec.SECP384R1()))
    identity = load_identity(tmp_path)
    assert (identity.name, identity.algorithm) == ("A Studio", "es384")
    assert not (tmp_path / "own").exists()


def test_an_rsa_key_signs_with_pss(tmp_path: Path):
    put_operators_identity(tmp_path, rsa.generate_private_key(65537, 2048))
    assert load_identity(tmp_path).algorithm == "ps256"


def test_an_ended_certificate_is_said_so(tmp_path: Path):
    put_operators_identity(tmp_path, ec.generate_private_key(ec.SECP256R1()), days=-1)
    with pytest.raises(DisclosureError, match="ended on"):
        load_identity(tmp_path)


def test_a_key_that_does_not_fit_is_said_so(tmp_path: Path):
    put_operators_identity(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    (tmp_path / "operator" / "key.pem").write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(DisclosureError, match="does not belong"):
        load_identity(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"not PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
@pytest.mark.parametrize("file", ["key.pem", "chain.pem"])
def test_a_broken_file_is_said_so(tmp_path: Path, file: str, content: bytes):
    put_operators_identity(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    (tmp_path / "operator" / file).write_bytes(content)
    with pytest.raises(DisclosureError) as refused:
        load_identity(tmp_path)
    assert refused.value.code == "keys-unusable"


def test_a_missing_file_is_said_so(tmp_path: Path):
    put_operators_identity(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    (tmp_path / "operator" / "chain.pem").unlink()
    with pytest.raises(DisclosureError, match="must both be there"):
        load_identity(tmp_path)
