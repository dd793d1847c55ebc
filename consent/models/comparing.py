"""A selfie that was compared with the photo: what came of it, never the picture or what was measured in it."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent.comparing import Outcome
from consent.models.asking import ConsentRequest


class SelfieOutcome(models.TextChoices):
    NONE = "", "Nothing could be compared"
    MATCHED = Outcome.MATCHED, "The same person, as far as a program can tell"
    UNSURE = Outcome.UNSURE, "A program is not sure"
    DIFFERS = Outcome.DIFFERS, "Another person, as far as a program can tell"


class SelfieState(models.TextChoices):
    TRIED = "tried", "Compared; the answer has not come"
    WAITING = "waiting", "Somebody has to look"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Not accepted"


class SelfieCheck(models.Model):
    """What came of the selfies that were given with one question. A yes to the face that came after a selfie that did
    not match waits here until a moderator has looked at the answer; there is no selfie to look at.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "slf"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="selfie_checks")
    request = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, related_name="selfie_checks")
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, blank=True, choices=SelfieOutcome.choices)
    method = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=10, choices=SelfieState.choices, default=SelfieState.TRIED)
    # Of the answer that waits, for the event that it may become.
    typed_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=16, blank=True)
    signature_method = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=100, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("created_at", "id")
        constraints = (models.UniqueConstraint(fields=["request"], name="one_selfie_check_a_request"),)

    def __str__(self) -> str:
        return self.pk
