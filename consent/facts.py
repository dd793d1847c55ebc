"""What the gate is told: the scopes, who said what about what, and whether that speaks of what is asked about. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubjectKind(StrEnum):
    SELF = "self"
    OTHER = "other"
    MINOR = "minor"
    DECEASED = "deceased"
    HISTORICAL = "historical"
    FICTIONAL = "fictional"
    BRAND = "brand"
    ANIMAL = "animal"


class VoiceKind(StrEnum):
    GENERATED = "generated"
    CLONED = "cloned"
    RECORDING = "recording"


class Scope(StrEnum):
    FACE = "face"
    VOICE = "voice"
    """A generated voice, or the voice in a recording."""
    CLONE = "clone"
    WORDS = "words"
    TOPIC = "topic"
    """Any words within a topic; stands in for WORDS."""
    COMMERCIAL = "commercial"
    PUBLIC = "public"


SCOPES = (Scope.FACE, Scope.VOICE, Scope.WORDS)
"""What a plain clip needs: one that is in a generated voice or a recording, and neither an advertisement nor posted."""
ALL_SCOPES = tuple(Scope)
# Besides the scopes an event can be about a statement, which covers all of them, or be a moderator's word.
STATEMENT = "statement"
REVIEW = "review"
CLONE_PREFIX = "clone-"


class State(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    QUESTIONED = "questioned"
    """A moderator's word on a statement; nobody else questions."""


class Grantor(StrEnum):
    SUBJECT = "subject"
    GUARDIAN = "guardian"
    EXECUTOR = "executor"
    RIGHTS_HOLDER = "rights-holder"
    FAMILY = "family"
    EDITOR = "editor"
    MODERATOR = "moderator"


class Moderation(StrEnum):
    NONE = "none"
    QUESTIONED = "questioned"
    APPROVED = "approved"
    REFUSED = "refused"


class Action(StrEnum):
    SUBMIT = "submit"
    CLAIM = "claim"
    PUBLISH = "publish"
    VIEW = "view"
    DOWNLOAD = "download"


@dataclass(frozen=True)
class Fact:
    """One consent event as the gate needs it. `scope` is a Scope or STATEMENT; `order` breaks ties in time.

    `evidence_sha256`: of the document that shows the authority of who stated or answered. `photo_sha256`: of the
    photograph, or of what it becomes where another of its faces speaks, or it is put before another picture.
    """

    scope: str
    state: State
    grantor: Grantor
    at: datetime
    expires_at: datetime | None = None
    photo_sha256: str = ""
    voice: str = ""
    words_sha256: str = ""
    topic: str = ""
    source: str = ""
    evidence_sha256: str = ""
    order: int = 0


@dataclass(frozen=True)
class GateFacts:
    """What is asked about, about whom, and everything that was said.

    `topic`: within which the editor says that the words lie; `commercial`, `public`: what the clip is for. `made_at`:
    when the clip was asked for, if there is one; a withdrawal before that does not touch it.
    """

    kind: SubjectKind
    photo_sha256: str
    voice: str
    words_sha256: str
    events: tuple[Fact, ...] = ()
    name: str = "the person"
    year_of_death: int | None = None
    moderation: Moderation = Moderation.NONE
    made_at: datetime | None = None
    voice_kind: VoiceKind = VoiceKind.GENERATED
    topic: str = ""
    commercial: bool = False
    public: bool = False


@dataclass(frozen=True)
class Decision:
    """`missing` scopes, and `reasons` for a person: what is wrong and what to do about it."""

    allowed: bool
    missing: tuple[Scope, ...] = ()
    reasons: tuple[str, ...] = ()


def clone_voice(subject_id: str) -> str:
    """The name under which a copy of a person's voice is asked about and used."""
    return f"{CLONE_PREFIX}{subject_id}"


def bound(event: Fact, facts: GateFacts) -> bool:
    """Whether the event speaks of what is asked about. What is unknown is the same as nothing."""
    if not _same(event.photo_sha256, facts.photo_sha256):
        return False
    same_voice = _same(event.voice, facts.voice)
    same_words = _same(event.words_sha256, facts.words_sha256)
    same_topic = _same(event.topic, facts.topic)
    return {
        Scope.FACE.value: True,
        # Every recording is "the recording": which one it is, its bytes say.
        Scope.VOICE.value: same_voice and (same_words or facts.voice_kind is not VoiceKind.RECORDING),
        Scope.CLONE.value: same_voice,
        Scope.WORDS.value: same_words,
        Scope.TOPIC.value: same_topic,
        Scope.COMMERCIAL.value: same_words or same_topic,
        Scope.PUBLIC.value: same_words or same_topic,
    }.get(event.scope, False)


def _same(said: str, asked: str) -> bool:
    return bool(said) and said == asked
