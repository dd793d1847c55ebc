"""Buying: through the real Stripe library, at a small Stripe of our own."""

import uuid

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.billing.checkout import checkout_apply, checkout_ask, pack_checkout, plan_checkout, portal_open
from accounts.billing.client import PaymentTrouble
from accounts.billing.models import BillingAccount, Checkout, CheckoutState, Subscription
from accounts.billing.prices import prices, prices_prepare
from accounts.models import AuditEvent, CreditEntry, Role
from accounts.selectors import credits_available, credits_balance
from tests.factories import OrganizationFactory, member_of


def once():
    return uuid.uuid4().hex


def session_of(organization):
    return Checkout.objects.filter(organization=organization).latest("created_at").stripe_id


@pytest.fixture
def buy(fake, organization, owner):
    """Goes to the checkout for a plan or a pack, and pays."""

    def bought(product, *, by=None, where=None):
        place = {"organization": where or organization, "acting_user": by or owner, "once": once()}
        if product.startswith("pack"):
            pack_checkout(pack=product, **place)
        else:
            plan_checkout(plan=product, **place)
        return fake.pay(session_of(where or organization))

    return bought


def test_prices_are_made_once_and_read_from_stripe(fake):
    assert prices_prepare() == []
    assert {name: price.text for name, price in prices().items()}["museum"] == "€29"
    assert prices()["overage"].text == "€0.04"
    assert prices()["family"].tax_included


def test_a_price_changed_at_stripe_is_what_is_shown_and_what_is_bought(fake, organization, owner):
    dearer = fake._price(
        {"currency": "eur", "lookup_key": "likeness_museum", "metadata": {"likeness": "museum"}, "unit_amount": "3500",
         "product_data": {}, "tax_behavior": "exclusive"}
    )  # fmt: skip
    next(price for price in fake.of("price") if price["unit_amount"] == 2900)["lookup_key"] = None
    cache.clear()

    plan_checkout(organization=organization, acting_user=owner, plan="museum", once=once())

    assert prices()["museum"].text == "€35"
    assert fake.writes("/v1/checkout/sessions")[-1]["line_items"][0]["price"] == dearer["id"]


def test_a_plan_bought_is_a_month_of_seconds(buy, deliver, organization):
    buy("museum")
    assert credits_available(organization) == 0

    assert set(deliver()) == {200}

    subscription = Subscription.objects.get(organization=organization)
    assert (subscription.plan, subscription.status) == ("museum", "active")
    assert credits_balance(organization).expiring == 1800


def test_a_pack_bought_is_seconds_that_stay(buy, deliver, organization):
    buy("pack-5")
    deliver()

    assert credits_balance(organization).staying == 300
    assert AuditEvent.objects.filter(action="credits.bought").get().data == {"pack": "pack-5", "seconds": 300}


def test_the_form_carries_no_amount_and_stripe_is_asked_for_tax_and_tax_numbers(buy, fake):
    buy("museum")
    sent = fake.writes("/v1/checkout/sessions")[-1]

    assert sent["automatic_tax"] == {"enabled": "true"}
    assert sent["tax_id_collection"] == {"enabled": "true"}
    assert [line["price"] for line in sent["line_items"]] == [prices()["museum"].id, prices()["overage"].id]
    assert "price_data" not in str(sent)


def test_a_double_click_leads_to_one_checkout(fake, organization, owner):
    number = once()
    addresses = {
        pack_checkout(organization=organization, acting_user=owner, pack="pack-5", once=number) for _ in range(2)
    }

    assert len(addresses) == 1
    assert len(fake.of("checkout.session")) == 1


def test_of_two_windows_with_plans_only_the_last_can_be_paid(fake, organization, owner):
    for plan in ("museum", "business"):
        plan_checkout(organization=organization, acting_user=owner, plan=plan, once=once())

    assert [session["status"] for session in fake.of("checkout.session")] == ["expired", "open"]


def test_who_has_a_plan_is_not_sold_a_second_one(buy, deliver, organization, owner):
    buy("museum")
    deliver()

    with pytest.raises(ValidationError, match="There is a plan already"):
        plan_checkout(organization=organization, acting_user=owner, plan="business", once=once())


def test_a_plan_that_was_paid_a_moment_ago_is_not_sold_again_before_its_event_came(buy, organization, owner):
    buy("museum")

    with pytest.raises(ValidationError, match="bought a moment ago"):
        plan_checkout(organization=organization, acting_user=owner, plan="business", once=once())


