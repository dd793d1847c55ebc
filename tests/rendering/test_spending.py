"""Clips and credits on the studio's pages: what a clip costs before it is asked for, and what happens without."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.billing.models import BillingAccount, Subscription
from accounts.models import Role
from accounts.services import credits_grant
from projects.models import Clip
from rendering.models import Render
from rendering.services import cancel_render, request_render
from rendering.states import RenderState
from tests.factories import ClipFactory, answer, member_of, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip() -> Clip:
    """A clip of about two seconds, which may be made."""
    made = ClipFactory()
    answer(request_for(made))
    return made


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_without_seconds_the_clip_stays_and_its_page_says_what_is_missing(clip: Clip) -> None:
    client = client_of(clip.created_by)
    answered = client.post(f"/clips/{clip.pk}/render/", follow=True)
    page = answered.content.decode()
    assert "Not enough seconds left" in page
    assert "none is left" in page
    assert 'href="/billing/"' in page
    assert not Render.objects.exists()
    assert Clip.objects.get().words == clip.words


def test_as_soon_as_there_are_seconds_it_can_be_made(clip: Clip) -> None:
    client = client_of(clip.created_by)
    client.post(f"/clips/{clip.pk}/render/")
    credits_grant(organization=clip.organization, seconds=60, reason="test")
    assert "Not enough" not in client.get(f"/clips/{clip.pk}/").content.decode()
    client.post(f"/clips/{clip.pk}/render/")
    assert Render.objects.get().state == RenderState.QUEUED


def test_who_may_not_pay_is_told_whom_to_ask(clip: Clip) -> None:
    page = client_of(member_of(clip.organization, Role.EDITOR)).get(f"/clips/{clip.pk}/").content.decode()
    assert "An owner of your organisation can get more seconds." in page
    assert 'href="/billing/"' not in page


def test_seconds_beyond_the_plan_count_as_seconds(clip: Clip) -> None:
    now = timezone.now()
    BillingAccount.objects.create(organization=clip.organization, overage_cap_seconds=60)
    Subscription.objects.create(
        organization=clip.organization, stripe_id="sub_1", plan="museum", status="active", item_id="si_1",
        period_start=now, period_end=now + timedelta(days=30), synced_at=now,
    )  # fmt: skip
    assert "Not enough" not in client_of(clip.created_by).get(f"/clips/{clip.pk}/").content.decode()


@pytest.mark.parametrize(
    ("granted", "said"),
    [(60, "of 1 min that you have"), (2, "more than the 2 s that you have"), (0, "more than the 0 s that you have")],
)
def test_what_words_cost_is_said_while_they_are_typed(clip: Clip, granted: int, said: str) -> None:
    if granted:
        credits_grant(organization=clip.organization, seconds=granted, reason="test")
    words = {"words": "Good morning from the museum, and welcome to all of you. " * 3, "voice": "heart"}
    assert said in client_of(clip.created_by).post("/clips/new/estimate/", words).content.decode()


def test_without_limits_no_number_is_in_the_way(clip: Clip, settings) -> None:
    settings.LIKENESS_CREDITS_UNLIMITED = True
    client = client_of(clip.created_by)
    assert "as much video as you like" in client.get("/studio/").content.decode()
    assert (
        "that you have"
        not in client.post("/clips/new/estimate/", {"words": "Hello.", "voice": "heart"}).content.decode()
    )
    client.post(f"/clips/{clip.pk}/render/")
    assert Render.objects.exists()


def test_the_history_leads_to_the_clip_and_shows_it_to_those_who_may_see_clips(clip: Clip) -> None:
    credits_grant(organization=clip.organization, seconds=60, reason="test")
    render = request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
    cancel_render(organization=clip.organization, acting_user=clip.created_by, render=render)
    link = f'<a href="/clips/{clip.pk}/">{clip.title}</a>'
    assert client_of(clip.created_by).get("/billing/").content.decode().count(link) == 2
    page = client_of(member_of(clip.organization, Role.BILLING)).get("/billing/").content.decode()
    assert clip.title not in page
    assert render.pk in page


@pytest.mark.parametrize(("role", "seen"), [(Role.OWNER, True), (Role.EDITOR, True), (Role.VIEWER, False)])
def test_the_balance_is_in_the_bar_of_those_who_can_spend_it(clip: Clip, role: str, seen: bool) -> None:
    credits_grant(organization=clip.organization, seconds=95, reason="test")
    page = client_of(member_of(clip.organization, role)).get("/studio/").content.decode()
    assert ("balance" in page) is seen
    assert "1 min 35 s" in page
