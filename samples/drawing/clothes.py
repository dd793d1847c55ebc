"""Neck, shoulders and clothes: a cream blouse with a round collar, a ribbon, an ochre cardigan with a wren on it."""

import numpy as np

from samples.drawing.brushes import Array, Points, Sheet, facing, floats, inflate, lay, moved, ramp, spline, spot
from samples.drawing.face import CENTRE, LIGHT, SKIN, page

NECK = ((-88, 120), (-86, 200), (-89, 262), (-104, 312), (-150, 352), (-120, 480), (0, 520), (120, 480),
    (150, 352), (104, 312), (89, 262), (86, 200), (88, 120))  # fmt: skip
CARDIGAN = ((-112, 322), (-176, 362), (-256, 398), (-318, 448), (-352, 540), (-374, 700), (-380, 900),
    (380, 900), (374, 700), (352, 540), (318, 448), (256, 398), (176, 362), (112, 322), (70, 380),
    (0, 415), (-70, 380))  # fmt: skip
OPENING = (
    (-96, 330),
    (-112, 420),
    (-92, 520),
    (-48, 630),
    (-12, 720),
    (12, 720),
    (52, 630),
    (94, 520),
    (112, 420),
    (96, 330),
)
WOOL = (
    (0.0, 0.17, 0.075, 0.04),
    (0.3, 0.42, 0.22, 0.075),
    (0.55, 0.66, 0.40, 0.13),
    (0.8, 0.84, 0.595, 0.25),
    (1.0, 0.96, 0.80, 0.49),
)
LINEN = ((0.0, 0.30, 0.22, 0.20), (0.35, 0.60, 0.51, 0.45), (0.65, 0.87, 0.81, 0.72), (1.0, 1.0, 0.97, 0.91))
RIBBON = ((0.0, 0.02, 0.07, 0.08), (0.4, 0.05, 0.20, 0.21), (0.7, 0.11, 0.35, 0.35), (1.0, 0.45, 0.68, 0.64))
BRASS = ((0.0, 0.16, 0.09, 0.04), (0.4, 0.48, 0.30, 0.12), (0.7, 0.80, 0.58, 0.28), (1.0, 1.0, 0.93, 0.70))


def lit(sheet: Sheet, relief: Array) -> Array:
    """Light 0..1 on a relief, with some shade in its hollows."""
    normal = facing(sheet, sheet.blur(relief, 1.2))
    hollow = np.clip((sheet.blur(relief, 8) - relief) / 12, -0.3, 1)
    return np.asarray(0.14 + 0.76 * np.clip((normal @ LIGHT + 0.25) / 1.25, 0, 1) ** 1.15 - 0.2 * hollow, np.float32)


def paint_body(sheet: Sheet, scene: Array, rng: np.random.Generator) -> Array:
    """Everything below the head, laid over the scene."""
    scene = paint_neck(sheet, scene, rng)
    scene = paint_blouse(sheet, scene)
    scene = paint_cardigan(sheet, scene, rng)
    scene = paint_collar(sheet, scene, rng)
    scene = paint_ribbon(sheet, scene)
    return paint_pin(sheet, scene)


def paint_neck(sheet: Sheet, scene: Array, rng: np.random.Generator) -> Array:
    u, v = sheet.x - CENTRE[0], sheet.y - CENTRE[1]
    outline = page(spline(NECK, closed=True, count=300))
    relief = inflate(sheet, outline, depth=100, spread=5)
    relief += 4 * spot(np.abs(u), v, 40, 300, 12, 60, -22) - 6 * spot(u, v, 0, 384, 20, 18)
    relief += 5 * spot(np.abs(u), v, 76, 388, 46, 9, 10)
    tone = lit(sheet, relief) + 0.008 * sheet.grain(rng, 30)
    # the chin's shadow, thrown down and to the right
    shadow = sheet.fill(
        page([(-96, 60), (-108, 186), (-66, 250), (16, 292), (84, 296), (124, 250), (134, 60)]), soft=11
    )
    tone = tone - 0.36 * shadow
    skin = ramp(np.clip(tone, 0, 1), SKIN)
    skin = lay(skin, skin * floats([1.0, 0.88, 0.84]), 0.5 * shadow)
    return lay(scene, skin, sheet.fill(outline, soft=0.6))


