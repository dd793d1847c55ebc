"""The painter's tools: a sheet of page pixels, soft masks, splines, strokes, reliefs and colour ramps.

All positions and lengths are page pixels (the finished picture is 960 × 1200), x to the right, y down. Arrays that
cover the sheet have shape (1200·s, 960·s) where s is the sheet's `sharpness`. Colours are sRGB, float32 in 0..1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

Array = NDArray[Any]
Points = Sequence[Sequence[float]] | Array
PAGE = (960, 1200)  # width, height of the finished picture


def floats(values: Any) -> Array:
    """Numbers as a float32 array."""
    return np.asarray(values, np.float32)


def moved(path: Array, right: float, down: float) -> Array:
    """The points of `path`, each moved by (right, down) px."""
    return path + floats([right, down])


@dataclass(frozen=True)
class Sheet:
    """A page of paper, drawn with `sharpness` × `sharpness` samples a page pixel."""

    sharpness: int
    x: Array = field(init=False)
    y: Array = field(init=False)

    def __post_init__(self) -> None:
        width, height = self.size
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        object.__setattr__(self, "x", (x + 0.5) / self.sharpness)
        object.__setattr__(self, "y", (y + 0.5) / self.sharpness)

    @property
    def size(self) -> tuple[int, int]:
        return PAGE[0] * self.sharpness, PAGE[1] * self.sharpness

    def fill(self, outline: Points, *, soft: float = 0.0) -> Array:
        """Coverage 0..1 of the closed polygon `outline`, its edge softened by a Gaussian of `soft` px."""
        mask = np.zeros(self.x.shape, np.uint8)
        corners = np.round((np.asarray(outline) * self.sharpness - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, shift=4)
        return self.blur(mask.astype(np.float32) / 255, soft)

    def stroke(self, path: Points, widths: Sequence[float], *, soft: float = 0.0) -> Array:
        """Coverage of a brush drawn along `path`; `widths` px are spread evenly over its length."""
        return self.fill(brush_outline(path, widths), soft=soft)

    def blur(self, layer: Array, sigma: float) -> Array:
        """Gaussian blur of `sigma` px; wide ones are done on a smaller copy, which cannot be told apart."""
        sigma *= self.sharpness
        if sigma <= 0:
            return layer
        step = max(1, int(sigma // 4))
        if step == 1:
            return np.asarray(cv2.GaussianBlur(layer, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)
        height, width = layer.shape[:2]
        small = cv2.resize(layer, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)

    def dab(self, x: float, y: float, rx: float, ry: float, angle: float = 0.0) -> Array:
        """A Gaussian spot: 1 at (x, y), standard deviations `rx`, `ry` px, turned by `angle` degrees."""
        return spot(self.x, self.y, x, y, rx, ry, angle)

    def grain(self, rng: np.random.Generator, size: float) -> Array:
        """Smooth noise, mean 0 and deviation 1, whose blotches measure about `size` px."""
        cells = np.array(PAGE[::-1]) * 2.5 / size
        rough = rng.standard_normal((int(cells[0]) + 4, int(cells[1]) + 4)).astype(np.float32)
        blotches = cv2.GaussianBlur(rough, (0, 0), 1.1)
        smooth = floats(cv2.resize(blotches, self.size, interpolation=cv2.INTER_CUBIC))
        return (smooth - smooth.mean()) / smooth.std()


def spot(x: Array, y: Array, cx: float, cy: float, rx: float, ry: float, angle: float = 0.0) -> Array:
    """Gaussian of peak 1 at (cx, cy), evaluated at the points (x, y)."""
    turn = np.deg2rad(angle)
    along = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
    across = (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)
    return np.asarray(np.exp(-0.5 * ((along / rx) ** 2 + (across / ry) ** 2)), np.float32)


def spline(points: Points, *, closed: bool = False, count: int = 200) -> Array:
    """`count` points on the smooth curve through `points`, evenly spaced in chord length."""
    knots = np.asarray(points, np.float64)
    if closed:
        knots = np.vstack([knots, knots[:1]])
    # centripetal spacing: no loops and no overshoot between uneven knots
    spans = np.sqrt(np.linalg.norm(np.diff(knots, axis=0), axis=1))
    at = np.concatenate([[0.0], np.cumsum(spans)])
    curve = CubicSpline(at, knots, bc_type="periodic" if closed else "natural")
    dense = curve(np.linspace(0, at[-1], 4 * count))
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    even = np.linspace(0, length[-1], count)
    return np.stack([np.interp(even, length, dense[:, axis]) for axis in (0, 1)], 1).astype(np.float32)


def normals_of(path: Array) -> Array:
    """Unit normals, (N, 2), of the polyline `path`."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-6
    return np.asarray(np.stack([-tangent[:, 1], tangent[:, 0]], 1), np.float32)


