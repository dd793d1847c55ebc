"""The ground behind the person, made up where they stood."""

import cv2
import numpy as np
import pytest

from rendering.engine.puppet.layers import fill_behind
from tests.rendering.engine.faces.portraits import portrait, portrait_matte

MARGIN = 4.0


def disc(radius: int = 40, size: int = 200) -> np.ndarray:
    """A matte (size, size) that is 1 in a disc in the middle."""
    return cv2.circle(np.zeros((size, size), np.float32), (size // 2, size // 2), radius, 1.0, -1)


def test_far_from_the_person_the_photo_is_untouched():
    photo, matte = portrait(240), portrait_matte(240)
    filled = fill_behind(photo, matte, MARGIN)
    far = cv2.dilate((matte > 0.02).astype(np.uint8), np.ones((21, 21), np.uint8)) == 0
    assert far.mean() > 0.2
    assert (filled[far] == photo[far]).all()


def test_the_same_photo_gives_the_same_ground():
    assert (
        fill_behind(portrait(240), portrait_matte(240), MARGIN)
        == fill_behind(portrait(240), portrait_matte(240), MARGIN)
    ).all()


def test_a_person_before_an_even_wall_vanishes():
    photo = np.full((200, 200, 3), (90, 140, 60), np.uint8)
    photo[disc() > 0] = (255, 0, 255)
    filled = fill_behind(photo, disc(), MARGIN)
    assert np.abs(filled.astype(int) - (90, 140, 60)).max() <= 2


def test_colours_flow_in_from_the_sides():
    photo = np.zeros((200, 200, 3), np.uint8)
    photo[:, :100], photo[:, 100:] = (200, 40, 40), (40, 40, 200)
    photo[disc() > 0] = (0, 255, 0)
    filled = fill_behind(photo, disc(), MARGIN)
    left, right = filled[100, 65].astype(int), filled[100, 135].astype(int)
    assert left[0] > left[2] + 50
    assert right[2] > right[0] + 50
    assert filled[..., 1].max() < 60


def test_the_grounds_grain_goes_on():
    noise = np.random.default_rng(0).normal(128, 12, (200, 200, 1)).repeat(3, axis=2)
    photo = np.clip(noise, 0, 255).astype(np.uint8)
    filled = fill_behind(photo, disc(), MARGIN).astype(float)
    inside = filled[80:120, 80:120, 0].std()
    assert inside == pytest.approx(12, rel=0.5)


def test_a_person_who_fills_the_picture_has_no_ground():
    photo = portrait(240)
    assert (fill_behind(photo, np.ones(photo.shape[:2], np.float32), MARGIN) == photo).all()


@pytest.mark.parametrize("shape", [(96, 97), (300, 101), (97, 400)])
def test_any_shape_keeps_its_shape(shape: tuple[int, int]):
    photo = np.random.default_rng(0).integers(0, 255, (*shape, 3), dtype=np.uint8)
    matte = np.zeros(shape, np.float32)
    matte[shape[0] // 4 : shape[0] // 2, shape[1] // 4 : shape[1] // 2] = 1
    filled = fill_behind(photo, matte, MARGIN)
    assert filled.shape == photo.shape
    assert filled.dtype == np.uint8
