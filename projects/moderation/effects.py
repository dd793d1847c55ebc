"""What a verdict does at once, and how that is undone. Called in the decision's transaction, the case locked."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import organization_reinstate, organization_suspend
from consent.gate import Moderation
from consent.models import Appeal, AppealState, LikenessReport, OptOut, ReportState, Subject
from consent.refusing import appeal_decide, report_decide
from consent.services import subject_moderate
from projects.moderation.copies import picture_of_upload, prints_of, similar_hold
from projects.moderation.models import Block, BlockKind, Case, CaseKind, Decision, Verdict
from projects.moderation.selectors import photos_of

_SUBJECT_AFTER = {
    Verdict.APPROVE: Moderation.APPROVED,
    Verdict.ASK: Moderation.QUESTIONED,
    Verdict.RESTRICT: Moderation.QUESTIONED,
    Verdict.TAKE_DOWN: Moderation.QUESTIONED,
}
_REFUSAL_AFTER = {Verdict.APPROVE: AppealState.UPHELD, Verdict.KEEP: AppealState.DISMISSED}
_REPORT_AFTER = {
    Verdict.APPROVE: ReportState.DISMISSED,
    Verdict.KEEP: ReportState.UPHELD,
    Verdict.ERASE: ReportState.UPHELD,
}


def apply(decision: Decision, case: Case, moderator: User, *, whole_picture: bool) -> None:
    """Put a decision in force."""
    verdict = Verdict(decision.verdict)
    if case.kind == CaseKind.STATEMENT and case.subject is not None and verdict in _SUBJECT_AFTER:
        _moderate(case.subject, _SUBJECT_AFTER[verdict], moderator, decision.reason)
    if case.report is not None and verdict in _REPORT_AFTER:
        report_decide(acting_user=moderator, report=case.report, state=_REPORT_AFTER[verdict])
    if case.refusal is not None and verdict in _REFUSAL_AFTER:
        appeal_decide(acting_user=moderator, appeal=case.refusal, state=_REFUSAL_AFTER[verdict])
    if verdict is Verdict.RESTRICT:
        _block(decision, case, BlockKind.RESTRICT, whole_picture=True)
    if verdict is Verdict.TAKE_DOWN:
        _block(decision, case, BlockKind.TAKE_DOWN, whole_picture=whole_picture or not case.said_sha256)
    if verdict is Verdict.SUSPEND and case.organization is not None and case.organization.suspended_at is None:
        organization_suspend(organization=case.organization, acting_user=moderator)


def take_back(decision: Decision, case: Case, moderator: User) -> None:
    """Undo what a decision did; what another one stops as well stays stopped."""
    verdict = Verdict(decision.verdict)
    decision.blocks.filter(lifted_at=None).update(lifted_at=timezone.now())
    if case.kind == CaseKind.STATEMENT and case.subject is not None and verdict in _SUBJECT_AFTER:
        _moderate(case.subject, Moderation(decision.subject_before or Moderation.NONE), moderator, "Reversed.")
    if case.report is not None and verdict in _REPORT_AFTER:
        LikenessReport.objects.filter(pk=case.report.pk).update(
            state=ReportState.OPEN, decided_at=None, decided_by=None
        )
        OptOut.objects.filter(report=case.report, lifted_at__gte=decision.at).update(lifted_at=None)
    if case.refusal is not None and verdict in _REFUSAL_AFTER:
        Appeal.objects.filter(pk=case.refusal.pk).update(state=AppealState.OPEN, decided_at=None, decided_by=None)
    if verdict is Verdict.SUSPEND and case.organization is not None:
        others = Decision.objects.filter(
            case__organization=case.organization, verdict=Verdict.SUSPEND, reverses=None, reversal=None
        )
        if not others.exclude(pk=decision.pk).exists():
            organization_reinstate(organization=case.organization, acting_user=moderator)


def _block(decision: Decision, case: Case, kind: BlockKind, *, whole_picture: bool) -> None:
    """A restriction holds in the organisation; a take-down holds everywhere. A clip is taken down as what it says with
    its picture, or with its picture whatever it says. What looks like it waits for a moderator of its own.
    """
    blocks = [
        Block(
            decision=decision,
            kind=kind,
            organization=case.organization if kind is BlockKind.RESTRICT else None,
            photo_sha256=photo,
            said_sha256="" if whole_picture else case.said_sha256,
            fingerprints=prints_of(picture_of_upload(photo)),
        )
        for photo in photos_of(case)
    ]
    Block.objects.bulk_create(blocks)
    if kind is BlockKind.TAKE_DOWN:
        for block in blocks:
            # Afterwards: each hold locks an organisation of its own, and this one is locked still.
            transaction.on_commit(partial(similar_hold, block))


def _moderate(subject: Subject, state: Moderation, moderator: User, reason: str) -> None:
    subject_moderate(
        organization=subject.organization, acting_user=moderator, subject=subject, state=state, reason=reason
    )
