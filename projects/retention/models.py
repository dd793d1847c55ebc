"""What was decided about keeping, what must be kept, and what was deleted."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent.models import Subject
from projects.retention.classes import DataClass


class RetentionPolicy(models.Model):
    """How long an organisation keeps things, or one of its projects; where it says nothing, the defaults of its kind
    hold. `days`: {data class: days}, counted as the default of the class is. `ends_on`: end of the campaign or term.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "ret"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="retention_policies")
    project = models.OneToOneField(
        "projects.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="retention_policy"
    )
    days = models.JSONField(default=dict)
    ends_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "retention policies"
        constraints = (
            models.UniqueConstraint(
                fields=["organization"], condition=Q(project__isnull=True), name="one_policy_an_organization"
            ),
        )

    def __str__(self) -> str:
        return self.project_id or self.organization_id


class LegalHold(models.Model):
    """Somebody in law needs this kept: nothing in it is deleted, by date or by request, until the hold is lifted.

    Without a project and a subject it holds everything of the organisation.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "hld"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="legal_holds")
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-placed_at", "-id")
        permissions = (("place_hold", "Can place and lift legal holds"),)

    def __str__(self) -> str:
        return self.pk


class DeletionCause(models.TextChoices):
    DATE = "date", "Its time was over"
    WITHDRAWAL = "withdrawal", "Consent was withdrawn, or a report upheld"
    CLOSED = "closed", "The account was closed"
    REQUEST = "request", "Somebody of the organisation deleted it"
    ORPHAN = "orphan", "It belonged to nothing"


class DeletionCertificate(models.Model):
    """That something was deleted: ids and hashes, no name, no face. Append-only, chained in the organisation, signed.

    `files`: [{"sha256", "bytes", "versions"}], of each file that was removed. `signed` is the record with an Ed25519
    signature over it, as consent receipts have one.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "crt"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="deletion_certificates")
    sequence = models.PositiveIntegerField()
    object_id = models.CharField(max_length=60)
    data_class = models.CharField(max_length=20, choices=DataClass.choices)
    cause = models.CharField(max_length=12, choices=DeletionCause.choices)
    method = models.CharField(max_length=200)
    files = models.JSONField(default=list)
    rows = models.JSONField(default=list, help_text="ids of the rows that went with it")
    actor_id = models.CharField(max_length=ID_LENGTH, blank=True, help_text="empty: the sweep")
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    signed = models.JSONField(default=dict)

    class Meta:
        ordering = ("organization", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["organization", "sequence"], name="certificates_have_no_doubles"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.object_id}"

    def hashed_fields(self) -> dict[str, Any]:
        """What the certificate's hash stands for."""
        return {
            "id": self.pk,
            "organization": self.organization_id,
            "sequence": self.sequence,
            "object": self.object_id,
            "class": str(self.data_class),
            "cause": str(self.cause),
            "method": self.method,
            "files": self.files,
            "rows": self.rows,
            "actor": self.actor_id,
            "at": self.at.isoformat(timespec="microseconds"),
            "previous_hash": self.previous_hash,
        }


class SweepRun(models.Model):
    """One run of the sweep: when, and how much. A run that was cut short has no end, and the next one goes on."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    erased = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    orphans = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-started_at", "-id")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Closing(models.Model):
    """An owner has asked for the organisation to be closed: it happens on `due_at`, unless they take it back."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "cls"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="closings")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(cancelled_at__isnull=True, done_at__isnull=True),
                name="one_closing_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.pk
