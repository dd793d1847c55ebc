"""Plan and credits through the API: the addresses of the payment service's pages, and what is changed without them."""

import pytest

from accounts.api.models import IdempotentAnswer
from accounts.billing.models import BillingAccount, Checkout, Subscription
from accounts.models import AuditEvent, Role
from accounts.selectors import credits_available
from tests.accounts.billing.fake_stripe import FakeStripe
from tests.api import V1, client_for, post_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(organization, fake):
    return client_for(organization, scopes=["billing:write"])


@pytest.fixture
def subscribed(client, fake, deliver):
    """A client whose organisation has bought the plan “museum”."""
    post_json(client, "/billing/checkouts", {"product": "museum"})
    fake.pay(Checkout.objects.get().stripe_id)
    deliver()
    return client


def test_what_can_be_bought_is_what_the_payment_service_says(client):
    offers = client.get(f"{V1}/billing/offers").json()

    assert {plan["id"]: plan["price"]["amount"] for plan in offers["plans"]} == {
        "museum": "2900.00",
        "business": "7900.00",
    }
    assert [pack["seconds"] for pack in offers["packs"]] == [300, 1800, 7200]


def test_a_pack_is_paid_on_the_payment_services_page(client, fake: FakeStripe, organization, deliver):
    answer = post_json(client, "/billing/checkouts", {"product": "pack-5"})
    session = Checkout.objects.get()

    assert (answer.status_code, answer.json()["url"]) == (201, f"{fake.address}/pay/{session.stripe_id}")
    assert credits_available(organization) == 0
    fake.pay(session.stripe_id)
    deliver()
    assert credits_available(organization) == 300


def test_the_same_request_opens_one_checkout(client):
    first = post_json(client, "/billing/checkouts", {"product": "pack-5"}, Idempotency_Key="one")
    again = post_json(client, "/billing/checkouts", {"product": "pack-5"}, Idempotency_Key="one")

    assert first.json() == again.json()
    assert Checkout.objects.count() == 1


def test_a_key_that_comes_again_after_its_day_buys_what_is_asked_for_then(client):
    five = post_json(client, "/billing/checkouts", {"product": "pack-5"}, Idempotency_Key="buy").json()["url"]
    IdempotentAnswer.objects.all().delete()
    thirty = post_json(client, "/billing/checkouts", {"product": "pack-30"}, Idempotency_Key="buy").json()["url"]

    assert five != thirty
    assert sorted(Checkout.objects.values_list("product", flat=True)) == ["pack-30", "pack-5"]


def test_a_checkout_that_was_opened_but_whose_answer_was_lost_is_the_same_one(client, fake, monkeypatch):
    """The process died between the payment service and the remembered answer: the key finds its own work."""
    with monkeypatch.context() as broken:
        broken.setattr("accounts.api.billing.Response", lambda *_, **__: 1 / 0)
        client.raise_request_exception = False
        assert post_json(client, "/billing/checkouts", {"product": "pack-5"}, Idempotency_Key="one").status_code == 500
    assert post_json(client, "/billing/checkouts", {"product": "pack-5"}, Idempotency_Key="one").status_code == 201
    assert Checkout.objects.count() == 1


def test_a_plan_is_looked_at_changed_ended_and_taken_up_again(subscribed, organization):
    preview = post_json(subscribed, "/billing/plan/preview", {"plan": "business"}).json()
    changed = post_json(subscribed, "/billing/plan/change", {"plan": "business"}).json()
    cancelled = post_json(subscribed, "/billing/plan/cancel").json()
    resumed = post_json(subscribed, "/billing/plan/resume").json()

    assert (preview["plan"], preview["seconds_added"]) == ("business", 1800)
    assert preview["due_now"].startswith("€")
    assert (changed["subscription"]["plan"], changed["available"]) == ("business", 3600)
    assert [told["subscription"]["ends_with_period"] for told in (cancelled, resumed)] == [True, False]
    assert AuditEvent.objects.get(action="billing.plan_changed").data["api_key"]


def test_a_refused_card_changes_nothing(subscribed, fake, organization):
    fake.card_declined = True
    answer = post_json(subscribed, "/billing/plan/change", {"plan": "business"})

    assert (answer.status_code, answer.json()["code"]) == (402, "payment-refused")
    assert Subscription.objects.get().plan == "museum"


def test_a_payment_service_that_is_away_is_said_so(client, fake):
    fake.broken = True
    answer = post_json(client, "/billing/portal")

    assert (answer.status_code, answer.json()["code"]) == (503, "payment-service")


def test_the_limit_beyond_the_plan_is_set(subscribed, organization):
    answer = subscribed.put(f"{V1}/billing/limit", {"seconds": 1800}, content_type="application/json")

    assert answer.json()["overage_limit"] == 1800
    assert BillingAccount.objects.get(organization=organization).overage_cap_seconds == 1800


def test_invoices_are_those_at_the_payment_service(subscribed):
    invoices = subscribed.get(f"{V1}/billing/invoices").json()

    assert [invoice["total"] for invoice in invoices["data"]] == ["€29"]
    assert subscribed.get(f"{V1}/billing/invoices?cursor=cus_1").json()["code"] == "bad-cursor"


@pytest.mark.parametrize("product", ["school", "overage", "free", ""])
def test_what_is_not_offered_is_not_sold(client, product):
    answer = post_json(client, "/billing/checkouts", {"product": product})

    assert answer.status_code == 422
    assert not Checkout.objects.exists()


def test_an_administrators_key_does_not_pay(organization, fake):
    client = client_for(organization, role=Role.ADMIN, scopes=["billing:write"])

    assert post_json(client, "/billing/checkouts", {"product": "pack-5"}).json()["code"] == "forbidden"
    assert client.get(f"{V1}/billing").status_code == 403


def test_where_nothing_is_sold_it_says_so(organization):
    client = client_for(organization)

    assert client.get(f"{V1}/billing").json()["sold"] is False
    assert client.get(f"{V1}/billing/offers").json() == {"plans": [], "packs": [], "overage": None}
    answer = post_json(client, "/billing/checkouts", {"product": "pack-5"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
