"""An installation that sells plans, with a small Stripe behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.billing.prices import prices_prepare
from accounts.models import Organization, User
from tests.accounts.billing.fake_stripe import KEY, SECRET, FakeStripe, serving
from tests.factories import OrganizationFactory, member_of


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeStripe]:
    """Stripe, with the prices of the catalogue."""
    with serving() as fake:
        settings.STRIPE_SECRET_KEY = KEY
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        settings.STRIPE_API_ADDRESS = fake.address
        settings.LIKENESS_BILLING_PAGES = [fake.address]
        settings.LIKENESS_TRIAL_DAYS = 0
        prices_prepare()
        fake.requests.clear()
        yield fake
    cache.clear()


@pytest.fixture
def organization(db: None) -> Organization:
    return OrganizationFactory(kind="museum")


@pytest.fixture
def owner(organization: Organization) -> User:
    return member_of(organization)


@pytest.fixture
def deliver(fake: FakeStripe) -> Any:
    """Hands the waiting events to the site; the statuses that it answered."""
    client = Client()

    def send(body: str, signature: str) -> int:
        return client.post(
            "/billing/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
        ).status_code

    return lambda events=None: fake.deliver(send, events)
