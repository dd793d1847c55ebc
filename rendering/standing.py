"""Where a clip stands, in a person's words: what the pages show of renders, queue and consent. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Organization
from consent.fingerprints import words_fingerprint
from consent.gate import SCOPES, Action, Decision, Scope, State
from consent.models import ConsentEvent, ConsentRequest, Subject, SubjectKind
from consent.selectors import RequestState, request_state, request_url, requests_of
from projects.models import Clip
from projects.moderation.selectors import HELD, RESTRICTED, SUSPENDED, TAKEN_DOWN
from projects.parts import Part, parts_of
from projects.retention.classes import DataClass
from projects.retention.selectors import Deletion, deletions_of
from rendering.gating import ask, ask_about, uses_of
from rendering.models import Render
from rendering.states import RenderState

# The pipeline's stages, in its order. Drawing is nearly all of the time.
STAGES = (
    ("analyse", "Looking at the picture"),
    ("rig", "Building the puppet"),
    ("speak", "Finding the voice"),
    ("perform", "Rehearsing"),
    ("draw", "Drawing the frames"),
    ("head", "Shaping the head"),
    ("mark", "Marking as generated"),
    ("sign", "Signing"),
)
# Before that much is done, what is left cannot be told from what it took.
FORETELL_FROM = 0.25

_WORST = ("yes", "open", "no")
_SCOPE_TITLES = {
    Scope.FACE: "The face in this picture",
    Scope.VOICE: "The voice",
    Scope.WORDS: "The words",
    Scope.COMMERCIAL: "Advertising or selling",
    Scope.PUBLIC: "Posting it publicly",
}


@dataclass(frozen=True)
class Standing:
    """A state for a badge: `tone` is good, wait, bad, live or nothing."""

    label: str
    tone: str


_STANDINGS = {
    RenderState.QUEUED: Standing("In the queue", "live"),
    RenderState.RUNNING: Standing("Being made", "live"),
    RenderState.PUBLISHED: Standing("Ready", "good"),
    RenderState.FAILED: Standing("Did not work", "bad"),
    RenderState.CANCELLED: Standing("Cancelled", ""),
    RenderState.REFUSED: Standing("Consent is missing", "bad"),
}
WAITING_FOR_CONSENT = Standing("Waiting for consent", "wait")
STOPPED = {
    SUSPENDED: Standing("Suspended", "bad"),
    TAKEN_DOWN: Standing("Taken down", "bad"),
    RESTRICTED: Standing("Restricted", "bad"),
    HELD: Standing("A moderator looks first", "wait"),
}
NOT_MADE = Standing("Not made yet", "")


def clips_with_renders(organization: Organization) -> QuerySet[Clip]:
    """All clips of the organisation, newest first, with what `renders_of` needs."""
    return (
        Clip.objects.filter(organization=organization)
        .select_related("organization", "portrait__subject", "recording", "backdrop")
        .prefetch_related("renders")
    )


def renders_of(clip: Clip) -> list[Render]:
    """The clip's renders, newest first."""
    return list(clip.renders.all())


def clip_deletions(organization: Organization, clips: Sequence[Clip]) -> dict[str, Deletion]:
    """When each of the organisation's clips is deleted, by id: one that was never finished goes as a draft."""
    finished = [clip for clip in clips if any(made.state == RenderState.PUBLISHED for made in renders_of(clip))]
    drafts = [clip for clip in clips if clip not in finished]
    return deletions_of(organization, finished, DataClass.CLIP) | deletions_of(organization, drafts, DataClass.DRAFT)


def standing_of(clip: Clip, renders: list[Render], stopped: tuple[str, ...] = ()) -> Standing:
    """The state of a clip with these renders, newest first; `stopped`: why moderation stops it, where it does."""
    if stopped:
        return STOPPED[stopped[0]]
    if renders:
        return _STANDINGS[RenderState(renders[0].state)]
    return NOT_MADE if ask(clip, Action.SUBMIT).allowed else WAITING_FOR_CONSENT


@dataclass(frozen=True)
class StageStep:
    """One stage of a render that runs: `when` is done, now or next."""

    title: str
    when: str


@dataclass(frozen=True)
class Progress:
    """How far a render is. `percent` 0..100; `seconds_left` None while that is anybody's guess; `ahead`: renders that
    will be taken first."""

    percent: int
    title: str
    steps: tuple[StageStep, ...]
    seconds_left: int | None
    ahead: int


def progress_of(render: Render) -> Progress:
    """How far an active render is."""
    stages = tuple(stage for stage in STAGES if stage[0] != "head" or render.clip.head)
    if render.state == RenderState.QUEUED:
        steps = tuple(StageStep(title, "next") for _, title in stages)
        return Progress(0, "Waiting for a free place", steps, None, _ahead_of(render))
    names = [name for name, _ in stages]
    now = names.index(render.stage) if render.stage in names else 0
    steps = tuple(
        StageStep(title, "done" if index < now else "now" if index == now else "next")
        for index, (_, title) in enumerate(stages)
    )
    return Progress(round(100 * render.progress), stages[now][1], steps, _seconds_left(render), 0)


