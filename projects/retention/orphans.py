"""Storage and database against each other: files that no row knows are removed, rows whose file is gone are named."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage

from projects.retention.files import file_erase
from projects.retention.registry import files_of_apps

ROOT = "org"
BATCH = 200
# A file is stored before its row is committed, and a render's files before it is published.
MIN_AGE = timedelta(days=1)


def orphans_remove(*, at: datetime, dry_run: bool = False) -> list[str]:
    """Remove the files that no app knows and that are older than a day; their keys, which hold ids only."""
    removed = []
    stored = _keys(ROOT)
    while keys := list(islice(stored, BATCH)):
        known = {key for files in files_of_apps() for key in files.known(keys)}
        for key in keys:
            if key in known or default_storage.get_modified_time(key) > at - MIN_AGE:
                continue
            if not dry_run:
                file_erase(key)
            removed.append(key)
    return removed


def missing_files() -> list[str]:
    """The keys that rows name and that are not in the storage."""
    return [key for files in files_of_apps() for key in files.expected() if not default_storage.exists(key)]


def _keys(folder: str) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names if name)
    for inner in folders:
        yield from _keys(f"{folder}/{inner}")
