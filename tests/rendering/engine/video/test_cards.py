import numpy as np
import pytest

from rendering.engine.video.cards import CARD_SECONDS, card_frames, draw_card

GROUND = np.full((640, 360, 3), 200, np.uint8)


def ink(card: np.ndarray) -> np.ndarray:
    return (card > 240).all(axis=2)


def test_the_words_are_white_on_the_darkened_picture():
    card = draw_card("Happy birthday", GROUND)
    assert ink(card).sum() > 300
    assert np.median(card) == pytest.approx(0.38 * 200, abs=2)


@pytest.mark.parametrize(
    "text",
    ["Hi", "A rather long title that has to be wrapped over several lines", "W" * 60, "مرحبا بكم", "one\ntwo\nthree"],
)
def test_the_words_stay_inside_the_frame(text):
    rows, columns = np.nonzero(ink(draw_card(text, GROUND)))
    assert rows.min() > 0.05 * 640
    assert rows.max() < 0.95 * 640
    assert columns.min() > 0 or text.startswith("W")


def test_a_title_ends_with_the_first_frame_and_an_end_card_begins_with_the_last():
    card, scene = draw_card("Hello", GROUND), GROUND
    title = np.concatenate(list(card_frames(card, scene, fps=25, is_title=True)))
    end = np.concatenate(list(card_frames(card, scene, fps=25, is_title=False)))
    assert len(title) == len(end) == round(CARD_SECONDS * 25)
    assert (title[0] == card).all()
    assert (title[-1] == scene).all()
    assert (end[0] == scene).all()
    assert (end[-1] == card).all()
