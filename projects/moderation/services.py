"""Writing: cases, decisions, reversals. Every decision has a reason, an audit row and a letter, in one transaction."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize, organization_reinstate, organization_suspend
from consent.gate import Moderation
from consent.letters import letter_write, organization_recipients
from consent.models import LikenessReport, OptOut, ReportState, Subject
from consent.refusing import report_decide
from consent.services import subject_moderate
from projects.models import Clip, Portrait
from projects.moderation.models import Block, BlockKind, Case, CaseKind, CaseState, Decision, Verdict, sources
from projects.moderation.selectors import is_moderator, said_sha256

RISK_STEP = timedelta(days=1)
_STATE_AFTER = {Verdict.ASK: CaseState.WAITING}
_SUBJECT_AFTER = {
    Verdict.APPROVE: Moderation.APPROVED,
    Verdict.ASK: Moderation.QUESTIONED,
    Verdict.RESTRICT: Moderation.QUESTIONED,
    Verdict.TAKE_DOWN: Moderation.QUESTIONED,
}


class CaseConflict(Exception):  # noqa: N818  a state of things
    """Somebody else decided first."""

    def __init__(self) -> None:
        super().__init__("Somebody else has decided this meanwhile. Look at it again.")


def case_open(
    *,
    key: str,
    kind: CaseKind,
    risk: int,
    summary: str,
    organization: Organization | None,
    subject: Subject | None = None,
    portrait: Portrait | None = None,
    clip: Clip | None = None,
    report: LikenessReport | None = None,
    due_at: datetime | None = None,
) -> Case:
    """Put something into the queue; what is in it, or was decided, under this key is given back as it is."""
    if clip is not None:
        portrait = clip.portrait
    if portrait is not None:
        subject = portrait.subject
    now = timezone.now()
    case, _ = Case.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "risk": risk,
            "summary": summary[:500],
            "organization": organization,
            "subject": subject,
            "portrait": portrait,
            "clip": clip,
            "report": report,
            "opened_at": now,
            "due_at": due_at,
            "rank_at": now - risk * RISK_STEP,
        },
    )
    return case


@transaction.atomic
def case_decide(*, acting_user: User, case: Case, verdict: Verdict, reason: str) -> Decision:
    """A moderator's decision, at once in force. Raises PermissionDenied, CaseConflict, ValidationError: no reason, or
    nothing that the verdict could be about.
    """
    _moderators_only(acting_user)
    reason = _reason(reason)
    case = _locked(case)
    _possible(case, verdict, acting_user)
    if verdict is not Verdict.ERASE:
        # Erasing follows on a take-down that stands: the case is decided already, and stays so.
        _move(case, _STATE_AFTER.get(verdict, CaseState.DECIDED))
    decision = Decision.objects.create(
        case=case,
        verdict=verdict,
        reason=reason,
        decided_by=acting_user,
        subject_before=case.subject.moderation_state if case.subject else "",
    )
    _apply(decision, case, acting_user)
    _record(decision, case, acting_user, "moderation.decided")
    return decision


@transaction.atomic
def decision_reverse(*, acting_user: User, decision: Decision, reason: str) -> Decision:
    """A second moderator undoes a decision, and the case is open again. Raises PermissionDenied for the same moderator
    or what cannot be undone, ValidationError without a reason, CaseConflict if it was reversed, or is not the last.
    """
    _moderators_only(acting_user)
    reason = _reason(reason)
    if decision.decided_by_id == acting_user.pk:
        raise PermissionDenied("A second moderator has to reverse this: you decided it yourself.")
    if decision.verdict == Verdict.ERASE:
        raise PermissionDenied("What was erased is gone; this cannot be reversed.")
    case = _locked(decision.case)
    if decision.reverses_id or case.decisions.latest("at", "id") != decision:
        raise CaseConflict
    _move(case, CaseState.OPEN)
    reversal = Decision.objects.create(
        case=case, verdict=decision.verdict, reason=reason, decided_by=acting_user, reverses=decision
    )
    _undo(decision, case, acting_user)
    _record(reversal, case, acting_user, "moderation.reversed")
    return reversal


@transaction.atomic
def case_answer(*, organization: Organization, acting_user: User, case: Case, evidence: str) -> Case:
    """The organisation's answer to a question for evidence: the case is open again."""
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    if case.organization_id != organization.pk:
        raise PermissionDenied("This case is about another organisation.")
    evidence = evidence.strip()[:4000]
    if not evidence:
        raise ValidationError({"evidence": "Say what shows that this clip may be made."})
    case = _locked(case)
    if case.state != CaseState.WAITING:
        raise CaseConflict
    _move(case, CaseState.OPEN)
    Case.objects.filter(pk=case.pk).update(evidence=evidence)
    audit_record(
        organization=organization, acting_user=acting_user, action="moderation.answered", object_id=case.pk, data={}
    )
    case.refresh_from_db()
    return case


def _possible(case: Case, verdict: Verdict, moderator: User) -> None:
    """Raises where this verdict has nothing that it could be about."""
    if verdict == Verdict.SUSPEND and case.organization is None:
        raise ValidationError({"verdict": "This case is about no organisation."})
    if verdict in (Verdict.RESTRICT, Verdict.TAKE_DOWN) and not _photos(case):
        raise ValidationError({"verdict": "This case is about no picture that is known here."})
    if verdict == Verdict.ERASE:
        if case.report is None:
            raise ValidationError({"verdict": "Only what somebody reported as “not me” is erased."})
        if case.decisions.filter(verdict=Verdict.ERASE).exists():
            raise CaseConflict
        first = case.decisions.filter(verdict=Verdict.TAKE_DOWN, reverses=None, reversal=None).last()
        if first is None or first.decided_by_id == moderator.pk:
            raise ValidationError({"verdict": "Another moderator has to take it down first: erasing has no way back."})