def _ahead_of(render: Render) -> int:
    return Render.objects.filter(state=RenderState.QUEUED, created_at__lt=render.created_at).count()


def _seconds_left(render: Render) -> int | None:
    if render.started_at is None or render.progress < FORETELL_FROM:
        return None
    taken = (timezone.now() - render.started_at).total_seconds()
    return max(1, round(taken * (1 - render.progress) / render.progress))


@dataclass(frozen=True)
class ScopeLine:
    """One thing that has to be agreed to, and whether it is: `state` is yes, no or open."""

    title: str
    state: str


@dataclass(frozen=True)
class ConsentStanding:
    """What is agreed to and what is missing for a clip. `link`: where it can be given; "" where nobody can be asked."""

    decision: Decision
    lines: tuple[ScopeLine, ...]
    request: ConsentRequest | None
    state: str
    link: str

    giver: str
    """Who can say yes, by name where there is one."""

    subject: Subject
    parts: "tuple[ConsentStanding, ...]" = ()
    """The same of each person and voice, where there are several."""

    @property
    def letter(self) -> "Letter":
        """What to write to the person shown, or to the guardian."""
        return letter_to(self.subject, self.link)

    @property
    def can_still_be_asked(self) -> bool:
        """Whether something is missing for which no link is open."""
        return not self.decision.allowed and not self.link and self.subject.can_be_asked

    @property
    def answer(self) -> ConsentEvent | None:
        """The answer to the newest question that agreed to something, for who gave it and when."""
        events = self.request.events.all() if self.request else ()
        return next((event for event in events if event.state == State.GRANTED), None)


def consent_standing(clip: Clip) -> ConsentStanding:
    """What the gate says of making the clip now, and how its newest question to the person shown stands; with several
    persons, or one person in several voices, `parts` say it of each, and the rest of all of them.
    """
    parts = tuple(_standing_of_part(part) for part in parts_of(clip))
    if len(parts) == 1:
        # What a moderator stopped, too: the one panel shows it all.
        return replace(parts[0], decision=ask(clip, Action.SUBMIT), parts=())
    lines: dict[str, str] = {}
    for line in (line for part in parts for line in part.lines):
        lines[line.title] = _WORST[max(_WORST.index(lines.get(line.title, "yes")), _WORST.index(line.state))]
    return ConsentStanding(
        decision=ask(clip, Action.SUBMIT),
        lines=tuple(ScopeLine(title, state) for title, state in lines.items()),
        request=None,
        state="",
        link=next((part.link for part in parts if part.link), ""),
        giver="everybody who is shown",
        subject=clip.portrait.subject,
        parts=parts,
    )


def _standing_of_part(part: Part) -> ConsentStanding:
    subject = part.subject
    decision = ask_about(part, Action.SUBMIT)
    request = latest_request(part)
    state = request_state(request) if request else None
    said_no = state in (RequestState.REFUSED, RequestState.PARTLY, RequestState.WITHDRAWN)
    missing = "no" if said_no else "open"
    wanted = (*SCOPES, *uses_of(part.clip))
    lines = tuple(ScopeLine(_SCOPE_TITLES[scope], missing if scope in decision.missing else "yes") for scope in wanted)
    link = request_url(request) if request and state is RequestState.OPEN else ""
    return ConsentStanding(decision, lines, request, state.value if state else "", link, _giver(subject), subject)


def _giver(subject: Subject) -> str:
    if subject.kind == SubjectKind.MINOR:
        return subject.guardian_name or "a parent or guardian"
    return subject.name if subject.is_living else subject.guardian_name or f"whoever decides for {subject.name}"


@dataclass(frozen=True)
class Letter:
    """An e-mail to begin with, for whoever asks to send as their own."""

    subject: str
    body: str


def letter_to(person: Subject, link: str) -> Letter:
    """What to write to a person shown, or to the guardian."""
    organization = person.organization
    another = person.kind == SubjectKind.MINOR or not person.is_living
    whose = f"a picture of {person.name}" if another else "a picture of you"
    greeting = f"Hello {person.guardian_name or ''}".strip() if another else f"Hello {person.name}"
    return Letter(
        subject=f"May {whose} speak? {organization.name} asks for your consent",
        body=(
            f"{greeting},\n\nwe would like to make a short video in which {whose} speaks. On this page you see the "
            f"picture and what would be said, and you say yes or no. You need no account:\n\n{link}\n\n"
            "Nothing is made unless you agree, and you can take a yes back at any time.\n\n"
            f"{organization.name}\n"
        ),
    )


def latest_request(part: Part) -> ConsentRequest | None:
    """The newest question to the person shown about exactly this picture, voice and words."""
    said = Q(words_sha256=part.recording_sha256 or words_fingerprint(part.words_asked))
    if part.clip.topic:
        said |= Q(words_sha256="", topic=part.clip.topic)
    return (
        requests_of(part.clip.organization)
        .filter(said, subject=part.subject, photo_sha256=part.shown_sha256, voice=part.voice)
        .first()
    )
