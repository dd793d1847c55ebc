"""Smooth fields on a coarse grid: interpolated from points, moved, and turned inside out.

A movement is told forwards: where the photo's pixel goes. Drawing needs it backwards: where a frame's pixel comes from.
Both live on a grid a few pixels wide and are enlarged only when pixels are drawn, which costs almost nothing.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy.interpolate import RBFInterpolator

# Rounds of inversion: with four after the first two, and with twelve alone, no place is further than 0.1 px from where
# it belongs on the paintings, 0.5 px at a corner of a wide smile (against 60 rounds)
_SMOOTH_ROUNDS, _STRETCHED_ROUNDS, _ALONE_ROUNDS = 2, 4, 12


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


def invert(shift: torch.Tensor, grid: Grid, *, part: tuple[slice, slice] | None = None) -> torch.Tensor:
    """Where the pixels at the grid's nodes come from: (B, 2, rows, columns) px, given `shift` of the same shape, px.

    Finds u with u + shift(u) = x by repeated substitution; each round is a look-up. `part` names the rows and columns
    in which the field stretches, all of them unless it is given: elsewhere it turns and fades so smoothly that two
    rounds are enough. Damped in that part: a field that stretches by more than twice its length would swing otherwise.
    """
    rows, columns = grid.shape
    # in the units of grid_sample, -1..1 over the nodes, a round is one look-up and one sum
    unit = shift.new_tensor([2 / (grid.step * (columns - 1)), 2 / (grid.step * (rows - 1))])
    forward = shift.permute(0, 2, 3, 1) * unit  # (B, rows, columns, 2)
    field = forward.permute(0, 3, 1, 2).contiguous()
    nodes = torch.from_numpy(grid.nodes()).to(shift)
    place = (nodes - nodes[0, 0]) * unit - 1

    def closer(source: torch.Tensor, target: torch.Tensor, share: float) -> torch.Tensor:
        found = F.grid_sample(field, source, mode="bilinear", padding_mode="border", align_corners=True)
        return torch.add(source, target - source - found.permute(0, 2, 3, 1), alpha=share)

    source = place - forward
    for _ in range(_SMOOTH_ROUNDS if part else 0):
        source = closer(source, place, 1.0)
    here = part or (slice(None), slice(None))
    inner = source[:, *here].contiguous()
    for _ in range(_STRETCHED_ROUNDS if part else _ALONE_ROUNDS):
        inner = closer(inner, place[here], 0.8)
    source[:, *here] = inner
    # as a shift from the nodes, which stay exactly where they are when nothing moves
    return ((source - place) / unit + nodes).permute(0, 3, 1, 2)