def _apply(decision: Decision, case: Case, moderator: User) -> None:
    verdict = Verdict(decision.verdict)
    if case.kind == CaseKind.STATEMENT and case.subject is not None and verdict in _SUBJECT_AFTER:
        _moderate(case.subject, _SUBJECT_AFTER[verdict], moderator, decision.reason)
    if verdict is Verdict.APPROVE and case.report is not None:
        report_decide(acting_user=moderator, report=case.report, state=ReportState.DISMISSED)
    if verdict is Verdict.RESTRICT:
        _block(decision, case, BlockKind.RESTRICT)
    if verdict is Verdict.TAKE_DOWN:
        _block(decision, case, BlockKind.TAKE_DOWN)
    if verdict is Verdict.SUSPEND and case.organization is not None:
        organization_suspend(organization=case.organization, acting_user=moderator)
    if verdict is Verdict.ERASE and case.report is not None:
        report_decide(acting_user=moderator, report=case.report, state=ReportState.UPHELD)


def _undo(decision: Decision, case: Case, moderator: User) -> None:
    verdict = Verdict(decision.verdict)
    now = timezone.now()
    decision.blocks.filter(lifted_at=None).update(lifted_at=now)
    if case.kind == CaseKind.STATEMENT and case.subject is not None and verdict in _SUBJECT_AFTER:
        _moderate(case.subject, Moderation(decision.subject_before or Moderation.NONE), moderator, "Reversed.")
    if verdict is Verdict.APPROVE and case.report is not None:
        LikenessReport.objects.filter(pk=case.report.pk).update(
            state=ReportState.OPEN, decided_at=None, decided_by=None
        )
        OptOut.objects.filter(report=case.report, lifted_at__gte=decision.at).update(lifted_at=None)
    if verdict is Verdict.SUSPEND and case.organization is not None:
        organization_reinstate(organization=case.organization, acting_user=moderator)


def _block(decision: Decision, case: Case, kind: BlockKind) -> None:
    """A restriction holds in the organisation; a take-down holds everywhere. A clip is taken down as what it says with
    its picture; without a clip the picture is.
    """
    whole_picture = kind is BlockKind.RESTRICT or case.clip is None
    Block.objects.bulk_create(
        Block(
            decision=decision,
            kind=kind,
            organization=case.organization if kind is BlockKind.RESTRICT else None,
            photo_sha256=photo,
            said_sha256="" if whole_picture or case.clip is None else said_sha256(case.clip),
        )
        for photo in _photos(case)
    )


def _photos(case: Case) -> list[str]:
    if case.portrait is not None:
        return list(case.portrait.sha256s)
    if case.subject is None:
        return []
    return sorted({sha for portrait in Portrait.objects.filter(subject=case.subject) for sha in portrait.sha256s})


def _moderate(subject: Subject, state: Moderation, moderator: User, reason: str) -> None:
    subject_moderate(
        organization=subject.organization, acting_user=moderator, subject=subject, state=state, reason=reason
    )


def _locked(case: Case) -> Case:
    """The case as it is now, its organisation locked first, as everywhere."""
    if case.organization is not None:
        organization_lock(case.organization)
    Case.objects.select_for_update().get(pk=case.pk)
    return Case.objects.select_related(
        "organization", "subject__organization", "portrait", "clip__portrait", "clip__recording", "report"
    ).get(pk=case.pk)


def _move(case: Case, target: CaseState) -> None:
    if not Case.objects.filter(pk=case.pk, state__in=sources(target)).update(state=target):
        raise CaseConflict
    case.state = target


def _record(decision: Decision, case: Case, moderator: User, action: str) -> None:
    """The audit row, and the letter to the organisation's owners."""
    if case.organization is None:
        return
    audit_record(
        organization=case.organization,
        acting_user=moderator,
        action=action,
        object_id=case.pk,
        data={
            "decision": decision.pk,
            "verdict": decision.verdict,
            "kind": case.kind,
            **({"clip": case.clip.pk} if case.clip else {}),
        },
    )
    undone = bool(decision.reverses_id)
    title = decision.get_verdict_display().partition(":")[0].partition(",")[0].lower()
    about = case.clip or case.portrait or case.subject
    for recipient in organization_recipients(case.organization):
        letter_write(
            organization=case.organization,
            key=f"moderation:{decision.pk}:{recipient}"[:200],
            recipient=recipient,
            subject=f"A moderator {'took a decision back' if undone else 'decided'}: {title}",
            body=(
                f"About: {about.pk if about is not None else case.organization.name} ({case.get_kind_display()})\n"
                f"Decision: {title}{', taken back' if undone else ''}\n"
                f"Reason: {decision.reason}\n\n"
                "You find it, and can answer it, on the page “Decisions” of your studio.\n"
            ),
        )


def _moderators_only(user: User) -> None:
    if not is_moderator(user):
        raise PermissionDenied("Only a moderator of this site can decide that.")


def _reason(reason: str) -> str:
    reason = reason.strip()[:4000]
    if not reason:
        raise ValidationError({"reason": "Say why: the organisation reads it."})
    return reason
