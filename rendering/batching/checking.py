"""The dry run: what each row would say, cost and need. Nothing is made, asked, or held.

A table of thousands of rows takes a minute, so that rows are checked some at a time: by the page that waits for it, and
by the queue's loop. Checking a row twice does no harm.
"""

import time
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from consent.gate import Action, Decision
from consent.models import ConsentEvent
from consent.selectors import events_of
from projects.batches.models import Batch, BatchRow, BatchState, RowState
from projects.batches.planning import Planner
from projects.batches.services import BatchConflict, batch_become, batch_locked
from projects.moderation.selectors import stops_on
from rendering.batching.drafts import draft_clip
from rendering.gating import ask

AT_ONCE = 100
_FIELDS = (
    "state", "portrait", "words", "voice", "style", "aspect", "direction", "title", "topic", "reference", "captions",
    "commercial", "public", "seconds", "problems", "notes", "missing", "checked_at",
)  # fmt: skip


def check_for(batch: Batch, *, seconds: float) -> bool:
    """Check rows for about this long; whether all of them are checked."""
    until = time.monotonic() + seconds
    while check_some(batch):
        if time.monotonic() > until:
            return False
    return True


def check_some(batch: Batch, *, limit: int = AT_ONCE) -> int:
    """Check the next rows; how many. With none left the batch is ready to be started."""
    batch = Batch.objects.select_related("organization", "project").get(pk=batch.pk)
    if batch.state != BatchState.CHECKING:
        return 0
    rows = list(batch.rows.filter(state=RowState.UNCHECKED)[:limit])
    _look_at(batch, rows)
    with transaction.atomic():
        try:
            now = batch_locked(batch)
        except BatchConflict:
            return 0
        if now.state != BatchState.CHECKING or now.digest != batch.digest:
            return len(rows)  # it was changed meanwhile: what was found is of another table
        BatchRow.objects.bulk_update(rows, _FIELDS, batch_size=AT_ONCE)
        if not now.rows.filter(state=RowState.UNCHECKED).exists():
            batch_become(now, BatchState.READY)
            return 0
    return len(rows)


def check_again(batch: Batch, rows: Sequence[BatchRow]) -> None:
    """Look once more at rows that waited for consent, without a new dry run: they say what they said."""
    _look_at(batch, rows)
    for row in rows:
        with transaction.atomic():
            batch_locked(batch)
            # Only where nobody has touched it since.
            fields = {name: getattr(row, name) for name in _FIELDS}
            BatchRow.objects.filter(pk=row.pk, state=RowState.CONSENT, round=row.round).update(**fields)


def _look_at(batch: Batch, rows: Sequence[BatchRow]) -> None:
    """Write into the rows, unsaved, what they come to and what the gate says of them. What was said about a person, and
    what moderators stopped, is read once for all of them.
    """
    planner = Planner(batch)
    for row in rows:
        row.batch = batch
        for name, value in vars(planner.plan(row.number, row.cells)).items():
            setattr(row, name, value)
        row.missing, row.checked_at, row.state = [], timezone.now(), RowState.WRONG
    drafts = [(row, draft_clip(row)) for row in rows if not row.problems and row.portrait is not None]
    stops = stops_on([clip for _, clip in drafts], Action.SUBMIT)
    said: dict[str, list[ConsentEvent]] = {}
    for row, clip in drafts:
        subject = clip.portrait.subject
        if subject.pk not in said:
            said[subject.pk] = events_of(subject)
        _decide(row, ask(clip, Action.SUBMIT, events=said, stops=stops))


def _decide(row: BatchRow, decision: Decision) -> None:
    row.missing = [str(scope) for scope in decision.missing]
    if decision.allowed:
        row.state = RowState.READY
        return
    row.problems = [{"column": "", "message": reason} for reason in decision.reasons]
    # What a moderator stopped waits for nobody's consent.
    row.state = RowState.CONSENT if decision.missing else RowState.WRONG
