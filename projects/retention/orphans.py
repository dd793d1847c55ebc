"""Storage and database against each other: files that no row knows are removed, rows whose file is gone are named."""

import logging
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.credits import organization_lock
from accounts.models import Organization
from projects.retention.certificates import certificate_write
from projects.retention.classes import DataClass
from projects.retention.files import file_erase, keys_below
from projects.retention.models import DeletionCause
from projects.retention.policies import holds_on
from projects.retention.registry import Erased, files_of_apps

logger = logging.getLogger(__name__)

ROOT = "org"
BATCH = 200
# A file is stored before its row is committed, and a render's files before it is published.
MIN_AGE = timedelta(days=1)


def orphans_remove(*, at: datetime, dry_run: bool = False) -> list[str]:
    """Remove the files that no app knows and that are older than a day; their keys, which hold ids only. Where a legal
    hold stands on anything of an organisation, its orphans stay: nobody can say what they belonged to.
    """
    removed = []
    stored = keys_below(ROOT)
    while keys := list(islice(stored, BATCH)):
        known = _known(keys)
        for key in keys:
            if key in known or default_storage.get_modified_time(key) > at - MIN_AGE:
                continue
            try:
                if _remove(key, dry_run=dry_run):
                    removed.append(key)
            except Exception:
                logger.exception("The orphan %s could not be removed, and stays for the next sweep", key)
    return removed


def missing_files() -> list[str]:
    """The keys that rows name and that are not in the storage."""
    return [key for files in files_of_apps() for key in files.expected() if not default_storage.exists(key)]


@transaction.atomic
def _remove(key: str, *, dry_run: bool) -> bool:
    path = PurePosixPath(key)
    organization = Organization.objects.filter(pk=path.parts[1]).first() if len(path.parts) > 2 else None
    if organization is not None:
        organization_lock(organization)
        if holds_on(organization):
            return False
    if key in _known([key]):
        return False
    if dry_run:
        return True
    erased = Erased("file removed from the storage in every version; it belonged to no row")
    erased.add(file_erase(key))
    if organization is not None:
        certificate_write(
            organization=organization,
            acting_user=None,
            # org/{organisation}/renders/{id}/…, or org/{organisation}/{folder}/{id}.suffix
            object_id=PurePosixPath(path.parts[3]).stem[:60] if len(path.parts) > 3 else "",
            data_class=DataClass.DRAFT,
            cause=DeletionCause.ORPHAN,
            erased=erased,
        )
    return True


def _known(keys: list[str]) -> set[str]:
    return {key for files in files_of_apps() for key in files.known(keys)}
