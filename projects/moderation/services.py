"""Writing: cases, decisions, reversals. Every decision has a reason, an audit row and a letter, in one transaction."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.permissions import Act, may
from accounts.selectors import role_of
from accounts.services import audit_record
from consent.models import Subject
from projects.moderation.effects import apply, take_back
from projects.moderation.models import (
    TRANSITIONS,
    UNDECIDED,
    Case,
    CaseAnswer,
    CaseKind,
    CaseState,
    Decision,
    Verdict,
    sources,
)
from projects.moderation.selectors import (
    decision_that_stands,
    is_moderator,
    verdicts_for,
    why_not,
)
from projects.moderation.telling import organization_tell, reporters_tell

_STATE_AFTER = {Verdict.ASK: CaseState.WAITING}
LONGEST_TEXT = 4000


class CaseConflict(Exception):  # noqa: N818  a state of things
    """Somebody else decided first."""

    def __init__(self) -> None:
        super().__init__("Somebody else has decided this meanwhile. Look at it again.")


@transaction.atomic
def case_decide(
    *, acting_user: User, case: Case, verdict: Verdict, reason: str, whole_picture: bool = False
) -> Decision:
    """A moderator's decision, at once in force. `whole_picture`: a take-down stops the picture whatever it says.

    Raises PermissionDenied (no moderator, or one of the organisation itself), CaseConflict, ValidationError: no reason,
    or nothing that the verdict could be about.
    """
    _moderators_only(acting_user, case)
    reason = _reason(reason)
    case = _locked(case)
    if verdict not in verdicts_for(case, acting_user):
        if not _may_follow(case, verdict):
            raise CaseConflict
        raise ValidationError({"verdict": why_not(case, verdict, acting_user)})
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
    apply(decision, case, acting_user, whole_picture=whole_picture)
    _record(decision, case, acting_user, "moderation.decided")
    return decision


@transaction.atomic
def decision_reverse(*, acting_user: User, decision: Decision, reason: str) -> Decision:
    """A second moderator undoes a decision, and the case is open again. Raises PermissionDenied for who decided or
    confirmed it, or what cannot be undone, ValidationError without a reason, CaseConflict if it does not stand.
    """
    _moderators_only(acting_user, decision.case)
    reason = _reason(reason)
    if decision.verdict == Verdict.ERASE:
        raise PermissionDenied("What was erased is gone; this cannot be reversed.")
    case = _locked(decision.case)
    if decision_that_stands(case) != decision:
        raise CaseConflict
    confirmed = case.decisions.filter(verdict=Verdict.CONFIRM, at__gte=decision.at, decided_by=acting_user).exists()
    if decision.decided_by_id == acting_user.pk or confirmed:
        raise PermissionDenied("A second moderator has to reverse this: you decided or confirmed it yourself.")
    _move(case, CaseState.OPEN)
    reversal = Decision.objects.create(
        case=case, verdict=decision.verdict, reason=reason, decided_by=acting_user, reverses=decision
    )
    take_back(decision, case, acting_user)
    _record(reversal, case, acting_user, "moderation.reversed")
    return reversal


@transaction.atomic
def case_answer(*, organization: Organization, acting_user: User, case: Case, text: str) -> CaseAnswer:
    """The organisation's answer to a question for evidence: the case is open again."""
    case = _own(organization, acting_user, case)
    text = _said(text, "Say what shows that this clip may be made.")
    if case.state != CaseState.WAITING:
        raise CaseConflict
    _move(case, CaseState.OPEN)
    answer = CaseAnswer.objects.create(case=case, text=text, written_by=acting_user)
    audit_record(organization=organization, acting_user=acting_user, action="moderation.answered", object_id=case.pk)
    return answer


@transaction.atomic
def case_appeal(*, organization: Organization, acting_user: User, case: Case, text: str) -> CaseAnswer:
    """The organisation's appeal against the decision that stands, once a decision: a second moderator looks at it.

    A suspended organisation may appeal. Raises PermissionDenied, ValidationError, CaseConflict if there is nothing to
    appeal against, or it was appealed against already.
    """
    case = _own(organization, acting_user, case)
    text = _said(text, "Say why this decision is wrong.")
    decision = decision_that_stands(case)
    if decision is None or decision.verdict == Verdict.APPROVE or CaseAnswer.objects.filter(decision=decision).exists():
        raise CaseConflict
    _move(case, CaseState.APPEALED)
    appeal = CaseAnswer.objects.create(case=case, decision=decision, text=text, written_by=acting_user)
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="moderation.appealed",
        object_id=case.pk,
        data={"decision": decision.pk},
    )
    return appeal


@transaction.atomic
def statement_renewed(*, subject: Subject) -> bool:
    """The organisation has stated anew: where a moderator asked about the statement, that is an answer, and the case is
    open again. False: there is no case of it that waits for a decision.
    """
    cases = Case.objects.filter(kind=CaseKind.STATEMENT, subject=subject, state__in=UNDECIDED)
    cases.filter(state=CaseState.WAITING).update(state=CaseState.OPEN)
    return cases.exists()


def _own(organization: Organization, user: User, case: Case) -> Case:
    """The organisation's own case, locked, for a member who may speak for it; also while it is suspended."""
    if not may(role_of(user, organization), Act.ASK_CONSENT):
        raise PermissionDenied("Your role in this organisation does not allow that. Ask its owner.")
    if case.organization_id != organization.pk:
        raise PermissionDenied("This case is about another organisation.")
    return _locked(case)


def _said(text: str, otherwise: str) -> str:
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        raise ValidationError({"text": otherwise})
    return text


def _may_follow(case: Case, verdict: Verdict) -> bool:
    """Whether the case's state lets a verdict of this sort follow at all; else somebody else was first."""
    if verdict is Verdict.ERASE:
        return not case.decisions.filter(verdict=Verdict.ERASE).exists()
    if verdict is Verdict.CONFIRM:
        return case.state == CaseState.APPEALED
    target = _STATE_AFTER.get(verdict, CaseState.DECIDED)
    return case.state in UNDECIDED and target in TRANSITIONS[CaseState(case.state)]


def _locked(case: Case) -> Case:
    """The case as it is now, its organisation locked first, as everywhere."""
    if case.organization is not None:
        organization_lock(case.organization)
    Case.objects.select_for_update().get(pk=case.pk)
    return Case.objects.select_related(
        "organization", "subject__organization", "portrait", "clip__portrait", "clip__recording", "report", "refusal"
    ).get(pk=case.pk)


def _move(case: Case, target: CaseState) -> None:
    if not Case.objects.filter(pk=case.pk, state__in=sources(target)).update(state=target):
        raise CaseConflict
    case.state = target


def _record(decision: Decision, case: Case, moderator: User, action: str) -> None:
    """The audit row, and the letters to the organisation's owners and to who reported."""
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
    organization_tell(decision, case, case.organization)
    reporters_tell(decision, case, case.organization)


def _moderators_only(user: User, case: Case) -> None:
    if not is_moderator(user):
        raise PermissionDenied("Only a moderator of this site can decide that.")
    if case.organization is not None and role_of(user, case.organization):
        raise PermissionDenied("You belong to this organisation: a moderator from outside has to decide about it.")


def _reason(reason: str) -> str:
    reason = reason.strip()[:LONGEST_TEXT]
    if not reason:
        raise ValidationError({"reason": "Say why: the organisation reads it."})
    return reason
