"""Writing: questions to those who can be asked; one at a time, sent by e-mail, renewed, or to a whole class."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.names import visible
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from consent import gate
from consent.fingerprints import words_fingerprint
from consent.hearing import read_sound
from consent.letter_texts import invitation
from consent.letters import letter_write, letters_unwanted
from consent.models import ConsentBatch, ConsentRequest, Letter, Subject
from consent.notices import known_language
from consent.subjects import require_own

DEFAULT_AUDIENCE = {
    ("en", False): "inside {organization} only",
    ("de", False): "nur innerhalb von {organization}",
    ("es", False): "solo dentro de {organization}",
    ("en", True): "in public, wherever {organization} posts it",
    ("de", True): "öffentlich, wo immer {organization} es veröffentlicht",
    ("es", True): "en público, donde {organization} lo publique",
}
# A class of a hundred is asked three times over; nobody's letter box is filled by one who will not take a no.
INVITATIONS_A_DAY = 300
INVITATIONS_TO_ONE_A_DAY = 4
_USES = (gate.Scope.COMMERCIAL, gate.Scope.PUBLIC)


def _scopes_of(voice_kind: str, words: str, topic: str, uses: Collection[gate.Scope]) -> list[str]:
    """What a question asks: the face, the voice of this kind, the words or the topic or both, and these uses."""
    voice = gate.Scope.CLONE if voice_kind == gate.VoiceKind.CLONED else gate.Scope.VOICE
    asked = {gate.Scope.FACE, voice, *(scope for scope in uses if scope in _USES)}
    if words:
        asked.add(gate.Scope.WORDS)
    if topic:
        asked.add(gate.Scope.TOPIC)
    return [str(scope) for scope in gate.ALL_SCOPES if scope in asked]


@transaction.atomic
def consent_request_create(
    *,
    organization: Organization,
    acting_user: User,
    subject: Subject,
    photo_key: str,
    photo_sha256: str,
    words: str,
    voice: str,
    voice_label: str = "",
    voice_kind: str = "",
    recording_key: str = "",
    recording_sha256: str = "",
    topic: str = "",
    uses: Collection[gate.Scope] = (),
    purpose: str = "",
    audience: str = "",
    language: str = "",
    email: str = "",
    batch: ConsentBatch | None = None,
    renews: ConsentRequest | None = None,
) -> ConsentRequest:
    """A question to the person shown, or who decides for them; its link: selectors.request_url. With an `email` the
    link is sent there.

    Words, or a recording, not both; a `topic` besides them or instead of them. `uses`: COMMERCIAL and PUBLIC, where the
    clip is for that. Raises PermissionDenied, or ValidationError by field.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    require_own(organization, subject)
    if not subject.can_be_asked:
        raise ValidationError({"subject": "Nobody can be asked about this subject. Record a statement instead."})
    words, topic = words.strip(), visible(topic)
    said = bool(words) + bool(recording_key)
    if said > 1 or (not said and not topic) or bool(recording_key) != bool(recording_sha256):
        raise ValidationError({"words": "Give the words that will be spoken, or a recording of them; one of the two."})
    voice_kind = voice_kind or (gate.VoiceKind.RECORDING if recording_key else gate.VoiceKind.GENERATED)
    if voice_kind not in tuple(gate.VoiceKind):
        raise ValidationError({"voice_kind": f"A voice is one of: {', '.join(gate.VoiceKind)}."})
    now = timezone.now()
    language = known_language(language or subject.language)
    request = ConsentRequest.objects.create(
        organization=organization,
        subject=subject,
        photo_key=photo_key,
        photo_sha256=photo_sha256,
        scopes=_scopes_of(voice_kind, words or recording_key, topic, uses),
        words=words,
        words_sha256=recording_sha256 or (words_fingerprint(words) if words else ""),
        topic=topic,
        recording_key=recording_key,
        voice=voice,
        voice_kind=voice_kind,
        voice_label=visible(voice_label) or voice,
        purpose=visible(purpose) or "a talking video",
        audience=visible(audience)
        or DEFAULT_AUDIENCE[language, gate.Scope.PUBLIC in uses].format(organization=organization.name),
        language=language,
        subject_name=subject.name,
        organization_name=organization.name,
        grantor_kind=subject.asked_as,
        holds_until=now + timedelta(days=settings.LIKENESS_CONSENT_DAYS),
        created_by=acting_user,
        created_at=now,
        expires_at=now + timedelta(days=settings.LIKENESS_REQUEST_DAYS),
        batch=batch,
        renews=renews,
    )
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="consent.requested",
        object_id=request.pk,
        data={"subject": subject.pk, **({"renews": renews.pk} if renews else {})},
    )
    if email:
        consent_request_send(organization=organization, acting_user=acting_user, request=request, email=email)
    return request


