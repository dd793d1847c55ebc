"""Lids come down with skin over an eye that stays where it is; irises go where the gaze goes."""

from functools import cache

import cv2
import numpy as np
import pytest

from rendering.engine.puppet.eyes import Eye, build_eyes, draw_eye
from tests.rendering.engine.faces.portraits import portrait, portrait_face

UNIT = 112.0  # px between the eyes' outer corners on the portrait
SIDES = ("Right", "Left")


@cache
def eyes() -> dict[str, Eye]:
    return {eye.side: eye for eye in build_eyes(portrait(), portrait_face().points, UNIT)}


def around(eye: Eye, margin: float = 10) -> tuple[np.ndarray, tuple[int, int]]:
    """Source positions (h, w, 2) px of the pixels around `eye`, and the first pixel's place."""
    x, y, w, h = eye.window(margin)
    xs, ys = np.meshgrid(np.arange(int(x), int(x + w) + 1), np.arange(int(y), int(y + h) + 1))
    return np.stack([xs, ys], axis=-1).astype(np.float32), (int(x), int(y))


def drawn(side: str, *, blink: float = 0.0, glance: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    eye = eyes()[side]
    return draw_eye(eye, portrait(), around(eye)[0], blink=blink, glance=glance)


def at(side: str, picture: np.ndarray, spot: np.ndarray, reach: int = 1) -> np.ndarray:
    """Mean colour of `picture` (drawn around an eye) near `spot` px of the photo."""
    x, y = np.round(spot - around(eyes()[side])[1]).astype(int)
    return picture[y - reach : y + reach + 1, x - reach : x + reach + 1].mean(axis=(0, 1))


def pupil_shift(side: str, picture: np.ndarray) -> np.ndarray:
    """How far (x, y) px the pupil lies in `picture` (drawn around an eye) from where it lies at rest."""
    x, y = np.round(eyes()[side].iris - around(eyes()[side])[1]).astype(int)
    pupil = drawn(side)[y - 3 : y + 4, x - 3 : x + 4]
    likeness = cv2.matchTemplate(picture[y - 10 : y + 11, x - 14 : x + 15], pupil, cv2.TM_SQDIFF)
    row, column = np.unravel_index(likeness.argmin(), likeness.shape)
    return np.array([column - 11, row - 7])


@pytest.mark.parametrize("side", SIDES)
def test_an_eye_lies_between_its_corners_and_lids(side: str):
    eye = eyes()[side]
    points = portrait_face().points
    outer, inner = (33, 133) if side == "Right" else (263, 362)
    # the mesh's corners lie a little inside of the drawn ones
    assert 1 <= eye.length / np.linalg.norm(points[outer, :2] - points[inner, :2]) < 1.2
    assert eye.along[0] > 0.9
    assert (eye.top < eye.lid).all()
    middle = slice(60, 130)
    assert (eye.lid[middle] < eye.low[middle]).all()
    assert 0.2 < eye.iris_radius / eye.length * 2 < 0.6
    assert 0.2 <= eye.lash <= 0.7


@pytest.mark.parametrize("side", SIDES)
def test_an_eye_at_rest_is_the_photo(side: str):
    source, (x, y) = around(eyes()[side])
    h, w = source.shape[:2]
    assert (drawn(side) == portrait()[y : y + h, x : x + w]).all()


@pytest.mark.parametrize("side", SIDES)
def test_a_blink_begins_without_a_jump(side: str):
    assert np.abs(drawn(side, blink=0.01) - drawn(side)).mean() < 2
    assert np.abs(drawn(side, blink=0.51) - drawn(side, blink=0.5)).mean() < 1.5


@pytest.mark.parametrize("side", SIDES)
def test_a_closed_lid_hides_the_eye_with_skin(side: str):
    eye = eyes()[side]
    closed = drawn(side, blink=1)
    open_colour, closed_colour = at(side, drawn(side), eye.iris), at(side, closed, eye.iris)
    skin = eye.above.mean(axis=0)
    assert np.abs(open_colour - skin).max() > 60
    assert np.abs(closed_colour - skin).max() < 35
    assert closed_colour[0] > closed_colour[1] > closed_colour[2]  # skin, not white, green or black
    # nowhere between the corners is white left
    for t in (0.25, 0.4, 0.6, 0.75):
        down = np.array([-eye.along[1], eye.along[0]])
        i = int(t * (len(eye.lid) - 1))
        spot = eye.origin + eye.along * eye.length * t + down * (eye.lid[i] + 0.5 * (eye.low[i] - eye.lid[i]))
        assert np.ptp(at(side, closed, spot)) > 25


@pytest.mark.parametrize("side", SIDES)
def test_the_lid_comes_down_step_by_step(side: str):
    eye = eyes()[side]
    skin = eye.above.mean(axis=0)
    likeness = [
        np.abs(at(side, drawn(side, blink=blink), eye.iris, reach=2) - skin).mean() for blink in (0, 0.35, 0.7, 1)
    ]
    assert likeness[0] >= likeness[1] - 1 > likeness[3]
    assert likeness[2] > likeness[3] - 6


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("blink", [0.3, 1.0])
def test_a_blink_changes_nothing_far_from_the_eye(side: str, blink: float):
    eye = eyes()[side]
    source, _ = around(eye, margin=30)
    changed = np.abs(draw_eye(eye, portrait(), source, blink=blink, glance=(0.0, 0.0)) - drawn_at_rest(eye, 30))
    spots = source[changed.max(axis=-1) > 3]
    down = np.array([-eye.along[1], eye.along[0]])
    t, v = (spots - eye.origin) @ eye.along / eye.length, (spots - eye.origin) @ down
    assert t.min() > -0.12
    assert t.max() < 1.12
    assert v.min() > eye.top.min() - 2
    assert v.max() < eye.low.max() + 0.25 * eye.length


def drawn_at_rest(eye: Eye, margin: float) -> np.ndarray:
    source, (x, y) = around(eye, margin)
    h, w = source.shape[:2]
    return portrait()[y : y + h, x : x + w].astype(np.float32)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("glance", [(15, 0), (-15, 0), (0, 8), (0, -8), (10, -6)])
def test_the_pupil_goes_where_the_gaze_goes(side: str, glance: tuple[float, float]):
    # an eyeball of 24 mm, seen at 90 mm between the eyes' outer corners
    wanted = 12 / 90 * UNIT * np.sin(np.deg2rad(glance))
    assert np.abs(pupil_shift(side, drawn(side, glance=glance)) - wanted).max() <= 1


@pytest.mark.parametrize("side", SIDES)
def test_a_glance_leaves_lids_and_corners_alone(side: str):
    eye = eyes()[side]
    changed = np.abs(drawn(side, glance=(10, 5)) - drawn(side)).max(axis=-1) > 0
    source, _ = around(eye)
    down = np.array([-eye.along[1], eye.along[0]])
    t, v = (source - eye.origin) @ eye.along / eye.length, (source - eye.origin) @ down
    steps = np.linspace(0, 1, len(eye.lid))
    between = (v > np.interp(t, steps, eye.lid) - 0.6) & (v < np.interp(t, steps, eye.low) + 0.6)
    assert changed.any()
    assert not (changed & ~between).any()
