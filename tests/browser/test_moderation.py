"""A report of a clip, from a stranger's form to two moderators' decisions, and what the organisation sees of it."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.models import Membership
from projects.models import Clip
from rendering.services import request_render
from tests.browser.conftest import PHONE, PORTRAIT, sideways
from tests.factories import ClipFactory, PortraitFactory, SubjectFactory, moderator, statement_for


def clip_being_made(member: Membership) -> Clip:
    """A clip of a drawn figure that the queue has begun to make."""
    owned = {"organization": member.organization, "created_by": member.user}
    subject = SubjectFactory(kind="fictional", name="Ada Wren", **owned)
    statement_for(subject)
    picture = ContentFile(PORTRAIT.read_bytes(), name=f"org/{member.organization_id}/portraits/ada.jpg")
    clip: Clip = ClipFactory(portrait=PortraitFactory(subject=subject, image=picture, **owned), **owned)
    request_render(acting_user=member.user, organization=member.organization, clip=clip)
    return clip


def decide(page: Page, verdict: str, reason: str) -> None:
    page.goto("/admin/projects/case/")
    page.get_by_role("link", name="Take-down request").first.click()
    page.get_by_label(verdict).check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("decided. The organisation was told.")).to_be_visible()


@pytest.mark.usefixtures("quick_films")
def test_a_report_goes_from_a_shared_clips_page_to_a_decision_and_back(
    open_page: Callable[..., Page], member: Membership
) -> None:
    clip = clip_being_made(member)
    own = open_page(user=member.user)
    own.goto(f"/clips/{clip.pk}/")
    expect(own.locator("video[data-render]")).to_be_visible(timeout=30_000)
    own.get_by_role("link", name="Share with a link").click()
    own.get_by_label("For whom").fill("The neighbours")
    own.get_by_role("button", name="Make a link").click()
    shared = own.get_by_label("The link").input_value()

    stranger = open_page(size=PHONE)
    stranger.goto(shared)
    assert sideways(stranger) == 0
    expect(stranger.get_by_text("This clip was generated")).to_be_visible()
    assert stranger.locator("video").evaluate(
        "video => new Promise(done => video.readyState ? done(true) : video.onloadedmetadata = () => done(true))"
    )
    stranger.get_by_role("link", name="Report this clip").click()
    assert sideways(stranger) == 0
    stranger.get_by_text("It deceives people").click()
    stranger.get_by_label("What should we know?").fill("She never had a bookshop.")
    stranger.get_by_text("I ask for it to be taken down").click()
    stranger.get_by_role("button", name="Send the report").click()
    expect(stranger.get_by_text("Sign the request with your name.")).to_be_visible()
    stranger.get_by_label("Your name, as your signature").fill("R. Reader")
    stranger.get_by_label("Your e-mail address").fill("reader@example.org")
    stranger.get_by_role("button", name="Send the report").click()
    expect(stranger.get_by_role("heading", name="Thank you. It was reported.")).to_be_visible()

    desk = open_page(user=moderator())
    desk.goto("/admin/projects/case/")
    expect(desk.get_by_text("Take-down request")).not_to_have_count(0)
    assert sideways(desk) == 0
    desk.get_by_role("link", name="Take-down request").first.click()
    assert sideways(desk) == 0
    desk.get_by_text("Show the clip").click()
    expect(desk.get_by_text("She never had a bookshop.")).to_be_visible()
    assert desk.locator("video").evaluate(
        "video => new Promise(done => video.readyState ? done(true) : video.onloadedmetadata = () => done(true))"
    )
    expect(desk.get_by_text(clip.words)).to_be_visible()
    decide(desk, "Take down", "It puts words into somebody's mouth.")

    stranger.goto(shared)
    expect(stranger.get_by_text("There is nothing to watch here")).to_be_visible()
    own.goto("/studio/")
    expect(own.get_by_text("Taken down")).to_be_visible()
    own.goto(f"/clips/{clip.pk}/")
    expect(own.get_by_role("alert").get_by_text("A moderator took this clip down.")).to_be_visible()
    expect(own.get_by_text("Taken down", exact=True)).to_be_visible()
    expect(own.locator("video[data-render]")).to_have_count(0)
    own.get_by_role("link", name="Why, and what you can do").click()
    expect(own.get_by_text("It puts words into somebody's mouth.")).to_be_visible()
    own.get_by_text("Appeal", exact=True).click()
    own.get_by_label("Why is it wrong?").fill("She is a drawing of ours.")
    own.get_by_role("button", name="Send the appeal").click()
    expect(own.get_by_text("You appealed: a second moderator looks at it")).to_be_visible()

    second = open_page(user=moderator())
    second.goto("/admin/projects/case/")
    second.get_by_role("link", name="Take-down request").first.click()
    expect(second.get_by_text("She is a drawing of ours.")).to_be_visible()
    second.get_by_label("Why it is reversed").fill("She is a drawing.")
    second.get_by_role("button", name="Reverse this decision").click()
    expect(second.get_by_text("The case is open again")).to_be_visible()
    own.goto(f"/clips/{clip.pk}/")
    expect(own.locator("video[data-render]")).to_be_visible()
    stranger.goto(shared)
    expect(stranger.locator("video")).to_be_visible()