def brush_outline(path: Points, widths: Sequence[float]) -> Array:
    """The closed outline of a brush of changing width drawn along `path`."""
    line = np.asarray(path, np.float32)
    half = profile(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
    side = normals_of(line) * half
    return np.concatenate([line + side, (line - side)[::-1]])


def profile(at: Array, knots: Sequence[float] | Array, values: Sequence[float]) -> Array:
    """Values at `at` of the monotone curve through (knots, values), held constant outside."""
    curve = PchipInterpolator(knots, values)
    return np.asarray(curve(np.clip(at, knots[0], knots[-1])), np.float32)


def ramp(value: Array, colours: Sequence[tuple[float, float, float, float]]) -> Array:
    """Gradient map: `colours` are (position, r, g, b); result has shape value.shape + (3,)."""
    table = np.asarray(colours, np.float32)
    return np.stack([np.interp(value, table[:, 0], table[:, c]) for c in (1, 2, 3)], -1).astype(np.float32)


def inflate(sheet: Sheet, outline: Points, *, depth: float, spread: float = 0.0) -> Array:
    """A relief (px towards the viewer) that rises roundly from `outline` to `depth`, and is 0 outside.

    `spread` px widens the outline first, so that the steep rim lies outside what is seen. The relief is the square root
    of the solution of Poisson's equation inside the outline: an ellipse becomes an ellipsoid.
    """
    edge = np.asarray(outline, np.float32)
    area = np.sum(edge[:, 0] * np.roll(edge[:, 1], -1) - edge[:, 1] * np.roll(edge[:, 0], -1))
    outward = -np.sign(area) * normals_of(edge)
    edge = edge + spread * outward
    cell = 3  # px: a round form needs no finer grid
    columns, rows = PAGE[0] // cell, PAGE[1] // cell
    mask = np.zeros((rows, columns), np.uint8)
    cv2.fillPoly(mask, [np.round(edge / cell * 16).astype(np.int32)], 1, cv2.LINE_8, shift=4)
    index = np.full(mask.shape, -1)
    inside = np.argwhere(mask > 0)
    index[mask > 0] = np.arange(len(inside))
    row, column, value = [np.arange(len(inside))], [np.arange(len(inside))], [np.full(len(inside), 4.0)]
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        beside = inside + np.array([dy, dx])
        on_page = ((beside >= 0) & (beside < (rows, columns))).all(1)
        other = np.where(on_page, index[tuple(np.clip(beside, 0, (rows - 1, columns - 1)).T)], -1)
        # beyond the page's edge the form goes on: no wall there
        value[0][~on_page] -= 1.0
        linked = other >= 0
        row.append(np.flatnonzero(linked))
        column.append(other[linked])
        value.append(np.full(linked.sum(), -1.0))
    matrix = coo_matrix((np.concatenate(value), (np.concatenate(row), np.concatenate(column)))).tocsr()
    height = np.zeros(mask.shape, np.float32)
    height[mask > 0] = spsolve(matrix, np.ones(len(inside)))
    fine = cv2.GaussianBlur(
        cv2.resize(height, sheet.size, interpolation=cv2.INTER_CUBIC), (0, 0), 5.0 * sheet.sharpness
    )
    relief = np.sqrt(np.maximum(fine, 0))
    return np.asarray(relief * (depth / relief.max()), np.float32)


def facing(sheet: Sheet, relief: Array) -> Array:
    """Unit surface normals (H, W, 3) of a relief in px; z towards the viewer."""
    down, right = np.gradient(relief, 1 / sheet.sharpness)
    normal = np.stack([-right, -down, np.ones_like(relief)], -1)
    return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True), np.float32)


def cast_shadow(sheet: Sheet, relief: Array, light: Array, *, reach: float, soft: float) -> Array:
    """How much (0..1) the relief shades itself from `light` (x, y, z), looking `reach` px towards it."""
    flat = np.hypot(light[0], light[1])
    shade = np.zeros_like(relief)
    for distance in np.linspace(3, reach, 24):
        shift = floats([[1, 0, -light[0] / flat * distance], [0, 1, -light[1] / flat * distance]])
        shift[:, 2] *= sheet.sharpness
        ahead = cv2.warpAffine(relief, shift, sheet.size, borderMode=cv2.BORDER_REPLICATE)
        blocked = ahead - relief - distance * light[2] / flat
        shade = np.maximum(shade, np.clip(blocked / (soft * distance / 10 + 1), 0, 1))
    return sheet.blur(shade.astype(np.float32), 2.0)


def lay(under: Array, colour: Array | Sequence[float], cover: Array | float) -> Array:
    """`colour` laid over `under` (both sRGB) where `cover` is 1."""
    amount = np.asarray(cover, np.float32)
    amount = amount[..., None] if amount.ndim == 2 else amount
    return np.asarray(under + (np.asarray(colour, np.float32) - under) * amount, np.float32)


@dataclass(frozen=True)
class HairPen:
    """A pen for single fine hairs that taper to their tips: `width` px at the root, `strength` 0..1 of its colour."""

    sheet: Sheet
    colour: tuple[float, float, float]
    width: float
    strength: float

    def __call__(self, layer: Array, hairs: Sequence[tuple[Points, float]]) -> Array:
        """The layer with the hairs on it; a hair is (three points, px, and its weight, 1 for the pen's own width)."""
        cover = np.zeros_like(self.sheet.x)
        for points, weight in hairs:
            thick = self.width * weight
            outline = brush_outline(spline(points, count=24), (thick, thick, 0.7 * thick, 0.25)) * self.sheet.sharpness
            low = np.floor(outline.min(0)).astype(int) - 2
            wide, high = np.ceil(outline.max(0)).astype(int) + 2 - low
            mask = np.zeros((high, wide), np.uint8)
            cv2.fillPoly(mask, [np.round((outline - low - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
            box = np.s_[low[1] : low[1] + high, low[0] : low[0] + wide]
            cover[box] = 1 - (1 - cover[box]) * (1 - self.strength * mask.astype(np.float32) / 255)
        return lay(layer, self.colour, cover)
