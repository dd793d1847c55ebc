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
from projects.models import Clip, Portrait
from projects.moderation.models import UNDECIDED, Block, BlockKind, Case, CaseAnswer, CaseState, Decision, Verdict

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
    """What is said in a clip, as a hash: of the words, or of the recording."""
    return clip.recording.sha256 if clip.recording else words_fingerprint(clip.words_asked)


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
    said = {"", said_sha256(clip)}
    kinds = {
        block.kind
        for block in blocks
        if block.photo_sha256 in clip.picture_sha256s
        and block.organization_id in (None, clip.organization_id)
        and block.said_sha256 in said
    }
    if BlockKind.TAKE_DOWN in kinds:
        return TAKEN_DOWN
    if action not in _RESTRICTED:
        return ""
    if BlockKind.RESTRICT in kinds:
        return RESTRICTED
    # A hold of one clip is on what it says; that of a picture on the picture.
    waits = any(
        case.photo_sha256 in clip.picture_sha256s
        and case.organization_id == clip.organization_id
        and case.said_sha256 in said
        for case in held
    )
    return HELD if waits else ""


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
