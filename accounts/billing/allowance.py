"""How much more than it has an organisation may make."""

import math
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from accounts.billing.models import BillingAccount, Subscription, SubscriptionStatus
from accounts.models import CreditEntry, CreditKind, Organization

OVERAGE_REASON = "overage"
UNLIMITED_REASON = "unlimited"


@dataclass(frozen=True)
class Allowance:
    """Seconds that may be lent to a render now (without an end: math.inf), and why."""

    seconds: float
    reason: str = ""


def is_unlimited(organization: Organization) -> bool:
    """Whether the operator lets the organisation, or everybody here, make as much as they like."""
    if settings.LIKENESS_CREDITS_UNLIMITED:
        return True
    return BillingAccount.objects.filter(organization=organization, unlimited=True).exists()


def allowance(organization: Organization) -> Allowance:
    """What may be lent now. Beyond a plan: up to the owner's limit for the month, while the plan is paid."""
    account = BillingAccount.objects.filter(organization=organization).first()
    if settings.LIKENESS_CREDITS_UNLIMITED or (account is not None and account.unlimited):
        return Allowance(math.inf, UNLIMITED_REASON)
    if account is None or not account.overage_cap_seconds:
        return Allowance(0)
    paid = Subscription.objects.filter(
        organization=organization, status=SubscriptionStatus.ACTIVE, ended_at=None
    ).first()
    if paid is None:
        return Allowance(0)
    return Allowance(max(0, account.overage_cap_seconds - overage_used(organization, paid)), OVERAGE_REASON)


def overage_used(organization: Organization, subscription: Subscription) -> int:
    """Seconds beyond the plan in the subscription's present month, those of unfinished renders too."""
    lent = CreditEntry.objects.filter(
        organization=organization,
        kind__in=(CreditKind.COVER, CreditKind.UNCOVER),
        reason=OVERAGE_REASON,
        at__gte=subscription.period_start,
    )
    return max(0, lent.aggregate(sum=Sum("delta"))["sum"] or 0)
