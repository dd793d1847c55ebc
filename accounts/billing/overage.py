"""Beyond the plan: the limit that the owner sets, and telling Stripe what was made."""

from datetime import timedelta

import stripe
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.billing.client import stripe_client
from accounts.billing.mode import plans_are_sold
from accounts.billing.models import BillingAccount, MeterReport
from accounts.billing.prices import METER
from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize

MOST_SECONDS = 360_000
"""100 hours: more than any team makes in a month, and a limit for a slip of the finger."""

# Stripe takes usage of the last 35 days.
_REPORTABLE = timedelta(days=34)
_LONGEST_PAUSE_MINUTES = 360


@transaction.atomic
def overage_cap_set(*, organization: Organization, acting_user: User, seconds: int) -> None:
    """How many seconds beyond the plan may be made and billed in a month; 0: none.

    Raises PermissionDenied, ValidationError.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.PAY)
    if not 0 <= seconds <= MOST_SECONDS:
        raise ValidationError(f"The limit is between 0 and {MOST_SECONDS // 60} minutes.")
    organization_lock(organization)
    account, _ = BillingAccount.objects.get_or_create(organization=organization)
    if account.overage_cap_seconds == seconds:
        return
    BillingAccount.objects.filter(pk=account.pk).update(overage_cap_seconds=seconds)
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="billing.overage_cap_set",
        object_id=organization.pk,
        data={"seconds": seconds, "before": account.overage_cap_seconds},
    )


def meter_reports_send() -> int:
    """Tell Stripe of seconds that it was not told of yet; returns of how many renders. A report that cannot be sent
    waits longer each time. Told twice is counted once: the render's id is the event's identifier.
    """
    if not plans_are_sold():
        return 0
    now, sent = timezone.now(), 0
    waiting = MeterReport.objects.filter(sent_at=None, at__gt=now - _REPORTABLE)
    for report in waiting.select_related("organization__billing_account"):
        pause = timedelta(minutes=min(2**report.attempts - 1, _LONGEST_PAUSE_MINUTES))
        if report.at + pause * report.attempts <= now:
            sent += _send(report)
    return sent


def _send(report: MeterReport) -> bool:
    customer = report.organization.billing_account.stripe_customer_id
    rows = MeterReport.objects.filter(pk=report.pk, sent_at=None)
    try:
        stripe_client().v1.billing.meter_events.create(
            {
                "event_name": METER,
                "identifier": f"likeness-{report.render_id}",
                "payload": {"stripe_customer_id": customer or "", "value": str(report.seconds)},
                "timestamp": int(report.at.timestamp()),
            },
            {"idempotency_key": f"likeness-meter-{report.render_id}"},
        )
    except stripe.StripeError as error:
        rows.update(attempts=F("attempts") + 1, trouble=f"{type(error).__name__}: {error}"[:300])
        return False
    return bool(rows.update(sent_at=timezone.now(), attempts=F("attempts") + 1, trouble=""))
