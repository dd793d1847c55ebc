"""Stripe's webhooks. An event is only a hint that something changed: the thing itself is asked for, as it is now, so
that late, doubled and swapped events all end in the same state.

The question to Stripe is asked outside the transaction, which would hold locks while it waits; its answer is applied in
one, together with the mark that the event is done.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.billing.checkout import checkout_apply, checkout_ask
from accounts.billing.models import BillingAccount, StripeEvent
from accounts.billing.refunds import charge_apply, charge_ask
from accounts.billing.subscriptions import subscription_apply, subscription_ask
from accounts.scopes import across_tenants

logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300
"""How old a signature may be. Stripe signs each attempt anew."""

Apply = Callable[[], str]


class BadSignature(Exception):  # noqa: N818  named as Django names its own
    """Not sent by Stripe, or not lately, or not an event."""


@across_tenants("Stripe names a customer, and only the answer says whose organisation that is")
def event_receive(*, payload: bytes, signature: str) -> str:
    """Handle an event, once. Says what was done.

    Raises BadSignature; and whatever goes wrong in handling it: then Stripe is to send it again.
    """
    event = _verified(payload, signature)
    StripeEvent.objects.get_or_create(
        pk=event["id"],
        defaults={
            "kind": event["type"][:100],
            "object_id": str(event["data"]["object"].get("id") or "")[:100],
            "created_at": datetime.fromtimestamp(event["created"], UTC),
        },
    )
    if StripeEvent.objects.filter(pk=event["id"]).exclude(handled_at=None).exists():
        return "known"
    try:
        return _handle(event)
    except Exception as error:
        StripeEvent.objects.filter(pk=event["id"], handled_at=None).update(
            attempts=F("attempts") + 1, outcome=type(error).__name__
        )
        raise


def _handle(event: dict[str, Any]) -> str:
    apply = _ask(event)
    with transaction.atomic():
        row = StripeEvent.objects.select_for_update().get(pk=event["id"])
        if row.handled_at is not None:
            return "known"
        outcome = apply()
        StripeEvent.objects.filter(pk=row.pk).update(
            handled_at=timezone.now(), outcome=outcome[:200], attempts=F("attempts") + 1
        )
    logger.info("Stripe event %s (%s): %s", event["id"], event["type"], outcome)
    return outcome


def _verified(payload: bytes, signature: str) -> dict[str, Any]:
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(payload, signature, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        try:
            event: dict[str, Any] = json.loads(payload)
            if isinstance(event["id"], str) and isinstance(event["type"], str) and event["data"]["object"].get:
                return {**event, "created": int(event["created"])}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSignature("signed, but not an event") from error
    raise BadSignature("not signed with a secret of this site")


def _ask(event: dict[str, Any]) -> Apply:
    """Ask Stripe for what the event is about; what to do with the answer."""
    kind: str = event["type"]
    asking = next((asking for beginning, asking in _ASKING.items() if kind.startswith(beginning)), None)
    return asking(event["data"]["object"]) if asking else _nothing


def _nothing() -> str:
    return "nothing follows from it"


def _subscription(stripe_id: Any) -> Apply:
    asked_at, told = subscription_ask(stripe_id if isinstance(stripe_id, str) else stripe_id["id"])
    return lambda: subscription_apply(told, asked_at=asked_at)


def _checkout(session_id: str) -> Apply:
    told = checkout_ask(session_id)
    bought = told.get("subscription")
    follow = _subscription(bought) if bought and told["status"] == "complete" else _nothing

    def apply() -> str:
        outcome = checkout_apply(told)
        return f"{outcome}; {follow()}" if bought else outcome

    return apply


def _charge(charge_id: str) -> Apply:
    told = charge_ask(charge_id)
    return lambda: charge_apply(told)


def _of_invoice(invoice: dict[str, Any]) -> Apply:
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    return _subscription(details["subscription"]) if details.get("subscription") else _nothing


def _forgotten(customer: dict[str, Any]) -> Apply:
    """The operator deleted the customer at Stripe: the next checkout makes a new one."""

    def apply() -> str:
        known = BillingAccount.objects.filter(stripe_customer_id=customer["id"]).update(stripe_customer_id=None)
        return "customer forgotten" if known else "not of this site"

    return apply


# By how an event's name begins: from its object to what follows.
_ASKING: dict[str, Callable[[dict[str, Any]], Apply]] = {
    "customer.subscription.": lambda subscription: _subscription(subscription["id"]),
    "customer.deleted": _forgotten,
    "invoice.": _of_invoice,
    "checkout.session.": lambda session: _checkout(session["id"]),
    "charge.refunded": lambda charge: _charge(charge["id"]),
    "charge.dispute.": lambda dispute: _charge(dispute["charge"]),
}


@across_tenants("a checkout is looked up at Stripe; the caller opened the organisation's door")
def checkout_settle(session_id: str) -> str:
    """What the webhook will do for this checkout, at once: its buyer has come back and looks at the page.

    Raises PaymentTrouble.
    """
    apply = _checkout(session_id)
    with transaction.atomic():
        return apply()
