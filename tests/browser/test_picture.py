"""From an old print to a clip: advice, repair, points placed by hand, on a phone and at a desk."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import Membership
from benchmarks.spoiling import faded
from projects.models import Portrait
from tests.browser.conftest import DESK, PHONE, PORTRAIT, sideways
from tests.browser.test_studio import STATEMENT, WORDS
from tests.rendering.engine.faces.drawings import mug


@pytest.fixture
def old_print(tmp_path: Path) -> Path:
    path = tmp_path / "print.png"
    Image.fromarray(faded(np.asarray(Image.open(PORTRAIT).convert("RGB").resize((480, 600))))).save(path)
    return path


def upload(page: Page, picture: Path) -> None:
    page.goto("/clips/new/")
    page.get_by_label("Picture file").set_input_files(picture)
    page.get_by_text("A figure that never lived").click()
    page.get_by_label("Name", exact=True).fill("Ada Wren")
    page.get_by_label("Your statement").fill(STATEMENT)
    page.get_by_role("button", name="Use this picture").click()


@pytest.mark.usefixtures("quick_films")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_old_print_is_advised_on_repaired_compared_and_made_into_a_clip(
    open_page: Callable[..., Page], member: Membership, old_print: Path, size: dict[str, int]
) -> None:
    page = open_page(user=member.user, size=size)
    upload(page, old_print)
    expect(page.get_by_text("A tint of one colour lies over the whole picture")).to_be_visible()
    page.get_by_role("link", name="Repair it").click()
    page.get_by_role("checkbox", name="Light and colour").check()
    assert sideways(page) == 0
    page.get_by_role("button", name="Repair and compare").click()
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("the tint taken off")).to_be_visible()
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    cut = "document.querySelector('[data-compare]').style.getPropertyValue('--cut')"
    assert page.evaluate(cut) == "51%"
    page.keyboard.press("Home")
    assert page.evaluate(cut) == "0%"
    assert sideways(page) == 0
    page.get_by_role("link", name="Use the repaired one").click()
    page.get_by_label("What is said").fill(WORDS)
    page.get_by_text("One colour", exact=True).click()
    page.get_by_role("button", name="Make the clip").click()
    expect(page.locator("video[data-render]")).to_be_visible()
    repaired = Portrait.objects.get(repaired_from__isnull=False)
    clip = repaired.clips.get()
    assert (clip.background, clip.background_colour) == ("colour", "#e8e6e1")


def test_a_mug_gets_its_points_by_mouse_and_by_keys_and_is_seen_moving(
    open_page: Callable[..., Page], member: Membership, tmp_path: Path
) -> None:
    Image.fromarray(mug()).save(tmp_path / "mug.png")
    page = open_page(user=member.user)
    upload(page, tmp_path / "mug.png")
    expect(page.get_by_text("Where is the face?")).to_be_visible()
    page.get_by_role("button", name="Use this picture").click()
    page.get_by_role("link", name="More about this picture").click()
    page.get_by_role("link", name="Place eyes, mouth and chin").click()
    trial = page.locator("[data-trial-picture]")
    expect(trial).to_be_visible()
    before = Portrait.objects.get().placed["chin"]
    chin = page.get_by_role("button", name="Chin")
    box = chin.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0], middle[1] + 20, steps=4)
    page.mouse.up()
    chin.focus()
    with page.expect_response("**/trial/") as answer:
        page.keyboard.press("ArrowRight")
    assert answer.value.headers["content-type"] == "image/webp"
    page.get_by_role("button", name="Keep these points").click()
    page.wait_for_url("**/portraits/por_*/")
    after = Portrait.objects.get().placed["chin"]
    assert after[1] - before[1] > 8
    assert after[0] - before[0] == pytest.approx(1, abs=0.2)


def test_a_finger_drags_a_point(open_page: Callable[..., Page], member: Membership, tmp_path: Path) -> None:
    Image.fromarray(mug()).save(tmp_path / "mug.png")
    page = open_page(user=member.user, size=PHONE, has_touch=True)
    upload(page, tmp_path / "mug.png")
    chin = page.get_by_role("button", name="Chin")
    chin.scroll_into_view_if_needed()
    before = float(page.locator("[data-point=chin][data-axis=y]").input_value())
    box = chin.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (5, 10, 15, 20):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + step}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert float(page.locator("[data-point=chin][data-axis=y]").input_value()) - before > 10
    assert sideways(page) == 0
