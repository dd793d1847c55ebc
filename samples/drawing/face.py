"""The face: a relief of the head, the skin on it, then eyes, brows, nose and mouth.

Everything is drawn from the front and upright, in (u, v): px from the middle of the face, v = 0 on the eyes' line. The
proportions are the classical ones: eyes at half the height of the skull; hairline, brow, nose base and chin at even
thirds; an eye's width between the eyes.
"""

from dataclasses import dataclass

import numpy as np

from samples.drawing.brushes import (
    Array,
    HairPen,
    Points,
    Sheet,
    cast_shadow,
    facing,
    floats,
    inflate,
    lay,
    moved,
    normals_of,
    profile,
    ramp,
    spline,
    spot,
)

CENTRE = (480.0, 500.0)  # page px of the middle between the eyes
LIGHT = floats([-0.57, -0.46, 0.68])  # towards the window: upper left, in front
EYE = 79.0  # px from the middle of the face to the middle of an eye
HALF_EYE = 43.0  # half an eye's width, px
IRIS = 19.5  # px; a natural iris is 0.39 of the eye's width, this one a little more

OUTLINE = ((0, -262), (70, -253), (130, -216), (164, -155), (172, -85), (169, -25), (163, 35), (152, 92), (132, 143),
           (105, 186), (74, 221), (41, 244), (0, 251))  # fmt: skip

SKIN = (
    (0.00, 0.27, 0.11, 0.10),
    (0.18, 0.45, 0.20, 0.16),
    (0.36, 0.66, 0.36, 0.27),
    (0.52, 0.81, 0.52, 0.40),
    (0.68, 0.905, 0.665, 0.525),
    (0.84, 0.965, 0.785, 0.655),
    (1.00, 1.00, 0.89, 0.79),
)


def page(points: Points) -> Array:
    """(u, v) → page px."""
    return np.asarray(points, np.float32) + floats(CENTRE)


def both_sides(half: Points) -> Array:
    """A closed curve from its right half, top to bottom."""
    right = floats(half)
    left = right[1:-1][::-1] * floats([-1, 1])
    return spline(np.concatenate([right, left]), closed=True, count=400)


@dataclass(frozen=True)
class Head:
    """What the layers of the head share: its mask, relief in px, normals and the light that falls on it (0..1)."""

    mask: Array
    relief: Array
    normal: Array
    light: Array


def model_head(sheet: Sheet) -> Head:
    """Shape the head and light it."""
    u, v = sheet.x - CENTRE[0], sheet.y - CENTRE[1]
    outline = page(both_sides(OUTLINE))
    relief = 0.86 * inflate(sheet, outline, depth=165.0, spread=6.0) + features(u, v)
    normal = facing(sheet, sheet.blur(relief, 1.2))
    lambert = normal @ LIGHT
    shadow = cast_shadow(sheet, relief, LIGHT, reach=70, soft=4.0)
    hollow = np.clip((sheet.blur(relief, 14) - relief) / 16, -0.3, 1) + np.clip(
        (sheet.blur(relief, 5) - relief) / 6, -0.3, 1
    )
    light = 0.11 + 0.86 * np.clip((lambert + 0.22) / 1.22, 0, 1) ** 1.25
    light = light * (1 - 0.24 * shadow) - 0.18 * hollow
    bounce = np.clip(normal @ floats([0.55, 0.62, 0.2]), 0, 1)
    light = (
        light + 0.15 * bounce + 0.15 * spot(u, v, 0, 102, 24, 7) + 0.09 * spot(u, v, 15, 46, 9, 34)
    )  # skin lights skin about the nose
    return Head(sheet.fill(outline), relief, normal, np.asarray(light, np.float32))


def twin(u: Array, v: Array, cu: float, cv: float, ru: float, rv: float, angle: float = 0.0) -> Array:
    """A spot on either side of the middle; the sum, so that no crease stands where they meet."""
    return spot(u, v, cu, cv, ru, rv, angle) + spot(u, v, -cu, cv, ru, rv, -angle)


