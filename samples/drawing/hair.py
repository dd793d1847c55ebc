"""Hair: sheets of strands between guide curves, gathered in locks, each strand lit by how it lies to the light."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.interpolate import CubicSpline

from samples.drawing.brushes import Array, Points, Sheet, floats, lay, normals_of, profile, ramp, spline
from samples.drawing.face import CENTRE, LIGHT, halfway, page

HAIR = (
    (0.00, 0.075, 0.028, 0.028),
    (0.20, 0.19, 0.072, 0.050),
    (0.42, 0.37, 0.160, 0.082),
    (0.62, 0.57, 0.285, 0.135),
    (0.80, 0.78, 0.475, 0.255),
    (1.00, 0.99, 0.80, 0.56),
)
STEPS = 84  # points on a strand


@dataclass(frozen=True)
class Tress:
    """A sheet of hair: strands run along `guides` ((N, 2) points in u, v), side by side from the first to the last.

    `strands` are gathered in `locks`, which close towards the tip by `gather` (0 not at all, 1 to a point). `width` and
    `stray` are px; `wave` is (height px, waves along the strand). `roll` is how the sheet bends over its breadth
    (sideways tilt at first and last guide). `shade` darkens all of it, `fade` its root and its tip.
    """

    guides: tuple[Points, ...]
    strands: int
    locks: int
    width: float = 1.4
    stray: float = 2.0
    gather: float = 0.5
    wave: tuple[float, float] = (0.0, 0.0)
    roll: tuple[float, float] = (-0.6, 0.6)
    shade: float = 0.0
    fade: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Lock:
    """Strands that belong together: `across` gives their curves, `middle` ± `half` their part of the sheet (0..1)."""

    across: CubicSpline
    middle: float
    half: float
    tint: float  # added to the tone
    phase: float  # radians, where its waves begin
    swell: float  # how high they are


def paint_hair(
    sheet: Sheet, tresses: tuple[Tress, ...], rng: np.random.Generator, *, base: Points | None = None
) -> tuple[Array, Array]:
    """The tresses, over a dark `base` shape: colour (H, W, 3) multiplied by cover, and cover (H, W)."""
    width, height = sheet.size
    layer = np.zeros((height, width, 4), np.uint8)
    if base is not None:
        cover = sheet.fill(page(spline(base, closed=True, count=300)), soft=2.0)
        layer[:] = np.round(cover[..., None] * floats([*(255 * floats(HAIR[1][1:]) * 0.9), 255])).astype(np.uint8)
    for tress in tresses:
        draw_tress(sheet, layer, tress, rng)
    fine = layer.astype(np.float32) / 255
    return fine[..., :3], fine[..., 3]


def draw_tress(sheet: Sheet, layer: Array, tress: Tress, rng: np.random.Generator) -> None:
    """Draw lock by lock, in an order by chance, so that locks lie over each other; in a lock the edges first."""
    guides = np.stack([spline(guide, count=STEPS) for guide in tress.guides])
    across = CubicSpline(np.linspace(0, 1, len(guides)), guides, axis=0)
    lay_base(sheet, layer, guides)
    edges = np.sort(np.concatenate([[0, 1], rng.uniform(0, 1, tress.locks - 1)]))
    edges = 0.6 * edges + 0.4 * np.linspace(0, 1, tress.locks + 1)
    for index in rng.permutation(tress.locks):
        low, high = edges[index], edges[index + 1]
        # a lock is a little wider than its place, so that neighbours overlap
        lock = Lock(across, (low + high) / 2, 0.85 * (high - low), *lock_chances(rng))
        places = rng.uniform(-1, 1, max(2, round(tress.strands * (high - low))))
        for place in places[np.argsort(-np.abs(places), kind="stable")]:
            draw_strand(sheet, layer, tress, lock, place, rng)


def lock_chances(rng: np.random.Generator) -> tuple[float, float, float]:
    return rng.normal(0, 0.05), rng.uniform(0, 6.28), rng.uniform(0.7, 1.3)


def lay_base(sheet: Sheet, layer: Array, guides: Array) -> None:
    """Dark under the upper part of a sheet of hair, so that nothing shows between its locks."""
    part = STEPS * 2 // 5
    outline = page(np.concatenate([guides[0, :part], guides[-1, :part][::-1]]))
    cover = sheet.fill(outline, soft=1.5)[..., None]
    dark = floats([*(255 * floats(HAIR[1][1:])), 255])
    layer[:] = np.round(layer * (1 - cover) + dark * cover).astype(np.uint8)


def draw_strand(sheet: Sheet, layer: Array, tress: Tress, lock: Lock, place: float, rng: np.random.Generator) -> None:
    """One strand; `place` is -1..1 over the breadth of its lock, whose edges are darker."""
    t = np.linspace(0, 1, STEPS, dtype=np.float32)
    at = np.clip(lock.middle + lock.half * place * (1 - tress.gather * t**1.3), -0.02, 1.025) + rng.normal(0, 0.006)
    path = lock.across(at)[np.arange(STEPS), np.arange(STEPS)].astype(np.float32)
    swing = tress.wave[0] * lock.swell * np.sin(6.28 * tress.wave[1] * t + 0.5 * lock.phase) * t
    swing = swing + tress.stray * (rng.normal(0, 1) * t**2 + rng.normal(0, 0.4) * np.sin(3 * t + lock.phase))
    path = page(path + normals_of(path) * swing[:, None])
    last = STEPS if tress.gather == 0 else int(STEPS * rng.uniform(0.80, 1.0))
    tone = (
        shine(path, float(at[STEPS // 2]), tress, np.clip(t + 0.5 * lock.tint + rng.normal(0, 0.035), 0, 1))
        + lock.tint
        - 0.20 * place**2
        + rng.normal(0, 0.045)
    )
    colours = 255 * ramp(np.clip(tone, 0.0, 1.0), HAIR)
    points = np.round((path * sheet.sharpness - 0.5) * 16).astype(np.int32)
    width = tress.width * rng.uniform(0.6, 1.4) * sheet.sharpness
    for index in range(last - 1):
        part = index / last
        thick = max(1, round(width * min(1.0, 0.45 + 4 * part, 0.25 + 3 * (1 - part))))
        red, green, blue = (float(channel) for channel in colours[index])
        cv2.line(layer, points[index], points[index + 1], (red, green, blue, 255), thick, cv2.LINE_AA, 4)


def shine(path: Array, s: float, tress: Tress, t: Array) -> Array:
    """Tone 0..1 along a strand: brightest where it lies square to the direction half-way between window and viewer."""
    tangent = np.gradient(path, axis=0)
    tangent = tangent / (np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-6)
    # a strand comes towards the viewer at its root and bends away further on: this gives the bands across the hair
    lift = profile(t, (0, 0.2, 0.42, 1), (0.8, 0.05, -0.45, -0.2))
    # every wave comes forward once, and gleams there
    lift = lift + 0.45 * np.sin(6.28 * tress.wave[1] * t + 1.0) * np.clip(tress.wave[0] / 12, 0, 1) * t**0.5
    fibre = np.concatenate([tangent, lift[:, None]], 1)
    fibre /= np.linalg.norm(fibre, axis=1, keepdims=True)
    bend = float(np.interp(s, (0, 1), tress.roll))
    normal = np.stack([-tangent[:, 1] * bend, tangent[:, 0] * bend, np.full(len(t), 0.8)], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    lit = np.clip((normal @ LIGHT + 0.3) / 1.3, 0, 1)
    gleam = np.clip(1 - (fibre @ halfway()) ** 2, 0, 1) ** 9
    tone = 0.17 + 0.42 * lit + 0.46 * gleam * lit
    return np.asarray(tone - tress.shade - tress.fade[0] * (1 - t) ** 4 - tress.fade[1] * t**3, np.float32)


def mirrored(*guides: Points) -> tuple[Points, ...]:
    return tuple([(-x, y) for x, y in guide] for guide in guides)


BACK_BASE = ((0, -285), (-120, -262), (-186, -170), (-206, -20), (-212, 140), (-236, 270), (-224, 350),
    (-150, 330), (0, 240), (150, 330), (224, 350), (236, 270), (212, 140), (206, -20), (186, -170),
    (120, -262))  # fmt: skip
FALL = (
    [(-60, -270), (-178, -200), (-222, -30), (-224, 130), (-262, 270), (-240, 400), (-262, 470)],
    [(-50, -262), (-160, -180), (-198, -20), (-196, 150), (-222, 290), (-190, 400), (-205, 462)],
    [(-40, -250), (-130, -160), (-160, 0), (-150, 170), (-158, 300), (-138, 395), (-150, 440)],
    [(-30, -240), (-90, -140), (-100, 0), (-92, 170), (-90, 300), (-84, 370), (-80, 400)],
)
SWEEP_LEFT = (
    [
        (30, -284),
        (-50, -302),
        (-144, -262),
        (-200, -150),
        (-214, -10),
        (-222, 110),
        (-262, 240),
        (-240, 360),
        (-268, 452),
    ],
    [
        (33, -260),
        (-50, -279),
        (-138, -230),
        (-191, -124),
        (-206, -4),
        (-212, 110),
        (-238, 240),
        (-214, 360),
        (-232, 440),
    ],
    [(37, -226), (-46, -244), (-130, -192), (-182, -98), (-198, 4), (-203, 112), (-216, 240), (-188, 350), (-200, 424)],
    [(40, -176), (-36, -188), (-110, -138), (-164, -72), (-188, 8), (-196, 112), (-198, 232), (-166, 335), (-172, 400)],
)
SWEEP_RIGHT = (
    [(24, -284), (84, -297), (155, -250), (198, -140), (211, -10), (220, 110), (258, 240), (238, 360), (262, 452)],
    [(31, -259), (88, -268), (152, -216), (189, -112), (204, -2), (212, 110), (236, 240), (212, 356), (226, 436)],
    [(38, -224), (96, -232), (146, -174), (181, -86), (196, 4), (203, 112), (214, 236), (188, 346), (194, 418)],
    [(43, -176), (92, -182), (136, -134), (167, -68), (187, 8), (196, 112), (197, 230), (166, 330), (168, 396)],
)


def back_hair() -> tuple[Tress, ...]:
    """What falls behind the neck to the shoulders."""
    return (
        Tress(mirrored(*FALL), 700, 12, width=2.2, stray=4, wave=(12, 1.9), shade=0.26, roll=(-0.9, 0.5)),
        Tress(FALL, 700, 12, width=2.2, stray=4, wave=(12, 1.9), shade=0.22, roll=(0.9, -0.5)),
    )


def front_hair() -> tuple[Tress, ...]:
    """Swept from a parting on the right over both temples, behind the ears and down before the shoulders."""
    return (
        Tress(
            SWEEP_RIGHT, 800, 22, stray=3, wave=(19, 2.0), shade=0.05, roll=(-0.75, 0.5), fade=(0.16, 0.08), gather=0.75
        ),
        Tress(SWEEP_LEFT, 1000, 26, stray=3, wave=(19, 2.0), roll=(0.75, -0.5), fade=(0.16, 0.06), gather=0.75),
    )


BUN_BASE = ((-84, -240), (-96, -306), (-62, -366), (0, -388), (62, -372), (94, -312), (84, -240))


def bun() -> tuple[Tress, ...]:
    """A loose knot behind the crown: an outer coil, an inner one, and hairs that came loose from it."""
    outer = (
        [(-60, -255), (-104, -318), (-62, -384), (20, -400), (88, -366), (98, -300), (66, -255)],
        [(-46, -255), (-74, -314), (-44, -356), (14, -366), (60, -344), (68, -300), (44, -255)],
        [(-26, -255), (-40, -308), (-22, -330), (8, -334), (32, -322), (38, -298), (22, -255)],
    )
    inner = (
        [(-86, -262), (-70, -330), (-8, -352), (56, -322), (64, -276)],
        [(-66, -258), (-48, -306), (-4, -322), (36, -304), (44, -268)],
        [(-46, -255), (-26, -286), (0, -294), (20, -284), (26, -262)],
    )
    loose = (
        [(-90, -270), (-112, -330), (-50, -396), (30, -398), (100, -350), (98, -280)],
        [(-84, -270), (-98, -320), (-46, -378), (20, -384), (88, -340), (90, -280)],
    )
    return (
        Tress(outer, 420, 7, width=1.8, wave=(4, 1.6), shade=0.05, roll=(-0.9, 0.7), fade=(0.3, 0.25), gather=0.2),
        Tress(inner, 240, 5, width=1.7, shade=-0.02, roll=(-0.8, 0.8), fade=(0.3, 0.3), gather=0.2),
        Tress(loose, 14, 6, width=0.5, stray=9, gather=0.0, wave=(4, 2.0), roll=(-0.9, 0.4)),
    )


def wisps() -> tuple[Tress, ...]:
    """Loose hairs: fine ones that soften the hairline, a few over the crown."""
    hairline_left = (
        [(40, -178), (-36, -190), (-110, -140), (-158, -82)],
        [(38, -168), (-34, -179), (-104, -131), (-153, -76)],
    )
    hairline_right = (
        [(43, -178), (92, -184), (136, -136), (163, -76)],
        [(44, -169), (89, -174), (131, -128), (159, -70)],
    )
    crown_left = (
        [(24, -284), (-56, -312), (-150, -268), (-200, -120), (-206, 20)],
        [(28, -280), (-50, -298), (-142, -258), (-192, -120), (-200, 20)],
    )
    crown_right = (
        [(28, -284), (88, -307), (160, -256), (199, -120), (204, 20)],
        [(30, -280), (82, -293), (152, -248), (192, -120), (200, 20)],
    )
    return (
        Tress(hairline_left, 26, 6, width=0.5, stray=1, gather=0.2, shade=0.02),
        Tress(hairline_right, 20, 6, width=0.5, stray=1, gather=0.2, shade=0.05),
        Tress(crown_left, 12, 5, width=0.5, stray=5, gather=0.1),
        Tress(crown_right, 10, 5, width=0.5, stray=5, gather=0.1),
    )


def rim_light(sheet: Sheet, colour: Array, cover: Array) -> tuple[Array, Array]:
    """The edges catch light from behind, from the window (left) and the lamps (right): colour · cover, and cover."""
    # only near the outline of the whole: not at the gaps between the locks
    for side, tint, strength in ((-1, (1.0, 0.90, 0.72), 0.42), (1, (1.0, 0.66, 0.36), 0.30)):
        beyond = sheet.blur(np.roll(cover, -side * 6 * sheet.sharpness, 1), 3)
        half = np.clip((side * (sheet.x - CENTRE[0]) - 150) / 50, 0, 1)
        colour = lay(colour, floats(tint) * cover[..., None], strength * half * cover * (1 - beyond))
    return colour, cover


def paint_pencil(sheet: Sheet) -> tuple[Array, Array]:
    """The pencil that holds the knot: colour multiplied by cover, and cover."""
    start, end = floats([-146, -322]), floats([138, -394])
    along = (end - start) / np.linalg.norm(end - start)
    offset = page([(0, 0)])[0]
    at = (sheet.x - offset[0] - start[0]) * along[0] + (sheet.y - offset[1] - start[1]) * along[1]
    beside = (sheet.y - offset[1] - start[1]) * along[0] - (sheet.x - offset[0] - start[0]) * along[1]
    length = float(np.linalg.norm(end - start))
    half = np.interp(at, (0, 3, 24, length - 3, length), (0.0, 1.4, 6.2, 6.2, 5.0)).astype(np.float32)
    edge = 0.5 + (half - np.abs(beside)) * sheet.sharpness
    cover = np.clip(edge, 0, 1) * ((at > 0) & (at < length))
    colour = np.zeros((*sheet.x.shape, 3), np.float32) + floats([0.10, 0.36, 0.36])
    for begin, paint in ((length - 34, (0.80, 0.62, 0.32)), (length - 18, (0.84, 0.52, 0.47))):
        colour[at > begin] = paint
    colour[at < 24] = (0.84, 0.66, 0.45)
    colour[at < 8] = (0.12, 0.10, 0.10)
    facet = np.select([beside < -2.2, beside < 2.2], [1.35, 1.0], 0.6)
    return np.clip(colour * facet[..., None], 0, 1).astype(np.float32) * cover[..., None], cover.astype(np.float32)
