"""Writing: the three words, spoken. A recogniser on this machine hears them; where there is none, a person listens."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.ids import new_id
from accounts.models import User
from accounts.services import audit_record
from consent import errors, gate
from consent.challenge import challenge_heard, challenge_try
from consent.erasure import erasure_request
from consent.hearing import hear, is_another_voice, is_same_voice, voice_likeness
from consent.ledger import event_append
from consent.letter_texts import receipt_letter
from consent.letters import letter_write, receipt_reader
from consent.models import Challenge, ConsentEvent, ConsentRequest, ErasureCause, SpokenProof, SpokenState
from consent.models.speaking import DAYS_TO_LISTEN
from consent.selectors import request_notices

if TYPE_CHECKING:
    from rendering.engine.speech import Sound

SIGNED_ALOUD = "typed name and spoken words"


@dataclass(frozen=True)
class Spoken:
    """A recording that came with an answer. `heard`: the words were heard in it; `settled`: nobody has to listen."""

    challenge: Challenge
    recording: bytes
    heard: bool
    settled: bool
    likeness: float | None


def spoken_try(request: ConsentRequest, *, recording: bytes, typed: str, language: str, copies_voice: bool) -> Spoken:
    """Listen to the words. `copies_voice`: the yes is to a copy of the voice, so it matters whose voice it is.

    Where nothing here can write them down, the words have to be typed too. Raises ConsentError: not a recording, other
    words, another voice. Outside the answer's transaction, as `challenge_try`.
    """
    from rendering.engine.errors import EngineError  # noqa: PLC0415  the engine is slow to load

    try:
        heard = hear(recording, language=language)
    except EngineError as error:
        raise errors.recording_unusable() from error
    text = heard.text
    challenge = challenge_try(request, typed=typed) if text is None else challenge_heard(request, text=text)
    likeness = _likeness(request, heard.sound) if copies_voice else None
    if likeness is not None and is_another_voice(likeness):
        raise errors.voice_differs()
    whose = likeness is not None and is_same_voice(likeness) if _compares(request) else True
    return Spoken(challenge, recording, text is not None, text is not None and whose, likeness)


def _compares(request: ConsentRequest) -> bool:
    """Whether the voice has to be that of the recording which would be copied: a guardian speaks for a child."""
    return bool(request.voice_sample_key) and request.grantor_kind == gate.Grantor.SUBJECT


def _likeness(request: ConsentRequest, sound: "Sound") -> float | None:
    if not _compares(request):
        return None
    with default_storage.open(request.voice_sample_key, "rb") as file:
        return voice_likeness(sound, file.read())


def spoken_keep(request: ConsentRequest, spoken: Spoken, *, typed_name: str, language: str) -> SpokenProof:
    """Keep the recording until somebody has listened to it; inside the answer's transaction."""
    proof_id = new_id("spk")
    key = f"org/{request.organization_id}/consent/{proof_id}.sound"
    return SpokenProof.objects.create(
        id=proof_id,
        organization_id=request.organization_id,
        request=request,
        words=spoken.challenge.words,
        issued_at=spoken.challenge.issued_at,
        expires_at=spoken.challenge.expires_at,
        file_key=default_storage.save(key, ContentFile(spoken.recording)),
        sha256=hashlib.sha256(spoken.recording).hexdigest(),
        likeness=spoken.likeness,
        typed_name=typed_name,
        language=language,
    )


def spoken_waiting() -> QuerySet[SpokenProof]:
    """The recordings that somebody has to listen to, the oldest first."""
    return SpokenProof.objects.filter(state=SpokenState.WAITING).select_related("organization", "request__subject")


@transaction.atomic
def spoken_decide(*, acting_user: User, proof: SpokenProof, accepted: bool) -> SpokenProof:
    """A moderator has listened. Accepted: the yes to the copy of the voice is on record; else it is a no.

    The recording goes either way. Raises PermissionDenied, ConsentError where it was decided, or all was withdrawn.
    """
    if not acting_user.is_staff:
        raise PermissionDenied("Only a moderator of this site can decide that.")
    return _decide(proof, acting_user=acting_user, accepted=accepted)


def spoken_lapse(*, at: datetime | None = None) -> int:
    """What nobody listened to in time is no yes; how many there were."""
    over = spoken_waiting().filter(created_at__lte=(at or timezone.now()) - timedelta(days=DAYS_TO_LISTEN))
    for proof in list(over):
        with transaction.atomic():
            _decide(proof, acting_user=None, accepted=False)
    return len(over)


def spoken_drop(proof: SpokenProof) -> None:
    """All was withdrawn before anybody listened: nobody will. Inside the withdrawal's transaction."""
    _decide(proof, acting_user=None, accepted=False)


def _decide(proof: SpokenProof, *, acting_user: User | None, accepted: bool) -> SpokenProof:
    request = proof.request
    organization_lock(proof.organization)
    now = timezone.now()
    state = SpokenState.ACCEPTED if accepted else SpokenState.REFUSED
    waiting = SpokenProof.objects.filter(pk=proof.pk, state=SpokenState.WAITING)
    if accepted and ConsentEvent.objects.filter(request=request, state=gate.State.WITHDRAWN).exists():
        raise errors.link_withdrawn()
    if not waiting.update(state=state, decided_at=now, decided_by=acting_user):
        raise errors.link_answered()
    notice = request_notices(request, language=proof.language)[gate.Scope.CLONE]
    event_append(
        request.subject,
        at=now,
        request=request,
        scope=gate.Scope.CLONE,
        state=gate.State.GRANTED if accepted else gate.State.REFUSED,
        text=notice.text,
        text_version=notice.version,
        typed_name=proof.typed_name,
        grantor_kind=request.grantor_kind,
        language=notice.language,
        expires_at=request.holds_until if accepted else None,
        signature_method=f"{SIGNED_ALOUD}, heard by a moderator" if accepted else "",
        challenge_words=proof.words,
        challenge_issued_at=proof.issued_at,
        challenge_expires_at=proof.expires_at,
    )
    erasure_request(subject=request.subject, cause=ErasureCause.CHECKED, content_sha256s=[proof.sha256])
    audit_record(
        organization=proof.organization,
        acting_user=acting_user,
        action="consent.spoken-words-decided",
        object_id=request.pk,
        data={"accepted": accepted},
    )
    text = receipt_letter(request)
    letter_write(
        organization=proof.organization,
        request=request,
        key=f"receipt:{request.pk}:spoken",
        recipient=receipt_reader(request),
        subject=text.subject,
        body=text.body,
    )
    proof.refresh_from_db()
    return proof