def paint_blouse(sheet: Sheet, scene: Array) -> Array:
    u, v = sheet.x - CENTRE[0], sheet.y - CENTRE[1]
    front = page(
        [(-90, 372), (-40, 408), (0, 424), (40, 408), (90, 372), (150, 430), (130, 740), (-130, 740), (-150, 430)]
    )
    folds = 5 * np.sin(u * 0.055 + 0.3 * np.sin(v * 0.02)) + 3 * np.sin(u * 0.13 + v * 0.012)
    placket = 1.5 * np.clip(1 - ((u - 2) / 13) ** 8, 0, 1)
    tone = lit(sheet, np.asarray(-0.0016 * u**2 + folds + placket, np.float32)) - 0.0009 * np.clip(v - 420, 0, 400)
    scene = lay(scene, ramp(np.clip(tone, 0, 1), LINEN), sheet.fill(front, soft=0.6))
    for at in (560, 630, 700):
        button = spot(u, v, 2, at, 4.4, 4.4)
        scene = lay(scene, scene * 0.62, np.clip(1.3 * spot(u, v, 3.2, at + 2, 5.6, 5.6) - 0.3, 0, 1))
        scene = lay(scene, (0.93, 0.87, 0.76), np.clip(4 * button - 1.6, 0, 1))
        scene = lay(scene, (1.0, 0.99, 0.95), 0.8 * spot(u, v, 0.6, at - 1.6, 1.5, 1.2))
    return scene


def paint_cardigan(sheet: Sheet, scene: Array, rng: np.random.Generator) -> Array:
    """Two knitted fronts with a ribbed band along the opening."""
    u, v = sheet.x - CENTRE[0], sheet.y - CENTRE[1]
    outline, opening = page(spline(CARDIGAN, closed=True, count=500)), page(spline(OPENING, closed=True, count=300))
    knitted = np.clip(sheet.fill(outline, soft=0.9) - sheet.fill(opening, soft=0.6), 0, 1)
    relief = inflate(sheet, outline, depth=150, spread=4)
    relief = relief + 9 * np.sin((np.abs(u) * 0.55 + v) * 0.022 + 1.3 * np.sin(v * 0.011 + u * 0.004)) * np.clip(
        (np.abs(u) - 130) / 160, 0, 1
    )
    for side in (-1, 1):
        arm = page(spline([(side * 276, 520), (side * 262, 580), (side * 268, 650), (side * 262, 760)]))
        relief = relief - 12 * sheet.stroke(arm, (2, 14, 20, 24), soft=8)
    band = sheet.fill(
        page(spline(floats(OPENING) * floats([1.24, 1]) + floats([0, 14]), closed=True, count=300)), soft=0.8
    )
    rows = 1.0 * np.sin(6.28 * v / 7.0 + np.pi * np.floor(u / 8.5)) * np.abs(np.cos(np.pi * u / 8.5))
    rib = 1.5 * np.abs(np.sin(np.pi * (u + 0.05 * v) / 8.5)) + 0.7 * rows
    relief = (
        relief + np.where(band > 0.5, 1.3 * np.sin(6.28 * (v + 0.5 * np.abs(u)) / 8.5), rib) + 5 * sheet.blur(band, 2)
    )
    tone = lit(sheet, relief) + 0.016 * sheet.grain(rng, 2.5) + 0.02 * sheet.grain(rng, 60)
    tone = tone - 0.10 * np.clip((v - 450) / 260, 0, 1) ** 2 - 0.05 * np.clip(u / 300, 0, 1)
    scene = lay(
        scene,
        scene * floats([0.45, 0.37, 0.34]),
        0.8 * np.clip(sheet.blur(knitted, 8) * 1.4, 0, 1) * sheet.fill(opening),
    )
    return lay(scene, ramp(np.clip(tone, 0, 1), WOOL), knitted)


