"""The head as a rigid body: how deep each pixel lies, how much of the turn it takes part in, and the turn itself."""

from dataclasses import dataclass, fields

import cv2
import numpy as np
import torch

from rendering.engine.puppet.blend_shapes import FittedShapes
from rendering.engine.puppet.fields import Grid, interpolate
from rendering.engine.puppet.topology import CHIN, FACE_OVAL

# Shares of the distance between the eyes' outer corners (about 9 cm on an adult).
_RELIEF = 1.3  # the mesh's depths are flat: without it a degree of turn is seen as 0.6–0.75 of one (benchmarks)
_SKULL_DEPTH = 0.75  # how far behind the eyes' corners the head turns: about the ear canal
_NECK = (0.10, 1.15)  # from here below the chin to there the turn fades out
_SHOULDERS = (0.9, 2.6)  # and from here to there what the shoulders take of it
_SHOULDER_SHARE = 0.10
_BREATH_RISE = 0.022  # of the shoulders; about 2 mm, Konno & Mead 1967 give 3–5 mm for the chest wall at rest


@dataclass(frozen=True)
class HeadField:
    """How the picture follows the head, at the grid's nodes.

    `depth` (rows, columns) px behind the pivot's plane, nearer is smaller; `turn` (rows, columns) 0..1, the share of
    the head's
    rotation; `rise` (rows, columns) px that breathing lifts; `pivot` (3,) px.
    """

    depth: torch.Tensor
    turn: torch.Tensor
    rise: torch.Tensor
    pivot: torch.Tensor

    def to(self, device: str) -> "HeadField":
        """The same on a torch device."""
        return HeadField(*(getattr(self, field.name).to(device) for field in fields(self)))


def head_field(points: np.ndarray, shapes: FittedShapes, grid: Grid, stillness: np.ndarray) -> HeadField:
    """For the face `points` (478, 3); `stillness` (rows, columns) 0..1 is 0 where the frame's edge must not move."""
    unit = shapes.unit_px
    eyes = points[[33, 263]].mean(axis=0)
    down = shapes.rotation @ np.array([0.0, -1.0, 0.0])  # the head's own down, in the photo
    down = down[:2] / np.linalg.norm(down[:2])
    # the pivot lies inside the head, behind the eyes' corners along the way the face looks, and at the height of the
    # ears' lobes
    inward = shapes.rotation @ np.array([0.0, 0.0, -1.0])
    pivot = points[[33, 263]].mean(axis=0) + inward * _SKULL_DEPTH * unit
    pivot[:2] += down * 0.55 * unit
    nodes = grid.nodes()
    below_chin = ((nodes - points[CHIN, :2]) @ down) / unit
    turn = 1 - _smooth(below_chin, *_NECK)
    turn = np.maximum(turn, _SHOULDER_SHARE * (1 - _smooth(below_chin, *_SHOULDERS)))
    rise = _BREATH_RISE * unit * (0.35 * (below_chin < 0) + np.where(below_chin >= 0, _hill(below_chin), 0))
    depth = float(eyes[2]) + _RELIEF * (_depth(points, grid, float(eyes[2]), unit) - float(eyes[2])) - pivot[2]
    return HeadField(
        depth=torch.from_numpy(depth.astype(np.float32)),
        turn=torch.from_numpy((turn * stillness).astype(np.float32)),
        rise=torch.from_numpy((cv2.GaussianBlur(rise, (0, 0), 2) * stillness).astype(np.float32)),
        pivot=torch.from_numpy(pivot.astype(np.float32)),
    )


def rotations(yaw: np.ndarray, pitch: np.ndarray, roll: np.ndarray) -> torch.Tensor:
    """(T, 3, 3) in the photo's axes (x right, y down, z away) from degrees (T,), signs as in motion.controls."""
    y, p, r = (torch.from_numpy(np.deg2rad(angle).astype(np.float32)) for angle in (yaw, pitch, roll))
    zero, one = torch.zeros_like(y), torch.ones_like(y)

    def matrix(*rows: tuple[torch.Tensor, ...]) -> torch.Tensor:
        return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)

    # what is near (z < 0) goes right when the head turns to its left, and up (y < 0) when it looks up
    about_y = matrix((y.cos(), zero, -y.sin()), (zero, one, zero), (y.sin(), zero, y.cos()))
    about_x = matrix((one, zero, zero), (zero, p.cos(), p.sin()), (zero, -p.sin(), p.cos()))
    # the person's left is the picture's right: tilting there is clockwise as seen
    about_z = matrix((r.cos(), -r.sin(), zero), (r.sin(), r.cos(), zero), (zero, zero, one))
    return about_z @ about_x @ about_y


def turned(positions: torch.Tensor, rotation: torch.Tensor, share: torch.Tensor, pivot: torch.Tensor) -> torch.Tensor:
    """Shift (B, 2, …) px of `positions` (B, 3, …) px turned by `rotation` (B, 3, 3) about `pivot`, each by its `share`
    (…).

    A share of a small rotation is taken as that share of the shift; the cosine's part of the error is under 0.1 px at
    10°.
    """
    offset = positions - pivot.view(1, 3, *[1] * (positions.dim() - 2))
    moved = torch.einsum("bij,bj...->bi...", rotation, offset)
    return (moved - offset)[:, :2] * share


def _depth(points: np.ndarray, grid: Grid, eye_depth: float, unit: float) -> np.ndarray:
    """Depth at the nodes: the mesh's inside the face, falling back round the skull outside of it."""
    oval = points[list(FACE_OVAL)]
    centre = points[:468, :2].mean(axis=0)
    rings = [oval]
    for reach, back in ((1.25, 0.25), (1.6, 0.45), (2.2, 0.5)):
        ring = oval.copy()
        ring[:, :2] = centre + (oval[:, :2] - centre) * reach
        # hair and veil lie about in the plane of the ears, wherever the far cheek's points went
        ring[:, 2] = 0.5 * oval[:, 2] + 0.5 * (eye_depth + 0.6 * unit) + back * 0.3 * unit
        rings.append(ring)
    every = np.concatenate([points[:468], *rings[1:]])
    field = interpolate(every[:, :2], every[:, 2:3], grid, smoothing=0.02 * unit / 100)[..., 0]
    return np.clip(field, points[:468, 2].min(), eye_depth + 1.2 * unit)


def _smooth(value: np.ndarray, low: float, high: float) -> np.ndarray:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _hill(below_chin: np.ndarray) -> np.ndarray:
    """Breathing over the body: a third at the neck, all of it at the shoulders' height, fading towards the waist."""
    up = 0.35 + 0.65 * _smooth(below_chin, 0.0, 1.2)
    return up * (1 - _smooth(below_chin, 1.6, 3.6))