def features(u: Array, v: Array) -> Array:
    """What stands out of, and sinks into, the egg of the head, px."""
    form = 5.5 * twin(u, v, 66, -50, 40, 15)  # brow ridge
    form -= 17.0 * twin(u, v, 79, 0, 36, 24)  # sockets
    form -= 7.0 * twin(u, v, 33, -8, 13, 18)
    form += 15.0 * np.clip(1 - ((np.abs(u) - EYE) / 62) ** 2 - (v / 46) ** 2, 0, 1) ** 2  # the eyeball under its lids
    form += 8.0 * twin(u, v, 108, 66, 38, 30)  # cheekbones
    form += 6.5 * twin(u, v, 84, 98, 28, 28)  # the apples of a beginning smile
    form += 13.0 * spot(u, v, 0, 150, 56, 36)  # muzzle
    form -= 4.0 * twin(u, v, 64, 128, 9, 26, -28)  # nasolabial fold
    form += nose(u, v)
    form += lips(u, v)
    form -= 6.0 * spot(u, v, 0, 193, 34, 9)
    form += 13.0 * spot(u, v, 0, 222, 34, 22)  # chin
    form -= 4.0 * twin(u, v, 70, 147, 8, 9)  # corners of the mouth
    return np.asarray(form, np.float32)


def nose(u: Array, v: Array) -> Array:
    height = profile(v, (-58, -22, 15, 55, 80, 94, 106, 116), (0, 11, 25, 42, 51, 43, 13, 0))
    width = profile(v, (-58, -22, 15, 55, 80, 110), (20, 11.5, 12, 16, 19, 20))
    ridge = height * np.exp(-0.5 * np.abs(u / width) ** 2.2)
    wings = 17.0 * twin(u, v, 26, 91, 8.5, 10.5)
    tip = 9.0 * spot(u, v, 0, 78, 13, 12)
    return ridge + wings + tip


def lips(u: Array, v: Array) -> Array:
    upper = 5.0 * twin(u, v, 15, 143, 18, 6.5) + 3.0 * spot(u, v, 0, 145, 8, 6)
    lower = 7.0 * twin(u, v, 15, 165, 19, 9)
    line = -6.0 * np.exp(-0.5 * ((v - mouth_line(u)) / 2.6) ** 2) * np.clip(1.1 - (u / 62) ** 2, 0, 1)
    philtrum = -2.6 * spot(u, v, 0, 124, 4.5, 9) + 1.6 * twin(u, v, 9, 125, 3.5, 10)
    return upper + lower + line + philtrum


def mouth_line(u: Array) -> Array:
    """v of the line between the closed lips: a bow with its corners a little up."""
    return profile(np.abs(u), (0, 8, 18, 36, 52, 63, 90), (155.0, 154.4, 152.8, 152.4, 149.2, 144.6, 144.0))


def paint_skin(sheet: Sheet, head: Head, rng: np.random.Generator) -> Array:
    """The lit skin, (H, W, 3), before eyes, brows and lips are drawn on it."""
    u, v = sheet.x - CENTRE[0], sheet.y - CENTRE[1]
    a = np.abs(u)
    mottling = 0.005 * sheet.grain(rng, 10) + 0.008 * sheet.grain(rng, 60)
    skin = ramp(np.clip(head.light + mottling, 0, 1), SKIN)
    blush = np.clip(0.9 * spot(a, v, 100, 82, 40, 27, -15) + 0.55 * spot(u, v, 0, 84, 22, 16), 0, 1)
    blush = np.clip(blush + 0.35 * spot(u, v, 0, 228, 40, 22), 0, 1) * (1 + 0.06 * sheet.grain(rng, 40))
    skin = lay(skin, skin * floats([1.01, 0.80, 0.77]), np.clip(0.78 * blush, 0, 1))
    skin = lay(
        skin, skin * floats([0.93, 0.88, 0.90]), 0.55 * spot(a, v, 76, 27, 34, 9, 8)
    )  # tired? no: young, thin skin
    skin = lay(skin, skin * floats([1.0, 0.97, 0.88]), 0.6 * spot(u, v, 0, -130, 110, 50))
    # reflected sky from the right, where the face turns away from the window
    rim = np.clip(head.normal @ floats([0.92, -0.1, 0.1]), 0, 1) ** 2.2
    skin = lay(skin, floats([0.62, 0.52, 0.53]), 0.38 * rim * np.clip((a - 60) / 70, 0, 1))
    gloss = np.clip(head.normal @ halfway(), 0, 1) ** 34
    gloss *= (
        0.16 + 0.42 * spot(u, v, -5, 76, 10, 10) + 0.20 * spot(u, v, -4, 20, 6, 38) + 0.2 * spot(u, v, -92, 62, 30, 20)
    )
    skin = lay(skin, floats([1.0, 0.95, 0.88]), np.clip(gloss, 0, 0.8))
    return freckles(sheet, skin, rng)


