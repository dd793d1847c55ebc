"""The gate's question about a clip, what follows when it says no, and how long a clip will be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from projects.models import Clip, Scene
from projects.moderation.selectors import stopped_because
from projects.parts import Part, parts_of
from projects.uploads import stored
from rendering.asked import asked_picture

Events = Mapping[str, Sequence[ConsentEvent]]
FRAME_SECONDS = 0.04


def ask(
    clip: Clip,
    action: Action,
    *,
    made_at: datetime | None = None,
    events: Events | None = None,
    stops: Mapping[str, tuple[str, ...]] | None = None,
) -> Decision:
    """Whether `action` may happen with this clip now: everybody shown in it has to let it. `made_at`: for views and
    downloads, when the render was asked for. `events`: all that was said about the subjects, by their ids, and `stops`:
    what moderators stopped, where they were read just now for many clips.
    """
    if reasons := stopped_because(clip, action) if stops is None else stops.get(clip.pk, ()):
        return Decision(allowed=False, missing=(), reasons=reasons)
    parts = parts_of(clip)
    return decided_together([(part, ask_about(part, action, made_at=made_at, events=events)) for part in parts])


def ask_about(part: Part, action: Action, *, made_at: datetime | None = None, events: Events | None = None) -> Decision:
    """The same of what one person does in a clip, without what moderators stopped."""
    return ask_gate(
        subject=part.subject,
        photo_sha256=part.shown_sha256,
        words=part.words_asked,
        recording_sha256=part.recording_sha256,
        voice=part.voice,
        action=action,
        made_at=made_at,
        commercial=part.clip.commercial,
        public=part.clip.public,
        topic=part.clip.topic,
        voice_kind=voice_kind_of(part),
        events=events.get(part.subject.pk) if events is not None else None,
    )


def decided_together(decisions: Sequence[tuple[Part, Decision]]) -> Decision:
    """One decision for all parts of a clip; each reason says whom it is about."""
    if len(decisions) == 1:
        return decisions[0][1]
    missing = dict.fromkeys(scope for _, decision in decisions for scope in decision.missing)
    reasons = dict.fromkeys(
        reason if part.subject.name in reason else f"{part.subject.name}: {reason}"
        for part, decision in decisions
        for reason in decision.reasons
    )
    return Decision(
        allowed=all(decision.allowed for _, decision in decisions), missing=tuple(missing), reasons=tuple(reasons)
    )


def voice_kind_of(part: Part) -> VoiceKind | None:
    """A copy of somebody's voice is a matter of its own; for the rest the gate knows."""
    return VoiceKind.CLONED if part.voice.startswith(CLONE_PREFIX) else None


def receipts(clip: Clip) -> list[str]:
    """The ids of the answers, or of the statements, that the clip stands on."""
    found = (
        receipts_of(
            part.subject,
            photo_sha256=part.shown_sha256,
            words=part.words_asked,
            recording_sha256=part.recording_sha256,
            voice=part.voice,
            commercial=clip.commercial,
            public=clip.public,
            topic=clip.topic,
            voice_kind=voice_kind_of(part),
        )
        for part in parts_of(clip)
    )
    return list(dict.fromkeys(receipt for receipts in found for receipt in receipts))


@dataclass(frozen=True)
class Link:
    """The address `url` at which the person called `name`, or who decides for them, can answer."""

    name: str
    url: str


def request_consent(*, organization: Organization, acting_user: User, clip: Clip) -> str:
    """The address at which the person shown can give what is missing, or the first of several (`ask_all`); "" where
    nobody can be asked.
    """
    links = ask_all(organization=organization, acting_user=acting_user, clip=clip)
    return links[0].url if links else ""


def ask_all(*, organization: Organization, acting_user: User, clip: Clip) -> tuple[Link, ...]:
    """Where those shown can give what is missing, one address a part; none where nobody can be asked.

    A question that is open for the same photo, voice and words is not asked a second time. With a topic the question is
    about any words within it, so that one answer does for many clips; unless these very words were refused before.
    Where several persons are shown, only those are asked who have not agreed.
    """
    parts = [part for part in parts_of(clip) if part.subject.can_be_asked]
    lacking = [part for part in parts if not ask_about(part, Action.SUBMIT).allowed]
    return tuple(
        Link(part.subject.name, request_url(_open_request(organization, part) or _ask(organization, acting_user, part)))
        for part in lacking or parts
    )


