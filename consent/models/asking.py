"""What was asked, and what was answered. Answers are events that are only added."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent import gate
from consent.models.subjects import Subject


class EventState(models.TextChoices):
    GRANTED = gate.State.GRANTED, "Granted"
    REFUSED = gate.State.REFUSED, "Refused"
    WITHDRAWN = gate.State.WITHDRAWN, "Withdrawn"
    QUESTIONED = gate.State.QUESTIONED, "Questioned"


class EventScope(models.TextChoices):
    FACE = gate.Scope.FACE, "The face in the photo"
    VOICE = gate.Scope.VOICE, "The voice"
    CLONE = gate.Scope.CLONE, "A copy of the voice"
    WORDS = gate.Scope.WORDS, "The words"
    TOPIC = gate.Scope.TOPIC, "Any words on a topic"
    COMMERCIAL = gate.Scope.COMMERCIAL, "Commercial use"
    PUBLIC = gate.Scope.PUBLIC, "Public posting"
    STATEMENT = gate.STATEMENT, "An editor's statement"
    REVIEW = gate.REVIEW, "A moderator's word"


class GrantorKind(models.TextChoices):
    SUBJECT = gate.Grantor.SUBJECT, "The person shown"
    GUARDIAN = gate.Grantor.GUARDIAN, "A parent or guardian"
    EXECUTOR = gate.Grantor.EXECUTOR, "An executor"
    RIGHTS_HOLDER = gate.Grantor.RIGHTS_HOLDER, "A rights holder"
    FAMILY = gate.Grantor.FAMILY, "Close family"
    EDITOR = gate.Grantor.EDITOR, "An editor"
    MODERATOR = gate.Grantor.MODERATOR, "A moderator"


class VoiceKind(models.TextChoices):
    GENERATED = gate.VoiceKind.GENERATED, "A generated voice"
    CLONED = gate.VoiceKind.CLONED, "A copy of the person's voice"
    RECORDING = gate.VoiceKind.RECORDING, "A recording"


def _plain_scopes() -> list[str]:
    return [str(scope) for scope in gate.SCOPES]


class ConsentBatch(models.Model):
    """Questions that were sent together: a class and its guardians."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "cba"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="consent_batches")
    name = models.CharField(max_length=200)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.name


