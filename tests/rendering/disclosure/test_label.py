import numpy as np
import pytest

from rendering.disclosure.label import label_overlay
from rendering.engine.video.compose import compose


def _luminance(rgb: np.ndarray) -> np.ndarray:
    """WCAG 2.2 relative luminance."""
    value = rgb.astype(float) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("size", [(360, 640), (810, 1080), (1280, 720), (1080, 1080), (64, 96), (120, 200)])
def test_it_stands_at_the_top_right_inside_the_frame(size: tuple[int, int]):
    overlay = label_overlay(size)
    width = overlay.rgba.shape[1]
    assert 0 < size[0] - (overlay.x + width) <= 0.07 * size[0]
    assert 0 < overlay.y <= 0.07 * size[1]
    assert overlay.x > 0
    assert (overlay.start, overlay.end) == (None, None)


def test_it_grows_with_the_frame_and_stays_readable_on_a_small_one():
    assert label_overlay((1080, 1920)).rgba.shape[0] == 45
    assert label_overlay((200, 300)).rgba.shape[0] == 18


def test_it_tells_modified_from_generated():
    generated, modified = label_overlay((810, 1080)).rgba, label_overlay((810, 1080), "modified").rgba
    assert generated.shape[1] > modified.shape[1] + 10


def test_a_frame_too_narrow_for_the_words_still_says_ai():
    assert label_overlay((64, 96)).rgba.shape[1] < label_overlay((200, 96)).rgba.shape[1] / 2


@pytest.mark.parametrize("level", [0, 90, 128, 200, 255])
@pytest.mark.parametrize("size", [(360, 640), (1080, 1080)])
def test_letters_stand_out_on_any_ground(size: tuple[int, int], level: int):
    frame = np.full((1, size[1], size[0], 3), level, np.uint8)
    overlay = label_overlay(size)
    (out,) = compose([frame], [overlay], fps=25)
    height, width = overlay.rgba.shape[:2]
    under = _luminance(out[0, overlay.y : overlay.y + height, overlay.x : overlay.x + width])
    ink = under[(overlay.rgba[..., :3] > 250).all(axis=2) & (overlay.rgba[..., 3] > 250)]
    inner = under[2:-2, height // 2 : -height // 2]
    # WCAG 2.2, 1.4.3 asks for 4.5 : 1; the ground's own tone is the most frequent one between the letters
    ground = np.median(inner[inner < 0.5])
    assert len(ink) > 30
    assert (ink.min() + 0.05) / (ground + 0.05) > 4.5
