"""Somebody runs out of seconds, buys a plan and goes on, on a phone; the checkout is a small Stripe's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.billing.prices import prices_prepare
from accounts.models import Membership
from tests.accounts.billing.fake_stripe import KEY, SECRET, FakeStripe, serving
from tests.browser.conftest import DESK, PHONE, PORTRAIT, sideways
from tests.factories import ClipFactory, MembershipFactory, PortraitFactory, answer, request_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(settings: Any) -> Iterator[FakeStripe]:
    """The site sells plans; its checkout is on this machine."""
    with serving() as fake:
        settings.STRIPE_SECRET_KEY = KEY
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        settings.STRIPE_API_ADDRESS = fake.address
        settings.LIKENESS_BILLING_PAGES = [fake.address]
        settings.LIKENESS_TRIAL_DAYS = 0
        prices_prepare()
        yield fake
    cache.clear()


@pytest.fixture
def poor(transactional_db: None) -> Membership:
    """The owner of a museum's studio without a second of video."""
    return MembershipFactory(organization__name="Hill Street Museum", organization__kind="museum")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_out_of_seconds_a_plan_is_bought_and_the_clip_is_made(
    shop: FakeStripe, poor: Membership, open_page: Callable[..., Page], size: dict[str, int]
) -> None:
    owned = {"organization": poor.organization, "created_by": poor.user}
    picture = ContentFile(PORTRAIT.read_bytes(), name=f"org/{poor.organization_id}/portraits/photo.jpg")
    clip = ClipFactory(**owned, portrait=PortraitFactory(**owned, image=picture), title="Good morning at the door")
    answer(request_for(clip))
    page = open_page(user=poor.user, size=size)

    page.goto(f"/clips/{clip.pk}/")
    expect(page.get_by_role("heading", name="Not enough seconds left")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_role("link", name="Get more seconds").click()
    page.get_by_role("button", name="Choose Museum").click()
    page.get_by_role("button", name="Pay").click()

    expect(page.get_by_text("Your plan", exact=True)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="LIKE-")).to_have_count(1)
    assert sideways(page) == 0
    page.get_by_label("Minutes beyond the plan, a month").fill("10")
    page.get_by_role("button", name="Set the limit").click()
    expect(page.get_by_label("Minutes beyond the plan, a month")).to_have_value("10")

    page.goto(f"/clips/{clip.pk}/")
    page.get_by_role("button", name="Make the clip now").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.goto("/billing/")
    expect(page.get_by_role("link", name=clip.title)).to_be_visible()