def paint_collar(sheet: Sheet, scene: Array, rng: np.random.Generator) -> Array:
    for side in (1, -1):
        flap = page(spline([(side * 1, 424), (side * 44, 400), (side * 82, 352), (side * 104, 306),
            (side * 124, 322), (side * 146, 376), (side * 132, 432), (side * 94, 466), (side * 48, 474),
            (side * 12, 456)], closed=True))  # fmt: skip
        scene = lay(scene, scene * floats([0.46, 0.37, 0.35]), 0.75 * sheet.fill(moved(flap, 5, 10), soft=7))
        tone = (
            lit(sheet, inflate(sheet, flap, depth=24, spread=1))
            + 0.006 * sheet.grain(rng, 3)
            - (0.08 if side > 0 else 0.0)
        )
        stitch = sheet.stroke((flap[::4] - flap.mean(0)) * 0.90 + flap.mean(0), (1.3, 1.3), soft=0.6)
        cloth = lay(ramp(np.clip(tone, 0, 1), LINEN), (0.66, 0.56, 0.48), 0.45 * stitch)
        scene = lay(scene, cloth, sheet.fill(flap, soft=0.6))
    return scene


def paint_ribbon(sheet: Sheet, scene: Array) -> Array:
    """A bow: two tails, two loops with pleats that run to the knot, the knot."""
    u, v = sheet.x - CENTRE[0], sheet.y - CENTRE[1]
    pleats = 1.8 * np.sin(9 * np.arctan2(v - 452, np.abs(u) + 1e-3) * 2.4 + 0.03 * np.abs(u))
    for side in (1, -1):
        tail = spline([(side * 3, 456), (side * 20, 476), (side * 34, 520), (side * 50, 572),
            (side * 40, 576), (side * 34, 590), (side * 20, 566), (side * 14, 520), (side * 4, 484)],
            closed=True)  # fmt: skip
        scene = ribbon_part(sheet, scene, tail, 2.2 * np.sin(u * 0.16 + v * 0.05) + 0.6 * pleats)
    for side in (1, -1):
        loop = spline([(side * 4, 452), (side * 26, 432), (side * 56, 420), (side * 78, 428),
            (side * 84, 450), (side * 74, 472), (side * 50, 476), (side * 24, 466)], closed=True)  # fmt: skip
        scene = ribbon_part(sheet, scene, loop, pleats * np.clip((96 - np.abs(u)) / 60, 0, 1))
        inside = page(
            spline(
                [(side * 60, 438), (side * 74, 436), (side * 78, 450), (side * 70, 464), (side * 58, 462)], closed=True
            )
        )
        scene = lay(scene, (0.02, 0.09, 0.10), 0.40 * sheet.fill(inside, soft=4))
    knot = spline(
        [(-14, 438), (0, 434), (14, 438), (17, 452), (13, 468), (0, 471), (-13, 468), (-17, 452)], closed=True
    )
    return ribbon_part(sheet, scene, knot, 1.2 * np.sin(u * 0.5 + 0.6))


def ribbon_part(sheet: Sheet, scene: Array, outline: Points, pleats: Array) -> Array:
    edge = page(outline)
    scene = lay(scene, scene * floats([0.48, 0.42, 0.41]), 0.75 * sheet.fill(moved(edge, 4, 6), soft=4))
    tone = lit(sheet, inflate(sheet, edge, depth=13, spread=1) + pleats)
    return lay(scene, ramp(np.clip(tone, 0, 1), RIBBON), sheet.fill(edge, soft=0.5))


def paint_pin(sheet: Sheet, scene: Array) -> Array:
    """A brass wren, tail up, on the left of her cardigan."""
    bird = floats([(-31, -3), (-23, -6), (-19, -12), (-10, -14), (-2, -9), (6, -4), (14, -9), (22, -24),
        (29, -27), (28, -18), (24, -6), (18, 7), (8, 14), (-4, 15), (-13, 10), (-19, 2), (-23, -1)])  # fmt: skip
    edge = page(spline(bird * 0.98 + floats([196, 536]), closed=True, count=200))
    scene = lay(scene, scene * 0.42, 0.8 * sheet.fill(moved(edge, 3, 4), soft=3))
    wing = page(spline(floats([(-8, -3), (4, -1), (16, 1), (10, 8), (0, 8)]) + floats([196, 536]), closed=True))
    tone = lit(sheet, inflate(sheet, edge, depth=11) + 3.5 * sheet.fill(wing, soft=1.2))
    scene = lay(scene, ramp(np.clip(tone, 0, 1), BRASS), sheet.fill(edge, soft=0.4))
    return lay(
        scene, (0.10, 0.05, 0.03), np.clip(2 * sheet.dab(CENTRE[0] + 182, CENTRE[1] + 529, 1.5, 1.5) - 0.5, 0, 1)
    )
