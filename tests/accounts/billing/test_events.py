"""Stripe's webhooks: signed, once, in any order, again after trouble."""

import itertools
import json
import time
import uuid
from datetime import timedelta

import pytest
import stripe
from django.test import Client
from django.utils import timezone

from accounts.billing.checkout import plan_checkout
from accounts.billing.client import CardRefused, PaymentTrouble
from accounts.billing.models import BillingAccount, Checkout, MeterReport, StripeEvent, Subscription
from accounts.billing.overage import meter_reports_send, overage_cap_set
from accounts.billing.subscriptions import (
    plan_change,
    subscription_apply,
    subscription_ask,
    subscription_cancel,
    subscription_resume,
)
from accounts.billing.upkeep import upkeep
from accounts.models import AuditEvent, CreditEntry, CreditKind
from accounts.selectors import credits_available
from accounts.services import credits_charge, credits_grant, credits_hold
from projects.retention.closing import organization_close
from tests.accounts.billing.fake_stripe import SECRET


@pytest.fixture
def subscribed(fake, organization, owner, deliver):
    """The id at Stripe of a plan that was bought; its events were handed over."""
    plan_checkout(organization=organization, acting_user=owner, plan="museum", once=uuid.uuid4().hex)
    session = fake.pay(Checkout.objects.get().stripe_id)
    deliver()
    fake.requests.clear()
    return session["subscription"]


def post(body, signature):
    return Client().post(
        "/billing/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
    )


def change(organization, owner, plan):
    plan_change(organization=organization, acting_user=owner, plan=plan, once=uuid.uuid4().hex)


EVENT = {"id": "evt_x", "type": "price.created", "created": 1, "data": {"object": {"id": "price_1"}}}


def test_an_event_needs_a_signature_of_ours_and_a_fresh_one(fake, db):
    body, signature = fake.signed(EVENT)
    _, other = fake.signed(EVENT, secret="whsec_other")
    _, old = fake.signed(EVENT, timestamp=int(time.time()) - 400)
    for wrong in ("", "t=1,v1=zz", "nonsense", other, old):
        assert post(body, wrong).status_code == 400
    assert post(body.replace("evt_x", "evt_y"), signature).status_code == 400
    assert not StripeEvent.objects.exists()

    assert post(body, signature).status_code == 200


