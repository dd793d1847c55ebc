"""A batch that runs: rows become clips a few at a time, each in a transaction of its own, so that one that cannot be
made stops no other. Everything here may be done twice, by two processes, or be cut short.
"""

import logging
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.services import NotEnoughCredits, audit_record, authorize
from consent.models import ConsentEvent
from projects.batches.models import Batch, BatchRow, BatchState, RowState
from projects.batches.services import NOT_STARTED, BatchConflict, batch_become, batch_locked
from projects.services import clip_create
from rendering.batching.checking import check_again, check_for
from rendering.configuration import configuration
from rendering.engine.errors import EngineError
from rendering.models import Render
from rendering.services import ConsentMissing, InputsErased, cancel_render, request_render
from rendering.states import ACTIVE

logger = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
"""How long one batch is checked before the next one has its turn."""
_LOOKED_AGAIN = 50
_WAITS = (RowState.READY, RowState.CONSENT)


def batch_start(*, organization: Organization, acting_user: User, batch: Batch, digest: str) -> Batch:
    """Start what the dry run with this digest found ready; rows that wait for consent follow when it is given.

    A second click changes nothing. Raises BatchConflict, PermissionDenied.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.RENDER)
    with transaction.atomic():
        batch = batch_locked(batch)
        if batch.digest != digest:
            raise BatchConflict("The batch was changed since this dry run. Look at the new one, then start.")
        if batch.state in (BatchState.RUNNING, BatchState.PAUSED, BatchState.FINISHED):
            return batch
        if not batch.rows.filter(state__in=_WAITS).exists():
            raise BatchConflict("No row of this batch can be made as it is. Correct the rows first.")
        if not batch_become(batch, BatchState.RUNNING, started_by=acting_user, started_at=timezone.now()):
            raise BatchConflict("The dry run is not finished yet.")
        _audit(batch, acting_user, "batch.started", rows=batch.rows.filter(state__in=_WAITS).count())
    batch.refresh_from_db()
    return batch


@transaction.atomic
def batch_pause(*, organization: Organization, acting_user: User, batch: Batch) -> bool:
    """Start no more rows; what is being made goes on. False: it does not run."""
    authorize(organization=organization, acting_user=acting_user, act=Act.RENDER)
    batch = batch_locked(batch)
    paused = batch_become(batch, BatchState.PAUSED, paused_because="")
    if paused:
        _audit(batch, acting_user, "batch.paused")
    return paused


@transaction.atomic
def batch_resume(*, organization: Organization, acting_user: User, batch: Batch) -> bool:
    """Go on after a pause. False: it is not paused."""
    authorize(organization=organization, acting_user=acting_user, act=Act.RENDER)
    batch = batch_locked(batch)
    if batch.state != BatchState.PAUSED:
        return False
    resumed = batch_become(batch, BatchState.RUNNING, paused_because="", started_by=acting_user)
    if resumed:
        _audit(batch, acting_user, "batch.resumed")
    return resumed


def batch_cancel(*, organization: Organization, acting_user: User, batch: Batch) -> int:
    """Stop all that is not finished: rows that wait are left out, clips in the making stop and cost nothing.

    How many rows that were. Clips that are ready stay.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.RENDER)
    with transaction.atomic():
        batch = batch_locked(batch)
        if not batch_become(batch, BatchState.CANCELLED, paused_because="", finished_at=timezone.now()):
            return 0
        stopped = batch.rows.filter(state__in=NOT_STARTED).exclude(state=RowState.WRONG).update(state=RowState.SKIPPED)
        renders = list(active_renders(batch))
        _audit(batch, acting_user, "batch.cancelled", rows=stopped + len(renders))
    for render in renders:
        cancel_render(organization=organization, acting_user=acting_user, render=render)
    return stopped + len(renders)


def active_renders(batch: Batch) -> QuerySet[Render]:
    """What is being made of the batch now."""
    return Render.objects.filter(clip__batch_rows__batch=batch, state__in=ACTIVE).select_related("organization")


@across_tenants("batches of all organisations are driven by one loop")
def drive() -> int:
    """One round over all batches that have something to do: check, look for consent, start. How many were touched."""
    touched = 0
    for batch in Batch.objects.filter(state=BatchState.CHECKING).select_related("organization"):
        check_for(batch, seconds=CHECK_SECONDS)
        touched += 1
    standing = Batch.objects.filter(state__in=[BatchState.READY, BatchState.RUNNING, BatchState.PAUSED])
    for batch in standing.select_related("organization", "project", "started_by"):
        try:
            touched += _drive(batch)
        except Exception:
            # One batch that cannot go on is no reason for the others to wait.
            logger.exception("Batch %s could not be driven", batch.pk)
    return touched


