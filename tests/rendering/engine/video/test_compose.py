import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.video.compose import Overlay, compose


def _rgba(height: int, width: int, colour: tuple[int, int, int, int]) -> np.ndarray:
    return np.full((height, width, 4), colour, np.uint8)


def _black(frames: int, height: int = 10, width: int = 12) -> np.ndarray:
    return np.zeros((frames, height, width, 3), np.uint8)


def _shown(chunks: list[np.ndarray]) -> list[bool]:
    return [bool(frame.any()) for chunk in chunks for frame in chunk]


@given(colour=st.integers(0, 255), alpha=st.integers(0, 255), under=st.integers(0, 255))
def test_blend_is_the_exactly_rounded_mean(colour: int, alpha: int, under: int):
    chunk = np.full((1, 1, 1, 3), under, np.uint8)
    overlay = Overlay(0, 0, _rgba(1, 1, (colour, colour, colour, alpha)))
    (out,) = compose([chunk], [overlay], fps=25)
    assert out[0, 0, 0, 0] == (2 * (colour * alpha + under * (255 - alpha)) + 255) // 510


def test_only_the_rectangle_under_the_overlay_changes():
    (out,) = compose([_black(2)], [Overlay(3, 4, _rgba(2, 5, (200, 100, 50, 255)))], fps=25)
    assert (out[:, 4:6, 3:8] == (200, 100, 50)).all()
    out[:, 4:6, 3:8] = 0
    assert not out.any()


@pytest.mark.parametrize(("x", "y"), [(-2, -1), (10, 8), (-30, 0), (0, 30)])
def test_what_reaches_over_the_border_is_cut_off(x: int, y: int):
    (out,) = compose([_black(1)], [Overlay(x, y, _rgba(4, 5, (255, 255, 255, 255)))], fps=25)
    inside = np.zeros((10, 12), bool)
    inside[max(y, 0) : max(y + 4, 0), max(x, 0) : max(x + 5, 0)] = True
    assert np.array_equal(out[0, :, :, 0] == 255, inside)


def test_an_overlay_without_times_is_on_every_frame():
    chunks = list(compose([_black(3), _black(2)], [Overlay(0, 0, _rgba(1, 1, (9, 9, 9, 255)))], fps=25))
    assert _shown(chunks) == [True] * 5


@pytest.mark.parametrize("lengths", [(10,), (4, 6), (1,) * 10])
def test_an_overlay_with_times_shows_on_the_frames_from_start_to_before_end_however_they_come(lengths: tuple[int, ...]):
    overlay = Overlay(0, 0, _rgba(1, 1, (9, 9, 9, 255)), start=0.12, end=0.28)
    chunks = list(compose([_black(n) for n in lengths], [overlay], fps=25))
    assert [k for k, shown in enumerate(_shown(chunks)) if shown] == [3, 4, 5, 6]


def test_overlays_that_follow_each_other_neither_gap_nor_overlap():
    pair = [Overlay(0, 0, _rgba(1, 1, (9, 9, 9, 255)), end=0.3), Overlay(1, 0, _rgba(1, 1, (9, 9, 9, 255)), start=0.3)]
    (out,) = compose([_black(20)], pair, fps=30)
    assert (out[:, 0, 0, 0].astype(bool) ^ out[:, 0, 1, 0].astype(bool)).all()


def test_a_writable_chunk_is_changed_in_place_and_a_read_only_one_copied():
    overlay = Overlay(0, 0, _rgba(1, 1, (9, 9, 9, 255)))
    mine, theirs = _black(1), _black(1)
    theirs.flags.writeable = False
    first, second = compose([mine, theirs], [overlay], fps=25)
    assert first is mine
    assert second.any()
    assert not theirs.any()


def test_a_chunk_of_another_type_is_refused():
    with pytest.raises(ValueError, match="uint8"):
        list(compose([np.zeros((1, 4, 4, 3), np.float32)], [], fps=25))


def test_an_overlay_without_alpha_is_refused():
    with pytest.raises(ValueError, match="overlay"):
        list(compose([], [Overlay(0, 0, np.zeros((2, 2, 3), np.uint8))], fps=25))
