"""The gate's question about a clip, what follows when it says no, and how long a clip will be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.utils import timezone

from accounts.models import Organization, User
from consent.facts import CLONE_PREFIX
from consent.fingerprints import words_fingerprint
from consent.gate import Action, Decision, Scope, VoiceKind
from consent.models import ConsentEvent, ConsentRequest
from consent.selectors import RequestState, ask_gate, receipts_of, request_state, request_url
from consent.services import consent_request_create
from projects.erasure import ASKED
from projects.models import Clip
from projects.moderation.selectors import stopped_because
from projects.uploads import stored
from rendering.asked import asked_picture


def ask(
    clip: Clip,
    action: Action,
    *,
    made_at: datetime | None = None,
    events: Sequence[ConsentEvent] | None = None,
    stops: Mapping[str, tuple[str, ...]] | None = None,
) -> Decision:
    """Whether `action` may happen with this clip now. `made_at`: for views and downloads, when the render was asked
    for. `events`: all that was said about the subject, and `stops`: what moderators stopped, where they were read just
    now for many clips.
    """
    if reasons := stopped_because(clip, action) if stops is None else stops.get(clip.pk, ()):
        return Decision(allowed=False, missing=(), reasons=reasons)
    return ask_gate(
        subject=clip.portrait.subject,
        photo_sha256=clip.shown_sha256,
        words=clip.words_asked,
        recording_sha256=clip.recording.sha256 if clip.recording else "",
        voice=clip.voice,
        action=action,
        made_at=made_at,
        commercial=clip.commercial,
        public=clip.public,
        topic=clip.topic,
        voice_kind=voice_kind_of(clip),
        events=events,
    )


def voice_kind_of(clip: Clip) -> VoiceKind | None:
    """A copy of somebody's voice is a matter of its own; for the rest the gate knows."""
    return VoiceKind.CLONED if clip.voice.startswith(CLONE_PREFIX) else None


def receipts(clip: Clip) -> list[str]:
    """The ids of the answers, or of the statement, that the clip stands on."""
    return receipts_of(
        clip.portrait.subject,
        photo_sha256=clip.shown_sha256,
        words=clip.words_asked,
        recording_sha256=clip.recording.sha256 if clip.recording else "",
        voice=clip.voice,
        commercial=clip.commercial,
        public=clip.public,
        topic=clip.topic,
        voice_kind=voice_kind_of(clip),
    )


def request_consent(*, organization: Organization, acting_user: User, clip: Clip) -> str:
    """The address at which the person shown can give what is missing; "" where nobody living can be asked.

    A question that is open for the same photo, voice and words is not asked a second time. With a topic the question is
    about any words within it, so that one answer does for many clips; unless these very words were refused before.
    """
    if not clip.portrait.subject.can_be_asked:
        return ""
    request = _open_request(organization, clip) or _ask(organization, acting_user, clip)
    return request_url(request)


def _ask(organization: Organization, acting_user: User, clip: Clip) -> ConsentRequest:
    from rendering.engine.speech.catalogue import voice_named  # noqa: PLC0415  the engine loads voices: only when needed

    recording = clip.recording
    ask_with = partial(
        consent_request_create,
        organization=organization,
        acting_user=acting_user,
        subject=clip.portrait.subject,
        photo_sha256=clip.shown_sha256,
        words="" if by_topic(clip) else clip.words_asked,
        topic=clip.topic,
        voice=clip.voice,
        voice_label="the recording" if recording else f"{voice_named(clip.voice).name}, a computer voice",
        recording_key=(recording.file.name or "") if recording else "",
        recording_sha256=recording.sha256 if recording else "",
        uses=uses_of(clip),
        purpose="" if by_topic(clip) else clip.title,
    )
    picture = asked_picture(clip)
    if picture is None:
        return ask_with(photo_key=clip.portrait.image.name or "")
    with stored(f"org/{organization.pk}{ASKED}{clip.pk}.jpg", picture) as key:
        return ask_with(photo_key=key)


def open_request(organization: Organization, clip: Clip) -> str:
    """The address of a question about this clip that waits for its answer, or "". Asks nothing new."""
    request = _open_request(organization, clip)
    return request_url(request) if request else ""


def estimated_seconds(clip: Clip) -> float:
    """How long the clip will be, s; for words a careful guess. Raises WordsError."""
    from rendering.engine.speech import estimate_seconds  # noqa: PLC0415
    from rendering.engine.video.cards import CARD_SECONDS  # noqa: PLC0415

    cards = CARD_SECONDS * (bool(clip.title_card) + bool(clip.end_card))
    if clip.recording:
        return clip.recording.duration + cards
    return estimate_seconds(clip.words, voice=clip.voice) + cards


def _open_request(organization: Organization, clip: Clip) -> ConsentRequest | None:
    same = ConsentRequest.objects.filter(
        organization=organization,
        subject=clip.portrait.subject,
        photo_sha256=clip.shown_sha256,
        voice=clip.voice,
        words="" if by_topic(clip) else clip.words_asked.strip(),
        topic=clip.topic,
        recording_key=clip.recording.file.name if clip.recording else "",
        expires_at__gt=timezone.now(),
    ).prefetch_related("events")
    uses = set(uses_of(clip))
    return next((r for r in same if request_state(r) is RequestState.OPEN and uses <= set(map(Scope, r.scopes))), None)


def by_topic(clip: Clip) -> bool:
    """Whether consent to the clip's words is asked for by their topic."""
    return bool(clip.topic and not clip.recording) and not (
        ConsentEvent.objects.filter(
            subject=clip.portrait.subject, scope=Scope.WORDS, words_sha256=words_fingerprint(clip.words_asked)
        ).exists()
    )


def uses_of(clip: Clip) -> tuple[Scope, ...]:
    """What the clip is for, as far as that is asked for separately."""
    wanted = ((clip.commercial, Scope.COMMERCIAL), (clip.public, Scope.PUBLIC))
    return tuple(scope for yes, scope in wanted if yes)
