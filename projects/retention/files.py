"""Removing a file from the storage for good: on S3 that means every version of it, and the markers of its deletion."""

import hashlib
from collections.abc import Iterator
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


def folder_erase(folder: str) -> list[ErasedFile]:
    """Remove every file below the folder, whatever it is called, with all its versions."""
    keys = sorted({*keys_below(folder), *_once_below(folder)})
    return [erased for key in keys if (erased := file_erase(key)) is not None]


def keys_below(folder: str) -> Iterator[str]:
    """The keys of all files that lie in the folder now, at any depth."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names if name)
    for inner in folders:
        yield from keys_below(f"{folder}/{inner}")


def _once_below(folder: str) -> list[str]:
    """On S3 also the keys of which there are only old versions, behind a delete marker."""
    storage: Any = default_storage
    if not hasattr(storage, "bucket"):
        return []
    name = storage._normalize_name(folder)
    start = len(name) - len(folder)
    return [version.object_key[start:] for version in storage.bucket.object_versions.filter(Prefix=f"{name}/")]


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