def halfway() -> Array:
    """The direction a mirror would face to send the window's light to the viewer."""
    half = LIGHT + floats([0, 0, 1])
    return np.asarray(half / np.linalg.norm(half), np.float32)


def freckles(sheet: Sheet, skin: Array, rng: np.random.Generator) -> Array:
    cover = np.zeros_like(sheet.x)
    for _ in range(120):
        side = rng.choice((-1, 1))
        u, v = (
            (rng.normal(side * 62, 34), rng.normal(66, 17))
            if rng.random() < 0.8
            else (rng.normal(0, 16), rng.normal(48, 22))
        )
        size = rng.uniform(0.7, 1.7)
        strength = rng.uniform(0.08, 0.34)
        if abs(u) > 140 or (v < 34 and abs(u) > 30):
            continue
        x, y = CENTRE[0] + u, CENTRE[1] + v
        s = sheet.sharpness
        box = np.s_[int((y - 8) * s) : int((y + 8) * s), int((x - 8) * s) : int((x + 8) * s)]
        dot = strength * spot(sheet.x[box], sheet.y[box], x, y, size * rng.uniform(0.9, 1.4), size, rng.uniform(0, 180))
        cover[box] = np.maximum(cover[box], dot)
    return lay(skin, skin * floats([0.80, 0.62, 0.52]), cover)


def paint_nose(sheet: Sheet, skin: Array) -> Array:
    """Nostrils and the shade that the tip throws; the rest of the nose is relief."""
    for side in (-1, 1):
        nostril = page(spline([(side * 7.5, 102.5), (side * 11, 99.5), (side * 17, 98.5),
            (side * 21, 100.5), (side * 18, 104), (side * 12, 105)], closed=True))  # fmt: skip
        skin = lay(skin, skin * floats([0.62, 0.42, 0.40]), 0.6 * sheet.fill(nostril, soft=3.0))
        skin = lay(skin, (0.30, 0.11, 0.10), 0.80 * sheet.fill(nostril, soft=1.3))
        wing = page(spline([(side * 27, 77), (side * 36, 85), (side * 37.5, 95), (side * 31, 102)]))
        skin = lay(
            skin, (0.52, 0.24, 0.19), (0.38 if side > 0 else 0.30) * sheet.stroke(wing, (0.5, 3, 3.4, 1), soft=1.4)
        )
    under = page(spline([(-21, 104), (0, 108), (21, 104), (12, 112), (0, 115), (-12, 112)], closed=True))
    return lay(skin, skin * floats([0.80, 0.64, 0.60]), 0.30 * sheet.fill(under, soft=4))


