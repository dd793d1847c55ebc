"""Triangles into pixels: which one is seen at each, and where on it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Raster:
    """`triangle` (h, w) index, -1 where nothing is; `weights` (h, w, 3) barycentric; `depth` (h, w), -inf there."""

    triangle: np.ndarray
    weights: np.ndarray
    depth: np.ndarray

    @property
    def filled(self) -> np.ndarray:
        """(h, w) bool: where a triangle is."""
        return self.triangle >= 0


def rasterise(places: np.ndarray, nearness: np.ndarray, triangles: np.ndarray, size: tuple[int, int]) -> Raster:
    """`triangles` (T, 3) of vertices at `places` (V, 2) px, x first; the greatest `nearness` (V,) is seen.

    `size` is (h, w); a pixel's middle is at a whole number. Both sides of a triangle are drawn.
    """
    height, width = size
    triangle = np.full(size, -1)
    weights = np.zeros((*size, 3))
    depth = np.full(size, -np.inf)
    corners = places[triangles]  # (T, 3, 2)
    low = np.ceil(corners.min(axis=1) - 0.5).astype(int).clip(0)
    high = np.floor(corners.max(axis=1) + 0.5).astype(int).clip(max=[width - 1, height - 1])
    b, c = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0]
    drawn = np.nonzero((np.abs(area) > 1e-9) & (low <= high).all(axis=1))[0]
    for index in drawn:
        (x0, y0), (x1, y1) = low[index], high[index]
        xs = np.arange(x0, x1 + 1) - corners[index, 0, 0]
        ys = (np.arange(y0, y1 + 1) - corners[index, 0, 1])[:, None]
        second = (xs * c[index, 1] - ys * c[index, 0]) / area[index]
        third = (ys * b[index, 0] - xs * b[index, 1]) / area[index]
        inside = (second >= -1e-6) & (third >= -1e-6) & (second + third <= 1 + 1e-6)
        if not inside.any():
            continue
        share = np.stack([1 - second - third, second, third], axis=-1)
        near = share @ nearness[triangles[index]]
        window = np.s_[y0 : y1 + 1, x0 : x1 + 1]
        seen = inside & (near > depth[window])
        depth[window][seen], triangle[window][seen], weights[window][seen] = near[seen], index, share[seen]
    return Raster(triangle, weights, depth)
