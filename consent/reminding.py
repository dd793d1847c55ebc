"""Reminders: of questions that nobody answered, and of consents that run out. A reminder changes nothing by itself."""

from datetime import datetime, timedelta

from django.utils import timezone

from consent import gate
from consent.letter_texts import Text, ending_reminder, ending_report, unanswered_reminder
from consent.letters import letter_write, organization_recipients
from consent.models import ConsentRequest
from consent.selectors import RequestState, organization_receipt_url, request_state

# Days before the end at which a reminder goes out; of several that are due at once only the last.
UNANSWERED_DAYS = (7, 2)
ENDING_DAYS = (30, 7)


def reminders_write(*, at: datetime | None = None) -> int:
    """Write the letters that are due; how many there were. Run as often as you like: each is written once."""
    at = at or timezone.now()
    return _unanswered(at) + _ending(at)


def _unanswered(at: datetime) -> int:
    soon = at + timedelta(days=max(UNANSWERED_DAYS))
    written = 0
    waiting = ConsentRequest.objects.filter(events=None, expires_at__gt=at, expires_at__lte=soon).exclude(email="")
    for request in waiting.select_related("organization"):
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
            written += _write(request, f"ending:{request.pk}:{stage}:{recipient}", recipient, text)
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
