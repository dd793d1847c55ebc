"""Where a batch and its rows stand, in a person's words. Reads only."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from accounts.billing.selectors import seconds_left
from consent.gate import Scope
from projects.batches.models import Batch, BatchRow, BatchState, RowState
from rendering.models import Render
from rendering.standing import Standing
from rendering.states import ACTIVE, RenderState

# Seconds of work for a clip besides its drawing, and for each second of it, before anything was measured here.
_OVERHEAD, _PACE = 6.0, 0.8
_MEASURED = 30

_STARTED = Q(state=RowState.STARTED)
_ENDED_BADLY = (RenderState.FAILED, RenderState.REFUSED, RenderState.CANCELLED)

GROUPS: dict[str, tuple[str, Q]] = {
    "unchecked": ("Not checked", Q(state=RowState.UNCHECKED)),
    "ready": ("Ready", Q(state=RowState.READY)),
    "consent": ("Consent missing", Q(state=RowState.CONSENT)),
    "wrong": ("To correct", Q(state=RowState.WRONG)),
    "active": ("Being made", _STARTED & Q(render_state__in=ACTIVE)),
    "done": ("Done", _STARTED & Q(render_state=RenderState.PUBLISHED)),
    "failed": (
        "Not made",
        Q(state=RowState.STOPPED) | (_STARTED & (Q(render_state__in=_ENDED_BADLY) | Q(render_state=None))),
    ),
    "skipped": ("Left out", Q(state=RowState.SKIPPED)),
}
"""Groups of rows to look at: the label, and which rows are in it (of `rows_standing`)."""

_BADGES = {
    "unchecked": Standing("Not checked yet", ""),
    "ready": Standing("Ready", "good"),
    "consent": Standing("Consent is missing", "wait"),
    "wrong": Standing("To correct", "bad"),
    "done": Standing("Done", "good"),
    "skipped": Standing("Left out", ""),
}
_RENDER_BADGES = {
    RenderState.QUEUED: Standing("In the queue", "live"),
    RenderState.RUNNING: Standing("Being made", "live"),
    RenderState.PUBLISHED: Standing("Done", "good"),
    RenderState.FAILED: Standing("Did not work", "bad"),
    RenderState.REFUSED: Standing("May not be shown", "bad"),
    RenderState.CANCELLED: Standing("Cancelled", ""),
}
BATCH_BADGES = {
    BatchState.CHECKING: Standing("Being checked", "live"),
    BatchState.READY: Standing("Dry run", "wait"),
    BatchState.RUNNING: Standing("Running", "live"),
    BatchState.PAUSED: Standing("Paused", "wait"),
    BatchState.FINISHED: Standing("Finished", "good"),
    BatchState.CANCELLED: Standing("Cancelled", ""),
}


def rows_standing(batch: Batch) -> QuerySet[BatchRow]:
    """The rows with what became of their newest render: `render_id`, `render_state`, `render_progress`, `error_*`."""
    newest = Render.objects.filter(clip=OuterRef("clip")).order_by("-created_at", "-id")
    names = ("state", "progress", "error_message", "error_advice")
    return (
        batch.rows.select_related("portrait__subject", "clip", "batch__organization", "batch__project")
        .annotate(render_id=Subquery(newest.values("pk")[:1]))
        .annotate(**{f"render_{name}": Subquery(newest.values(name)[:1]) for name in names})
    )


def rows_in(batch: Batch, group: str) -> QuerySet[BatchRow]:
    """The rows of a group, by number; all of them for a group that there is not."""
    rows = rows_standing(batch)
    return rows.filter(GROUPS[group][1]) if group in GROUPS else rows


def group_of(row: BatchRow) -> str:
    """The group of a row of `rows_standing`."""
    if row.state != RowState.STARTED:
        return {RowState.STOPPED: "failed"}.get(RowState(row.state), row.state)
    state = row.render_state  # type: ignore[attr-defined]
    if state == RenderState.PUBLISHED:
        return "done"
    return "active" if state in ACTIVE else "failed"


def badge_of(row: BatchRow) -> Standing:
    """The state of a row of `rows_standing`, for a badge."""
    if row.state == RowState.STOPPED:
        return Standing("Could not be started", "bad")
    if row.state != RowState.STARTED:
        return _BADGES[group_of(row)]
    state = row.render_state  # type: ignore[attr-defined]
    return _RENDER_BADGES[RenderState(state)] if state else Standing("Clip deleted", "")


_SCOPES = {
    Scope.FACE: "the picture",
    Scope.VOICE: "the voice",
    Scope.CLONE: "a copy of the voice",
    Scope.WORDS: "the words",
    Scope.COMMERCIAL: "advertising",
    Scope.PUBLIC: "posting in public",
}


def missing_of(row: BatchRow) -> str:
    """What nobody has agreed to, in a few words; "" where that is not the matter."""
    if row.state != RowState.CONSENT or row.portrait is None or not row.portrait.subject.can_be_asked:
        return ""
    return ", ".join(_SCOPES.get(Scope(scope), scope) for scope in row.missing)


def complaints_of(row: BatchRow) -> list[dict[str, str]]:
    """What is wrong with a row of `rows_standing`: [{"column", "message"}]."""
    if row.state == RowState.STARTED and row.render_error_message:  # type: ignore[attr-defined]
        told = f"{row.render_error_message} {row.render_error_advice}".strip()  # type: ignore[attr-defined]
        return [{"column": "", "message": told}]
    return list(row.problems)


@dataclass(frozen=True)
class Totals:
    """A batch in numbers. `seconds` and `credits` (whole seconds, as they are held) are of the rows named with them."""

    rows: int
    counts: dict[str, int]
    ready_credits: int
    consent_credits: int
    available: int
    work_seconds: int
    groups: tuple[tuple[str, str, int], ...] = field(default=())

    @property
    def checked(self) -> int:
        return self.rows - self.counts["unchecked"]

    @property
    def settled(self) -> int:
        """Of these, the rows that are done, or were not made."""
        return self.counts["done"] + self.counts["failed"]

    @property
    def wanted(self) -> int:
        """Rows that shall become clips: all but those that have to be corrected first or were left out."""
        return self.rows - self.counts["wrong"] - self.counts["skipped"]

    @property
    def short_of(self) -> int:
        """So many seconds of video are lacking for what is ready."""
        return max(0, self.ready_credits - self.available)


def totals_of(batch: Batch) -> Totals:
    """The batch in numbers."""
    rows = rows_standing(batch)
    counts = rows.aggregate(**{name: Count("pk", filter=which) for name, (_, which) in GROUPS.items()}, all=Count("pk"))
    waiting = batch.rows.filter(state__in=[RowState.READY, RowState.CONSENT])
    # As they are held: each row's seconds rounded up. Few lengths are the same, but SQLite need not know CEIL.
    credits_by_state = {RowState.READY: 0, RowState.CONSENT: 0}
    seconds, pace_now = 0.0, pace()
    for state, length, many in waiting.values_list("state", "seconds").annotate(many=Count("pk")):
        credits_by_state[state] += math.ceil(length) * many
        seconds += (_OVERHEAD + length * pace_now) * many if state == RowState.READY else 0.0
    total = counts.pop("all")
    return Totals(
        rows=total,
        counts=counts,
        ready_credits=credits_by_state[RowState.READY],
        consent_credits=credits_by_state[RowState.CONSENT],
        available=seconds_left(batch.organization),
        work_seconds=round(seconds),
        groups=tuple((name, label, counts[name]) for name, (label, _) in GROUPS.items() if counts[name]),
    )


def pace() -> float:
    """Seconds of work for a second of clip, as the last clips took; a careful guess before there are any."""
    last = Render.objects.filter(state=RenderState.PUBLISHED, started_at__isnull=False, finished_at__isnull=False)
    measured = last.order_by("-finished_at").values_list("started_at", "finished_at", "seconds_charged")[:_MEASURED]
    taken = [
        ((end - start).total_seconds() - _OVERHEAD, max(1, charged or 1))
        for start, end, charged in measured
        if start and end
    ]
    if not taken:
        return _PACE
    return max(0.1, sum(work for work, _ in taken) / sum(length for _, length in taken))


def row_work_seconds(row: BatchRow, pace_now: float) -> int:
    """How long making this row will take, about."""
    return round(_OVERHEAD + row.seconds * pace_now)


def counts_of(batches: Iterable[Batch]) -> dict[str, int]:
    """How many clips of each batch are done."""
    done = Render.objects.filter(state=RenderState.PUBLISHED, clip__batch_rows__batch__in=list(batches))
    rows = done.values(batch=F("clip__batch_rows__batch")).annotate(many=Count("clip", distinct=True))
    return {row["batch"]: row["many"] for row in rows}
