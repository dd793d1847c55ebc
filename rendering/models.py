"""A render and the message that announces it. The database is the truth about both; a broker only carries hints."""

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import F, Q

import rendering.did.models  # noqa: F401  Django looks for an app's models here
from accounts.ids import ID_LENGTH, new_id
from rendering.states import ACTIVE, RenderState


class Render(models.Model):
    """One making of one clip.

    `attempt` counts claims and is the fence: every write of a worker names the attempt it belongs to, and a worker that
    was given up writes nothing. `released` counts claims that were given back by a worker that shut down; they do not
    use up the allowance. `preview_wanted`: somebody watches the clip being made, and pieces of a preview may lie in the
    storage; `preview_pieces`: so many of this attempt may be seen (rendering.previewing).
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "rnd"), editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="renders")
    clip = models.ForeignKey("projects.Clip", on_delete=models.CASCADE, related_name="renders")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    state = models.CharField(max_length=12, choices=RenderState.choices, default=RenderState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=24, blank=True)
    progress = models.FloatField(default=0.0)
    preview_wanted = models.BooleanField(default=False)
    preview_pieces = models.PositiveSmallIntegerField(default=0)

    seconds_held = models.PositiveIntegerField()
    seconds_charged = models.PositiveIntegerField(null=True, blank=True)

    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    error_advice = models.TextField(blank=True)

    output_key = models.CharField(max_length=255, blank=True)
    report = models.JSONField(default=dict, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(name="render_state_known", condition=Q(state__in=RenderState.values)),
            models.CheckConstraint(
                name="render_published_has_output",
                condition=~Q(state=RenderState.PUBLISHED) | (~Q(output_key="") & Q(seconds_charged__isnull=False)),
            ),
            models.CheckConstraint(
                name="render_output_only_published", condition=Q(state=RenderState.PUBLISHED) | Q(output_key="")
            ),
            models.CheckConstraint(
                name="render_lease_only_running",
                condition=Q(state=RenderState.RUNNING, lease_until__isnull=False, attempt__gt=0)
                | (~Q(state=RenderState.RUNNING) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="render_end_has_reason",
                condition=~Q(state__in=(RenderState.FAILED, RenderState.REFUSED))
                | (~Q(error_code="") & ~Q(error_message="")),
            ),
            models.CheckConstraint(
                name="render_preview_only_running", condition=Q(state=RenderState.RUNNING) | Q(preview_pieces=0)
            ),
            models.CheckConstraint(name="render_progress_a_fraction", condition=Q(progress__gte=0, progress__lte=1)),
            models.CheckConstraint(name="render_released_at_most_attempts", condition=Q(released__lte=F("attempt"))),
            models.UniqueConstraint(
                name="render_one_active_a_clip", fields=("clip",), condition=Q(state__in=[s.value for s in ACTIVE])
            ),
        )
        indexes = (
            models.Index(name="render_leases", fields=("state", "lease_until")),
            models.Index(name="render_list", fields=("organization", "-created_at", "-id")),
            # With the state: how a clip stands is read from the index alone.
            models.Index(name="render_newest", fields=("clip", "-created_at", "-id", "state")),
            models.Index(name="render_previewed", fields=("state",), condition=Q(preview_wanted=True)),
        )

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def attempts_used(self) -> int:
        return self.attempt - self.released


class OutboxMessage(models.Model):
    """A message to the broker, written in the transaction that made it necessary, sent later by the relay.

    `attempt` is the render's attempt when the message was written: the message asks for attempt + 1.
    """

    render = models.ForeignKey(Render, on_delete=models.CASCADE, related_name="outbox_messages")
    attempt = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(name="outbox_unsent", fields=("id",), condition=Q(sent_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.render_id} after attempt {self.attempt}"
