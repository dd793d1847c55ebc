"""Reminders: of questions that nobody answered, and of consents that run out. A reminder changes nothing by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from consent import gate
from consent.erasure import erasure_request
from consent.letter_texts import Text, ending_reminder, ending_report, unanswered_reminder
from consent.letters import letter_write, letters_unwanted, organization_recipients
from consent.models import ConsentRequest, ErasureCause
from consent.selectors import OWN_FILES, RequestState, is_own_file, organization_receipt_url, request_state

# Days before the end at which a reminder goes out; of several that are due at once only the last.
UNANSWERED_DAYS = (7, 2)
ENDING_DAYS = (30, 7)


def reminders_write(*, at: datetime | None = None) -> int:
    """Write the letters that are due; how many there were. Run as often as you like: each is written once."""
    at = at or timezone.now()
    return _unanswered(at) + _ending(at)


def lapsed_erase(*, at: datetime | None = None) -> int:
    """Have the files erased that were stored for questions which nobody answered in time; for how many questions.

    A photo that was stored to ask about it goes once no later question shows it.
    """
    at = at or timezone.now()
    own = ~Q(voice_sample_key="") | Q(photo_key__contains=OWN_FILES)
    count = 0
    for request in ConsentRequest.objects.filter(own, events=None, expires_at__lte=at).select_related("subject"):
        contents = [request.pk] if request.voice_sample_key else []
        contents += [request.photo_sha256] if _photo_is_over(request, at) else []
        if contents:
            with transaction.atomic():
                erasure_request(subject=request.subject, cause=ErasureCause.UNANSWERED, content_sha256s=contents)
            count += 1
    return count


def _photo_is_over(request: ConsentRequest, at: datetime) -> bool:
    if not is_own_file(request.photo_key):
        return False
    others = ConsentRequest.objects.filter(photo_key=request.photo_key).exclude(pk=request.pk)
    return not any(
        request_state(other, at=at) in (RequestState.OPEN, RequestState.GRANTED, RequestState.PARTLY)
        for other in others.prefetch_related("events")
    )


def _unanswered(at: datetime) -> int:
    soon = at + timedelta(days=max(UNANSWERED_DAYS))
    written = 0
    waiting = ConsentRequest.objects.filter(events=None, expires_at__gt=at, expires_at__lte=soon).exclude(email="")
    for request in waiting.select_related("organization"):
        if letters_unwanted(request.organization, request.email):
            continue
        stage = _stage(request.expires_at - at, UNANSWERED_DAYS)
        text = unanswered_reminder(request)
        written += _write(request, f"unanswered:{request.pk}:{stage}", request.email, text)
    return written


def _ending(at: datetime) -> int:
    soon = at + timedelta(days=max(ENDING_DAYS))
    written = 0
    ending = ConsentRequest.objects.filter(events__state=gate.State.GRANTED, holds_until__gt=at, holds_until__lte=soon)
    for request in ending.distinct().select_related("organization", "created_by").prefetch_related("events"):
        standing = request_state(request, at=at) in (RequestState.GRANTED, RequestState.PARTLY)
        if not standing or request.renewals.filter(events__state=gate.State.GRANTED).exists():
            continue
        stage = _stage(request.holds_until - at, ENDING_DAYS)
        written += _write(request, f"ending:{request.pk}:{stage}", request.email, ending_reminder(request))
        text = ending_report(request, organization_receipt_url(request))
        for recipient in organization_recipients(request.organization, besides=[request.created_by]):
            written += _write(request, f"ending-report:{request.pk}:{stage}:{recipient}", recipient, text)
    return written


def _stage(left: timedelta, days: tuple[int, ...]) -> int:
    return min(day for day in days if left <= timedelta(days=day))


def _write(request: ConsentRequest, key: str, recipient: str, text: Text) -> bool:
    letter = letter_write(
        organization=request.organization,
        request=request,
        key=key[:200],
        recipient=recipient,
        subject=text.subject,
        body=text.body,
    )
    return letter is not None
