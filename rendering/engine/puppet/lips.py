"""Where the lips meet in the photo, and how the moving lips are held to each other."""

import cv2
import numpy as np

from rendering.engine.puppet.topology import INNER_LOWER, INNER_UPPER, LOWER_LIP, UPPER_LIP, mid_lip_line

PARTED = 0.055
"""A gap of this share of the mouth's width and more is an open mouth; the mesh shows up to 0.04 on closed ones."""
RING_FOLLOW = (0.25, 0.55, 0.85, 1.0)
"""How much of a correction of the inner contour each ring of a lip takes part in, outside to inside."""


def mouth_width(points: np.ndarray) -> float:
    """Distance between the corners (61, 291) in px."""
    return float(np.linalg.norm(points[291, :2] - points[61, :2]))


def rest_gap(points: np.ndarray) -> np.ndarray:
    """Gap (11,) px between the inner contours, measured across the mouth; never negative."""
    across = across_mouth(points)
    return np.clip((points[list(INNER_LOWER), :2] - points[list(INNER_UPPER), :2]) @ across, 0, None)


def is_parted(points: np.ndarray) -> bool:
    """Whether the mouth is open in the photo."""
    return float(rest_gap(points).max()) > PARTED * mouth_width(points)


def snap_to_lip_line(photo: np.ndarray, points: np.ndarray) -> np.ndarray:
    """`points` (478, 3) with the inner contours of closed lips laid on the dark line between the lips.

    The mesh is right to about a twentieth of the mouth's width; a cut that misses the line by as much shows as a
    second lip.
    The line is the darkest smooth path near the mesh's own (dynamic programming over offsets).
    """
    line = mid_lip_line(points[:, :2])
    width, across = mouth_width(points), across_mouth(points)
    steps = 48
    along = np.linspace(0, 10, steps)
    centre = np.stack([np.interp(along, np.arange(11), line[:, axis]) for axis in (0, 1)], axis=-1)  # (steps, 2)
    reach = 0.07 * width
    offsets = np.linspace(-reach, reach, 29)
    spots = (centre[:, None] + offsets[None, :, None] * across).astype(np.float32)  # (steps, offsets, 2)
    grey = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), max(width / 80, 0.6))
    dark = cv2.remap(grey, spots[..., 0], spots[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    dark -= dark.mean(axis=1, keepdims=True)
    cost = dark / max(float(dark.std()), 1e-3) + 0.9 * (offsets / reach) ** 2
    path = _smoothest_path(cost, turn=0.35)
    shift = np.convolve(np.pad(offsets[path], 3, mode="edge"), np.ones(7) / 7, mode="valid")
    shift *= np.sin(np.linspace(0, np.pi, steps)) ** 0.35  # the corners are where the mesh says
    moved = points.copy()
    at_point = np.interp(np.arange(11), along, shift)[:, None] * across
    # half of the gap each, so that they meet; where the mesh has them cross, half of the overlap
    half = ((points[list(INNER_LOWER), :2] - points[list(INNER_UPPER), :2]) @ across)[:, None] / 2 * across
    for lip, to_line in ((UPPER_LIP, half), (LOWER_LIP, -half)):
        for ring, follow in zip(lip, RING_FOLLOW, strict=True):
            inner = list(ring)[1:-1]
            moved[inner, :2] += (follow * (at_point + to_line))[1:-1]
    return moved


def _smoothest_path(cost: np.ndarray, *, turn: float) -> np.ndarray:
    """Index of the chosen column in every row of `cost` (rows, columns), where a step aside costs `turn` a column."""
    rows, columns = cost.shape
    step = turn * np.abs(np.arange(columns)[:, None] - np.arange(columns)[None])
    total, back = cost[0].copy(), np.zeros((rows, columns), int)
    for row in range(1, rows):
        ways = total[None] + step
        back[row] = ways.argmin(axis=1)
        total = cost[row] + ways.min(axis=1)
    path = [int(total.argmin())]
    for row in range(rows - 1, 0, -1):
        path.append(int(back[row, path[-1]]))
    return np.array(path[::-1])


def across_mouth(points: np.ndarray) -> np.ndarray:
    """Unit vector (2,) that points from the upper lip to the lower one, square to the line between the corners."""
    line = points[291, :2] - points[61, :2]
    return np.array([-line[1], line[0]]) / max(float(np.linalg.norm(line)), 1e-6)
