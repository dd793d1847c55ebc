"""Subscriptions: Stripe holds the truth, and is asked for it again at every event; here is what follows from it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.billing.catalogue import PLANS, Plan, plans_for
from accounts.billing.client import asking_stripe
from accounts.billing.mode import plans_are_sold
from accounts.billing.models import LIVE, BillingAccount, Subscription, SubscriptionStatus
from accounts.billing.prices import Price, amount_text, price_of, product_of
from accounts.credits import credits_expire, credits_grant, organization_lock
from accounts.models import CreditEntry, Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize

_CHANGEABLE = (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING)
_OVER = (SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE_EXPIRED)
_UNPAID = (SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID)


def subscription_of(organization: Organization) -> Subscription | None:
    """The subscription that counts: the newest that has not ended."""
    return Subscription.objects.filter(organization=organization, status__in=LIVE, ended_at=None).first()


def plan_change(*, organization: Organization, acting_user: User, plan: str, once: str) -> None:
    """Another plan, at once. More seconds than this month has already are paid for at once, in proportion to the days
    that are left, and the difference is granted; a smaller plan costs less from the next invoice on, and takes nothing
    away before.

    Raises PermissionDenied, CardRefused, PaymentTrouble, ValidationError.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.PAY)
    subscription = _changeable(organization)
    chosen = _offered(organization, plan)
    if plan == subscription.plan:
        return
    params: Any = {
        **_proration(subscription, chosen),
        # Refused by the bank: nothing changes.
        "payment_behavior": "error_if_incomplete",
        "cancel_at_period_end": False,
    }
    _update(subscription, params, key=f"plan-{plan}-{once}")
    _audit(organization, acting_user, "billing.plan_changed", subscription, before=subscription.plan, plan=plan)
    subscription_sync(subscription.stripe_id)


@dataclass(frozen=True)
class PlanChange:
    """What a change of plan would mean: `due_now` is what is paid at once, "" for nothing; seconds that are added."""

    plan: Plan
    price: Price
    due_now: str
    seconds_added: int
    trial: bool


def plan_preview(*, organization: Organization, acting_user: User, plan: str) -> PlanChange:
    """What a change would cost now, as Stripe works it out, tax included; nothing is changed.

    Raises PermissionDenied, PaymentTrouble, ValidationError.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.PAY)
    subscription = _changeable(organization)
    chosen = _offered(organization, plan)
    proration = _proration(subscription, chosen)
    due = ""
    if proration["proration_behavior"] != "none":
        params: Any = {"subscription": subscription.stripe_id, "subscription_details": proration}
        with asking_stripe() as client:
            told = client.v1.invoices.create_preview(params)
        due = amount_text(Decimal(told.amount_due), told.currency)
    trial = subscription.status == SubscriptionStatus.TRIALING
    added = 0 if trial else max(0, chosen.included_seconds - _granted_in_period(subscription))
    return PlanChange(chosen, price_of(plan), due, added, trial)


def _offered(organization: Organization, plan: str) -> Plan:
    for offered in plans_for(organization.kind):
        if offered.id == plan:
            return offered
    raise ValidationError("Choose one of the plans on this page.")


def _proration(subscription: Subscription, chosen: Plan) -> dict[str, Any]:
    """The change as Stripe is told of it: paid now where it brings more seconds than this month's that were paid."""
    more = chosen.included_seconds > _granted_in_period(subscription)
    paid_now = more and subscription.status == SubscriptionStatus.ACTIVE
    return {
        "items": [{"id": subscription.item_id, "price": price_of(chosen.id).id}],
        "proration_behavior": "always_invoice" if paid_now else "none",
    }


def subscription_cancel(*, organization: Organization, acting_user: User, once: str) -> None:
    """End the plan with the month that is paid. Raises PermissionDenied, PaymentTrouble, ValidationError."""
    _end_with_period(organization, acting_user, once, cancel=True)


