"""The mouth's inside: two rows of teeth on an arch, a tongue, and the dark behind them, in the photo's own light.

All measures are millimetres of an adult mouth (tooth widths and heights: Magne et al. 2003, Ash & Nelson 2010); the
face's scale
turns them into pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from rendering.engine.puppet.blend_shapes import FittedShapes
from rendering.engine.puppet.topology import CHEEKS, LOWER_LIP, UPPER_LIP

UNIT_MM = 90.0  # between the eyes' outer corners
_UPPER = (
    (8.6, 10.2),
    (6.6, 9.0),
    (7.6, 9.8),
    (7.0, 8.2),
    (6.8, 7.6),
    (10.0, 7.0),
)  # width, height from the middle outwards
_LOWER = ((5.3, 8.6), (5.8, 8.8), (6.8, 9.4), (7.0, 8.2), (7.1, 7.6), (11.0, 7.0))
_ARCH_MM = (26.0, 36.0)  # half-axes of the upper dental arch: across, into the depth
_TEETH_BEHIND_LIPS_MM = 5.0
_UPPER_EDGE_MM = 2.3  # the upper edges stand this far below the closed lips' line
_LOWER_EDGE_MM = 2.8
_COVERED_MM = {
    "upper": -1.7,
    "lower": 4.5,
    "tongue": 2.0,
}  # where rounded lips, which stand before the teeth, hide them
_TONGUE_TOP_MM = -6.5  # the tongue's back stands above the lower edges
_TOOTH = np.array([1.03, 1.0, 0.93])  # red, green, blue of enamel over its grey under white light (Vita shades A1–A2)
_WIDE_MM, _HIGH_MM = 56.0, 22.0  # of the texture


@dataclass(frozen=True)
class Mouth:
    """Textures (h, w, 4) float32, colours 0..255 times alpha 0..1, `px_per_mm` of them; the maps' anchor is the middle
    of the edge.

    `stomion` (3,) px where the teeth's middle lies in the photo, behind the lips; `axes` (2, 2): the picture's shift
    in px for 1 mm to
    the person's left and for 1 mm down; `dark` (3,) the colour of the depth; `own` the photo's own contents when its
    mouth is open.
    """

    upper: np.ndarray
    lower: np.ndarray
    tongue: np.ndarray
    px_per_mm: float
    stomion: np.ndarray
    axes: np.ndarray
    dark: np.ndarray
    light: float


def build_mouth(photo: np.ndarray, points: np.ndarray, shapes: FittedShapes) -> Mouth:
    """The inside that fits the face `points` (478, 3) px in `photo`."""
    mm = shapes.unit_px / UNIT_MM
    left, up, forward = shapes.rotation.T  # the head's axes in the photo
    stomion = points[[13, 14]].mean(axis=0) - forward * _TEETH_BEHIND_LIPS_MM * mm
    skin, lips = _colour(photo, points, CHEEKS, 70), _colour(photo, points, (*UPPER_LIP[1], *LOWER_LIP[1]), 50)
    enamel = _enamel(skin)
    gum = 0.6 * lips + 0.25 * skin
    resolution = float(np.clip(2 * mm, 2.5, 12))
    # the line between two teeth is a quarter of a millimetre: on a small face less than a pixel, and so much paler
    lines = float(0.30 * np.clip(mm / 3, 0.3, 1))
    sine = float(np.clip(forward[0], -0.8, 0.8))  # how far the arch is turned to the side
    return Mouth(
        upper=_row(_UPPER, enamel, gum, resolution, sine, lines, upper=True),
        lower=_row(_LOWER, enamel * 0.80, gum * 0.8, resolution, sine, lines, upper=False),
        tongue=_tongue(lips, resolution),
        px_per_mm=resolution,
        stomion=stomion.astype(np.float32),
        axes=np.stack([np.array([np.hypot(left[0], forward[0]) * np.sign(left[0] or 1), left[1]]), -up[:2]]) * mm,
        dark=(0.27 * lips + 0.03 * skin) * (np.array([1.0, 0.64, 0.62]) if _has_colour(photo) else 0.8),
        light=float(skin.mean() / 255),
    )


def place(mouth: Mouth, which: str, origin: np.ndarray, axes: np.ndarray, rounding: float = 0.0) -> np.ndarray:
    """Affine map (2, 3) from the texture `which` to a picture whose teeth's middle is at `origin` px, `axes` as in
    `Mouth`; `rounding` 0..1 of the lips.
    """
    edge = {"upper": _UPPER_EDGE_MM, "lower": _LOWER_EDGE_MM, "tongue": _TONGUE_TOP_MM}[which]
    edge += rounding * _COVERED_MM[which]
    anchor = {"upper": _HIGH_MM * 0.8, "lower": _HIGH_MM * 0.2, "tongue": _HIGH_MM * 0.25}[which]
    across, down = axes / mouth.px_per_mm  # px of the picture for 1 px of the texture
    start = origin + axes[1] * edge - across * (_WIDE_MM / 2) * mouth.px_per_mm - down * anchor * mouth.px_per_mm
    return np.column_stack([across, down, start])


def _row(
    teeth: tuple[tuple[float, float], ...],
    enamel: np.ndarray,
    gum: np.ndarray,
    resolution: float,
    sine: float,
    lines: float,
    *,
    upper: bool,
) -> np.ndarray:
    """A row of teeth (h, w, 4) as it looks from the front of an arch turned by asin(`sine`), with `lines` 0..1 between
    them.
    """
    wide, high = round(_WIDE_MM * resolution), round(_HIGH_MM * resolution)
    xs, ys = (np.arange(wide) + 0.5) / resolution - _WIDE_MM / 2, (np.arange(high) + 0.5) / resolution
    s, depth, facing = _arch_at(xs, sine, shrink=1.0 if upper else 0.9)
    edges = np.concatenate([[0.0], np.cumsum([width for width, _ in teeth])])
    number = np.clip(np.searchsorted(edges, np.abs(s), side="right") - 1, 0, len(teeth) - 1)
    width = np.array([w for w, _ in teeth])[number]
    height = np.array([h for _, h in teeth])[number]
    across = np.clip(
        (np.abs(s) - edges[number]) / width, 0, 1
    )  # 0 at the middle's side, 1 at the outer side of the tooth
    # signed distances in mm, positive inside the tooth
    side = np.minimum(across, 1 - across) * width
    # rounded corners at the edge: the incisor's outer corner is rounder than the inner one
    corner = np.where(across > 0.5, 1.7, 1.0)
    rounding = np.clip(1 - side / corner, 0, 1) ** 2 * corner * 0.55
    rise = (
        0.022 * depth + (0.55 if upper else 0.2) * (number == 1) + 0.35 * np.sin(np.clip(depth / 12, 0, 1) * np.pi / 2)
    )
    if upper:
        bottom = _HIGH_MM * 0.8 - rise - rounding
        from_edge = bottom[None] - ys[:, None]  # mm above the cutting edge
    else:
        topmost = _HIGH_MM * 0.2 + rise * 0.6 + rounding
        from_edge = ys[:, None] - topmost[None]
    neck = height[None] - from_edge - 0.9 * (2 * across[None] - 1) ** 2
    crisp = 0.45
    tooth = np.clip(from_edge / crisp + 0.5, 0, 1) * np.clip(neck / 0.8 + 0.5, 0, 1)
    # light: round over the tooth's width, duller at the neck, glassy at the edge, darker into the arch's depth
    bulge = 1 - 0.16 * np.abs(2 * across - 1) ** 3
    gap = 1 - lines * np.exp(-((side / 0.22) ** 2))
    along = np.clip(from_edge / height[None], 0, 1)
    tone = (0.90 + 0.13 * np.sin(np.pi * np.clip(along * 0.9 + 0.1, 0, 1))) * bulge[None] * gap[None]
    into = np.clip(1 - (depth / 26) ** 1.2, 0.12, 1) * np.clip(facing, 0.25, 1) ** 0.4
    colour = enamel[None, None] * tone[..., None]
    glassy = np.exp(-((from_edge / 0.9) ** 2))[..., None]
    colour = colour * (1 - 0.07 * glassy)
    colour = colour * (1 + np.array([0.02, -0.01, -0.06]) * (along[..., None] ** 2))  # warmer towards the gum
    gums = np.clip(-neck / 0.5 + 0.5, 0, 1) * np.clip(from_edge / crisp + 0.5, 0, 1)
    gum_colour = gum[None, None] * (0.85 + 0.15 * bulge[None, :, None])
    alpha = np.clip(tooth + gums, 0, 1)
    mixed = (colour * tooth[..., None] + gum_colour * gums[..., None]) / np.maximum(tooth + gums, 1e-6)[..., None]
    shown = alpha * (np.abs(s) < edges[-1])[None]
    return np.dstack([np.clip(mixed, 0, 255) * into[None, :, None] * shown[..., None], shown]).astype(np.float32)


def _arch_at(xs: np.ndarray, sine: float, *, shrink: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each x mm of the picture: arc length s mm along the arch (0 in the middle), depth mm behind its front, and
    how frontal it faces.
    """
    a, b = _ARCH_MM[0] * shrink, _ARCH_MM[1]
    angle = np.linspace(-np.pi / 2 * 0.97, np.pi / 2 * 0.97, 2001)
    x, z = a * np.sin(angle), b * (1 - np.cos(angle))
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(z)))])
    length -= length[1000]
    cosine = np.sqrt(1 - sine**2)
    shown = x * cosine - z * sine  # turning to the person's left brings their right side to the front
    rising = np.gradient(shown) > 0
    first = int(np.argmax(rising[:1001])) if rising[:1001].any() else 0
    last = 1000 + int(np.argmin(np.append(rising[1000:], False)))
    visible = slice(first, max(last, first + 2))
    s = np.interp(xs, shown[visible], length[visible], left=99.0, right=99.0)
    depth = np.interp(xs, shown[visible], z[visible])
    facing = np.interp(xs, shown[visible], np.clip(np.gradient(shown, length)[visible], 0, 1))
    return s, depth, facing


