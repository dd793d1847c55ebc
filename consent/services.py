"""Writing, all in one place: subjects and statements, questions, answers, withdrawals. Events are only ever added.

Each of these locks the organisation first, as the ledger of credits and the audit log do: one lock, in one order.
"""

from datetime import datetime

from django.utils import timezone

from consent.answering import Withdrawn, consent_answer, consent_withdraw, receipt_send_again
from consent.asking import (
    consent_request_change,
    consent_request_create,
    consent_request_renew,
    consent_request_send,
)
from consent.challenge import challenge_issue
from consent.ledger import TRACE_DAYS
from consent.models import ConsentTrace
from consent.speaking import spoken_decide
from consent.subjects import (
    statement_record,
    statement_withdraw,
    subject_asked_by_link,
    subject_create,
    subject_moderate,
)

__all__ = [
    "TRACE_DAYS",
    "Withdrawn",
    "challenge_issue",
    "consent_answer",
    "consent_request_change",
    "consent_request_create",
    "consent_request_renew",
    "consent_request_send",
    "consent_withdraw",
    "receipt_send_again",
    "spoken_decide",
    "statement_record",
    "statement_withdraw",
    "subject_asked_by_link",
    "subject_create",
    "subject_moderate",
    "traces_purge",
]


def traces_purge(*, at: datetime | None = None) -> int:
    """Delete from where answers came, where that was kept long enough; how many were deleted."""
    return ConsentTrace.objects.filter(delete_after__lte=at or timezone.now()).delete()[0]
