"""Blinks and glances: a lid that comes down over the eye with its own skin and lashes, an iris that moves under it.

Both are maps inside the photo, worked out where a frame's pixel came from: the lid's skin between the fold and the
lid's edge
is drawn out over the eye; the eye itself keeps its place. Squashing the eye instead is never seen as a blink.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from rendering.engine.puppet import topology
from rendering.engine.puppet.sampling import look_up

_SAMPLES = 192
_MEET = 1.0  # the upper lid comes down all of the way; the lower one hardly moves
_EYEBALL = 0.135  # radius in distances between the eyes' outer corners: 12 mm of 90
# share of the opening that the lid's skin keeps away from the eye's edge: lashes and iris must not be drawn out with it
_CORNERS = 0.05  # of the eye's length added at both ends
_CLEAR = 0.16
_SMOOTH = 0.72  # of a closed lid's colour comes from the skin above and below it, the rest from the skin drawn out


@dataclass(frozen=True)
class Eye:
    """One eye in its own axes: `t` along from corner to corner (0..1), `v` square to it, in px, downwards.

    `top`, `lid` and `low` (192,) are v of the skin's beginning above, the upper lid's edge and the lower lid's edge at
    even steps of t;
    `above` and `below` (192, 3) the colours of the skin over and under the eye there; `lash` 0..1 how dark the lashes'
    line is.
    """

    side: str
    origin: np.ndarray
    along: np.ndarray
    length: float
    top: np.ndarray
    lid: np.ndarray
    low: np.ndarray
    iris: np.ndarray
    iris_radius: float
    eyeball: float
    above: np.ndarray
    below: np.ndarray
    lash: float

    def window(self, margin: float) -> tuple[float, float, float, float]:
        """Box (x, y, w, h) px of the photo around all that this eye can change."""
        down = np.array([-self.along[1], self.along[0]])
        ends = [
            self.origin + self.along * self.length * t + down * v
            for t in (0.0, 0.5, 1.0)
            for v in (float(self.top.min()), float(self.low.max()))
        ]
        low, high = np.min(ends, axis=0) - margin, np.max(ends, axis=0) + margin
        return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def build_eyes(photo: np.ndarray, points: np.ndarray, unit_px: float) -> tuple[Eye, Eye]:
    """The person's right and left eye of the face `points` (478, 3) px in `photo`."""
    return (
        _eye(
            "Right",
            photo,
            points,
            topology.RIGHT_UPPER_LID,
            topology.RIGHT_LOWER_LID,
            topology.RIGHT_CREASE,
            topology.RIGHT_IRIS,
            unit_px,
        ),
        _eye(
            "Left",
            photo,
            points,
            topology.LEFT_UPPER_LID,
            topology.LEFT_LOWER_LID,
            topology.LEFT_CREASE,
            topology.LEFT_IRIS,
            unit_px,
        ),
    )


