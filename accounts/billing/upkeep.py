"""What has to be done although nobody asks: seconds that expired, usage that Stripe was not told of, events that never
came.
"""

import logging
from datetime import timedelta

from django.db.models import Q, Sum
from django.utils import timezone

from accounts.billing.client import PaymentTrouble
from accounts.billing.mode import plans_are_sold
from accounts.billing.models import LIVE, Subscription, SubscriptionStatus
from accounts.billing.overage import meter_reports_send
from accounts.billing.subscriptions import subscription_sync
from accounts.credits import credits_tidy
from accounts.models import Organization
from accounts.scopes import across_tenants

logger = logging.getLogger(__name__)

# Stripe makes a month's invoice an hour after it began, and then tells of it.
_PATIENCE = timedelta(hours=2)
_ASK_AGAIN = timedelta(days=1)
_AT_ONCE = 50


@across_tenants("the daily care of every organisation's credits and subscription")
def upkeep() -> int:
    """One round; returns how many things were done. Any number may run at the same time."""
    return _expire() + meter_reports_send() + _ask_again()


def _expire() -> int:
    """Take expired seconds out of the ledger. They could not be used before either: this is for the history's sake."""
    expiring = Organization.objects.annotate(expiring=Sum("credit_entries__expiring")).filter(expiring__gt=0)
    return sum(credits_tidy(organization=organization) for organization in expiring)


def _ask_again() -> int:
    """Ask about subscriptions of which an event should have come, and about every live one once a day."""
    if not plans_are_sold():
        return 0
    now = timezone.now()
    overdue = Q(period_end__lt=now - _PATIENCE, synced_at__lt=now - _PATIENCE)
    unheard = Q(synced_at__lt=now - _ASK_AGAIN)
    waiting = Q(status__in=LIVE) | Q(status=SubscriptionStatus.INCOMPLETE)
    asked = 0
    for subscription in Subscription.objects.filter(waiting & (overdue | unheard)).order_by("synced_at")[:_AT_ONCE]:
        try:
            subscription_sync(subscription.stripe_id)
        except PaymentTrouble:
            logger.warning("Stripe could not be asked about subscriptions; they are asked for again in the next round")
            break
        asked += 1
    return asked
