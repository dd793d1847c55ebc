"""A voice from the microphone to the clip: level, cut, words. The microphone is Chromium's own, which plays a file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from accounts.models import Membership
from projects.models import Recording
from projects.recordings import transcript_text
from projects.services import wav_of
from rendering.engine.speech import synthesise
from tests.browser.conftest import FLAGS, PHONE, sideways

IS_LOUD = """async (meter) => {
  while (meter.value < 0.4) await new Promise((done) => setTimeout(done, 50));
  return true;
}"""
SAID = "Good morning. This is spoken into the microphone, and it goes on a little."


@pytest.fixture(scope="module")
def spoken_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("microphone") / "voice.wav"
    path.write_bytes(wav_of(synthesise(SAID).sound))
    return path


@pytest.fixture(scope="module")
def browser(browser_type: BrowserType, browser_type_launch_args: dict, spoken_file: Path) -> Iterator[Browser]:
    """A browser of this module's own, whose microphone plays a file and needs no leave."""
    microphone = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken_file}",
    ]
    made = browser_type.launch(**browser_type_launch_args | {"args": [*FLAGS, *microphone]})
    yield made
    made.close()


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 900}])
def test_a_voice_is_recorded_with_its_level_then_cut_and_written_down(
    open_page: Callable[..., Page], member: Membership, size: dict[str, int]
) -> None:
    page = open_page(user=member.user, size=size)
    page.goto("/clips/new/")
    page.get_by_text("Use a recording").click()
    page.get_by_role("button", name="Record with the microphone").click()
    meter = page.get_by_role("meter", name="Level of the microphone")
    expect(meter).to_be_visible()
    assert meter.evaluate(IS_LOUD)
    expect(page.get_by_role("button", name="Stop (0:03)")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#recording audio")).to_be_visible()
    original = Recording.objects.get()
    assert original.duration > 1.5

    page.get_by_text("Cut it, or take noise away").click()
    page.get_by_label("To, seconds").fill("1.2")
    page.get_by_label("Take away steady noise").check()
    page.get_by_role("button", name="Use this part").click()
    expect(page.locator("#recording")).to_contain_text("a cut copy, without noise")

    page.get_by_text("Words for captions").click()
    page.get_by_label("The words, for captions").fill("Good morning!")
    page.get_by_role("button", name="Keep these words").click()
    expect(page.locator("#recording")).to_contain_text("Kept.")
    assert transcript_text(Recording.objects.get(source=original)) == "Good morning!"
    assert sideways(page) <= 0
