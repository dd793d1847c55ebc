import itertools
from dataclasses import replace

import numpy as np
import pytest

from rendering.disclosure import label_overlay
from rendering.engine.errors import EngineError
from rendering.engine.models import models_in
from rendering.engine.speech import Word
from rendering.engine.video import LOOKS, Overlay, caption_lines, caption_overlays, unwritable
from rendering.engine.video.caption_drawing import in_order
from rendering.engine.video.captions import Caption, Piece
from rendering.engine.video.fonts import script_of

SIZES = [(810, 1080), (720, 1280), (1280, 720), (1080, 1080), (270, 480)]
TEXT = "Wherever you are, wherever you go, whatever WWWW you do, MMMM take care of yourself."


def captions(text: str = TEXT, *, letters: int = 32) -> tuple[Caption, ...]:
    words = [Word(word, 0.4 * i, 0.4 * i + 0.35) for i, word in enumerate(text.split())]
    return caption_lines(words, duration=0.4 * len(words) + 0.5, line_letters=letters)


def box(overlay: Overlay) -> tuple[int, int, int, int]:
    height, width = overlay.rgba.shape[:2]
    return overlay.x, overlay.y, overlay.x + width, overlay.y + height


def covers(overlay: Overlay, region: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box(overlay)
    x, y, width, height = region
    return left < x + width and right > x and top < y + height and bottom > y


def label_box(size: tuple[int, int]) -> tuple[float, float, float, float]:
    left, top, right, bottom = box(label_overlay(size))
    return left, top, right - left, bottom - top


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_look_stays_inside_the_frame_and_in_its_lower_part(size, look):
    for overlay in caption_overlays(captions(letters=LOOKS[look].line_letters), size, look=look):
        left, top, right, bottom = box(overlay)
        assert 0 <= left < right <= size[0]
        assert size[1] * 0.55 < top < bottom <= size[1]


@pytest.mark.parametrize("look", LOOKS)
def test_on_a_tall_frame_the_lowest_fifth_and_the_sides_are_left_to_the_apps(look):
    for overlay in caption_overlays(captions(letters=LOOKS[look].line_letters), (720, 1280), look=look):
        left, _, right, bottom = box(overlay)
        assert bottom <= 0.81 * 1280 + 1
        assert left >= 0.1 * 720 - 1
        assert right <= 0.9 * 720 + 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("height", [0.2, 0.45, 0.6, 0.75, 0.88])
def test_wherever_the_mouth_is_neither_it_nor_the_label_is_covered(size, look, height):
    mouth = (0.3 * size[0], height * size[1], 0.4 * size[0], 0.1 * size[1])
    label = label_box(size)
    shown = caption_overlays(captions(letters=LOOKS[look].line_letters), size, look=look, mouth=mouth, label=label)
    assert not any(covers(overlay, mouth) or covers(overlay, label) for overlay in shown)


def test_a_caption_moves_down_from_the_mouth():
    caption = Caption("Hello\nthere", 0.0, 1.0)
    (usual,) = caption_overlays([caption], (640, 640))
    (moved,) = caption_overlays([caption], (640, 640), mouth=(200, usual.y - 40, 200, 60))
    assert moved.y > usual.y + 20


def test_a_mouth_at_the_bottom_sends_captions_up_under_the_label():
    label = label_box((640, 640))
    (overlay,) = caption_overlays([Caption("Hello", 0.0, 1.0)], (640, 640), mouth=(200, 520, 200, 110), label=label)
    assert label[1] + label[3] < overlay.y < 320


def test_captions_keep_their_times():
    (overlay,) = caption_overlays([Caption("Hello", 1.0, 2.5)], (640, 360))
    assert (overlay.start, overlay.end) == (1.0, 2.5)


def test_karaoke_lights_each_word_from_its_start_to_the_next_ones():
    (caption,) = captions("one two three")
    whole, *lit = caption_overlays([caption], (1280, 720), look="karaoke")
    assert (whole.start, whole.end) == (caption.start, caption.end)
    assert [overlay.start for overlay in lit] == [0.0, 0.4, 0.8]
    for before, after in itertools.pairwise(lit):
        assert before.end == after.start
        assert before.x < after.x


def test_over_a_long_pause_no_word_stays_lit():
    first, second = Piece("one", 0.0, 0.3), Piece("two", 2.0, 2.3)
    caption = Caption("one two", 0.0, 2.5, ((first, second),))
    _, lit, _ = caption_overlays([caption], (1280, 720), look="karaoke")
    assert lit.end == 0.3


def test_a_lit_word_covers_the_white_one():
    (caption,) = captions("Maximum")
    whole, lit = caption_overlays([caption], (1280, 720), look="karaoke")
    white = (whole.rgba[..., :3].min(axis=2) > 200) & (whole.rgba[..., 3] > 200)
    top, left = lit.y - whole.y, lit.x - whole.x
    height, width = lit.rgba.shape[:2]
    white[top : top + height, left : left + width] = False
    assert not white.any()


def test_big_letters_are_white_in_a_black_outline():
    (caption,) = captions("MMM", letters=15)
    whole = caption_overlays([replace(caption)], (720, 1280), look="social")[0].rgba
    opaque = whole[whole[..., 3] == 255][:, :3]
    assert (opaque.max(axis=1) == 0).sum() > 500
    assert (opaque.min(axis=1) == 255).sum() > 500


def test_arabic_stands_from_right_to_left():
    line = [Piece(word, 0.0, 1.0) for word in ["مرحبا", "بكم", "في", "المتحف"]]
    assert in_order(line) == line[::-1]


def test_a_name_and_a_number_in_arabic_keep_their_own_order():
    words = ["مرحبا", "Likeness", "Studio", "2026", "هنا"]
    line = [Piece(word, 0.0, 1.0) for word in words]
    assert [piece.text for piece in in_order(line)] == [words[4], "Likeness", "Studio", "2026", words[0]]


def test_arabic_letters_join():
    """Joined, the word is much narrower than its letters one by one."""
    whole, *_ = caption_overlays([Caption("متحف", 0.0, 1.0)], (1280, 720))
    apart, *_ = caption_overlays([Caption("م ت ح ف", 0.0, 1.0)], (1280, 720))
    assert whole.rgba.shape[1] < 0.75 * apart.rgba.shape[1]


@pytest.mark.parametrize("text", ["שלום לכולם", "مرحبا بكم", "नमस्ते दोस्तों", "Grüße, Ελλάδα, Привет"])
def test_these_scripts_have_a_font_in_the_default_install(text):
    assert unwritable(text) is None


def test_chinese_without_its_font_says_what_to_install(tmp_path):
    with models_in(tmp_path):
        error = unwritable("你好")
        assert error is not None
        assert error.advice == "Run `manage.py models install cjk`."
        with pytest.raises(EngineError):
            caption_overlays(captions("你好"), (720, 1280))


def test_a_script_without_any_font_is_named():
    error = unwritable("გამარჯობა")
    assert error is not None
    assert "Georgian" in error.message


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [("漢字", "", "SC"), ("漢字", "ja", "JP"), ("漢字かな", "", "JP"), ("안녕", "", "KR"), ("漢字", "zh-TW", "TC")],
)
def test_the_language_chooses_among_the_fonts_for_ideographs(text, language, script):
    assert script_of(text, language=language) == script


def test_one_size_of_letters_for_the_whole_clip():
    heights = {overlay.rgba.shape[0] for overlay in caption_overlays(captions("Yes. No. Maybe. Never."), (720, 1280))}
    assert len(heights) == 1


def test_the_picture_is_made_of_bytes():
    assert all(overlay.rgba.dtype == np.uint8 for overlay in caption_overlays(captions(), (640, 360), look="social"))
