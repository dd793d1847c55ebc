"""The three words, spoken: a recording that nothing here could check, kept until a person has listened to it."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent.models.asking import ConsentRequest

# Nobody keeps a recording of somebody's voice because nobody found the time to listen to it.
DAYS_TO_LISTEN = 14


class SpokenState(models.TextChoices):
    WAITING = "waiting", "Somebody has to listen"
    ACCEPTED = "accepted", "The words were heard"
    REFUSED = "refused", "Not accepted"


class SpokenProof(models.Model):
    """A yes to a copy of the voice, signed with a recording of the three words. It becomes an event when a moderator
    has heard them; the recording goes with the decision. `likeness`: to the voice that would be copied, 0..1.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "spk"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="spoken_proofs")
    request = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, related_name="spoken_proofs")
    words = models.CharField(max_length=100)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    file_key = models.CharField(max_length=200, blank=True, help_text="empty once the recording was erased")
    sha256 = models.CharField(max_length=64)
    likeness = models.FloatField(null=True, blank=True)
    typed_name = models.CharField(max_length=200)
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=SpokenState.choices, default=SpokenState.WAITING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("created_at", "id")
        constraints = (models.UniqueConstraint(fields=["request"], name="one_spoken_proof_a_request"),)

    def __str__(self) -> str:
        return self.pk