def test_two_secrets_hold_while_one_is_exchanged(fake, db, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    for secret, name in (("whsec_new", "evt_1"), (SECRET, "evt_2")):
        assert post(*fake.signed({**EVENT, "id": name}, secret=secret)).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", "{}", "\x00", json.dumps({"id": 7}), '{"id": "evt_1", "type": "a"}'])
def test_a_signed_body_that_is_no_event_is_turned_away(fake, db, body):
    signature = stripe.WebhookSignature.generate_signature_header(body, SECRET)
    assert post(body, signature).status_code == 400


def test_a_body_that_is_no_text_is_turned_away(fake, db):
    assert post(b"\xff\xfe", "t=1,v1=00").status_code == 400


def test_unknown_events_are_acknowledged_and_kept_once(fake, db):
    for _ in range(3):
        assert post(*fake.signed(EVENT)).status_code == 200

    event = StripeEvent.objects.get()
    assert (event.kind, event.attempts) == ("price.created", 1)


def test_without_a_shop_there_is_no_such_address(db):
    assert post("{}", "").status_code == 404


def test_events_in_any_order_and_twice_end_in_the_same_state(fake, organization, owner, deliver):
    """All orders of what a purchase tells, each event twice."""
    plan_checkout(organization=organization, acting_user=owner, plan="museum", once=uuid.uuid4().hex)
    fake.pay(Checkout.objects.get().stripe_id)
    told = list(fake.events)
    assert len(told) == 3
    for order in itertools.permutations(told):
        StripeEvent.objects.all().delete()
        assert set(deliver([*order, *order])) == {200}
        assert Subscription.objects.get().status == "active"
        assert credits_available(organization) == 1800
    assert CreditEntry.objects.filter(kind=CreditKind.GRANT).count() == 1


def test_an_event_of_the_past_does_not_bring_the_past_back(fake, subscribed, deliver, organization):
    fake.renew(subscribed, paid=False)
    late = list(fake.events)
    fake.settle(subscribed)
    deliver(fake.events[len(late) :])
    deliver(late)

    assert Subscription.objects.get().status == "active"
    assert Subscription.objects.get().past_due_since is None


def test_an_answer_that_was_overtaken_changes_nothing(fake, subscribed):
    asked_at, told = subscription_ask(subscribed)
    fake.objects[subscribed]["status"] = "past_due"
    later = subscription_ask(subscribed)
    subscription_apply(later[1], asked_at=later[0])

    assert subscription_apply(told, asked_at=asked_at) == "known better already"
    assert Subscription.objects.get().status == "past_due"


def test_an_event_that_could_not_be_handled_is_handled_when_it_comes_again(fake, subscribed, deliver, organization):
    fake.renew(subscribed)
    events = list(fake.events)
    fake.broken = True
    assert set(deliver(events)) == {503}
    assert StripeEvent.objects.filter(handled_at=None, outcome="PaymentTrouble").count() == len(events)

    fake.broken = False
    assert set(deliver(events)) == {200}
    assert not StripeEvent.objects.filter(handled_at=None).exists()
    assert credits_available(organization) == 1800


def test_a_new_month_brings_its_seconds_and_ends_those_of_the_last(fake, subscribed, deliver, organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=100)
    credits_charge(organization=organization, render_id="rnd_a", seconds=100)
    fake.renew(subscribed)
    deliver()

    assert credits_available(organization) == 1800
    assert CreditEntry.objects.get(kind=CreditKind.EXPIRY).seconds == 1700


def test_a_month_that_is_not_paid_brings_nothing_and_takes_nothing_yet(fake, subscribed, deliver, organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=100)
    fake.renew(subscribed, paid=False)
    deliver()

    assert credits_available(organization) == 1700
    assert Subscription.objects.get().past_due_since is not None

    fake.settle(subscribed)
    deliver()
    assert credits_available(organization) == 1800
    assert Subscription.objects.get().past_due_since is None


def test_a_draft_of_an_invoice_is_not_a_payment(fake, subscribed, deliver, organization):
    before = CreditEntry.objects.count()
    fake.renew(subscribed, paid=False)
    fake.objects[subscribed]["status"] = "active"  # as it is for the hour before Stripe tries the card
    deliver()

    assert CreditEntry.objects.count() == before


def test_an_invoice_to_be_paid_by_transfer_begins_the_month(fake, subscribed, deliver, organization):
    fake.renew(subscribed, paid=False)
    fake.objects[subscribed]["status"] = "active"
    fake.objects[fake.objects[subscribed]["latest_invoice"]]["collection_method"] = "send_invoice"
    deliver()

    assert CreditEntry.objects.filter(key__startswith="period:").count() == 2


def test_a_bigger_plan_is_paid_in_proportion_and_adds_the_difference(fake, subscribed, organization, owner):
    change(organization, owner, "business")

    sent = fake.writes(f"/v1/subscriptions/{subscribed}")[0]
    assert (sent["proration_behavior"], sent["payment_behavior"]) == ("always_invoice", "error_if_incomplete")
    assert Subscription.objects.get().plan == "business"
    assert credits_available(organization) == 3600


def test_a_smaller_plan_takes_nothing_away_and_back_again_costs_nothing(fake, subscribed, deliver, organization, owner):
    change(organization, owner, "business")
    change(organization, owner, "museum")
    change(organization, owner, "business")

    behaviours = [sent["proration_behavior"] for sent in fake.writes(f"/v1/subscriptions/{subscribed}")]
    assert behaviours == ["always_invoice", "none", "none"]
    deliver()
    assert credits_available(organization) == 3600


def test_a_card_that_is_refused_changes_nothing(fake, subscribed, organization, owner):
    fake.card_declined = True

    with pytest.raises(CardRefused, match=r"Your card was declined\. Nothing was changed\."):
        change(organization, owner, "business")

    assert Subscription.objects.get().plan == "museum"
    assert credits_available(organization) == 1800


def test_a_plan_is_ended_with_its_month_and_can_go_on_after_all(fake, subscribed, organization, owner):
    subscription_cancel(organization=organization, acting_user=owner, once=uuid.uuid4().hex)
    assert Subscription.objects.get().cancel_at_period_end
    assert credits_available(organization) == 1800
    subscription_resume(organization=organization, acting_user=owner, once=uuid.uuid4().hex)
    assert not Subscription.objects.get().cancel_at_period_end
    actions = AuditEvent.objects.filter(action__startswith="billing.plan_").values_list("action", flat=True)
    assert list(actions) == ["billing.plan_cancelled", "billing.plan_resumed"]


def test_when_the_plan_has_ended_so_have_its_seconds_but_not_those_of_packs(fake, subscribed, deliver, organization):
    credits_grant(organization=organization, seconds=30, reason="pack")
    fake.end(subscribed)
    events = list(fake.events)
    deliver()
    deliver(events)

    assert credits_available(organization) == 30
    assert CreditEntry.objects.filter(kind=CreditKind.EXPIRY).count() == 1


def test_a_customer_of_another_shop_on_the_same_account_is_left_alone(fake, subscribed, deliver, organization):
    BillingAccount.objects.update(stripe_customer_id="cus_another")
    Subscription.objects.all().delete()
    fake.renew(subscribed)

    assert set(deliver()) == {200}
    assert not Subscription.objects.exists()


def make_beyond_the_plan(organization, owner, seconds):
    overage_cap_set(organization=organization, acting_user=owner, seconds=600)
    credits_hold(organization=organization, render_id="rnd_a", seconds=1800 + seconds)
    credits_charge(organization=organization, render_id="rnd_a", seconds=1800 + seconds)


def test_seconds_beyond_the_plan_are_told_to_stripe_once(fake, subscribed, organization, owner):
    make_beyond_the_plan(organization, owner, 7)

    assert meter_reports_send() == 1
    assert meter_reports_send() == 0
    MeterReport.objects.update(sent_at=None, attempts=0)  # as after a crash between the sending and the mark
    meter_reports_send()

    assert [event["payload"] for event in fake.meter_events.values()] == [
        {"stripe_customer_id": BillingAccount.objects.get().stripe_customer_id, "value": "7"}
    ]


def test_usage_that_could_not_be_told_is_told_later(fake, subscribed, organization, owner):
    make_beyond_the_plan(organization, owner, 7)
    fake.broken = True
    assert meter_reports_send() == 0
    fake.broken = False
    MeterReport.objects.update(at=timezone.now() - timedelta(hours=1))

    assert meter_reports_send() == 1


def test_a_month_of_which_no_event_came_is_asked_for(fake, subscribed, organization):
    fake.renew(subscribed)
    fake.events.clear()
    assert upkeep() == 0
    Subscription.objects.update(synced_at=timezone.now() - timedelta(days=2))

    assert upkeep() == 1
    assert CreditEntry.objects.filter(key__startswith="period:").count() == 2


def test_closing_an_account_ends_what_is_paid_for(fake, subscribed, deliver, organization, owner):
    organization_close(organization=organization, acting_user=owner)

    assert fake.objects[subscribed]["status"] == "canceled"
    assert Subscription.objects.get().ended_at is not None
    assert credits_available(organization) == 0


def test_an_account_that_cannot_stop_paying_is_not_closed(fake, subscribed, organization, owner):
    fake.broken = True

    with pytest.raises(PaymentTrouble):
        organization_close(organization=organization, acting_user=owner)

    assert organization.memberships.exists()
