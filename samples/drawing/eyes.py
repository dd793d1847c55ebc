"""The eyes: ball, iris, lids, crease, lashes, drawn in the frame of one eye and mirrored for the other."""

import numpy as np

from samples.drawing.brushes import Array, HairPen, Sheet, floats, lay, moved, ramp, spline, spot
from samples.drawing.face import CENTRE, EYE, HALF_EYE, IRIS


def paint_eyes(sheet: Sheet, skin: Array, rng: np.random.Generator) -> Array:
    for side in (-1, 1):
        skin = paint_eye(sheet, skin, side, rng)
    return skin


def lid_curves() -> tuple[Array, Array]:
    """Upper and lower edge of the opening, inner corner to outer, in units of half an eye's width; outward is +x."""
    upper = spline(
        [(-1.0, 0.13), (-0.82, -0.06), (-0.5, -0.32), (-0.08, -0.445), (0.36, -0.415), (0.72, -0.24), (1.0, 0.0)]
    )
    lower = spline([(-1.0, 0.13), (-0.78, 0.20), (-0.4, 0.30), (0.06, 0.345), (0.5, 0.30), (0.82, 0.15), (1.0, 0.0)])
    return upper, lower


def paint_eye(sheet: Sheet, skin: Array, side: int, rng: np.random.Generator) -> Array:
    centre = floats([CENTRE[0] + side * EYE, CENTRE[1]])

    def place(points: Array) -> Array:
        return np.asarray(points * floats([side * HALF_EYE, HALF_EYE]) + centre, np.float32)

    upper, lower = lid_curves()
    opening = place(np.concatenate([upper, lower[::-1]]))
    x, y = (sheet.x - centre[0]) * side, sheet.y - centre[1]  # x outward

    # lid skin: the fold, and the lid below it that catches light on its roundness
    crease = place(
        spline(
            [
                (-0.98, -0.12),
                (-0.78, -0.36),
                (-0.45, -0.63),
                (-0.02, -0.76),
                (0.42, -0.71),
                (0.82, -0.46),
                (1.14, -0.12),
            ]
        )
    )
    skin = lay(
        skin, skin * floats([0.74, 0.58, 0.54]), 0.60 * sheet.stroke(moved(crease, 0, 1.0), (2, 6, 8, 7, 4), soft=3.0)
    )
    skin = lay(skin, (0.36, 0.15, 0.12), 0.62 * sheet.stroke(crease, (0.6, 1.7, 2.1, 2.0, 0.6), soft=0.9))
    lid = place(spline([(-0.6, -0.44), (-0.05, -0.60), (0.5, -0.54)]))
    skin = lay(skin, (0.97, 0.77, 0.64), 0.34 * sheet.stroke(lid, (1, 4, 1), soft=1.8))
    bag = place(spline([(-0.8, 0.44), (-0.2, 0.66), (0.4, 0.64), (0.9, 0.40)]))
    skin = lay(skin, skin * floats([0.86, 0.74, 0.71]), 0.22 * sheet.stroke(bag, (1, 4, 4, 1), soft=2.4))

    ball = paint_ball(sheet, x, y, side, rng)
    mask = sheet.fill(opening, soft=0.5)
    skin = lay(skin, ball, mask)
    # inner corner
    caruncle = place(spline([(-1.0, 0.13), (-0.88, 0.02), (-0.78, 0.06), (-0.80, 0.17)], closed=True))
    skin = lay(skin, (0.80, 0.47, 0.42), 0.8 * sheet.fill(caruncle, soft=0.9))
    # the wet rim of the lower lid
    skin = lay(
        skin, (0.91, 0.66, 0.59), 0.75 * sheet.stroke(moved(place(lower), 0, 0.5), (0.6, 1.8, 2.1, 1.8, 0.6), soft=0.6)
    )
    skin = lay(
        skin, (0.45, 0.21, 0.16), 0.42 * sheet.stroke(moved(place(lower), 0, 2.0), (0.2, 0.8, 1.4, 2.0, 1.8), soft=0.8)
    )
    # upper lash line
    skin = lay(
        skin,
        (0.16, 0.06, 0.05),
        0.90 * sheet.stroke(moved(place(upper), 0, -0.4), (0.8, 2.0, 2.8, 3.2, 3.6, 1.8), soft=0.6),
    )
    wing = place(spline([(0.80, -0.20), (1.0, -0.02), (1.13, -0.08)]))
    skin = lay(skin, (0.16, 0.06, 0.05), 0.85 * sheet.stroke(wing, (2.5, 3.2, 0.3), soft=0.6))
    skin = HairPen(sheet, (0.17, 0.07, 0.05), 0.95, 0.62)(
        skin, [(place(hair), weight) for hair, weight in upper_lashes(upper, rng)]
    )
    return HairPen(sheet, (0.36, 0.17, 0.13), 0.65, 0.26)(
        skin, [(place(hair), 1.0) for hair in lower_lashes(lower, rng)]
    )


