"""The page of plan and credits: who opens it, what it says, what its buttons do."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.billing.models import BillingAccount, Checkout, Subscription
from accounts.models import AuditEvent, Organization, Role, User
from accounts.selectors import credits_available
from accounts.services import credits_charge, credits_grant, credits_hold
from tests.accounts.billing.fake_stripe import FakeStripe
from tests.factories import OrganizationFactory, member_of

pytestmark = pytest.mark.django_db

POSTS = ("plan", "pack", "cards", "cancel", "resume", "limit")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def number() -> str:
    return uuid.uuid4().hex


def page_of(user: User, address: str = "/billing/") -> str:
    return client_of(user).get(address).content.decode()


@pytest.mark.parametrize("role", Role)
def test_owners_and_billing_open_it_and_nobody_else(fake: FakeStripe, organization: Organization, role: str) -> None:
    client = client_of(member_of(organization, role))
    allowed = role in (Role.OWNER, Role.BILLING)
    assert client.get("/billing/").status_code == (200 if allowed else 403)
    assert client.get("/billing/invoices/").status_code == (200 if allowed else 403)
    assert client.get("/billing/change/").status_code == (302 if allowed else 403)
    for name in POSTS:
        assert client.post(f"/billing/{name}/").status_code in ((302, 422) if allowed else (403,))


def test_strangers_sign_in_first(fake: FakeStripe) -> None:
    for name in ("", "invoices/", "done/", "change/"):
        assert Client().get(f"/billing/{name}").headers["Location"].startswith("/sign-in/")
    for name in POSTS:
        assert Client().get(f"/billing/{name}/").status_code == 405


def test_without_a_shop_no_price_and_no_button_is_shown_and_whom_to_ask(owner: User, settings) -> None:
    settings.LIKENESS_OPERATOR_CONTACT = "Kim in room 12"
    page = page_of(owner)
    assert "Nothing is sold on this installation" in page
    assert "ask Kim in room 12" in page
    for word in ("Choose", "Buy", "€", "a month", "Invoices"):
        assert word not in page
    for name in POSTS:
        assert client_of(owner).post(f"/billing/{name}/", {"minutes": 1}).status_code == 404


def test_without_limits_it_says_so(owner: User, settings) -> None:
    settings.LIKENESS_CREDITS_UNLIMITED = True
    page = page_of(owner)
    assert "No limit" in page
    assert "whoever runs this installation" not in page


def test_plans_of_the_organisations_kind_are_shown_with_stripes_prices(fake: FakeStripe, owner: User) -> None:
    page = page_of(owner)
    assert "Choose Museum" in page
    assert "€29" in page
    assert "Choose School" not in page


def test_when_stripe_is_away_the_page_is_still_there(fake: FakeStripe, organization: Organization, owner: User) -> None:
    BillingAccount.objects.create(organization=organization, stripe_customer_id="cus_1")
    cache.clear()
    fake.broken = True
    page = page_of(owner)
    assert "The price is shown at the checkout." in page
    assert "cannot be reached" in page_of(owner, "/billing/invoices/")


def test_a_plan_is_bought_and_looked_up_when_its_buyer_comes_back(fake: FakeStripe, owner: User, deliver) -> None:
    client = client_of(owner)
    answer = client.post("/billing/plan/", {"product": "museum", "once": number()})
    session = Checkout.objects.get().stripe_id
    assert answer.headers["Location"] == f"{fake.address}/pay/{session}"
    fake.pay(session)
    assert client.get(f"/billing/done/?session={session}").headers["Location"] == "/billing/"
    assert "Your plan" in page_of(owner)
    assert credits_available(Organization.objects.get()) == 1800
    assert set(deliver()) == {200}
    assert credits_available(Organization.objects.get()) == 1800


def test_another_organisations_checkout_is_not_found(fake: FakeStripe, owner: User) -> None:
    client_of(owner).post("/billing/pack/", {"product": "pack-5", "once": number()})
    stranger = client_of(member_of(OrganizationFactory(kind="museum")))
    assert stranger.get(f"/billing/done/?session={Checkout.objects.get().stripe_id}").status_code == 404


@pytest.mark.parametrize("amount", ["price=1", "unit_amount=1", "amount=1", "seconds=99999"])
def test_an_amount_sent_by_a_browser_is_of_no_interest(fake: FakeStripe, owner: User, amount: str) -> None:
    name, value = amount.split("=")
    client_of(owner).post("/billing/pack/", {"product": "pack-5", "once": number(), name: value})
    assert Checkout.objects.get().seconds == 300
    assert fake.of("checkout.session")[0]["line_items"]["data"][0]["price"]["unit_amount"] == 1000


@pytest.mark.parametrize("once", ["", "x" * 32, "' OR 1=1"])
def test_a_form_without_its_number_does_nothing(fake: FakeStripe, owner: User, once: str) -> None:
    client_of(owner).post("/billing/pack/", {"product": "pack-5", "once": once})
    assert not Checkout.objects.exists()


def test_the_form_may_lead_to_the_checkout_and_nowhere_else(fake: FakeStripe, owner: User) -> None:
    policy = client_of(owner).get("/billing/").headers["Content-Security-Policy"]
    assert f"form-action 'self' {fake.address};" in policy
    assert "form-action 'self';" in client_of(owner).get("/studio/").headers["Content-Security-Policy"]


def plan_of(organization: Organization, **values) -> Subscription:
    now = timezone.now()
    BillingAccount.objects.update_or_create(organization=organization, defaults={"stripe_customer_id": "cus_1"})
    return Subscription.objects.create(
        organization=organization, stripe_id="sub_1", plan="museum", item_id="si_1", synced_at=now,
        period_start=now - timedelta(days=3), period_end=now + timedelta(days=27), **{"status": "active", **values},
    )  # fmt: skip


def test_a_failed_payment_is_said_with_what_to_do(fake: FakeStripe, organization: Organization, owner: User) -> None:
    plan_of(organization, status="past_due", past_due_since=timezone.now())
    page = page_of(owner)
    assert "Your last payment failed." in page
    answer = client_of(owner).post("/billing/plan/", {"product": "business", "once": number()}, follow=True)
    assert "Pay the open invoice first" in answer.content.decode()


@pytest.mark.parametrize(("minutes", "seconds"), [("10", 600), ("0", 0)])
def test_an_owner_sets_the_limit_beyond_the_plan(
    fake: FakeStripe, organization: Organization, owner: User, minutes: str, seconds: int
) -> None:
    plan_of(organization)
    BillingAccount.objects.update(overage_cap_seconds=60)
    assert client_of(owner).post("/billing/limit/", {"minutes": minutes}).status_code == 302
    assert BillingAccount.objects.get().overage_cap_seconds == seconds
    assert AuditEvent.objects.get(action="billing.overage_cap_set").data == {"seconds": seconds, "before": 60}


@pytest.mark.parametrize("minutes", ["-1", "", "many", "99999999"])
def test_a_limit_that_makes_no_sense_is_said_beside_its_field(
    fake: FakeStripe, organization: Organization, owner: User, minutes: str
) -> None:
    plan_of(organization)
    answer = client_of(owner).post("/billing/limit/", {"minutes": minutes})
    assert answer.status_code == 422
    assert answer.context["limit_form"].errors["minutes"]
    assert BillingAccount.objects.get().overage_cap_seconds == 0


def test_the_history_shows_what_was_available_after_each_entry(organization: Organization, owner: User) -> None:
    credits_grant(organization=organization, seconds=60, reason="spring")
    credits_hold(organization=organization, render_id="rnd_a", seconds=12)
    credits_charge(organization=organization, render_id="rnd_a", seconds=9)
    context = client_of(owner).get("/billing/").context
    assert [(line.entry.delta, line.balance) for line in context["history"]] == [(3, 51), (-12, 48), (60, 60)]


def test_the_history_of_another_organisation_is_not_shown(organization: Organization, owner: User) -> None:
    credits_grant(organization=OrganizationFactory(), seconds=60, reason="of others")
    assert "of others" not in page_of(owner)
    assert "Nothing has happened yet." in page_of(owner)


def test_a_long_history_has_pages_that_go_on_where_the_last_ended(organization: Organization, owner: User) -> None:
    for _ in range(25):
        credits_grant(organization=organization, seconds=10, reason="step")
    client = client_of(owner)
    first = [line.balance for line in client.get("/billing/").context["history"]]
    second = [line.balance for line in client.get("/billing/?page=2").context["history"]]
    assert first + second == list(range(250, 0, -10))


def test_invoices_are_listed_with_links_and_go_on(fake: FakeStripe, organization: Organization, owner: User) -> None:
    BillingAccount.objects.create(organization=organization, stripe_customer_id="cus_1")
    made = [fake._invoice("cus_1", 2900) for _ in range(14)]
    fake._invoice("cus_2", 9900)
    first = client_of(owner).get("/billing/invoices/")
    second = client_of(owner).get(f"/billing/invoices/?after={first.context['after']}")
    numbers = [line.number for answer in (first, second) for line in answer.context["invoices"]]
    assert numbers == [invoice["number"] for invoice in made[::-1]]
    assert made[-1]["hosted_invoice_url"] in first.content.decode()
    assert "€29" in first.content.decode()


def test_the_page_carries_no_inline_code_or_style(fake: FakeStripe, organization: Organization, owner: User) -> None:
    plan_of(organization)
    page = page_of(owner)
    assert " style=" not in page
    assert "onclick" not in page


@pytest.fixture
def bought(fake: FakeStripe, organization: Organization, owner: User) -> User:
    """The owner, with a plan that was bought."""
    client = client_of(owner)
    client.post("/billing/plan/", {"product": "museum", "once": number()})
    session = Checkout.objects.get().stripe_id
    fake.pay(session)
    client.get(f"/billing/done/?session={session}")
    return owner


def test_what_a_bigger_plan_costs_now_is_said_before_it_is_paid(fake: FakeStripe, bought: User) -> None:
    page = page_of(bought, "/billing/change/?product=business")
    assert "about €50" in page
    assert "30 min more" in page
    assert Subscription.objects.get().plan == "museum"
    assert not fake.writes(f"/v1/subscriptions/{Subscription.objects.get().stripe_id}")

    answer = client_of(bought).post("/billing/plan/", {"product": "business", "once": number()}, follow=True)
    assert "Your plan was changed." in answer.content.decode()
    assert "Nothing" in page_of(bought, "/billing/change/?product=museum")


def test_a_card_that_is_refused_is_said_and_the_plan_stays(fake: FakeStripe, bought: User) -> None:
    fake.card_declined = True
    answer = client_of(bought).post("/billing/plan/", {"product": "business", "once": number()}, follow=True)
    assert "Your card was declined." in answer.content.decode()
    assert Subscription.objects.get().plan == "museum"


@pytest.mark.parametrize("product", ["school", "", "nonsense"])
def test_a_change_to_a_plan_that_is_not_offered_leads_back(fake: FakeStripe, bought: User, product: str) -> None:
    answer = client_of(bought).get(f"/billing/change/?product={product}", follow=True)
    assert "Choose one of the plans on this page." in answer.content.decode()
