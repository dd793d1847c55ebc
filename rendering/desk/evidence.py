"""Everything that a decision rests on, for the page of a case."""

from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import AuditEvent, Membership, Organization, User
from accounts.selectors import role_of
from consent.gate import Action
from consent.models import ConsentRequest, LikenessReport, Subject
from consent.selectors import request_state
from projects.models import Backdrop, Clip, Portrait
from projects.moderation.models import AbuseReport, Block, Case, CaseState, Decision
from projects.moderation.selectors import decision_that_stands, upload_sha256
from projects.retention.policies import holds_on
from projects.selectors import clips_showing
from rendering.gating import ask
from rendering.models import Render
from rendering.states import RenderState

HISTORY = 12
PICTURES = 6


def case_context(case: Case, moderator: User) -> dict[str, Any]:
    """What stands on a case's page."""
    stands = decision_that_stands(case)
    return {
        "case": case,
        "overdue": case.due_at is not None and case.due_at < timezone.now() and case.state != CaseState.DECIDED,
        "stands": stands,
        "clip_shown": bool(clip_key(case)),
        "backdrop_shown": backdrop_of(case),
        "renders": Render.objects.filter(clip=case.clip)[:HISTORY] if case.clip else [],
        "gate": ask(case.clip, Action.VIEW) if case.clip else None,
        "answers": case.answers.select_related("written_by", "decision"),
        "abuse_reports": case.abuse_reports.all()[:HISTORY],
        "reports_in_all": case.abuse_reports.count(),
        "decisions": case.decisions.select_related("decided_by", "reversal", "reverses"),
        "own_organization": bool(case.organization and role_of(moderator, case.organization)),
        "blocks": Block.objects.filter(photo_sha256=case.photo_sha256, lifted_at=None).exclude(photo_sha256=""),
        "elsewhere": _elsewhere(case),
        "others": _others(case),
        **(_of_subject(case, case.subject) if case.subject else {}),
        **(_of_organization(case, case.organization) if case.organization else {}),
    }


def clip_key(case: Case) -> str:
    """Where the newest published clip of the case lies; "" where there is none."""
    if case.clip is None:
        return ""
    published = Render.objects.filter(clip=case.clip, state=RenderState.PUBLISHED).first()
    return published.output_key if published else ""


def backdrop_of(case: Case) -> Backdrop | None:
    """The picture to stand before that the case is about, or that its clip is made with, while it is there."""
    backdrop = case.backdrop or (case.clip.backdrop if case.clip else None)
    return backdrop if backdrop is not None and backdrop.erased_at is None else None


def _of_subject(case: Case, subject: Subject) -> dict[str, Any]:
    questions = ConsentRequest.objects.filter(subject=subject).prefetch_related("events").order_by("-created_at")
    return {
        "events": subject.events.order_by("-sequence")[:HISTORY],
        "questions": [(question, request_state(question)) for question in questions[:HISTORY]],
        "documents": subject.evidence.order_by("-created_at"),
        "subject_reports": LikenessReport.objects.filter(subject=subject).order_by("-created_at")[:HISTORY],
        "subject_portraits": Portrait.objects.filter(subject=subject, erased_at=None).count(),
        # Where the case names no picture of its own, those of the person are what it is about.
        "pictures": [] if case.portrait else Portrait.objects.filter(subject=subject, erased_at=None)[:PICTURES],
        "subject_clips": clips_showing(subject).count(),
    }


def _of_organization(case: Case, organization: Organization) -> dict[str, Any]:
    decided = Decision.objects.filter(case__organization=organization)
    standing = decided.filter(reverses=None, reversal=None)
    return {
        "organization_decisions": decided.exclude(case=case).select_related("case").order_by("-at", "-id")[:HISTORY],
        "organization_verdicts": standing.values("verdict").annotate(count=Count("pk")).order_by("-count"),
        "organization_reports": AbuseReport.objects.filter(case__organization=organization).count(),
        "organization_clips": Clip.objects.filter(organization=organization).count(),
        "organization_members": Membership.objects.filter(organization=organization).count(),
        "organization_holds": len(holds_on(organization)),
        "log": AuditEvent.objects.filter(organization=organization).order_by("-sequence")[:HISTORY],
    }


def _elsewhere(case: Case) -> list[Portrait]:
    """The same upload in other organisations."""
    if not case.photo_sha256:
        return []
    same = Q(sha256=case.photo_sha256) | Q(root_sha256=case.photo_sha256)
    found = (
        Portrait.objects.filter(same).exclude(organization=case.organization).select_related("organization", "subject")
    )
    return list(found[:HISTORY])


def _others(case: Case) -> list[Case]:
    """What else waits that hangs together with this: the same picture, person or organisation."""
    together = Q(pk="")
    if case.photo_sha256:
        together |= Q(photo_sha256=case.photo_sha256)
    if case.portrait is not None:
        together |= Q(photo_sha256=upload_sha256(case.portrait))
    if case.subject_id:
        together |= Q(subject_id=case.subject_id)
    if case.organization_id:
        together |= Q(organization_id=case.organization_id)
    return list(Case.objects.filter(together).exclude(pk=case.pk).exclude(state=CaseState.DECIDED)[:HISTORY])