def paint_ball(sheet: Sheet, x: Array, y: Array, side: int, rng: np.random.Generator) -> Array:
    """White of the eye and iris, a ball in the shadow of its lid; (x outward, y down) px from the eye's middle."""
    ix, iy = -1.6 * side, -1.6  # her head is turned, she looks at us; the iris's top is under the lid
    dx, dy = x - ix, y - iy
    radius = np.hypot(dx, dy)
    round_off = np.clip(1 - (x / 49) ** 2 - (y / 42) ** 2, 0, 1)
    white = ramp(round_off, ((0.0, 0.52, 0.40, 0.38), (0.45, 0.80, 0.73, 0.70), (1.0, 0.95, 0.92, 0.89)))
    angle = np.arctan2(dy, dx)
    fibres = 0.5 + 0.5 * np.sin(angle * 37 + 3.1 * np.sin(angle * 9 + side) + 0.25 * radius)
    fibres = 0.6 * fibres + 0.4 * (0.5 + 0.5 * np.sin(angle * 61 + 2.0 * np.sin(angle * 5)))
    part = np.clip(radius / IRIS, 0, 1.4)
    colour = ramp(
        part,
        (
            (0.0, 0.30, 0.20, 0.07),
            (0.42, 0.55, 0.37, 0.14),
            (0.62, 0.40, 0.40, 0.20),
            (0.84, 0.25, 0.34, 0.23),
            (1.0, 0.08, 0.12, 0.10),
        ),
    )
    glow = np.clip(
        0.62 + 0.65 * (dy * 0.85 + dx * side * 0.5) / IRIS, 0.25, 1.45
    )  # light enters upper left, glows lower right
    colour = colour * (glow * (0.78 + 0.44 * fibres))[..., None]
    pupil = np.clip((7.8 - radius) / 1.2 + 0.5, 0, 1)
    colour = lay(colour, (0.03, 0.02, 0.02), pupil)
    iris = np.clip((IRIS - radius) / 1.6 + 0.5, 0, 1)
    ball = lay(white, colour, iris)
    ball = lay(ball, (0.10, 0.07, 0.06), 0.55 * np.exp(-0.5 * ((radius - IRIS + 0.8) / 1.3) ** 2))
    # shadow of the upper lid
    lid = np.interp(x, (-43, -21.5, -3.4, 15.5, 31, 43), (3.5, -13.8, -19.1, -17.8, -10.3, 0))
    ball = lay(ball, ball * floats([0.42, 0.33, 0.34]), 0.85 * np.clip(1 - (y - lid) / 8.5, 0, 1) ** 1.3)
    # catch-light: the window; and a softer one of the room
    window = spot(dx * side, dy, -5.6, -6.4, 3.0, 2.6, 10)
    ball = lay(ball, (1.0, 0.99, 0.96), np.clip(1.9 * window - 0.35, 0, 1))
    return lay(ball, (0.75, 0.80, 0.78), 0.34 * spot(dx * side, dy, 7.5, 7.2, 3.2, 2.2, -40))


def upper_lashes(lid: Array, rng: np.random.Generator) -> list[tuple[Array, float]]:
    """Hairs (root, middle, tip) in units of half an eye's width, with their weights: longer towards the temple."""
    hairs = []
    for at in np.linspace(0.14, 0.99, 64):
        t = float(np.clip(at + rng.normal(0, 0.006), 0.05, 0.995))
        root = lid[int(t * (len(lid) - 1))]
        length = np.interp(t, (0.1, 0.5, 0.85, 1.0), (0.04, 0.085, 0.19, 0.21)) * rng.uniform(0.6, 1.15)
        lean = np.interp(t, (0.1, 0.35, 0.6, 1.0), (-0.35, 0.1, 0.75, 1.5))
        reach = floats([lean, -1.0]) / np.hypot(lean, 1) * length
        bend = floats([0.02, 0.03])
        hairs.append((floats([root, root + 0.55 * reach + bend, root + reach + bend * (1, -1)]), rng.uniform(0.8, 1.2)))
    return hairs


def lower_lashes(lid: Array, rng: np.random.Generator) -> list[Array]:
    """A few fine hairs on the outer half of the lower lid, as (root, middle, tip)."""
    hairs = []
    for at in np.linspace(0.5, 0.96, 16):
        t = float(np.clip(at + rng.normal(0, 0.01), 0, 1))
        root = lid[int(t * (len(lid) - 1))] + floats([0, 0.05])
        lean = np.interp(t, (0.3, 1.0), (0.1, 1.0))
        reach = floats([lean, 1.0]) / np.hypot(lean, 1) * rng.uniform(0.07, 0.13)
        hairs.append(floats([root, root + 0.5 * reach, root + reach + floats([0.015, -0.01])]))
    return hairs