class ConsentRequest(models.Model):
    """A question to a living person: this photo, this voice, these words or this topic. What became of it: its events.

    `scopes` are what is asked, each to be granted or refused on its own.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "crq"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="consent_requests")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="requests")
    photo_key = models.CharField(max_length=200)
    photo_sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(default=_plain_scopes)
    words = models.TextField(blank=True, help_text="as they will be spoken; empty for a recording or a topic alone")
    words_sha256 = models.CharField(max_length=64, blank=True, help_text="of the words, or of the recording")
    topic = models.CharField(max_length=200, blank=True, help_text="within which any words may be said")
    recording_key = models.CharField(max_length=200, blank=True)
    voice = models.CharField(max_length=60)
    voice_kind = models.CharField(max_length=10, choices=VoiceKind.choices, default=VoiceKind.GENERATED)
    voice_label = models.CharField(max_length=200)
    voice_sample_key = models.CharField(max_length=200, blank=True, help_text="how the voice sounds")
    purpose = models.CharField(max_length=500)
    audience = models.CharField(max_length=300, blank=True, help_text="where it will be shown, and who will see it")
    language = models.CharField(max_length=16, default="en")
    email = models.EmailField(blank=True, help_text="where the link was sent; empty once it was erased")
    batch = models.ForeignKey(ConsentBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    # As they were when the link was made: the texts that the link shows are the same each time it is opened.
    subject_name = models.CharField(max_length=200)
    organization_name = models.CharField(max_length=200)
    grantor_kind = models.CharField(max_length=16, choices=GrantorKind.choices)
    holds_until = models.DateTimeField(help_text="when a consent given on this link runs out")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(help_text="until when the link can be answered")

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(name="consent_request_list", fields=("organization", "-created_at", "-id")),)
        constraints = (
            models.CheckConstraint(
                condition=(~Q(words="") & Q(recording_key=""))
                | (Q(words="") & ~Q(recording_key=""))
                | (Q(words="", recording_key="", words_sha256="") & ~Q(topic="")),
                name="request_has_words_recording_or_topic",
            ),
        )

    def __str__(self) -> str:
        return self.pk


_WITHOUT_REQUEST = (gate.STATEMENT, gate.REVIEW)
_LATER_FIELDS = (
    "topic",
    "evidence_sha256",
    "signature_method",
    "challenge_words",
    "challenge_issued_at",
    "challenge_expires_at",
    "selfie_outcome",
    "selfie_method",
)


class ConsentEvent(models.Model):
    """One answer to one scope, with the text that was shown. Never changed or deleted; chained within the subject."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "cev"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="consent_events")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="events")
    request = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    sequence = models.PositiveIntegerField()
    scope = models.CharField(max_length=10, choices=EventScope.choices)
    state = models.CharField(max_length=10, choices=EventState.choices)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    voice = models.CharField(max_length=60, blank=True)
    words_sha256 = models.CharField(max_length=64, blank=True)
    text = models.TextField(help_text="exactly as it was shown")
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    topic = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True, help_text="of a statement: what it rests on")
    evidence_sha256 = models.CharField(max_length=64, blank=True, help_text="of the document that shows the authority")
    signature_method = models.CharField(max_length=80, blank=True)
    challenge_words = models.CharField(max_length=100, blank=True, help_text="that were typed")
    challenge_issued_at = models.DateTimeField(null=True, blank=True)
    challenge_expires_at = models.DateTimeField(null=True, blank=True)
    selfie_outcome = models.CharField(max_length=10, blank=True, help_text="what came of comparing a selfie")
    selfie_method = models.CharField(max_length=160, blank=True, help_text="what compared it, and its limits")
    typed_name = models.CharField(max_length=200, blank=True)
    grantor_kind = models.CharField(max_length=16, choices=GrantorKind.choices)
    actor_id = models.CharField(max_length=ID_LENGTH, blank=True, help_text="the editor of a statement")
    language = models.CharField(max_length=16)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("subject", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["subject", "sequence"], name="consent_sequence_has_no_doubles"),
            models.UniqueConstraint(
                fields=["request", "scope"],
                condition=Q(state__in=[gate.State.GRANTED, gate.State.REFUSED]),
                name="a_request_is_answered_once",
            ),
            models.UniqueConstraint(
                fields=["request", "scope"],
                condition=Q(state=gate.State.WITHDRAWN),
                name="a_request_is_withdrawn_once",
            ),
            models.CheckConstraint(
                condition=Q(scope__in=_WITHOUT_REQUEST, request__isnull=True)
                | (~Q(scope__in=_WITHOUT_REQUEST) & Q(request__isnull=False)),
                name="all_but_statements_and_reviews_answer_a_request",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.state}"

    def hashed_fields(self) -> dict[str, Any]:
        """What the event's hash stands for."""
        return {
            "id": self.pk,
            "organization": self.organization_id,
            "subject": self.subject_id,
            "request": self.request_id,
            "sequence": self.sequence,
            "scope": str(self.scope),
            "state": str(self.state),
            "photo_sha256": self.photo_sha256,
            "voice": self.voice,
            "words_sha256": self.words_sha256,
            "text_sha256": self.text_sha256,
            "text_version": self.text_version,
            "source": self.source,
            "typed_name": self.typed_name,
            "grantor_kind": str(self.grantor_kind),
            "actor": self.actor_id,
            "language": self.language,
            "at": self.at,
            "expires_at": self.expires_at,
            # These came later. Where they hold nothing they are left out, so that older events keep their hashes.
            **{name: value for name in _LATER_FIELDS if (value := getattr(self, name))},
        }


class ConsentTrace(models.Model):
    """From where an answer came. Kept apart from the event, because it is short-lived and the event is not."""

    event = models.OneToOneField(ConsentEvent, on_delete=models.CASCADE, primary_key=True, related_name="trace")
    ip = models.CharField(max_length=45, blank=True, help_text="its network only: /24 or /48")
    user_agent = models.CharField(max_length=300, blank=True)
    delete_after = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"trace of {self.event_id}"


class Challenge(models.Model):
    """Three words to be typed with an answer, once and soon: it is given now, by somebody who reads the page."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "chl"), editable=False)
    request = models.ForeignKey(ConsentRequest, on_delete=models.CASCADE, related_name="challenges")
    words = models.CharField(max_length=100)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-issued_at", "-id")

    def __str__(self) -> str:
        return self.pk