def subscription_resume(*, organization: Organization, acting_user: User, once: str) -> None:
    """Go on after all. Raises PermissionDenied, PaymentTrouble, ValidationError."""
    _end_with_period(organization, acting_user, once, cancel=False)


def subscriptions_end(*, organization: Organization, acting_user: User) -> None:
    """End everything that runs at Stripe at once; for the closing of an account, which asks who may. What was made
    beyond the plan is invoiced. Called again after it broke off, it goes on. Raises PaymentTrouble.
    """
    if not plans_are_sold():
        return
    for subscription in Subscription.objects.filter(organization=organization, status__in=LIVE, ended_at=None):
        with asking_stripe() as client:
            client.v1.subscriptions.cancel(subscription.stripe_id, {"invoice_now": True, "prorate": False})
        _audit(organization, acting_user, "billing.plan_ended", subscription)
        subscription_sync(subscription.stripe_id)


def _end_with_period(organization: Organization, acting_user: User, once: str, *, cancel: bool) -> None:
    authorize(organization=organization, acting_user=acting_user, act=Act.PAY)
    subscription = subscription_of(organization)
    if subscription is None:
        raise ValidationError("There is no plan that runs.")
    if subscription.cancel_at_period_end == cancel:
        return
    word = "cancel" if cancel else "resume"
    _update(subscription, {"cancel_at_period_end": cancel}, key=f"{word}-{once}")
    _audit(organization, acting_user, f"billing.plan_{word}led" if cancel else "billing.plan_resumed", subscription)
    subscription_sync(subscription.stripe_id)


def _changeable(organization: Organization) -> Subscription:
    subscription = subscription_of(organization)
    if subscription is None:
        raise ValidationError("There is no plan that runs. Choose one first.")
    if subscription.status not in _CHANGEABLE:
        raise ValidationError("Pay the open invoice first; then the plan can be changed.")
    return subscription


def _update(subscription: Subscription, params: Any, *, key: str) -> None:
    with asking_stripe() as client:
        client.v1.subscriptions.update(
            subscription.stripe_id, params, {"idempotency_key": f"likeness-{subscription.stripe_id}-{key}"}
        )


def _audit(
    organization: Organization, acting_user: User | None, action: str, subscription: Subscription, **data: Any
) -> None:
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action=action,
        object_id=f"sub:{subscription.pk}",
        data=data,
    )


def subscription_sync(stripe_id: str) -> str:
    """Ask Stripe how a subscription is, and do what follows. Raises PaymentTrouble."""
    asked_at, told = subscription_ask(stripe_id)
    return subscription_apply(told, asked_at=asked_at)


def subscription_ask(stripe_id: str) -> tuple[datetime, dict[str, Any]]:
    """What Stripe says, and since when at least it has been so. Raises PaymentTrouble."""
    asked_at = timezone.now()
    with asking_stripe() as client:
        return asked_at, client.v1.subscriptions.retrieve(stripe_id, {"expand": ["latest_invoice"]}).to_dict()


@transaction.atomic
def subscription_apply(told: dict[str, Any], *, asked_at: datetime) -> str:
    """Write down how a subscription is, and grant or end what follows from it. Says what was done.

    Answers may come in another order than the questions were asked: an older one changes nothing.
    """
    account = BillingAccount.objects.filter(stripe_customer_id=_id(told["customer"])).first()
    item = next((item for item in told["items"]["data"] if product_of(item["price"]) in PLANS), None)
    if account is None or item is None:
        return "not of this site"
    organization = account.organization
    organization_lock(organization)
    before = Subscription.objects.filter(stripe_id=told["id"]).first()
    if before is not None and before.synced_at >= asked_at:
        return "known better already"
    subscription, _ = Subscription.objects.update_or_create(
        stripe_id=told["id"],
        defaults={**_values(told, item, before), "organization": organization, "synced_at": asked_at},
    )
    if before is None or (before.status, before.plan) != (subscription.status, subscription.plan):
        _audit(
            organization, None, "billing.subscription", subscription, status=subscription.status, plan=subscription.plan
        )
    _follow(
        account, subscription, told, ended_now=subscription.ended_at is not None and not (before and before.ended_at)
    )
    return f"{subscription.plan} is {subscription.status}"


