"""Reading: who moderates, what is stopped, what can be decided, and what an organisation is shown of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.selectors import access_organization
from consent.fingerprints import words_fingerprint
from consent.gate import Action
from projects.models import Clip, Portrait, Scene
from projects.moderation.models import UNDECIDED, Block, BlockKind, Case, CaseAnswer, CaseState, Decision, Verdict
from projects.parts import parts_of, words_alone

# A restricted picture can be watched where it is; nothing new is made of it, and nothing leaves.
_RESTRICTED = frozenset({Action.SUBMIT, Action.CLAIM, Action.PUBLISH, Action.DOWNLOAD})

SUSPENDED = "This organisation was suspended by a moderator."
TAKEN_DOWN = "A moderator took this clip down."
RESTRICTED = "A moderator restricted this picture: nothing new can be made of it, and nothing downloaded."
HELD = "A moderator looks at this picture first. Until then nothing is made of it; you will be told by e-mail."

UNSEEN = frozenset({SUSPENDED, TAKEN_DOWN})
"""For these reasons nothing is made, and what there is cannot be watched either."""


def is_moderator(user: User) -> bool:
    """Whether the user may decide cases: staff of the site with the permission, as the group “moderator” has it."""
    return bool(user.is_active and user.is_staff and user.has_perm("projects.moderate_case"))


def said_sha256(clip: Clip) -> str:
    """What is said in a clip, as a hash: of the words, or of the recording; of several scenes, of all of it."""
    parts = parts_of(clip)
    if len(parts) == 1:
        return parts[0].recording_sha256 or words_fingerprint(parts[0].words_asked)
    return words_fingerprint("\n\n".join(part.recording_sha256 or part.words_asked for part in parts))


def said_by_photo(clip: Clip) -> list[tuple[tuple[str, ...], set[str]]]:
    """The SHA-256s of the pictures that are seen together in a clip, and of what is said with them: "" for anything,
    the clip as a whole, and each scene for itself, as if it was a clip of its own.
    """
    whole, scenes = said_sha256(clip), clip.scenes
    if len(scenes) == 1:
        return [(clip.picture_sha256s, {"", whole})]
    behind = (clip.backdrop.sha256,) if clip.backdrop is not None else ()
    return [((*scene.portrait.sha256s, *behind), {"", whole, said_alone(scene)}) for scene in scenes]


def said_alone(scene: Clip | Scene) -> str:
    """What is said in one scene, as a hash, as if it was a clip of its own."""
    return scene.recording.sha256 if scene.recording else words_fingerprint(words_alone(scene))


def upload_sha256(portrait: Portrait) -> str:
    """The SHA-256 of the upload that a picture goes back to, however often it was repaired: what is decided against
    stands against all that was made of it.
    """
    return portrait.root_sha256 or portrait.sha256


def stopped_because(clip: Clip, action: Action) -> tuple[str, ...]:
    """Why moderation does not let `action` happen with this clip; () where it does."""
    return stops_on([clip], action).get(clip.pk, ())


@across_tenants("what a moderator takes down is stopped in every organisation")
def stops_on(clips: Collection[Clip], action: Action) -> dict[str, tuple[str, ...]]:
    """Why moderation does not let `action` happen, by the id of each of these clips that it stops."""
    photos = {sha for clip in clips for sha in clip.picture_sha256s}
    blocks = list(Block.objects.filter(photo_sha256__in=photos, lifted_at=None))
    held = list(Case.objects.filter(holds=True, state__in=UNDECIDED, photo_sha256__in=photos))
    reasons = {clip.pk: _stop_on(clip, action, blocks, held) for clip in clips}
    return {clip_id: (reason,) for clip_id, reason in reasons.items() if reason}


def _stop_on(clip: Clip, action: Action, blocks: Iterable[Block], held: Iterable[Case]) -> str:
    if clip.organization.suspended_at is not None:
        return SUSPENDED
    said = said_by_photo(clip)
    kinds = {
        block.kind
        for block in blocks
        if block.organization_id in (None, clip.organization_id) and _is_about(block, said)
    }
    if BlockKind.TAKE_DOWN in kinds:
        return TAKEN_DOWN
    if action not in _RESTRICTED:
        return ""
    if BlockKind.RESTRICT in kinds:
        return RESTRICTED
    # A hold of one clip is on what it says; that of a picture on the picture.
    waits = any(case.organization_id == clip.organization_id and _is_about(case, said) for case in held)
    return HELD if waits else ""


def _is_about(stop: Block | Case, said: Iterable[tuple[tuple[str, ...], set[str]]]) -> bool:
    return any(stop.photo_sha256 in photos and stop.said_sha256 in saying for photos, saying in said)


@across_tenants("what a moderator takes down is stopped in every organisation")
def pictures_taken_down(portraits: Collection[Portrait]) -> frozenset[str]:
    """The ids of those of these pictures that a moderator took down themselves, whatever they say."""
    photos = {sha for portrait in portraits for sha in portrait.sha256s}
    taken = Block.objects.filter(kind=BlockKind.TAKE_DOWN, said_sha256="", lifted_at=None, photo_sha256__in=photos)
    shas = set(taken.values_list("photo_sha256", flat=True))
    return frozenset(portrait.pk for portrait in portraits if shas & set(portrait.sha256s))


def photos_of(case: Case) -> list[str]:
    """The SHA-256 of each picture that the case is about, also where the picture itself is gone."""
    if case.photo_sha256:
        return [case.photo_sha256]
    if case.subject is None:
        return []
    return sorted({upload_sha256(portrait) for portrait in Portrait.objects.filter(subject=case.subject)})


def decision_that_stands(case: Case) -> Decision | None:
    """The decision that is in force: the newest one, unless that took one back. A confirmation changes nothing."""
    last = case.decisions.exclude(verdict=Verdict.CONFIRM).order_by("at", "id").last()
    return None if last is None or last.reverses_id else last


def verdicts_for(case: Case, moderator: User) -> tuple[Verdict, ...]:
    """What this moderator can decide in this case now, mildest first."""
    if case.state == CaseState.APPEALED:
        return () if why_not(case, Verdict.CONFIRM, moderator) else (Verdict.CONFIRM,)
    if case.state == CaseState.DECIDED:
        return () if why_not(case, Verdict.ERASE, moderator) else (Verdict.ERASE,)
    beginning = (Verdict.APPROVE, Verdict.KEEP, Verdict.ASK, Verdict.RESTRICT, Verdict.TAKE_DOWN, Verdict.SUSPEND)
    return tuple(verdict for verdict in beginning if not why_not(case, verdict, moderator))


def why_not(case: Case, verdict: Verdict, moderator: User | None = None) -> str:
    """Why a verdict has nothing that it could be about in this case, for the moderator; "" where it has."""
    stands = decision_that_stands(case)
    about_refusal = case.refusal_id is not None
    nobody = case.organization is None
    reasons: dict[Verdict, tuple[bool, str]] = {
        Verdict.ASK: (nobody or about_refusal or case.state == CaseState.WAITING, "There is nobody to be asked."),
        Verdict.SUSPEND: (nobody, "This case is about no organisation."),
        Verdict.RESTRICT: (
            about_refusal or nobody or not photos_of(case),
            "This case is about no picture that is known here.",
        ),
        Verdict.TAKE_DOWN: (about_refusal or not photos_of(case), "This case is about no picture that is known here."),
        Verdict.KEEP: (
            not about_refusal and (case.report is None or case.report.subject_id is not None),
            "Nothing was refused that could stay so.",
        ),
        Verdict.CONFIRM: (
            stands is None or (moderator is not None and stands.decided_by_id == moderator.pk),
            "A second moderator has to look at an appeal.",
        ),
        Verdict.ERASE: (
            case.report is None
            or stands is None
            or stands.verdict != Verdict.TAKE_DOWN
            or moderator is None
            or stands.decided_by_id == moderator.pk,
            "Only a “not me” report is erased. Another moderator has to take it down first: erasing has no way back.",
        ),
    }
    cannot, reason = reasons.get(verdict, (False, ""))
    return reason if cannot else ""


def access_case(user: User, case_id: str, *, act: Act = Act.VIEW) -> Case:
    """The case, for a member of the organisation that it is about; else Http404."""
    if not is_id(case_id, "cas"):
        raise Http404
    case = Case.objects.select_related("organization").filter(pk=case_id).first()
    if case is None or case.organization_id is None:
        raise Http404
    access_organization(user, case.organization_id, act=act)
    return case


@dataclass(frozen=True)
class Shown:
    """A decision as the organisation is shown it. `stands`: it is in force; `may_appeal`: and nobody has appealed."""

    decision: Decision
    stands: bool
    may_appeal: bool
    appeal: CaseAnswer | None


def decisions_shown(organization: Organization, *, at_most: int = 50) -> list[Shown]:
    """What moderators decided about the organisation, newest first."""
    about = Decision.objects.filter(case__organization=organization)
    about = about.select_related("case__clip", "case__portrait", "case__backdrop")
    return [_shown(decision) for decision in about.order_by("-at", "-id")[:at_most]]


def _shown(decision: Decision) -> Shown:
    stands = decision_that_stands(decision.case) == decision
    appeal = CaseAnswer.objects.filter(decision=decision).first()
    final = decision.verdict in (Verdict.APPROVE, Verdict.ASK, Verdict.ERASE)
    open_to_it = decision.case.state == CaseState.DECIDED and not final
    return Shown(decision, stands, stands and open_to_it and appeal is None, appeal)


def cases_held(organization: Organization) -> QuerySet[Case]:
    """What waits for a moderator before anything may be made of it."""
    held = Case.objects.filter(organization=organization, holds=True, state__in=UNDECIDED)
    return held.select_related("clip", "portrait", "backdrop").order_by("opened_at")
