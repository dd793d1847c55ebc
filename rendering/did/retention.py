"""How what the talks interface keeps goes again."""

from collections.abc import Iterator
from datetime import datetime

from projects.retention.classes import DataClass
from projects.retention.registry import Files, Purged, declare, declare_files
from rendering.did.models import DidTalk, DidUpload
from rendering.did.sources import uploads_purge


def _uploads_purge(at: datetime) -> int:
    return uploads_purge(at=at)


def _talks_purge(at: datetime) -> int:
    """A talk whose clip is gone says nothing to anybody."""
    return DidTalk.objects.filter(clip=None).delete()[0]


def _known(keys: list[str]) -> set[str]:
    return set(DidUpload.objects.filter(file_key__in=keys).values_list("file_key", flat=True))


def _expected() -> Iterator[str]:
    yield from DidUpload.objects.order_by("pk").values_list("file_key", flat=True).iterator()


def declare_did() -> None:
    """For AppConfig.ready()."""
    declare(Purged(DidUpload, DataClass.PHOTO, _uploads_purge), Purged(DidTalk, DataClass.CLIP, _talks_purge))
    declare_files(Files(_known, _expected))