def paint_mouth(sheet: Sheet, head: Head, skin: Array, rng: np.random.Generator) -> Array:
    """Closed lips: the upper in its own shade, the lower in the light, a line darkest under the bow."""
    u, v = sheet.x - CENTRE[0], sheet.y - CENTRE[1]
    across = np.linspace(-63, 63, 160, dtype=np.float32)
    line = np.stack([across, mouth_line(across)], 1)
    top = spline([(-63, 144.5), (-45, 142.5), (-27, 138), (-13, 134.5), (-5, 136.2), (0, 137.4),
        (5, 136.2), (13, 134.5), (27, 138), (45, 142.5), (63, 144.5)])  # fmt: skip
    bottom = spline(
        [(-63, 144.5), (-49, 159), (-32, 171), (-14, 177), (0, 177.6), (14, 177), (32, 171), (49, 159), (63, 144.5)]
    )
    upper = sheet.fill(page(np.concatenate([top, line[::-1]])), soft=0.9)
    lower = sheet.fill(page(np.concatenate([line, bottom[::-1]])), soft=1.1)
    under = page(spline([(-36, 183), (0, 187), (36, 183), (20, 195), (0, 198), (-20, 195)], closed=True))
    skin = lay(skin, skin * floats([0.80, 0.65, 0.60]), 0.5 * sheet.fill(under, soft=5))
    wrinkles = 1 + 0.035 * np.sin(u * 0.9 + 2.2 * np.sin(u * 0.21) + 0.02 * (v - 150) * u) * (
        1 - np.clip(np.abs(u) / 62, 0, 1)
    )
    tone = np.clip(head.light * wrinkles, 0, 1)
    red = ramp(
        tone,
        (
            (0.0, 0.25, 0.05, 0.07),
            (0.3, 0.50, 0.15, 0.16),
            (0.55, 0.71, 0.29, 0.28),
            (0.8, 0.86, 0.48, 0.45),
            (1.0, 0.97, 0.69, 0.64),
        ),
    )
    skin = lay(skin, red * floats([0.90, 0.84, 0.86]), 0.86 * upper)
    skin = lay(skin, red, 0.80 * lower)
    shine = (
        0.42 * spot(u, v, -13, 164.5, 11, 3.2, 4)
        + 0.18 * spot(u, v, 15, 165.5, 10, 3, -6)
        + 0.22 * spot(u, v, -8, 140, 5, 1.6, -10)
    )
    shine *= 1 + 0.12 * sheet.grain(rng, 5)
    skin = lay(skin, (1.0, 0.90, 0.86), np.clip(shine, 0, 0.6) * np.maximum(upper, lower))
    skin = lay(
        skin, (0.30, 0.07, 0.08), 0.34 * sheet.stroke(page(moved(line, 0, 1.5)), (1, 5, 6, 6.5, 6, 5, 1), soft=2.2)
    )
    skin = lay(skin, (0.27, 0.06, 0.07), 0.88 * sheet.stroke(page(line), (1.8, 1.6, 2.0, 2.4, 2.0, 1.6, 1.8), soft=0.6))
    for side in (-1, 1):
        corner = page(spline([(side * 59, 146.8), (side * 64, 144), (side * 68.5, 139.5)]))
        skin = lay(skin, (0.42, 0.16, 0.13), 0.55 * sheet.stroke(corner, (2.2, 3.0, 0.6), soft=1.3))
    edge = page(moved(top, 0, -1.6))
    return lay(skin, (1.0, 0.86, 0.76), 0.22 * sheet.stroke(edge, (0, 1.5, 2.2, 1.5, 0), soft=1.0))


def paint_brows(sheet: Sheet, skin: Array, rng: np.random.Generator, pen: HairPen) -> Array:
    """Soft brows: a shade first, then hairs that lean outwards along an arch."""
    for side in (-1, 1):
        lift = 1.5 if side < 0 else 0.0
        spine = spline(
            [
                (side * 35, -52 - lift),
                (side * 60, -61 - lift),
                (side * 91, -68 - lift),
                (side * 117, -63 - lift),
                (side * 137, -50),
            ]
        )
        shade = sheet.stroke(page(spine), (8, 13, 12, 8, 2.5), soft=3.5)
        skin = lay(skin, (0.36, 0.18, 0.11), 0.55 * shade)
        hairs = []
        for _ in range(420):
            t = rng.uniform(0, 0.97) ** 0.9
            index = int(t * (len(spine) - 1))
            width = float(profile(floats(t), (0, 0.25, 0.5, 0.8, 1), (4.2, 6.2, 5.6, 3.4, 1.0)))
            offset = rng.uniform(-1, 1)
            root = spine[index] + normals_of(spine)[index] * width * offset
            along = spine[min(index + 6, 199)] - spine[max(index - 6, 0)]
            along = along / (np.linalg.norm(along) + 1e-6)
            # hairs stand up near the nose and lie down towards the temple; upper ones lean down, lower ones up
            rise = np.interp(t, (0, 0.2, 0.6, 1), (-1.1, -0.55, -0.12, 0.15)) - 0.0 * offset
            inwards = -normals_of(spine)[index] * offset * np.interp(t, (0, 0.3, 1), (0.0, 0.35, 0.4))
            lean = along + floats([0, rise]) + inwards
            lean /= np.linalg.norm(lean)
            length = rng.uniform(7, 12) * np.interp(t, (0, 0.5, 1), (0.9, 1.1, 0.8))
            tip = root + lean * length
            hairs.append((page([root, (root + tip) / 2 + floats([0, -0.6]), tip]), rng.uniform(0.75, 1.25)))
        skin = pen(skin, hairs)
    return skin
