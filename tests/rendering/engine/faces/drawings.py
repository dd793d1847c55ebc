"""Things with a painted face, which a detector for people rarely sees, with the points that a person would place."""

from functools import cache

import cv2
import numpy as np

from tests.rendering.engine.faces.portraits import frozen

Points = dict[str, tuple[float, float]]
SIZE = (480, 480)  # px
_FINE = 4  # bits of a pixel that shapes are placed to
_DARK = (40, 34, 32)

MUG: Points = {
    "right_eye": (186, 210),
    "left_eye": (274, 210),
    "mouth_right": (190, 284),
    "mouth_left": (270, 284),
    "mouth_top": (230, 301),
    "mouth_bottom": (230, 307),
    "chin": (230, 356),
    "right_eye_size": (30, 34),
    "left_eye_size": (30, 34),
}
CAT: Points = {
    "right_eye": (178, 218),
    "left_eye": (302, 218),
    "nose": (240, 270),
    "mouth_right": (206, 296),
    "mouth_left": (274, 296),
    "chin": (240, 346),
    "right_eye_size": (64, 56),
    "left_eye_size": (64, 56),
}
EGG: Points = {
    "right_eye": (196, 232),
    "left_eye": (284, 232),
    "mouth_right": (204, 322),
    "mouth_left": (276, 322),
    "chin": (240, 392),
}


@cache
def mug() -> np.ndarray:
    """A white mug on a table, two dots and a curved line on it."""
    picture = _ground((196, 208, 204), (150, 116, 84), 380)
    cv2.ellipse(picture, (372, 260), (52, 66), 0, 0, 360, (226, 224, 220), 20, cv2.LINE_AA)
    for x in range(110, 351):
        light = 0.80 + 0.2 * np.sin(np.pi * (x - 90) / 300)
        cv2.line(picture, (x, 130), (x, 400), tuple(float(c * light) for c in (244, 242, 238)), 1)
    cv2.ellipse(picture, (230, 400), (120, 22), 0, 0, 180, (215, 212, 208), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (230, 130), (120, 22), 0, 0, 360, (222, 220, 216), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (230, 132), (108, 17), 0, 0, 360, (92, 62, 44), -1, cv2.LINE_AA)
    for eye in ("right_eye", "left_eye"):
        _disc(picture, MUG[eye], 11, 13, _DARK)
    cv2.ellipse(picture, (230, 284), (40, 20), 0, 0, 180, _DARK, 5, cv2.LINE_AA)
    return frozen(_soft(picture))


@cache
def cat() -> np.ndarray:
    """A drawn cat's head with round eyes and a mouth like a w."""
    picture = _ground((236, 224, 196), (220, 204, 170), 480)
    fur, inner = (206, 148, 84), (226, 170, 160)
    for side in (-1, 1):
        ear = np.array([[240 + side * 128, 96], [240 + side * 44, 150], [240 + side * 138, 220]])
        cv2.fillPoly(picture, [ear * 16], fur, cv2.LINE_AA, 4)
        cv2.fillPoly(picture, [((ear - ear.mean(axis=0)) * 0.55 + ear.mean(axis=0)).astype(int) * 16], inner, 16, 4)
    cv2.ellipse(picture, (240, 440), (120, 110), 0, 0, 360, fur, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (240, 240), (146, 124), 0, 0, 360, fur, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (240, 306), (76, 54), 0, 0, 360, (240, 226, 204), -1, cv2.LINE_AA)
    for eye in ("right_eye", "left_eye"):
        _disc(picture, CAT[eye], 32, 28, (150, 190, 90))
        _disc(picture, CAT[eye], 10, 24, (20, 20, 20))
        _disc(picture, (CAT[eye][0] - 6, CAT[eye][1] - 9), 4, 5, (250, 250, 250))
    nose = np.array([[226, 264], [254, 264], [240, 280]])
    cv2.fillPoly(picture, [nose * 16], (190, 96, 96), cv2.LINE_AA, 4)
    for x in (223, 257):
        cv2.ellipse(picture, (x, 290), (17, 13), 0, 0, 180, _DARK, 3, cv2.LINE_AA)
    for side in (-1, 1):
        for rise in (-14, 0, 14):
            start, end = (240 + side * 70, 300 + rise // 3), (240 + side * 170, 296 + rise * 2)
            cv2.line(picture, start, end, (250, 246, 238), 2, cv2.LINE_AA)
    return frozen(_soft(picture))


@cache
def egg() -> np.ndarray:
    """A brown egg, shaded, with eyes and a straight mouth drawn in pen."""
    picture = _ground((120, 140, 160), (90, 100, 110), 400)
    ys, xs = np.mgrid[0:480, 0:480].astype(np.float64)
    x, y = (xs - 240) / 136, (ys - 260) / np.where(ys < 260, 186, 160)
    inside = x**2 + y**2
    height = np.sqrt(np.clip(1 - inside, 0, 1))
    light = 0.45 + 0.55 * np.clip(-0.4 * x - 0.5 * y + 0.77 * height, 0, 1)
    shell = np.array([222, 176, 140]) * light[..., None]
    share = np.clip((1 - inside) * 60, 0, 1)[..., None]
    picture = (picture * (1 - share) + shell * share).astype(np.uint8)
    for eye in ("right_eye", "left_eye"):
        centre = tuple(int(v) for v in EGG[eye])
        cv2.ellipse(picture, centre, (17, 9), 0, 0, 360, (250, 246, 240), -1, cv2.LINE_AA)
        cv2.ellipse(picture, centre, (17, 9), 0, 0, 360, _DARK, 2, cv2.LINE_AA)
        cv2.circle(picture, centre, 6, _DARK, -1, cv2.LINE_AA)
    cv2.line(picture, (204, 322), (276, 322), _DARK, 4, cv2.LINE_AA)
    return frozen(_soft(picture))


def _ground(wall: tuple[int, int, int], table: tuple[int, int, int], edge: int) -> np.ndarray:
    picture = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:edge], picture[edge:] = wall, table
    return picture


def _disc(picture: np.ndarray, centre: tuple[float, float], wide: float, tall: float, colour: tuple[int, ...]) -> None:
    place = tuple(round(value * 2**_FINE) for value in centre)
    axes = (round(wide * 2**_FINE), round(tall * 2**_FINE))
    cv2.ellipse(picture, place, axes, 0, 0, 360, colour, -1, cv2.LINE_AA, _FINE)


def _soft(picture: np.ndarray) -> np.ndarray:
    """As a camera would have it: a little blur, a little grain."""
    grain = np.random.default_rng(1).normal(0, 2, picture.shape[:2])[..., None]
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8) + grain, 0, 255).astype(np.uint8)
