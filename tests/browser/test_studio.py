"""From a picture to a clip that is watched and kept, as a person does it."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import Membership
from projects.models import Clip, Portrait
from rendering.disclosure import verify
from rendering.models import Render
from rendering.queue import start_embedded_worker
from tests.browser.conftest import PHONE, PORTRAIT, sideways
from tests.factories import PASSWORD, ClipFactory, RecordingFactory

WORDS = "Good morning. I keep a bookshop that you will not find on any map."
PLAY_A_LITTLE = """async (video) => {
  video.muted = true;
  await video.play();
  await new Promise((done) => { video.ontimeupdate = () => video.currentTime > 0.2 && done(); });
  return video.currentTime;
}"""
STATEMENT = "She is invented, and was drawn for this project."


def choose_figure(page: Page) -> None:
    """Upload the drawing, and say that she never lived."""
    page.get_by_label("Picture file").set_input_files(PORTRAIT)
    page.get_by_text("A figure that never lived").click()
    page.get_by_label("Name", exact=True).fill("Ada Wren")
    page.get_by_label("Your statement").fill(STATEMENT)
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Your statement is on record")).to_be_visible()


def order_clip(page: Page, words: str = WORDS) -> None:
    page.goto("/clips/new/")
    choose_figure(page)
    page.get_by_label("What is said").fill(words)
    page.get_by_role("button", name="Make the clip").click()
    page.wait_for_url("**/clips/clp_*/")


def test_somebody_new_makes_an_account_and_sees_an_empty_studio(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_role("link", name="Make your first clip").click()
    page.get_by_label("Your name").fill("Jo Archer")
    page.get_by_label("E-mail address").fill("jo@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Name of your studio").fill("Hill Street Museum")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Your first clip starts with a portrait")).to_be_visible()


def test_a_wrong_password_is_said_beside_what_was_typed(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page()
    page.goto("/studio/")
    page.get_by_label("E-mail address").fill(member.user.email)
    page.get_by_label("Password").fill("wrong horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("not correct")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(member.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your clips")).to_be_visible()


@pytest.mark.usefixtures("quick_films")
def test_a_picture_and_words_become_a_clip_that_plays_and_is_kept(
    open_page: Callable[..., Page], member: Membership, tmp_path
) -> None:
    page = open_page(user=member.user)
    order_clip(page)
    video = page.locator("video[data-render]")
    expect(video).to_be_visible()
    assert video.evaluate(PLAY_A_LITTLE) > 0.2
    expect(page.get_by_text("It carries signed Content Credentials")).to_be_visible()

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the clip").click()
    downloading.value.save_as(tmp_path / "clip.mp4")
    assert downloading.value.suggested_filename.endswith(".mp4")
    assert verify(tmp_path / "clip.mp4").render_id == Render.objects.get().pk

    page.goto("/studio/")
    expect(page.get_by_text("Ready")).to_be_visible()


@pytest.mark.usefixtures("quick_films")
def test_a_render_shows_its_stage_and_can_be_cancelled(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page(user=member.user)
    order_clip(page, words="Please hold the line.")
    expect(page.get_by_role("heading", name="Drawing the frames")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "50")
    expect(page.get_by_text("Being made")).to_be_visible()
    # While the bar asks how far it is, the button is left alone.
    page.route("**/state/**", lambda _: None)
    with page.expect_request("**/state/**"):
        pass
    expect(page.get_by_role("button", name="Cancel", exact=True)).to_be_enabled(timeout=2_000)
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.usefixtures("quick_films")
def test_a_new_take_is_a_clip_of_its_own_with_another_seed(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page(user=member.user)
    order_clip(page)
    expect(page.locator("video[data-render]")).to_be_visible()
    first = page.url
    page.get_by_role("button", name="New take").click()
    page.wait_for_url(lambda url: url != first)
    newer, older = Clip.objects.all()
    assert (newer.words, newer.portrait_id) == (older.words, older.portrait_id)
    assert newer.seed != older.seed


def test_what_is_wrong_with_a_picture_stands_beside_it_and_nothing_typed_is_lost(
    open_page: Callable[..., Page], member: Membership
) -> None:
    page = open_page(user=member.user)
    page.goto("/clips/new/")
    page.get_by_label("What is said").fill(WORDS)
    page.get_by_label("Name", exact=True).fill("Mira")
    page.get_by_label("Picture file").set_input_files(
        {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"these are not pixels"}
    )
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("not a picture that can be opened")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mira")
    expect(page.get_by_label("What is said")).to_have_value(WORDS)
    # The same form goes on with another file.
    choose_figure(page)
    expect(page.get_by_label("What is said")).to_have_value(WORDS)
    assert Portrait.objects.get().subject.name == "Ada Wren"


def test_a_photo_outlives_an_error_in_another_field(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page(user=member.user)
    page.goto("/clips/new/")
    page.get_by_label("Picture file").set_input_files(PORTRAIT)
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Give the name of the person or figure.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Mira Example")
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Consent will be asked for")).to_be_visible()


def test_of_several_faces_one_is_clicked(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page(user=member.user)
    page.goto("/clips/new/")
    page.get_by_label("Picture file").set_input_files(
        {"name": "pair.jpg", "mimeType": "image/jpeg", "buffer": two_of_her()}
    )
    page.get_by_label("Name", exact=True).fill("Mira Example")
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Click the one that shall speak")).to_be_visible()
    page.locator(".face-box").nth(1).click()
    expect(page.get_by_label("Face 2")).to_be_checked()
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Consent will be asked for")).to_be_visible()
    assert Portrait.objects.get().face_index == 1


def test_words_and_direction_are_shown_back_while_they_are_typed(
    open_page: Callable[..., Page], member: Membership
) -> None:
    page = open_page(user=member.user)
    page.goto("/clips/new/")
    page.get_by_label("What is said").fill(WORDS)
    expect(page.get_by_text(f"{len(WORDS)} characters")).to_be_visible()
    expect(page.locator("#estimate")).to_contain_text("seconds of speech")
    page.get_by_label("Direction").fill("soft smile, purple elephants")
    expect(page.locator("#heard")).to_contain_text("smile: soft")
    expect(page.locator("#heard .not").first).to_contain_text("purple")


def test_a_clip_without_words_is_refused_and_keeps_the_picture(
    open_page: Callable[..., Page], member: Membership
) -> None:
    page = open_page(user=member.user)
    page.goto("/clips/new/")
    choose_figure(page)
    page.get_by_role("button", name="Make the clip").click()
    expect(page.get_by_text("Type what shall be said.")).to_be_visible()
    expect(page.get_by_text("Your statement is on record")).to_be_visible()
    assert not Clip.objects.exists()


def test_a_recording_takes_the_place_of_words_and_a_bad_file_does_not_push_it_out(
    open_page: Callable[..., Page], member: Membership
) -> None:
    kept = RecordingFactory(organization=member.organization, created_by=member.user, name="Greeting")
    clip = ClipFactory(
        organization=member.organization, created_by=member.user, recording=kept, words="", voice="recording"
    )
    page = open_page(user=member.user)
    page.goto(f"/clips/new/?clip={clip.pk}")
    expect(page.get_by_label("Use a recording")).to_be_checked()
    expect(page.get_by_label("What is said")).to_be_hidden()
    expect(page.locator("#recording")).to_contain_text("Greeting")
    page.get_by_label("Recording", exact=True).set_input_files(PORTRAIT)
    expect(page.locator("#recording [role=alert]").first).to_contain_text("not a sound")
    expect(page.locator("#recording")).to_contain_text("Greeting")


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/sign-up/", "/studio/", "/clips/new/", "/no-such-page/"])
def test_no_page_is_wider_than_a_phone(open_page: Callable[..., Page], member: Membership, address: str) -> None:
    page = open_page(user=None if address.startswith("/sign") else member.user, size=PHONE)
    page.goto(address)
    assert sideways(page) <= 0


@pytest.mark.render
def test_the_real_pipeline_makes_a_clip_that_plays(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page(user=member.user)
    with start_embedded_worker():
        order_clip(page, words="Good morning.")
        expect(page.locator("video[data-render]")).to_be_visible(timeout=300_000)
        assert page.locator("video[data-render]").evaluate(PLAY_A_LITTLE) > 0.2


def two_of_her() -> bytes:
    """The drawing twice, side by side, as a JPEG file."""
    with Image.open(PORTRAIT) as one:
        pair = Image.new("RGB", (2 * one.width, one.height))
        pair.paste(one, (0, 0))
        pair.paste(one, (one.width, 0))
    buffer = io.BytesIO()
    pair.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
