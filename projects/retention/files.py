"""Removing a file from the storage for good: on S3 that means every version of it, and the markers of its deletion."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

_CHUNK = 1 << 20


@dataclass(frozen=True)
class ErasedFile:
    """What was removed: the last version's SHA-256 and length, and how many versions there were."""

    sha256: str
    bytes: int
    versions: int

    def as_json(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "bytes": self.bytes, "versions": self.versions}


def file_erase(key: str) -> ErasedFile | None:
    """Remove the file with all its versions; None where there is none. Raises what the storage raises when it is away:
    an erasure that may not have happened must not be certified.
    """
    if not key:
        return None
    digest, length = hashlib.sha256(), 0
    existed = default_storage.exists(key)
    if existed:
        with default_storage.open(key, "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                length += len(chunk)
    versions = _versions_erase(key) if hasattr(default_storage, "bucket") else int(existed)
    if not hasattr(default_storage, "bucket"):
        default_storage.delete(key)
    if not existed and not versions:
        return None
    return ErasedFile(digest.hexdigest() if existed else "", length, versions)


def _versions_erase(key: str) -> int:
    """Delete each version and delete marker of an S3 object; how many there were. `storage.delete` would only add a
    marker to a bucket with versioning, behind which the photograph stays.
    """
    storage: Any = default_storage
    name = storage._normalize_name(key)
    erased = 0
    for version in storage.bucket.object_versions.filter(Prefix=name):
        # A prefix also finds the keys that begin with this one.
        if version.object_key == name:
            version.delete()
            erased += 1
    return erased
