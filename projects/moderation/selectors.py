"""Reading: who moderates, what is stopped, the queue and its figures."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import Http404
from django.utils import timezone

from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.selectors import access_organization
from consent.fingerprints import words_fingerprint
from consent.gate import Action
from projects.models import Clip
from projects.moderation.models import Block, BlockKind, Case, CaseState, Decision

# A restricted picture can be watched where it is; nothing new is made of it, and nothing leaves.
_RESTRICTED = frozenset({Action.SUBMIT, Action.CLAIM, Action.PUBLISH, Action.DOWNLOAD})
FIGURE_DAYS = 30


def is_moderator(user: User) -> bool:
    """Whether the user may decide cases: staff of the site with the permission, as the group “moderator” has it."""
    return bool(user.is_active and user.is_staff and user.has_perm("projects.moderate_case"))


def said_sha256(clip: Clip) -> str:
    """What is said in a clip, as a hash: of the words, or of the recording."""
    return clip.recording.sha256 if clip.recording else words_fingerprint(clip.words_asked)


def stopped_because(clip: Clip, action: Action) -> tuple[str, ...]:
    """Why moderation does not let `action` happen with this clip; () where it does."""
    if clip.organization.suspended_at is not None:
        return ("This organisation was suspended by a moderator.",)
    blocks = (
        Block.objects.filter(photo_sha256__in=clip.portrait.sha256s, lifted_at=None)
        .filter(Q(organization=None) | Q(organization_id=clip.organization_id))
        .filter(Q(said_sha256="") | Q(said_sha256=said_sha256(clip)))
    )
    kinds = set(blocks.values_list("kind", flat=True))
    if BlockKind.TAKE_DOWN in kinds:
        return ("A moderator took this clip down.",)
    if BlockKind.RESTRICT in kinds and action in _RESTRICTED:
        return ("A moderator restricted this picture: nothing new can be made of it, and nothing downloaded.",)
    return ()


def access_case(user: User, case_id: str, *, act: Act = Act.VIEW) -> Case:
    """The case, for a member of the organisation that it is about; else Http404."""
    if not is_id(case_id, "cas"):
        raise Http404
    case = Case.objects.select_related("organization").filter(pk=case_id).first()
    if case is None or case.organization_id is None:
        raise Http404
    access_organization(user, case.organization_id, act=act)
    return case


def decisions_about(organization: Organization) -> QuerySet[Decision]:
    """What moderators decided about the organisation, newest first, with the cases."""
    return Decision.objects.filter(case__organization=organization).select_related("case").order_by("-at", "-id")


@dataclass(frozen=True)
class Figures:
    """The desk in numbers. `oldest` and `typical` are times of waiting; `days` are (day, decisions)."""

    open: int
    waiting: int
    overdue: int
    oldest: timedelta | None
    typical: timedelta | None
    by_kind: list[tuple[str, int]]
    days: list[tuple[str, int]]
    by_verdict: list[tuple[str, int]]
    reversed: int


def figures(*, at: datetime | None = None) -> Figures:
    """Open cases, their age, and the decisions of the last 30 days, a day and by verdict."""
    at = at or timezone.now()
    standing = Case.objects.filter(state=CaseState.OPEN)
    lately = Decision.objects.filter(at__gt=at - timedelta(days=FIGURE_DAYS))
    decided = lately.filter(reverses=None).select_related("case")
    waits = [(decision.at - decision.case.opened_at).total_seconds() for decision in decided]
    first = standing.order_by("opened_at").first()
    kinds = Counter(case.get_kind_display() for case in standing)
    verdicts = Counter(decision.get_verdict_display() for decision in decided)
    days = lately.annotate(day=TruncDate("at")).values("day").annotate(count=Count("pk")).order_by("-day")
    return Figures(
        open=standing.count(),
        waiting=Case.objects.filter(state=CaseState.WAITING).count(),
        overdue=standing.filter(due_at__lt=at).count(),
        oldest=at - first.opened_at if first else None,
        typical=timedelta(seconds=round(median(waits))) if waits else None,
        by_kind=kinds.most_common(),
        days=[(str(row["day"]), int(row["count"])) for row in days],
        by_verdict=verdicts.most_common(),
        reversed=lately.exclude(reverses=None).count(),
    )