def _tongue(lips: np.ndarray, resolution: float) -> np.ndarray:
    """The tongue's tip and back (h, w, 4), a soft mound with a groove."""
    wide, high = round(_WIDE_MM * resolution), round(_HIGH_MM * resolution)
    xs = (np.arange(wide) + 0.5) / resolution - _WIDE_MM / 2
    ys = (np.arange(high) + 0.5) / resolution
    x, y = np.meshgrid(xs, ys)
    top = _HIGH_MM * 0.25 + 5.5 * (x / 20) ** 2
    inside = np.clip((y - top) / 1.6, 0, 1) * np.clip((20 - np.abs(x)) / 4, 0, 1)
    tone = (
        0.72
        + 0.2 * np.exp(-(((y - top - 2.2) / 2.5) ** 2))
        - 0.16 * np.exp(-((x / 1.8) ** 2)) * np.clip((y - top) / 4, 0, 1)
    )
    tone = tone * (1 - 0.4 * np.clip((y - top - 3) / 14, 0, 1))
    colour = lips[None, None] * np.array([0.95, 0.74, 0.74]) * tone[..., None]
    return np.dstack([colour * inside[..., None], inside]).astype(np.float32)


def _colour(photo: np.ndarray, points: np.ndarray, where: tuple[int, ...], percentile: float) -> np.ndarray:
    spots = np.round(points[list(where), :2]).astype(int).clip(0, np.array(photo.shape[1::-1]) - 1)
    blurred = cv2.GaussianBlur(photo, (0, 0), 1.5)
    return np.percentile(blurred[spots[:, 1], spots[:, 0]].astype(np.float64), percentile, axis=0)


def _enamel(skin: np.ndarray) -> np.ndarray:
    """Enamel in the light that falls on `skin` (3,): a third of the skin's cast is the light's, the rest is skin."""
    grey = float(skin @ [0.299, 0.587, 0.114])
    cast = skin / max(grey, 1.0)
    # a grey picture has no cast to tell: as colourless as the skin is, so are the teeth
    colourful = np.clip(np.abs(cast - 1).max() / 0.2, 0, 1)
    tint = cast**0.5 * (1 + (_TOOTH - 1) * colourful)
    tint[1] = max(tint[1], 0.45 * tint[0] + 0.55 * tint[2] + 0.02 * colourful)  # ivory, never pink
    return np.clip(tint * min(grey * 1.16 + 10, 232), 0, 248)


def _has_colour(photo: np.ndarray) -> bool:
    spread = photo.max(axis=-1).astype(int) - photo.min(axis=-1)
    return float(np.percentile(spread, 90)) > 12
