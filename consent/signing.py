"""Signed receipts: a record and an Ed25519 signature over it, which anybody can check who has the file.

The key lies in the keys folder, receipts/key.pem (mode 0600), and is made on first use. The public key stands in each
receipt; that it is this installation's, only the installation itself, or who noted its fingerprint before, can say.
"""

import base64
import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from accounts.chain import chain_hash
from consent.fingerprints import text_sha256

FORMAT = "likeness-consent-receipt-1"
CANONICAL = "JSON: keys sorted, no white space, UTF-8, not escaped"
# What stands beside an event's hashed fields.
_UNHASHED = frozenset({"text", "previous_hash", "hash", "network", "user_agent"})


def sign_record(record: Mapping[str, Any], *, keys: Path, at: datetime | None = None) -> dict[str, Any]:
    """The receipt: {"format", "signed_at", "record", "signature": {"algorithm", "public_key", "value", …}}."""
    key = _key(keys)
    signed = {"format": FORMAT, "signed_at": (at or datetime.now(UTC)).isoformat(timespec="seconds"), "record": record}
    public = key.public_key().public_bytes_raw()
    return {
        **signed,
        "signature": {
            "algorithm": "Ed25519",
            "over": f"the receipt without this member, as {CANONICAL}",
            "public_key": base64.b64encode(public).decode(),
            "fingerprint": hashlib.sha256(public).hexdigest(),
            "value": base64.b64encode(key.sign(canonical(signed))).decode(),
        },
    }


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The receipt as a file."""
    return (json.dumps(receipt, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


@dataclass(frozen=True)
class Checked:
    """What a receipt file is worth. `problems` is empty for a good one; `ours`: signed with this installation's key."""

    record_id: str
    signed_at: str
    fingerprint: str
    ours: bool
    events: int
    problems: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.problems


def check_receipt(content: bytes, *, keys: Path) -> Checked:
    """Look at a receipt file: its signature, the hash of each text and each event in it. Reads no database."""
    try:
        receipt = json.loads(content)
        signature, record = receipt["signature"], receipt["record"]
        public = base64.b64decode(signature["public_key"], validate=True)
        value = base64.b64decode(signature["value"], validate=True)
        events = list(record["likeness"]["events"])
        record_id, signed_at = str(record["record_id"]), str(receipt["signed_at"])
        intact = [_event_intact(event) for event in events]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Checked("", "", "", False, 0, ("This is not a receipt, or a part of it is missing.",))
    problems = []
    signed = {name: part for name, part in receipt.items() if name != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, canonical(signed))
    except (InvalidSignature, ValueError):
        problems.append("The signature does not fit: the receipt was changed after it was signed.")
    problems += [f"Event {number} does not fit its hash." for number, fits in enumerate(intact, start=1) if not fits]
    ours = public_key(keys) == public
    return Checked(record_id, signed_at, hashlib.sha256(public).hexdigest(), ours, len(events), tuple(problems))


def events_in(content: bytes) -> list[dict[str, Any]]:
    """The events in a receipt file that `check_receipt` could read."""
    events: list[dict[str, Any]] = json.loads(content)["record"]["likeness"]["events"]
    return events


def canonical(value: Any) -> bytes:
    """The one form of a JSON value that is signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _event_intact(event: Mapping[str, Any]) -> bool:
    fields = {name: value for name, value in event.items() if name not in _UNHASHED}
    return bool(
        event["hash"] == chain_hash(event["previous_hash"], fields)
        and event["text_sha256"] == text_sha256(event["text"])
    )


def _key(keys: Path) -> Ed25519PrivateKey:
    path = keys / "receipts" / "key.pem"
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key; move it away, and a new one is made")
    return key


def public_key(keys: Path) -> bytes:
    """This installation's public key; b"" where it has never signed."""
    if not (keys / "receipts" / "key.pem").is_file():
        return b""
    return _key(keys).public_key().public_bytes_raw()


def _make(path: Path) -> None:
    """Write a new key; of several processes at once the first one's stays."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    candidate = path.with_name(f".{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        with contextlib.suppress(FileExistsError):
            os.link(candidate, path)
    finally:
        candidate.unlink(missing_ok=True)
