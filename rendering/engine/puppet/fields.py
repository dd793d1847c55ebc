"""Smooth fields on a coarse grid: interpolated from points, moved, and turned inside out.

A movement is told forwards: where the photo's pixel goes. Drawing needs it backwards: where a frame's pixel comes from.
Both live on a grid a few pixels wide and are enlarged only when pixels are drawn, which costs almost nothing.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy.interpolate import RBFInterpolator


@dataclass(frozen=True)
class Grid:
    """Square cells of `step` px, the first one's corner at pixel (`x`, `y`) of the photo; a node is the middle of its
    cell.

    `shape` is (rows, columns). Nodes in the middles make enlarging to pixels a plain resize.
    """

    x: int
    y: int
    step: int
    shape: tuple[int, int]

    @classmethod
    def over(cls, window: tuple[int, int, int, int], spacing: float) -> "Grid":
        """Cells that cover `window` (x, y, w, h) px, at most `spacing` px wide but 2 px at least."""
        x, y, w, h = window
        step = max(int(spacing), 2)
        return cls(x, y, step, (-(-h // step), -(-w // step)))

    @property
    def origin(self) -> tuple[float, float]:
        """Where the first node lies, px."""
        return self.x + (self.step - 1) / 2, self.y + (self.step - 1) / 2

    def nodes(self) -> np.ndarray:
        """(rows, columns, 2) px, x first."""
        rows, columns = self.shape
        left, top = self.origin
        xs, ys = np.meshgrid(left + np.arange(columns) * self.step, top + np.arange(rows) * self.step)
        return np.stack([xs, ys], axis=-1).astype(np.float32)

    def part(self, window: tuple[int, int, int, int]) -> tuple[slice, slice, "Grid"]:
        """The rows and columns of the cells that `window` (x, y, w, h) px touches, and the grid that they make."""
        x, y, w, h = window
        rows, columns = self.shape
        first_row, first_column = max((y - self.y) // self.step, 0), max((x - self.x) // self.step, 0)
        end_row = min(-(-(y + h - self.y) // self.step), rows)
        end_column = min(-(-(x + w - self.x) // self.step), columns)
        corner = (self.x + first_column * self.step, self.y + first_row * self.step)
        shape = (end_row - first_row, end_column - first_column)
        return slice(first_row, end_row), slice(first_column, end_column), Grid(*corner, self.step, shape)


def interpolate(sites: np.ndarray, values: np.ndarray, grid: Grid, *, smoothing: float = 0.0) -> np.ndarray:
    """Values (N, C) at `sites` (N, 2) px spread over the grid as a thin-plate spline: (rows, columns, C) float32.

    `smoothing` 0 passes through the values; some of it forgives points that crowd at the far edge of a turned face.
    """
    scale = max(float(np.ptp(sites, axis=0).max()), 1.0)
    spline = RBFInterpolator(sites / scale, values, kernel="thin_plate_spline", smoothing=smoothing, degree=1)
    return spline(grid.nodes().reshape(-1, 2) / scale).reshape(*grid.shape, -1).astype(np.float32)


def sample(field: torch.Tensor, points: torch.Tensor, grid: Grid) -> torch.Tensor:
    """Values (B, C, h, w) of `field` (B, C, rows, columns) at `points` (B, 2, h, w) px; outside, the border's."""
    rows, columns = grid.shape
    left, top = grid.origin
    unit_x = (points[:, 0] - left) * (2 / (grid.step * (columns - 1))) - 1
    unit_y = (points[:, 1] - top) * (2 / (grid.step * (rows - 1))) - 1
    return F.grid_sample(
        field, torch.stack([unit_x, unit_y], dim=-1), mode="bilinear", padding_mode="border", align_corners=True
    )


def invert(shift: torch.Tensor, grid: Grid, *, rounds: int = 12) -> torch.Tensor:
    """Where the pixels at the grid's nodes come from: (B, 2, rows, columns) px, given `shift` of the same shape, px.

    Finds u with u + shift(u) = x by repeated substitution; each round is a look-up. Damped: a field that stretches by
    more than
    twice its length would swing otherwise.
    """
    nodes = torch.from_numpy(grid.nodes()).to(shift).permute(2, 0, 1)[None]  # (1, 2, rows, columns)
    source = nodes - shift
    for _ in range(rounds):
        error = nodes - source - sample(shift, source, grid)
        source = source + 0.8 * error
    return source
