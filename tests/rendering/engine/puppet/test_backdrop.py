"""The same person before another ground, and before none."""

import cv2
import numpy as np
import pytest

from rendering.engine.faces.background import GREEN, Background
from rendering.engine.puppet import draw
from rendering.engine.puppet.backdrop import flat, on_ground
from tests.rendering.engine.faces.portraits import portrait_matte
from tests.rendering.engine.puppet.rigs import WIDTH, performance, rig

BLUE = (20, 30, 200)
TALK = {"jawOpen": [0.0, 0.5], "headYaw": [0.0, 6.0]}


def frames(background: Background, *, alpha: bool = False) -> np.ndarray:
    moved = on_ground(rig(), portrait_matte(WIDTH), background)
    return np.concatenate(list(draw(moved, performance(2, **TALK), alpha=alpha)))


@pytest.fixture(scope="module")
def cut_out() -> np.ndarray:
    return frames(Background("remove"), alpha=True)


def ground_of(matte: np.ndarray) -> np.ndarray:
    return cv2.dilate((matte > 0.02).astype(np.uint8), np.ones((25, 25), np.uint8)) == 0


def test_kept_is_the_rig_as_it_was():
    assert on_ground(rig(), portrait_matte(WIDTH), Background("keep")) is rig()


def test_every_pixel_away_from_the_person_is_the_colour_in_every_frame():
    away = ground_of(portrait_matte(WIDTH))
    assert away.mean() > 0.15
    assert (frames(Background("colour", BLUE))[:, away] == BLUE).all()


def test_the_face_is_what_it_is_before_the_old_ground():
    old = np.concatenate(list(draw(rig(), performance(2, **TALK))))
    x, y, w, h = rig().face_window
    middle = np.s_[:, y + h // 4 : y + 3 * h // 4, x + w // 4 : x + 3 * w // 4]
    assert (frames(Background("colour", BLUE))[middle] == old[middle]).all()


def test_a_picture_fills_the_frame():
    picture = np.zeros((50, 90, 3), np.uint8)
    picture[:, 45:] = 255
    away = ground_of(portrait_matte(WIDTH))
    seen = frames(Background("picture", picture=picture))[0]
    half = seen.shape[1] // 2
    assert seen[:, : half - 20][away[:, : half - 20]].max() < 30
    assert seen[:, half + 20 :][away[:, half + 20 :]].min() > 225


def test_without_a_ground_the_person_is_there_and_the_rest_is_not(cut_out: np.ndarray):
    matte = portrait_matte(WIDTH)
    assert cut_out.shape[-1] == 4
    assert (cut_out[0, ..., 3][matte > 0.99] > 240).mean() > 0.99
    assert (cut_out[:, ..., 3][:, ground_of(matte)] == 0).all()


def test_the_cut_moves_with_the_head(cut_out: np.ndarray):
    assert (cut_out[0, ..., 3] != cut_out[1, ..., 3]).sum() > 50


def test_the_rim_has_the_persons_colour_and_not_the_old_grounds(cut_out: np.ndarray):
    over_green = flat(cut_out, GREEN)
    directly = frames(Background("colour", GREEN))
    assert np.abs(over_green.astype(int) - directly).max() <= 40
    assert np.abs(over_green.astype(int) - directly).mean() < 0.5


def test_flat_lays_straight_alpha_over_a_colour():
    frame = np.array([[[[200, 100, 0, 255], [200, 100, 0, 0], [200, 100, 0, 51]]]], np.uint8)
    assert flat(frame, (0, 50, 100)).tolist() == [[[[200, 100, 0], [0, 50, 100], [40, 60, 80]]]]