@pytest.mark.parametrize("plan", ["school", "nonsense", ""])
def test_a_plan_that_is_not_offered_cannot_be_bought(fake, organization, owner, plan):
    with pytest.raises(ValidationError):
        plan_checkout(organization=organization, acting_user=owner, plan=plan, once=once())


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OWNER, Role.BILLING)])
def test_only_owners_and_billing_may_buy(fake, organization, role):
    user = member_of(organization, role)
    for act in (
        lambda: plan_checkout(organization=organization, acting_user=user, plan="museum", once=once()),
        lambda: pack_checkout(organization=organization, acting_user=user, pack="pack-5", once=once()),
        lambda: portal_open(organization=organization, acting_user=user),
    ):
        with pytest.raises(PermissionDenied):
            act()

    assert fake.requests == []


def test_a_trial_needs_no_card_and_gives_its_own_seconds(settings, buy, deliver, fake, organization, owner):
    settings.LIKENESS_TRIAL_DAYS = 14
    buy("museum")
    deliver()
    sent = fake.writes("/v1/checkout/sessions")[-1]

    assert sent["payment_method_collection"] == "if_required"
    assert sent["subscription_data"]["trial_settings"]["end_behavior"]["missing_payment_method"] == "cancel"
    assert credits_balance(organization).expiring == 120
    assert BillingAccount.objects.get().trial_taken_by == owner.pk


def test_a_trial_is_one_person_s_once(settings, buy, deliver, fake, owner):
    settings.LIKENESS_TRIAL_DAYS = 14
    buy("museum")
    deliver()
    second = OrganizationFactory(kind="museum")
    second.memberships.create(user=owner, role=Role.OWNER)
    buy("museum", where=second)
    deliver()

    assert "trial_period_days" not in fake.writes("/v1/checkout/sessions")[-1]["subscription_data"]
    assert credits_available(second) == 1800


def test_a_trial_that_becomes_a_plan_gives_the_month_once(settings, buy, deliver, fake, organization):
    settings.LIKENESS_TRIAL_DAYS = 14
    buy("museum")
    deliver()
    fake.renew(fake.of("subscription")[0]["id"])
    deliver()

    assert credits_available(organization) == 1800 + 120


def test_a_pack_is_not_granted_before_it_is_paid(fake, organization, owner):
    pack_checkout(organization=organization, acting_user=owner, pack="pack-5", once=once())
    session = session_of(organization)
    assert checkout_apply(checkout_ask(session)) == "not paid yet"
    fake.pay(session)
    fake.objects[session]["payment_status"] = "unpaid"  # a bank transfer on its way
    assert checkout_apply(checkout_ask(session)) == "not paid yet"
    fake.objects[session]["payment_status"] = "paid"
    assert checkout_apply(checkout_ask(session)) == "paid"
    assert checkout_apply(checkout_ask(session)) == "was paid already"
    assert credits_available(organization) == 300


def test_what_was_paid_has_to_be_what_was_ordered(buy, fake, deliver, organization):
    session = buy("pack-120")
    session["line_items"]["data"][0]["price"] = next(p for p in fake.of("price") if p["unit_amount"] == 1000)

    assert 503 in deliver()
    assert not CreditEntry.objects.exists()


def test_a_checkout_that_was_never_written_down_is_found_again(buy, deliver, organization):
    buy("pack-5")
    Checkout.objects.all().delete()
    deliver()

    assert credits_available(organization) == 300
    assert Checkout.objects.get().state == CheckoutState.PAID


@pytest.mark.parametrize(("refunded", "left"), [(1000, 0), (500, 150)])
def test_what_is_paid_back_is_taken_back(buy, deliver, fake, organization, refunded, left):
    session = buy("pack-5")
    deliver()
    fake.refund(session["payment_intent"], refunded)
    events = list(fake.events)
    deliver()
    deliver(events)

    assert credits_available(organization) == left


def test_a_payment_service_that_is_away_says_so_and_writes_nothing(fake, organization, owner):
    fake.broken = True

    with pytest.raises(PaymentTrouble, match="Nothing was charged"):
        pack_checkout(organization=organization, acting_user=owner, pack="pack-5", once=once())

    assert not Checkout.objects.exists()


def test_cards_and_tax_numbers_are_changed_at_stripe(fake, organization, owner):
    assert portal_open(organization=organization, acting_user=owner) == f"{fake.address}/portal"
    assert fake.writes("/v1/billing_portal/sessions")[0]["return_url"].endswith("/billing/")


def test_each_write_has_a_key_of_its_own(fake, organization, owner):
    """The fake refuses writes without one, and the same key for another request."""
    for pack in ("pack-5", "pack-30", "pack-5"):
        pack_checkout(organization=organization, acting_user=owner, pack=pack, once=once())

    assert len(fake.of("checkout.session")) == 3
    assert len(fake.of("customer")) == 1
