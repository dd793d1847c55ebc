"""Erasing what relied on a consent that is gone. The apps above this one erase what they hold: they register here.

The row that asks for it is written in the transaction of its cause; the files go as soon as that is through. What could
not be erased then (a storage that does not answer) is tried again by `erasures_run`, until its row says done.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.services import audit_record
from consent.models import ErasureRequest, Subject
from consent.models.duties import ErasureCause

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Erasure:
    """What holds one of these photos or recordings (by SHA-256) of the subject; where none is named, all of it."""

    subject: Subject
    content_sha256s: frozenset[str]

    def covers(self, sha256: str) -> bool:
        """Whether the photo or recording with this SHA-256 has to go."""
        return not self.content_sha256s or sha256 in self.content_sha256s


# Returns the ids of what was erased. Called again after a failure: erasing twice must do no harm.
Eraser = Callable[[Erasure], Sequence[str]]

_erasers: list[Eraser] = []


def on_erase(eraser: Eraser) -> Eraser:
    """Have `eraser` called for every erasure; a decorator, or for AppConfig.ready()."""
    if eraser not in _erasers:
        _erasers.append(eraser)
    return eraser


def erasure_request(*, subject: Subject, cause: ErasureCause, content_sha256s: Iterable[str] = ()) -> ErasureRequest:
    """Ask for an erasure inside the transaction of its cause; it is carried out when that commits."""
    asked = ErasureRequest.objects.create(
        organization_id=subject.organization_id,
        subject=subject,
        cause=cause,
        content_sha256s=sorted(set(content_sha256s)),
    )
    transaction.on_commit(partial(_try, asked.pk), robust=True)
    return asked


def erasures_run() -> int:
    """Carry out what is still to be erased; how many requests were finished."""
    return sum(_try(pk) for pk in ErasureRequest.objects.filter(done_at=None).values_list("pk", flat=True))


def _try(erasure_id: str) -> bool:
    ErasureRequest.objects.filter(pk=erasure_id).update(attempts=F("attempts") + 1)
    try:
        return _run(erasure_id)
    except Exception:
        # Whatever it was, the row stays open, and the next run tries again.
        logger.exception("Erasure %s did not work", erasure_id)
        return False


@transaction.atomic
def _run(erasure_id: str) -> bool:
    asked = ErasureRequest.objects.select_related("organization", "subject").get(pk=erasure_id)
    organization_lock(asked.organization)
    if ErasureRequest.objects.filter(pk=erasure_id, done_at=None).first() is None:
        return False
    erasure = Erasure(asked.subject, frozenset(asked.content_sha256s))
    erased = [thing for eraser in _erasers for thing in eraser(erasure)]
    ErasureRequest.objects.filter(pk=erasure_id).update(done_at=timezone.now(), report=erased)
    audit_record(
        organization=asked.organization,
        acting_user=None,
        action="consent.erased",
        object_id=erasure_id,
        data={"erased": erased},
    )
    return True
