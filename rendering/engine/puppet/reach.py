"""Where the mouth is in any frame of a performance: what may not be covered by anything laid over the picture."""

import numpy as np
import torch

from rendering.engine.motion.controls import Performance
from rendering.engine.puppet.expression import pose
from rendering.engine.puppet.head import rotations, turned
from rendering.engine.puppet.rig import Rig
from rendering.engine.puppet.topology import LOWER_LIP, UPPER_LIP

_MARGIN = 0.05  # of the distance between the eyes' outer corners: half a centimetre of skin around the lips


def mouth_reach(rig: Rig, points: np.ndarray, performance: Performance) -> tuple[float, float, float, float]:
    """The box (x, y, width, height) px in which the lips stay throughout `performance`; `points` (478, 3) px are the
    face's in the rig's photo.
    """
    controls = performance.controls
    weights = np.stack([controls[name] for name in rig.expression.names], axis=1).astype(np.float32)
    inner = pose(rig.expression.to("cpu"), torch.from_numpy(weights)).contours  # (B, 2, 11, 2)
    places = inner.flatten(1, 2).transpose(1, 2)  # (B, 2, 22)
    head = rig.head.to("cpu")
    depth = torch.full_like(places[:, :1], float(rig.mouth.stomion[2]))
    rotation = rotations(controls["headYaw"], controls["headPitch"], controls["headRoll"])
    spots = torch.cat([places, depth], dim=1)  # (B, 3, 22)
    moved = places + turned(spots, rotation, torch.ones(places.shape[-1]), head.pivot)
    lips = points[sorted({point for ring in (*UPPER_LIP, *LOWER_LIP) for point in ring}), :2]
    rest = rig.expression.rest.reshape(-1, 2).numpy()
    margin = _MARGIN * rig.unit_px
    # the lips are as thick as in the photo, around contours that move
    low = moved.amin(dim=(0, 2)).numpy() - (rest.min(axis=0) - lips.min(axis=0)).clip(0) - margin
    high = moved.amax(dim=(0, 2)).numpy() + (lips.max(axis=0) - rest.max(axis=0)).clip(0) + margin
    x, y = low.tolist()
    right, bottom = high.tolist()
    return x, y, right - x, bottom - y
