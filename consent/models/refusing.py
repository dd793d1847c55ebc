""" "Not me": reports of clips, the register of faces that must not be shown, and appeals against it."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent.models.subjects import Subject


class ReportState(models.TextChoices):
    OPEN = "open", "Open"
    UPHELD = "upheld", "Upheld"
    DISMISSED = "dismissed", "Dismissed"


class LikenessReport(models.Model):
    """Somebody says that a clip shows them. `due_at`: 48 hours later, as the TAKE IT DOWN Act asks."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "rpt"), editable=False)
    clip_reference = models.CharField(max_length=300, blank=True, help_text="the address or number that was given")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=16, default="en")
    message = models.TextField(blank=True)
    network = models.CharField(max_length=45, blank=True)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("due_at", "id")

    def __str__(self) -> str:
        return self.pk


class OptOut(models.Model):
    """A face that must not be uploaded here, as fingerprints of a photo; the photo itself is not kept.

    `fingerprints`: of the whole photo and of each face in it, each {"p": 16 hex digits, "d": 16 hex digits}.
    `embedding` is kept for at most consent.face_register.KEEP_DAYS.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "opt"), editable=False)
    report = models.ForeignKey(LikenessReport, on_delete=models.PROTECT, null=True, blank=True, related_name="opt_outs")
    fingerprints = models.JSONField()
    embedding = models.JSONField(
        default=list, blank=True, help_text="128 numbers of a face, where its owner agreed to being recognised"
    )
    embedding_agreed_at = models.DateTimeField(null=True, blank=True, help_text="the written release (BIPA)")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.pk


class AppealState(models.TextChoices):
    OPEN = "open", "Open"
    UPHELD = "upheld", "Let through"
    DISMISSED = "dismissed", "Stays refused"


class Appeal(models.Model):
    """An upload that was refused because of the register; with an appeal that was upheld this photo passes."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "apl"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="appeals")
    opt_out = models.ForeignKey(OptOut, on_delete=models.PROTECT, related_name="appeals")
    photo_sha256 = models.CharField(max_length=64)
    reason = models.TextField(blank=True, help_text="empty until somebody appeals")
    state = models.CharField(max_length=10, choices=AppealState.choices, default=AppealState.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "opt_out", "photo_sha256"], name="one_appeal_a_photo_and_opt_out"
            ),
        )

    def __str__(self) -> str:
        return self.pk
