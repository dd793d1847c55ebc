"""Hash chains: each entry of an append-only log carries the hash of the one before it, so nothing can be taken out."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        # The same moment gives the same text whatever time zone a database hands it back in.
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no place in a hash chain")


def chain_hash(previous_hash: str, fields: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the previous entry's hash and of `fields` as JSON with sorted keys."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()
