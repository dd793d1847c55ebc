"""What follows from an answer: who has to be told, what has to be erased. Both are rows, so that neither is lost."""

from functools import partial

from django.db import models
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent.models.asking import ConsentRequest
from consent.models.subjects import Subject


class Letter(models.Model):
    """An e-mail, written in the transaction of what it tells and sent after it. `key` is unique: nothing is told twice.

    What is older than `consent.letters.KEEP_DAYS` loses its address and its text.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "ltr"), editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    request = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    key = models.CharField(max_length=200, unique=True)
    recipient = models.EmailField(blank=True)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.key


class LetterStop(models.Model):
    """Somebody who wants no questions by e-mail: from one organisation, or (None) from anybody here. `address` is a
    keyed hash: enough to know the address again, not to read it.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "lst"), editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="letter_stops"
    )
    address = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["organization", "address"], name="one_letter_stop_an_organization"),
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(organization=None), name="one_letter_stop_for_all"
            ),
        )

    def __str__(self) -> str:
        return self.pk


class ErasureCause(models.TextChoices):
    WITHDRAWAL = "withdrawal", "Consent was withdrawn"
    REFUSAL = "refusal", "Consent was refused"
    CHECKED = "checked", "A recording was listened to"
    UNANSWERED = "unanswered", "Nobody answered in time"
    REPORT = "report", "A report was upheld"


class ErasureRequest(models.Model):
    """Something that has to be erased. `content_sha256s`: of the photos and recordings, or the numbers of questions
    whose own files have to go; `report` says what was erased.

    It is done as soon as the transaction is through; where that fails, `done_at` stays empty and it is tried again.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "era"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="erasures")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="erasures")
    cause = models.CharField(max_length=10, choices=ErasureCause.choices)
    content_sha256s = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(default=list, help_text="ids of what was erased")

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.pk