def _drive(batch: Batch) -> int:
    if answered := _answered(batch):
        check_again(batch, answered)
    if batch.state != BatchState.RUNNING:
        return len(answered)
    room = configuration().batch_ahead - active_renders(batch).count()
    rows = batch.rows.filter(state=RowState.READY).values_list("pk", flat=True)[: max(0, room)]
    started = 0
    for row_id in list(rows):
        if not row_start(row_id):
            break
        started += 1
    _finish(batch)
    return started + len(answered)


def _answered(batch: Batch) -> Sequence[BatchRow]:
    """Rows that wait for consent, and about whose subject something was said since they were looked at."""
    since = ConsentEvent.objects.filter(subject=OuterRef("portrait__subject"), at__gt=OuterRef("checked_at"))
    waiting = batch.rows.filter(Exists(since), state=RowState.CONSENT)
    return list(waiting.select_related("portrait__subject")[:_LOOKED_AGAIN])


def row_start(row_id: str) -> bool:
    """Make a clip of the row and ask for its render. False: the batch stands still, go no further."""
    try:
        with transaction.atomic():
            return _row_start(row_id)
    except Exception:
        logger.exception("Row %s could not be started", row_id)
        complaint = {"column": "", "message": "This row could not be started. Try it again."}
        BatchRow.objects.filter(pk=row_id, state=RowState.READY).update(state=RowState.STOPPED, problems=[complaint])
        return True


def _row_start(row_id: str) -> bool:
    row = BatchRow.objects.select_related("batch__organization").get(pk=row_id)
    batch = batch_locked(row.batch)
    if batch.state != BatchState.RUNNING or batch.started_by is None:
        return False
    # Read again under the lock: another process may have started it.
    row = BatchRow.objects.select_related("portrait__subject", "portrait__project").get(pk=row_id)
    if row.state != RowState.READY:
        return True
    try:
        # What was written before a refusal is taken back; the row itself says what happened.
        with transaction.atomic():
            _make(row, batch, batch.started_by)
    except NotEnoughCredits as error:
        return _stand_still(batch, str(error))
    except PermissionDenied as error:
        return _stand_still(batch, f"{error} Whoever may make clips can go on with it.")
    except ConsentMissing as error:
        row.missing = [str(scope) for scope in error.decision.missing]
        _end(row, RowState.CONSENT if row.missing else RowState.WRONG, list(error.decision.reasons))
    except EngineError as error:
        _end(row, RowState.WRONG, [f"{error.message} {error.advice}".strip()])
    except InputsErased as error:
        _end(row, RowState.WRONG, [str(error)])
    except ValidationError as error:
        _end(row, RowState.WRONG, error.messages)
    return True


def _make(row: BatchRow, batch: Batch, acting_user: User) -> None:
    if row.portrait is None:
        raise ValidationError("The picture of this row is gone. Choose another one.")
    clip = clip_create(
        organization=batch.organization,
        acting_user=acting_user,
        portrait=row.portrait,
        words=row.words,
        voice=row.voice,
        style=row.style,
        direction=row.direction,
        aspect=row.aspect,
        captions=row.captions,
        commercial=row.commercial,
        public=row.public,
        topic=row.topic,
        title=row.title,
    )
    request_render(organization=batch.organization, acting_user=acting_user, clip=clip)
    BatchRow.objects.filter(pk=row.pk).update(state=RowState.STARTED, clip=clip, problems=[], missing=[])


def _stand_still(batch: Batch, because: str) -> bool:
    """Nothing can be started now, and nothing is lost: the batch pauses, and says why."""
    if batch_become(batch, BatchState.PAUSED, paused_because=because[:300]):
        _audit(batch, None, "batch.paused", reason="credits-or-role")
    return False


def _end(row: BatchRow, state: RowState, reasons: list[str]) -> None:
    problems = [{"column": "", "message": reason} for reason in reasons]
    BatchRow.objects.filter(pk=row.pk).update(
        state=state, problems=problems, missing=row.missing, checked_at=timezone.now()
    )


def _finish(batch: Batch) -> None:
    with transaction.atomic():
        now = batch_locked(batch)
        waiting = now.rows.filter(Q(state__in=_WAITS) | Q(state=RowState.UNCHECKED)).exists()
        if now.state != BatchState.RUNNING or waiting or active_renders(now).exists():
            return
        if batch_become(now, BatchState.FINISHED, finished_at=timezone.now()):
            _audit(now, None, "batch.finished")


def _audit(batch: Batch, acting_user: User | None, action: str, **data: object) -> None:
    audit_record(organization=batch.organization, acting_user=acting_user, action=action, object_id=batch.pk, data=data)