@transaction.atomic
def consent_request_send(
    *, organization: Organization, acting_user: User, request: ConsentRequest, email: str
) -> Letter | None:
    """Send the link of a question by e-mail; to the same address once, and to nobody who does not want such letters.

    Raises PermissionDenied, ValidationError.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    require_own(organization, request.subject)
    email = email.strip().lower()
    validate_email(email)
    if request.expires_at <= timezone.now() or request.events.exists():
        raise ValidationError({"email": "This link cannot be answered any more. Ask again with a new one."})
    organization_lock(organization)
    _refuse_unwanted(organization, email)
    ConsentRequest.objects.filter(pk=request.pk).update(email=email)
    request.email = email
    text = invitation(request)
    letter = letter_write(
        organization=organization,
        request=request,
        key=f"invitation:{request.pk}:{email}",
        recipient=email,
        subject=text.subject,
        body=text.body,
    )
    if letter is not None:
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action="consent.request-sent",
            object_id=request.pk,
            data={"letter": letter.pk},
        )
    return letter


def _refuse_unwanted(organization: Organization, email: str) -> None:
    """Raises ValidationError where somebody wants no such letters, or where it would be one too many."""
    if letters_unwanted(organization, email):
        raise ValidationError({"email": "Whoever reads this address has asked not to be written to about this."})
    today = Letter.objects.filter(
        organization=organization, key__startswith="invitation:", created_at__gt=timezone.now() - timedelta(days=1)
    )
    if today.filter(recipient=email).count() >= INVITATIONS_TO_ONE_A_DAY:
        raise ValidationError({"email": "This person was written to several times today. Wait for an answer."})
    if today.count() >= INVITATIONS_A_DAY:
        raise ValidationError({"email": f"{INVITATIONS_A_DAY} people were written to today. Go on tomorrow."})


@transaction.atomic
def consent_request_renew(*, organization: Organization, acting_user: User, request: ConsentRequest) -> ConsentRequest:
    """The same question once more, for the time after a consent runs out, or after a link was not answered.

    It is a question, not a prolongation: without an answer nothing holds any longer than before. A renewal that is open
    is not asked a second time. Raises PermissionDenied, ValidationError.
    """
    return consent_request_change(
        organization=organization,
        acting_user=acting_user,
        request=request,
        topic=request.topic,
        uses=[scope for scope in _USES if scope in request.scopes],
        purpose=request.purpose,
        audience=request.audience,
        language=request.language,
        email=request.email,
        **_same_clone(request),
    )


def _same_clone(request: ConsentRequest) -> dict[str, Any]:
    """A copy of a voice is asked about with the recording that it would be made from, each time."""
    if request.voice_kind != gate.VoiceKind.CLONED:
        return {}
    if not request.voice_sample_key:
        return {"clone": True}
    with default_storage.open(request.voice_sample_key, "rb") as file:
        return {"clone": True, "voice_recording": file.read()}


@transaction.atomic
def consent_request_change(
    *,
    organization: Organization,
    acting_user: User,
    request: ConsentRequest,
    topic: str,
    uses: Collection[gate.Scope],
    purpose: str,
    audience: str,
    language: str,
    email: str = "",
    clone: bool = False,
    voice_recording: bytes = b"",
) -> ConsentRequest:
    """Ask about the same photo, voice and words on other terms: a new question with a link of its own.

    `clone`: with a copy of the person's own voice, made from `voice_recording`. What was answered before stands as it
    is. The same terms that are open already are not asked a second time. Raises PermissionDenied, ValidationError.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    require_own(organization, request.subject)
    if not request.photo_key:
        raise ValidationError(
            {"subject": "The photo of this question was erased. Ask again with the photo, as the first time."}
        )
    terms = {"topic": visible(topic), "purpose": visible(purpose), "audience": visible(audience)}
    voice = _voice_of(request, clone, voice_recording)
    scopes = _scopes_of(voice["voice_kind"], request.words or request.recording_key, terms["topic"], uses)
    for waiting in (
        ()
        if voice_recording
        else request.renewals.filter(expires_at__gt=timezone.now(), events=None, language=language, **terms)
    ):
        if waiting.scopes == scopes:
            return waiting
    asked = consent_request_create(
        organization=organization,
        acting_user=acting_user,
        subject=request.subject,
        photo_key=request.photo_key,
        photo_sha256=request.photo_sha256,
        words=request.words,
        **voice,
        recording_key=request.recording_key,
        recording_sha256=request.words_sha256 if request.recording_key else "",
        **terms,
        uses=uses,
        language=language,
        email=email,
        batch=request.batch,
        renews=request,
    )
    if voice_recording:
        key = f"org/{organization.pk}/consent/{asked.pk}.sound"
        asked.voice_sample_key = default_storage.save(key, ContentFile(voice_recording))
        asked.save(update_fields=["voice_sample_key"])
    return asked


def _voice_of(request: ConsentRequest, clone: bool, recording: bytes) -> dict[str, str]:
    """The voice that is asked about: as before, or a copy of the person's own from this recording."""
    if not clone:
        return {"voice": request.voice, "voice_label": request.voice_label, "voice_kind": request.voice_kind}
    if request.recording_key:
        raise ValidationError({"clone": "This clip speaks with a recording; there is no voice to be copied."})
    if not recording:
        raise ValidationError({"voice_recording": "Add the recording of the voice that would be copied."})
    from rendering.engine.errors import EngineError  # noqa: PLC0415  the engine is slow to load

    try:
        read_sound(recording)
    except EngineError as error:
        raise ValidationError({"voice_recording": f"{error.message} {error.advice}"}) from error
    return {
        "voice": gate.clone_voice(request.subject_id),
        "voice_label": request.subject_name,
        "voice_kind": gate.VoiceKind.CLONED,
    }