def _ask(organization: Organization, acting_user: User, part: Part) -> ConsentRequest:
    from rendering.engine.speech.catalogue import voice_named  # noqa: PLC0415  the engine loads voices: only when needed

    clip, recording = part.clip, part.recording
    ask_with = partial(
        consent_request_create,
        organization=organization,
        acting_user=acting_user,
        subject=part.subject,
        photo_sha256=part.shown_sha256,
        words="" if by_topic(part) else part.words_asked,
        topic=clip.topic,
        voice=part.voice,
        voice_label="the recording" if recording else f"{voice_named(part.voice).name}, a computer voice",
        recording_key=(recording.file.name or "") if recording else "",
        recording_sha256=part.recording_sha256,
        uses=uses_of(clip),
        purpose="" if by_topic(part) else _purpose(part),
    )
    picture = asked_picture(part)
    if picture is None:
        return ask_with(photo_key=part.portrait.image.name or "")
    with stored(f"org/{organization.pk}{ASKED}{clip.pk}.jpg", picture) as key:
        return ask_with(photo_key=key)


def _purpose(part: Part) -> str:
    names = ", ".join(dict.fromkeys(portrait.subject.name for portrait in part.beside))
    return f"{part.clip.title} (with {names})" if names else part.clip.title


def open_request(organization: Organization, clip: Clip) -> str:
    """The address of a question about this clip that waits for its answer, or "". Asks nothing new."""
    found = (_open_request(organization, part) for part in parts_of(clip))
    return next((request_url(request) for request in found if request is not None), "")


def estimated_seconds(clip: Clip) -> float:
    """How long the clip will be, s; for words a careful guess. Raises WordsError."""
    from rendering.engine.video.cards import CARD_SECONDS  # noqa: PLC0415

    cards = CARD_SECONDS * (bool(clip.title_card) + bool(clip.end_card))
    return cards + sum(estimated_scene_seconds(scene) + _passing_over(scene) for scene in clip.scenes)


def estimated_scene_seconds(scene: Clip | Scene) -> float:
    """How long one scene will be, s."""
    from rendering.engine.speech import estimate_seconds  # noqa: PLC0415

    return scene.recording.duration if scene.recording else estimate_seconds(scene.words, voice=scene.voice)


def _passing_over(scene: Clip | Scene) -> float:
    """s that a scene is later by than the one before ends: a cross-fade, and the rest of a frame."""
    return scene.fade + FRAME_SECONDS if isinstance(scene, Scene) else 0.0


def _open_request(organization: Organization, part: Part) -> ConsentRequest | None:
    same = ConsentRequest.objects.filter(
        organization=organization,
        subject=part.subject,
        photo_sha256=part.shown_sha256,
        voice=part.voice,
        words="" if by_topic(part) or part.recording else part.words_asked.strip(),
        topic=part.clip.topic,
        recording_key=part.recording.file.name if part.recording else "",
        expires_at__gt=timezone.now(),
    ).prefetch_related("events")
    uses = set(uses_of(part.clip))
    return next((r for r in same if request_state(r) is RequestState.OPEN and uses <= set(map(Scope, r.scopes))), None)


def by_topic(part: Part) -> bool:
    """Whether consent to the words is asked for by their topic."""
    return bool(part.clip.topic and not part.recording) and not (
        ConsentEvent.objects.filter(
            subject=part.subject, scope=Scope.WORDS, words_sha256=words_fingerprint(part.words_asked)
        ).exists()
    )


def uses_of(clip: Clip) -> tuple[Scope, ...]:
    """What the clip is for, as far as that is asked for separately."""
    wanted = ((clip.commercial, Scope.COMMERCIAL), (clip.public, Scope.PUBLIC))
    return tuple(scope for yes, scope in wanted if yes)