def _values(told: Any, item: Any, before: Subscription | None) -> dict[str, Any]:
    since = before.past_due_since if before else None
    status = told["status"]
    return {
        "plan": product_of(item["price"]),
        "status": status,
        "item_id": item["id"],
        "period_start": _time(item["current_period_start"]),
        "period_end": _time(item["current_period_end"]),
        "cancel_at_period_end": told["cancel_at_period_end"],
        "trial_end": _time(told["trial_end"]) if told.get("trial_end") else None,
        "past_due_since": (since or timezone.now()) if status in _UNPAID else None,
        "ended_at": _time(told["ended_at"]) if told.get("ended_at") else None,
    }


def _follow(account: BillingAccount, subscription: Subscription, told: Any, *, ended_now: bool) -> None:
    """The seconds that follow from a subscription's state: each month's once, however often Stripe tells of it."""
    if ended_now or subscription.status in _OVER:
        if ended_now and subscription_of(subscription.organization) is None:
            credits_expire(organization=subscription.organization, reason="the plan ended")
        return
    plan = PLANS[subscription.plan]
    if subscription.status == SubscriptionStatus.TRIALING:
        _trial_grant(account, subscription, plan, told)
    elif subscription.status == SubscriptionStatus.ACTIVE and _is_paid(told.get("latest_invoice")):
        _period_grant(subscription, plan)


def _trial_grant(account: BillingAccount, subscription: Subscription, plan: Plan, told: Any) -> None:
    credits_grant(
        organization=subscription.organization,
        seconds=plan.trial_seconds,
        reason=f"trial of {plan.name}",
        key=f"trial:{subscription.stripe_id}",
        expires_at=subscription.trial_end or subscription.period_end,
    )
    if account.trial_taken_at is None:
        person = (told.get("metadata") or {}).get("person", "")
        BillingAccount.objects.filter(pk=account.pk).update(trial_taken_by=person, trial_taken_at=timezone.now())


def _period_grant(subscription: Subscription, plan: Plan) -> None:
    """The seconds of the month that is paid. What is left of the month before ends; after a change to a bigger plan the
    difference is added.
    """
    granted = _granted_in_period(subscription)
    if not granted and CreditEntry.objects.filter(key__startswith=f"period:{subscription.stripe_id}:").exists():
        credits_expire(organization=subscription.organization, reason="the month ended")
    if plan.included_seconds <= granted:
        return
    month = subscription.period_start.strftime("%-d %b %Y")
    credits_grant(
        organization=subscription.organization,
        seconds=plan.included_seconds - granted,
        reason=f"{plan.name}, month from {month}",
        key=f"{_period_key(subscription)}{plan.id}",
        # They wait for the next payment: it may take Stripe some days to get it.
        expires_at=subscription.period_end + timedelta(days=settings.LIKENESS_BILLING_GRACE_DAYS),
    )


def _granted_in_period(subscription: Subscription) -> int:
    grants = CreditEntry.objects.filter(key__startswith=_period_key(subscription))
    return grants.aggregate(sum=Sum("seconds"))["sum"] or 0


def _period_key(subscription: Subscription) -> str:
    return f"period:{subscription.stripe_id}:{int(subscription.period_start.timestamp())}:"


def _is_paid(invoice: Any) -> bool:
    """Whether the month may begin: it is paid, or it is to be paid by bank transfer on an invoice that was sent."""
    if not invoice:
        return False
    return invoice["status"] == "paid" or (
        invoice["status"] == "open" and invoice.get("collection_method") == "send_invoice"
    )


def _time(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def _id(customer: Any) -> str:
    return customer if isinstance(customer, str) else str(customer["id"])
