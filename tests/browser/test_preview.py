"""A clip that is watched while it is being made: its render is held up after six of ten seconds of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.models import Membership
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from rendering.configuration import scratch_folder
from rendering.models import Render
from rendering.queue import start_embedded_worker
from rendering.services import cancel_render, lose_attempt, request_render
from rendering.states import RenderState
from tests.browser.conftest import DESK, PHONE, PORTRAIT, sideways
from tests.browser.films import GO_ON
from tests.factories import ClipFactory, PortraitFactory, answer, request_for

# Resolves once a second of it was seen: whether it is paused, whether it is muted, how long it says it will be.
SEEN = """(video) => new Promise((done) => {
  const look = () => (video.currentTime > 1 && video.getVideoPlaybackQuality().totalVideoFrames > 10
    ? done([video.paused, video.muted, Math.round(video.duration)])
    : setTimeout(look, 50));
  look();
})"""
BUFFERED = "(video) => video.buffered.end(video.buffered.length - 1)"


@pytest.fixture
def render(site: str, settings: Any, tmp_path: Any, member: Membership) -> Iterator[Render]:
    """A render with everybody's consent, and the worker that makes it as far as it is let."""
    settings.LIKENESS_DATA_DIR = tmp_path
    settings.LIKENESS_QUEUE = {"pipeline": "tests.browser.films.halting", "beat": 0.2, "relay_poll": 0.05}
    mine = {"organization": member.organization, "created_by": member.user}
    picture = ContentFile(PORTRAIT.read_bytes(), name=f"org/{member.organization_id}/portraits/photo.jpg")
    clip = ClipFactory(**mine, portrait=PortraitFactory(**mine, image=picture, width=864, height=1080))
    answer(request_for(clip))
    with start_embedded_worker():
        yield request_render(organization=member.organization, acting_user=member.user, clip=clip)


def watched(open_page: Callable[..., Page], render: Render, **options: Any) -> Page:
    """The clip's page, on which the preview can be seen."""
    page = open_page(user=render.requested_by, **options)
    page.goto(f"/clips/{render.clip_id}/")
    expect(page.locator(".player video")).to_be_visible(timeout=60_000)
    return page


def go_on(render: Render) -> None:
    render.refresh_from_db()
    (scratch_folder() / f"{render.pk}.{render.attempt}" / GO_ON).touch()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_clip_plays_before_it_is_finished_and_goes_on_as_the_clip(
    open_page: Callable[..., Page], render: Render, size: dict[str, int]
) -> None:
    page = watched(open_page, render, size=size)
    video = page.locator(".player video")
    assert video.evaluate(SEEN) == [False, True, 10]
    assert video.evaluate(BUFFERED) < 6.5
    assert Render.objects.get(pk=render.pk).state == RenderState.RUNNING
    assert page.locator(".player img").is_hidden()
    assert sideways(page) <= 0
    page.get_by_role("button", name="Turn the sound on").click()
    expect(page.get_by_role("button", name="Turn the sound on")).to_be_hidden()

    go_on(render)
    expect(page.get_by_role("link", name="Download the clip")).to_be_visible(timeout=60_000)
    finished = page.locator(f"video[data-render={render.pk}]")
    expect(finished).not_to_have_js_property("currentTime", 0)
    assert finished.evaluate("(video) => [video.currentTime > 1, video.muted]") == [True, False]


def test_who_wants_no_motion_presses_play(open_page: Callable[..., Page], render: Render) -> None:
    page = watched(open_page, render, reduced_motion="reduce")
    assert page.locator(".player video").evaluate("(video) => [video.paused, video.currentTime]") == [True, 0]


def cancelled(render: Render) -> None:
    cancel_render(organization=render.organization, acting_user=render.requested_by, render=render)


def withdrawn(render: Render) -> None:
    consent_withdraw(token=receipt_token(ConsentRequest.objects.get()))


@pytest.mark.parametrize(("end", "says"), [(cancelled, "Cancelled"), (withdrawn, "Consent was withdrawn")])
def test_a_preview_ends_with_its_render_and_the_page_says_why(
    open_page: Callable[..., Page], render: Render, end: Callable[[Render], None], says: str
) -> None:
    page = watched(open_page, render)
    end(render)
    expect(page.get_by_role("heading", name=says)).to_be_visible()
    expect(page.locator("video")).to_have_count(0)


def test_an_attempt_that_is_lost_begins_again_for_who_watches(open_page: Callable[..., Page], render: Render) -> None:
    page = watched(open_page, render)
    assert page.locator(".player video").evaluate(SEEN)[0] is False
    with page.expect_response("**/preview/2/0/", timeout=60_000) as first:
        assert lose_attempt(render_id=render.pk, attempt=1)
    assert first.value.ok
    expect(page.locator(".player video")).to_be_visible()
    assert page.locator(".player video").evaluate(SEEN) == [False, True, 10]


def test_a_browser_that_cannot_play_it_shows_the_bar_alone(open_page: Callable[..., Page], render: Render) -> None:
    page = open_page(user=render.requested_by)
    page.add_init_script("delete window.MediaSource; delete window.ManagedMediaSource;")
    page.goto(f"/clips/{render.clip_id}/")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert page.locator(".player video").is_hidden()
    assert not Render.objects.get(pk=render.pk).preview_wanted
    assert page.locator(".player img").is_visible()
