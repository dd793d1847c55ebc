"""Writing: a selfie that somebody gives with their answer, if they like. It is compared and forgotten; what comes of it
goes with the answer. One that does not match refuses nothing: the yes to the face then waits for a person.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import User
from accounts.services import audit_record
from consent import errors, gate
from consent.comparing import METHOD, Outcome, can_compare, compare
from consent.erasure import erasure_request
from consent.ledger import event_append
from consent.letter_texts import receipt_letter
from consent.letters import letter_write, receipt_reader
from consent.models import Challenge, ConsentEvent, ConsentRequest, ErasureCause, SelfieCheck, SelfieState
from consent.models.speaking import DAYS_TO_LISTEN
from consent.notices import Notice, with_selfie
from consent.selectors import is_own_file, request_notices

MAX_TRIES = 5
# Whose own face it is: a guardian's is not the child's, and who decides for the dead or a figure is not shown.
_OWN_FACE = frozenset({gate.SubjectKind.SELF, gate.SubjectKind.OTHER})


def selfie_offered(request: ConsentRequest) -> bool:
    """Whether the person may add a selfie: switched on, a recogniser there, their own face asked about, tries left."""
    if not settings.LIKENESS_SELFIE or not request.photo_key or gate.Scope.FACE not in request.scopes:
        return False
    if request.grantor_kind != gate.Grantor.SUBJECT or request.subject.kind not in _OWN_FACE:
        return False
    return not SelfieCheck.objects.filter(request=request, tries__gte=MAX_TRIES).exists() and can_compare()


def selfie_try(request: ConsentRequest, *, selfie: bytes) -> None:
    """Compare a selfie with the photo; it matches, or a ConsentError says what came of it or is wrong with it.

    Outside the answer's transaction, which would forget the count, and what came of it.
    """
    if not selfie_offered(request):
        raise errors.selfie_too_often()
    check, _ = SelfieCheck.objects.get_or_create(request=request, organization_id=request.organization_id)
    row = SelfieCheck.objects.filter(pk=check.pk, state=SelfieState.TRIED)
    if not row.filter(tries__lt=MAX_TRIES).update(tries=F("tries") + 1):
        raise errors.selfie_too_often()
    with default_storage.open(request.photo_key, "rb") as file:
        photo = file.read()
    outcome = compare(selfie, photo)
    row.update(outcome=outcome, method=METHOD)
    if outcome is Outcome.DIFFERS:
        raise errors.selfie_differs()
    if outcome is Outcome.UNSURE:
        raise errors.selfie_unsure()


def selfie_doubt(request: ConsentRequest) -> SelfieCheck | None:
    """The selfie that did not match, if the last one that could be compared did not."""
    return SelfieCheck.objects.filter(
        request=request, state=SelfieState.TRIED, outcome__in=[Outcome.UNSURE, Outcome.DIFFERS]
    ).first()


def selfie_hold(
    check: SelfieCheck, *, typed_name: str, language: str, signature_method: str, proof: Challenge | None
) -> None:
    """The yes to the face waits; inside the answer's transaction."""
    check.state, check.created_at = SelfieState.WAITING, timezone.now()
    check.typed_name, check.language, check.signature_method = typed_name, language, signature_method
    if proof is not None:
        check.words, check.issued_at, check.expires_at = proof.words, proof.issued_at, proof.expires_at
    check.save()


def selfie_notice(request: ConsentRequest, *, language: str) -> Notice:
    """What is agreed to about the face by who gives a selfie: the question's text, and that the two are compared."""
    notice = request_notices(request, language=language)[gate.Scope.FACE]
    return with_selfie(notice, organization=request.organization_name)


def selfies_waiting() -> QuerySet[SelfieCheck]:
    """The answers that somebody has to look at, the oldest first."""
    return SelfieCheck.objects.filter(state=SelfieState.WAITING).select_related("organization", "request__subject")


@transaction.atomic
def selfie_decide(*, acting_user: User, check: SelfieCheck, accepted: bool) -> SelfieCheck:
    """A moderator has looked at the answer. Accepted: the yes to the face is on record; else it is a no.

    Raises PermissionDenied, ConsentError where it was decided, or all was withdrawn.
    """
    if not acting_user.is_staff:
        raise PermissionDenied("Only a moderator of this site can decide that.")
    return _decide(check, acting_user=acting_user, accepted=accepted)


def selfies_lapse(*, at: datetime | None = None) -> int:
    """What nobody looked at in time is no yes; how many there were."""
    over = selfies_waiting().filter(created_at__lte=(at or timezone.now()) - timedelta(days=DAYS_TO_LISTEN))
    for check in list(over):
        with transaction.atomic():
            _decide(check, acting_user=None, accepted=False)
    return len(over)


def selfie_drop(check: SelfieCheck) -> None:
    """All was withdrawn before anybody looked: nobody will. Inside the withdrawal's transaction."""
    _decide(check, acting_user=None, accepted=False)


def _decide(check: SelfieCheck, *, acting_user: User | None, accepted: bool) -> SelfieCheck:
    request = check.request
    organization_lock(check.organization)
    now = timezone.now()
    if accepted and ConsentEvent.objects.filter(request=request, state=gate.State.WITHDRAWN).exists():
        raise errors.link_withdrawn()
    waiting = SelfieCheck.objects.filter(pk=check.pk, state=SelfieState.WAITING)
    state = SelfieState.ACCEPTED if accepted else SelfieState.REFUSED
    if not waiting.update(state=state, decided_at=now, decided_by=acting_user):
        raise errors.link_answered()
    notice = selfie_notice(request, language=check.language)
    event_append(
        request.subject,
        at=now,
        request=request,
        scope=gate.Scope.FACE,
        state=gate.State.GRANTED if accepted else gate.State.REFUSED,
        text=notice.text,
        text_version=notice.version,
        typed_name=check.typed_name,
        grantor_kind=request.grantor_kind,
        language=notice.language,
        expires_at=request.holds_until if accepted else None,
        signature_method=f"{check.signature_method}, seen by a moderator" if accepted else "",
        challenge_words=check.words,
        challenge_issued_at=check.issued_at,
        challenge_expires_at=check.expires_at,
        selfie_outcome=check.outcome,
        selfie_method=check.method,
    )
    if not accepted and is_own_file(request.photo_key):
        contents = [request.photo_sha256, request.pk]
        erasure_request(subject=request.subject, cause=ErasureCause.REFUSAL, content_sha256s=contents)
    audit_record(
        organization=check.organization,
        acting_user=acting_user,
        action="consent.selfie-decided",
        object_id=request.pk,
        data={"accepted": accepted, "outcome": check.outcome},
    )
    text = receipt_letter(request)
    letter_write(
        organization=check.organization,
        request=request,
        key=f"receipt:{request.pk}:selfie",
        recipient=receipt_reader(request),
        subject=text.subject,
        body=text.body,
    )
    check.refresh_from_db()
    return check