def _eye(
    side: str,
    photo: np.ndarray,
    points: np.ndarray,
    upper: tuple[int, ...],
    lower: tuple[int, ...],
    crease: tuple[int, ...],
    iris: tuple[int, ...],
    unit: float,
) -> Eye:
    flat = points[:, :2].astype(np.float64)
    # the mesh's corners lie a little inside of the white's: without it a blink leaves specks of white there
    reach = _CORNERS * (flat[upper[-1]] - flat[upper[0]])
    origin, end = flat[upper[0]] - reach, flat[upper[-1]] + reach
    length = float(np.linalg.norm(end - origin))
    along = (end - origin) / length
    down = np.array([-along[1], along[0]])
    grid = np.linspace(0, 1, _SAMPLES)

    def profile(indices: tuple[int, ...]) -> np.ndarray:
        local = flat[list(indices)] - origin
        t, v = local @ along / length, local @ down
        order = np.argsort(t)
        return _smoothed(np.interp(grid, t[order], v[order]), 19)

    lid, low, fold = profile(upper), profile(lower), profile(crease)
    opening = float(np.maximum(low - lid, 0).max())
    # a hooded lid shows hardly any skin below its fold: reach up towards the brow for at least three quarters of the
    # opening
    top = np.minimum(fold - 0.35 * opening, lid - 0.75 * opening)
    ring = flat[list(iris)]
    radius = float(np.linalg.norm(ring[1:] - ring[0], axis=1).mean())

    def spots(v: np.ndarray) -> np.ndarray:
        """Colours (n, 192, 3) of the photo at `v` (n, 192)."""
        place = (origin + along * length * grid[None, :, None] + down * v[..., None]).astype(np.float32)
        soft = cv2.GaussianBlur(photo, (0, 0), max(0.03 * length, 0.5))
        return cv2.remap(soft, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
            np.float64
        )

    steps = np.linspace(0, 1, 6)[:, None]
    above = _bright(spots(top + steps * (lid - _CLEAR * opening - top)))
    # under a round eye, a cat's or a drawing's, the skin begins no further off than under an almond-shaped one
    below = _bright(spots(low + (0.18 + 0.4 * steps) * min(opening, 0.36 * length)))
    # the socket's shadow over an open eye is not the lid's own colour: half of the way to the lighter skin below
    above += 0.5 * np.maximum(below - above, 0)
    at_lid = (
        spots(lid + np.linspace(-0.1, 0.15, 5)[:, None] * opening)[:, _SAMPLES // 5 : -_SAMPLES // 5]
        .mean(axis=-1)
        .min(axis=0)
        .mean()
    )
    lash = float(np.clip(1 - at_lid / max(float(above.mean()), 1.0), 0.2, 0.7))
    return Eye(side, origin, along, length, top, lid, low, ring[0], radius, _EYEBALL * unit, above, below, lash)


def _bright(colours: np.ndarray) -> np.ndarray:
    """Of colours (n, 192, 3) the second brightest at each place, smoothed along: skin, not brow, lash or fold."""
    order = np.argsort(colours.mean(axis=-1), axis=0)[-2]
    chosen = np.take_along_axis(colours, order[None, :, None], axis=0)[0]
    return np.stack([_smoothed(chosen[:, channel], 61) for channel in range(3)], axis=-1)


def _smoothed(curve: np.ndarray, width: int) -> np.ndarray:
    return np.convolve(np.pad(curve, width // 2, mode="edge"), np.ones(width) / width, mode="valid")


def draw_eye(
    eye: Eye, photo: np.ndarray, source: np.ndarray, *, blink: float, glance: tuple[float, float]
) -> np.ndarray:
    """The pixels (h, w, 3) float32, 0..255, that come from `source` (h, w, 2) float32 px of `photo`.

    `blink` 0..1 is how far the lid is down; `glance` (right, down) turns the
    gaze, degrees.
    """
    down = np.array([-eye.along[1], eye.along[0]], np.float32)
    x, y = source[..., 0] - np.float32(eye.origin[0]), source[..., 1] - np.float32(eye.origin[1])
    t = (x * np.float32(eye.along[0]) + y * np.float32(eye.along[1])) / np.float32(eye.length)
    v = x * down[0] + y * down[1]
    at = (np.clip(t, 0, 1) * (_SAMPLES - 1) + 0.5).astype(np.intp)
    top, lid, low = (curve.astype(np.float32)[at] for curve in (eye.top, eye.lid, eye.low))
    drawn = look_up(photo, source).astype(np.float32)
    if glance != (0.0, 0.0):
        turned = look_up(photo, _glanced(eye, source, lid, low, down, glance))
        # between the lids, softly: a hard edge would be seen as steps along the lashes
        drawn += (turned - drawn) * np.clip(np.minimum(v - lid, low - v) + 0.5, 0, 1)[..., None]
    if blink == 0:
        return drawn
    inside = np.clip(np.minimum(t + 0.08, 1.08 - t) * 10, 0, 1)  # nothing moves beyond the corners
    height = float(np.max(eye.low - eye.lid))
    edge = lid + np.float32(_MEET * blink) * np.maximum(low - lid, 0)
    closing = float(_ramp(blink / 0.4))
    # the skin from `top` to just short of the eye is drawn out to reach the lid's new edge
    rest, reach = np.maximum(lid - np.float32(closing * _CLEAR * height) - top, 1e-3), np.maximum(edge - top, 1e-3)
    along_lid = (v - top) / reach
    on_lid = (along_lid > 0) & (along_lid < 1.3)
    skin = look_up(photo, source + (np.where(on_lid, top + along_lid * rest - v, 0) * inside)[..., None] * down).astype(
        np.float32
    )
    q = np.clip(along_lid, 0, 1)
    # a closed lid is a lit ball under skin: a soft fold at its top, full light in the middle, falling off to the lashes
    form = 1 - 0.10 * np.exp(-(((q - 0.2) / 0.14) ** 2)) + 0.03 * np.exp(-(((q - 0.55) / 0.2) ** 2)) - 0.14 * q**5
    above, below = eye.above.astype(np.float32)[at], eye.below.astype(np.float32)[at]
    ball = (above + (below - above) * q[..., None]) * form[..., None]
    share = np.float32(_SMOOTH * closing) * np.clip((q - 0.05) / 0.35, 0, 1) * inside * on_lid
    skin += (ball - skin) * share[..., None]
    soft = max(0.06 * height, 0.7)
    covered = np.clip((edge - v) / np.float32(2 * soft) + 0.5, 0, 1) * (t > -0.08) * (t < 1.08)
    drawn += (skin - drawn) * np.where(v <= top, 1, covered)[..., None]
    # lashes: a dark line along the edge that thins out towards the corners
    line = (
        np.exp(-(((v - edge) / np.float32(1.5 * soft)) ** 2))
        * np.clip(np.sin(np.pi * np.clip(t, 0, 1)) * 3, 0, 1)
        * inside
    )
    return drawn * (1 - np.float32(eye.lash * closing) * line)[..., None]


def _glanced(
    eye: Eye, source: np.ndarray, lid: np.ndarray, low: np.ndarray, down: np.ndarray, glance: tuple[float, float]
) -> np.ndarray:
    """Where the eye's own pixels come from when the gaze is turned: the iris moves, the white gives way."""
    shift = (eye.eyeball * np.sin(np.deg2rad(np.asarray(glance)))).astype(np.float32)  # px right, down
    offset = source - eye.iris.astype(np.float32)
    fall = _ramp((2.3 - np.hypot(offset[..., 0], offset[..., 1]) / np.float32(eye.iris_radius)) / 1.2)
    moved = source - fall[..., None] * shift
    # a glance may not pull lid or lashes into the eye: stay between the lids
    new_v = (moved - eye.origin.astype(np.float32)) @ down
    margin = 0.08 * np.maximum(low - lid, 0)
    held = np.clip(new_v, lid + margin, np.maximum(low - margin, lid + margin))
    return moved + (held - new_v)[..., None] * down


def _ramp(value: np.ndarray | float) -> np.ndarray:
    t = np.clip(value, 0, 1)
    return t * t * (3 - 2 * t)
