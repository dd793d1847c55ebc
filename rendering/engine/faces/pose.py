"""Which way a head is turned: a rigid fit of the canonical face to the points found."""

import struct
from functools import cache
from zipfile import ZipFile

import numpy as np

from rendering.engine.models import model_path

# Points that keep their place when the face moves: forehead, temples, nose bridge, eye corners, ears' front.
RIGID_POINTS = np.array(
    [10, 338, 109, 297, 67, 127, 356, 234, 454, 168, 6, 197, 195, 5, 4, 33, 133, 263, 362, 98, 327, 93, 323]
)


@cache
def canonical_points() -> np.ndarray:
    """The canonical face (468, 3) in cm: x to the person's left, y up, z towards the viewer.

    Read from the landmarker's own metadata: the first mesh there is a buffer of 468 × (x, y, z, u, v), each float a
    field of its own.
    """
    with ZipFile(model_path("face-landmarker")) as archive:
        data = archive.read("geometry_pipeline_metadata_landmarks.binarypb")
    values = []
    at = data.index(b"\x1d")  # field 3, 32-bit: vertex_buffer
    while data[at] == 0x1D:
        values.append(struct.unpack_from("<f", data, at + 1)[0])
        at += 5
    return np.asarray(values, np.float32).reshape(-1, 5)[:468, :3]


def fit_rigid(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Rotation (3, 3), scale and shift (3,) with target ≈ scale · source @ rotation.T + shift (Umeyama 1991); both (N,
    3).
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    u, s, vt = np.linalg.svd(b.T @ a)
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ flip @ vt
    scale = float((s * np.diag(flip)).sum() / (a**2).sum())
    return rotation, scale, target_mean - scale * rotation @ source_mean


def head_rotation(points: np.ndarray) -> np.ndarray:
    """Rotation (3, 3) that turns the canonical face into the pose of `points` (478, 3), in the axes of
    `canonical_points`.
    """
    upright = points[RIGID_POINTS] * [1, -1, -1]  # image axes (y down, z away) into the canonical ones
    return fit_rigid(canonical_points()[RIGID_POINTS], upright)[0]


def head_pose(points: np.ndarray) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees of the face `points` (478, 3); signs as in `Face`."""
    rotation = head_rotation(points)
    forward = rotation[:, 2]
    yaw = np.degrees(np.arctan2(forward[0], forward[2]))
    pitch = np.degrees(np.arcsin(np.clip(forward[1], -1, 1)))
    across = rotation[:, 0]
    roll = np.degrees(np.arctan2(-across[1], across[0]))
    return float(yaw), float(pitch), float(roll)
