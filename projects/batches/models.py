"""A batch: a script, a table of variants, and what became of each row."""

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization

TITLE_LENGTH = 200


class BatchState(models.TextChoices):
    """Where a batch stands."""

    CHECKING = "checking", "Being checked"
    READY = "ready", "Ready to start"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


# The whole table. Anything that is changed in a batch leads back to a new dry run.
BATCH_TRANSITIONS: dict[BatchState, frozenset[BatchState]] = {
    BatchState.CHECKING: frozenset({BatchState.CHECKING, BatchState.READY, BatchState.CANCELLED}),
    BatchState.READY: frozenset({BatchState.CHECKING, BatchState.RUNNING, BatchState.CANCELLED}),
    BatchState.RUNNING: frozenset(
        {BatchState.PAUSED, BatchState.FINISHED, BatchState.CANCELLED, BatchState.CHECKING},
    ),
    BatchState.PAUSED: frozenset({BatchState.RUNNING, BatchState.CANCELLED, BatchState.CHECKING}),
    BatchState.FINISHED: frozenset({BatchState.CHECKING}),
    BatchState.CANCELLED: frozenset({BatchState.CHECKING}),
}


def batch_sources(target: BatchState) -> tuple[BatchState, ...]:
    """The states from which `target` may be reached."""
    return tuple(state for state, targets in BATCH_TRANSITIONS.items() if target in targets)


class RowState(models.TextChoices):
    """Where a row stands until it has a clip; from then on its render says the rest."""

    UNCHECKED = "unchecked", "Not checked yet"
    READY = "ready", "Ready"
    CONSENT = "consent", "Waiting for consent"
    WRONG = "wrong", "Something is wrong"
    STARTED = "started", "Started"
    STOPPED = "stopped", "Could not be started"
    SKIPPED = "skipped", "Left out"


class Batch(models.Model):
    """Many clips from one script and one table.

    `digest` stands for all that a dry run looked at; to start, it has to be named. `defaults`: what rows have that say
    nothing else. `file_sha256`: of the table's file as it was uploaded; the file itself is not kept.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "bat"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="batches")
    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="batches")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    name = models.CharField(max_length=TITLE_LENGTH)
    template = models.TextField(blank=True)
    file_name = models.CharField(max_length=TITLE_LENGTH, blank=True)
    file_sha256 = models.CharField(max_length=64)
    columns = models.JSONField()
    mapping = models.JSONField()
    defaults = models.JSONField()
    digest = models.CharField(max_length=64)
    problems = models.JSONField(default=list, blank=True, help_text="what is wrong with the script as a whole")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.CHECKING)
    paused_because = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "batches"
        constraints = (
            models.CheckConstraint(name="batch_state_known", condition=Q(state__in=BatchState.values)),
            models.CheckConstraint(
                name="batch_runs_for_somebody",
                condition=~Q(state__in=["running", "paused", "finished"]) | Q(started_by__isnull=False),
            ),
        )
        indexes = (models.Index(name="batch_by_state", fields=("state",)),)

    def __str__(self) -> str:
        return self.name


class BatchRow(models.Model):
    """One variant. `cells` is the row as it came, by column; the other fields are what the dry run made of it.

    `number`: as a spreadsheet counts. `problems`: [{"column", "message"}], for a person. `notes`: what is worth
    knowing, and stops nothing. `missing`: the scopes that nobody has agreed to. `round` counts how often it was taken
    up again.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "brw"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="batch_rows")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=TITLE_LENGTH, blank=True)
    cells = models.JSONField()
    state = models.CharField(max_length=10, choices=RowState.choices, default=RowState.UNCHECKED)
    portrait = models.ForeignKey(
        "projects.Portrait", on_delete=models.SET_NULL, null=True, blank=True, related_name="batch_rows"
    )
    words = models.TextField(blank=True)
    voice = models.CharField(max_length=60, blank=True)
    style = models.CharField(max_length=40, blank=True)
    aspect = models.CharField(max_length=5, blank=True)
    direction = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    topic = models.CharField(max_length=TITLE_LENGTH, blank=True)
    captions = models.BooleanField(default=False)
    commercial = models.BooleanField(default=False)
    public = models.BooleanField(default=False)
    seconds = models.FloatField(default=0.0, help_text="how long the clip will be, about")
    problems = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)
    missing = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    clip = models.ForeignKey(
        "projects.Clip", on_delete=models.SET_NULL, null=True, blank=True, related_name="batch_rows"
    )
    round = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(name="one_batch_row_a_number", fields=("batch", "number")),
            models.CheckConstraint(name="batch_row_state_known", condition=Q(state__in=RowState.values)),
        )
        indexes = (models.Index(name="batch_rows_by_state", fields=("batch", "state", "number")),)

    def __str__(self) -> str:
        return f"{self.batch_id} row {self.number}"
