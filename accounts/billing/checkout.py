"""Leading somebody to Stripe's pages: to subscribe, to buy a pack, to change a card. What came of it is taken from
Stripe, never from the browser that comes back.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.billing.catalogue import OVERAGE, PACKS, PLANS, plans_for
from accounts.billing.client import asking_stripe
from accounts.billing.models import LIVE, BillingAccount, Checkout, CheckoutState, Subscription
from accounts.billing.prices import price_of, prices, product_of
from accounts.credits import credits_grant, organization_lock
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.services import audit_record, authorize

SESSION_MARK = "{CHECKOUT_SESSION_ID}"  # Stripe writes the session's id in its place


def plan_checkout(*, organization: Organization, acting_user: User, plan: str, once: str) -> str:
    """The address of the checkout for a plan. The same form sent twice leads to one checkout.

    Raises PermissionDenied, PaymentTrouble, or ValidationError: no such plan, there is a subscription already.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.PAY)
    if plan not in {offered.id for offered in plans_for(organization.kind)}:
        raise ValidationError("Choose one of the plans on this page.")
    if Subscription.objects.filter(organization=organization, status__in=LIVE, ended_at=None).exists():
        raise ValidationError("There is a plan already. Change it on this page instead of buying a second one.")
    if known := _known(organization, once):
        return known.url
    _close_open_checkouts(organization)
    trial = trial_is_offered(organization, acting_user)
    subscription: dict[str, Any] = {"metadata": {"organization": organization.pk, "person": acting_user.pk}}
    params: dict[str, Any] = {
        "mode": "subscription",
        "line_items": [{"price": price_of(plan).id, "quantity": 1}],
        "subscription_data": subscription,
    }
    if overage := prices().get(OVERAGE):
        # Part of each subscription from the start; it costs nothing until the owner sets a limit for it.
        params["line_items"].append({"price": overage.id})
    if trial:
        subscription["trial_period_days"] = settings.LIKENESS_TRIAL_DAYS
        subscription["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
        params["payment_method_collection"] = "if_required"
    return _open(organization, acting_user, product=plan, seconds=0, once=once, params=params)


def pack_checkout(*, organization: Organization, acting_user: User, pack: str, once: str) -> str:
    """The address of the checkout for a pack. The same form sent twice leads to one checkout.

    Raises PermissionDenied, PaymentTrouble, or ValidationError: no such pack.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.PAY)
    if pack not in PACKS:
        raise ValidationError("Choose one of the packs on this page.")
    if known := _known(organization, once):
        return known.url
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"price": price_of(pack).id, "quantity": 1}],
        "invoice_creation": {"enabled": True},
    }
    return _open(
        organization, acting_user, product=pack, seconds=PACKS[pack].seconds, once=once, params=params
    )  # fmt: skip


def portal_open(*, organization: Organization, acting_user: User) -> str:
    """The address of Stripe's page for cards, addresses and tax numbers. Raises PermissionDenied, PaymentTrouble."""
    authorize(organization=organization, acting_user=acting_user, act=Act.PAY)
    customer = customer_of(organization)
    with asking_stripe() as client:
        session = client.v1.billing_portal.sessions.create({"customer": customer, "return_url": _address("page")})
    return session.url


def trial_is_offered(organization: Organization, user: User) -> bool:
    """A trial of a plan needs no card. One an organisation, and one a person."""
    if settings.LIKENESS_TRIAL_DAYS <= 0 or Subscription.objects.filter(organization=organization).exists():
        return False
    with across_tenants("a person who tried a plan in one organisation does not try it again in another"):
        return not BillingAccount.objects.filter(trial_taken_by=user.pk).exists()


def customer_of(organization: Organization) -> str:
    """The organisation's id at Stripe, made where it has none. Raises PaymentTrouble."""
    account, _ = BillingAccount.objects.get_or_create(organization=organization)
    if account.stripe_customer_id:
        return account.stripe_customer_id
    with asking_stripe() as client:
        made = client.v1.customers.create(
            {"name": organization.name, "metadata": {"organization": organization.pk}},
            {"idempotency_key": f"likeness-customer-{organization.pk}"},
        )
    # Of two at once the first one is kept.
    BillingAccount.objects.filter(organization=organization, stripe_customer_id=None).update(stripe_customer_id=made.id)
    account.refresh_from_db()
    return str(account.stripe_customer_id)


def checkout_ask(session_id: str) -> dict[str, Any]:
    """What Stripe says of a checkout now. Raises PaymentTrouble."""
    with asking_stripe() as client:
        told: dict[str, Any] = client.v1.checkout.sessions.retrieve(session_id, {"expand": ["line_items"]}).to_dict()
    return told


@transaction.atomic
def checkout_apply(told: dict[str, Any]) -> str:
    """Do what follows from a checkout's state, once: a paid pack becomes seconds. Says what was done."""
    account = BillingAccount.objects.filter(stripe_customer_id=told.get("customer") or "-").first()
    if account is None:
        return "not of this site"
    organization = account.organization
    organization_lock(organization)
    checkout = Checkout.objects.filter(stripe_id=told["id"], organization=organization).first() or _noted(told)
    if checkout is None:
        return "not of this site"
    if checkout.state != CheckoutState.OPEN:
        return f"was {checkout.state} already"
    if told["status"] == "expired":
        Checkout.objects.filter(pk=checkout.pk).update(state=CheckoutState.FAILED, url="")
        return "expired"
    if told["status"] != "complete" or told["payment_status"] == "unpaid":
        return "not paid yet"
    Checkout.objects.filter(pk=checkout.pk).update(
        state=CheckoutState.PAID, payment_intent=told.get("payment_intent") or "", url=""
    )
    if told["mode"] == "payment":
        _pack_grant(organization, checkout, told)
    return "paid"


def _pack_grant(organization: Organization, checkout: Checkout, told: Any) -> None:
    lines = told["line_items"]["data"]
    if [product_of(line["price"]) for line in lines] != [checkout.product] or lines[0]["quantity"] != 1:
        raise ValueError(f"Checkout {checkout.pk} was for {checkout.product}; what was paid is something else.")
    pack = PACKS.get(checkout.product)
    entry = credits_grant(
        organization=organization,
        seconds=checkout.seconds,
        reason=f"bought: {pack.name if pack else checkout.product}",
        key=f"pack:{checkout.stripe_id}",
    )
    audit_record(
        organization=organization,
        acting_user=checkout.created_by,
        action="credits.bought",
        object_id=checkout.pk,
        data={"pack": checkout.product, "seconds": entry.seconds},
    )


def _noted(told: Any) -> Checkout | None:
    """A checkout of ours that this site forgot before it wrote it down: what it was for stands at Stripe too."""
    noted = told.get("metadata") or {}
    organization = Organization.objects.filter(
        pk=noted.get("organization", ""), billing_account__stripe_customer_id=told["customer"]
    ).first()
    person = User.objects.filter(pk=noted.get("person", "")).first()
    product = noted.get("product", "")
    if organization is None or person is None or product not in {*PLANS, *PACKS}:
        return None
    return Checkout.objects.create(
        organization=organization,
        product=product,
        seconds=PACKS[product].seconds if product in PACKS else 0,
        once=f"found:{told['id']}"[:64],
        stripe_id=told["id"],
        created_by=person,
    )


def _known(organization: Organization, once: str) -> Checkout | None:
    return Checkout.objects.filter(organization=organization, once=once, state=CheckoutState.OPEN).first()


def _close_open_checkouts(organization: Organization) -> None:
    """Of two windows with two plans only the last one can be paid."""
    for checkout in Checkout.objects.filter(organization=organization, product__in=PLANS, state=CheckoutState.OPEN):
        with asking_stripe() as client:
            told = client.v1.checkout.sessions.retrieve(checkout.stripe_id)
            if told.status == "open":
                client.v1.checkout.sessions.expire(
                    checkout.stripe_id, options={"idempotency_key": f"likeness-expire-{checkout.pk}"}
                )
            elif told.status == "complete":
                raise ValidationError("A plan was bought a moment ago. Load this page again to see it.")
        Checkout.objects.filter(pk=checkout.pk, state=CheckoutState.OPEN).update(state=CheckoutState.FAILED, url="")


def _open(
    organization: Organization, acting_user: User, *, product: str, seconds: int, once: str, params: dict[str, Any]
) -> str:
    noted = {"organization": organization.pk, "person": acting_user.pk, "product": product}
    whole: Any = {
        **params,
        "customer": customer_of(organization),
        "client_reference_id": organization.pk,
        "metadata": noted,
        "automatic_tax": {"enabled": settings.LIKENESS_BILLING_TAX},
        "tax_id_collection": {"enabled": True},
        "customer_update": {"address": "auto", "name": "auto"},
        "success_url": f"{_address('done')}?session={SESSION_MARK}",
        "cancel_url": _address("page"),
    }
    with asking_stripe() as client:
        session = client.v1.checkout.sessions.create(
            whole, {"idempotency_key": f"likeness-checkout-{organization.pk}-{product}-{once}"}
        )
    with transaction.atomic():
        organization_lock(organization)
        checkout, made = Checkout.objects.get_or_create(
            stripe_id=session.id,
            defaults={
                "organization": organization,
                "product": product,
                "seconds": seconds,
                "once": once,
                "url": session.url or "",
                "created_by": acting_user,
                "created_at": timezone.now(),
            },
        )
        if made:
            audit_record(
                organization=organization,
                acting_user=acting_user,
                action="billing.checkout_opened",
                object_id=checkout.pk,
                data={"product": product},
            )
    return checkout.url


def _address(page: str) -> str:
    return f"{settings.LIKENESS_SITE_URL}{reverse(f'billing:{page}')}"
