"""Money that went back: the seconds that were bought with it go too, as far as they were not used."""

from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.billing.client import asking_stripe
from accounts.billing.models import Checkout, CheckoutState
from accounts.credits import credits_revoke, organization_lock
from accounts.models import CreditEntry
from accounts.services import audit_record


def charge_ask(charge_id: str) -> dict[str, Any]:
    """What Stripe says of a payment now. Raises PaymentTrouble."""
    with asking_stripe() as client:
        told: dict[str, Any] = client.v1.charges.retrieve(charge_id).to_dict()
    return told


@transaction.atomic
def charge_apply(told: dict[str, Any]) -> str:
    """Take back the part of a pack that was refunded, or is disputed. Says what was done."""
    intent = told.get("payment_intent") or ""
    checkout = Checkout.objects.filter(payment_intent=intent).exclude(payment_intent="").first()
    if checkout is None or not checkout.seconds:
        return "not a pack of this site"
    organization = checkout.organization
    organization_lock(organization)
    back = told["amount"] if told.get("disputed") else told["amount_refunded"]
    owed = checkout.seconds * back // told["amount"]
    key = f"refund:{told['id']}:"
    taken = CreditEntry.objects.filter(key__startswith=key).aggregate(sum=Sum("seconds"))["sum"] or 0
    if owed <= taken or CreditEntry.objects.filter(key=f"{key}{back}").exists():
        return "was taken back already"
    entry = credits_revoke(
        organization=organization, seconds=owed - taken, reason="the money was paid back", key=f"{key}{back}"
    )
    if back == told["amount"]:
        Checkout.objects.filter(pk=checkout.pk).update(state=CheckoutState.REFUNDED)
    audit_record(
        organization=organization,
        acting_user=None,
        action="credits.revoked",
        object_id=checkout.pk,
        data={"seconds": entry.seconds, "owed": owed},
    )
    return f"{entry.seconds} s taken back"
