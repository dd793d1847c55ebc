"""Whether a repaired face is still the same person's: how far its shape has moved, and, where the operator has added
the package for it, how far two faces lie apart for a recogniser.
"""

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rendering.engine.errors import EngineError
from rendering.engine.faces import Face, track_face
from rendering.engine.models import model_path

# Mean distance of the points from where they were, by the distance between the eyes. Our repairs of eight portraits in
# ten conditions moved them by 0.001 to 0.042, different portraits lie 0.017 to 0.135 apart: a shape alone says little.
MOST_MOVED = 0.05
# Distance between embeddings. The same repairs: up to 0.40; different people: from 0.71 on photographs, from 0.50 on
# paintings. Measured on few people; provisional.
MOST_APART = 0.45
_EYE_CORNERS = (33, 263)
_FIVE = (263, 362, 33, 133, 2)  # outer and inner corners of the left and the right eye, and under the nose


@dataclass(frozen=True)
class Change:
    """How far a face has changed. `moved`: mean distance of its points, by that between the outer corners of the eyes,
    once place, size and tilt are taken out. `apart`: distance of the embeddings; None without a recogniser.
    """

    moved: float
    apart: float | None

    @property
    def same_person(self) -> bool:
        return self.moved <= MOST_MOVED and (self.apart is None or self.apart <= MOST_APART)

    def __str__(self) -> str:
        told = f"shape moved by {100 * self.moved:.1f} % of the distance between the eyes"
        return (
            told if self.apart is None else f"{told}, recogniser’s distance {self.apart:.2f} of {MOST_APART:g} allowed"
        )


def face_change(before: np.ndarray, face: Face, after: np.ndarray) -> Change | None:
    """How `face` of the photo `before` (H, W, 3) has changed in `after`, the same photo repaired, at any size.

    None when it is no longer found where it was.
    """
    scale = after.shape[1] / before.shape[1]
    x, y, w, h = (value * scale for value in face.box)
    expected = Face((x, y, w, h), face.points * scale, face.yaw, face.pitch, face.roll, face.score, face.whole)
    # both are looked at in the same way, once from where the face was: how the points wander by themselves is left out
    found, seen = track_face(after, expected), track_face(before, face)
    if found is None or seen is None:
        return None
    apart = None
    if recogniser_ready():
        apart = float(np.linalg.norm(embedding(before, seen) - embedding(after, found)))
    return Change(moved=shape_distance(seen.points, found.points), apart=apart)


def shape_distance(before: np.ndarray, after: np.ndarray) -> float:
    """Mean distance of the points (478, 3) px, x and y, by that between the eyes, after the best similarity."""
    source, target = before[:, :2].astype(np.float64), after[:, :2].astype(np.float64)
    source, target = source - source.mean(axis=0), target - target.mean(axis=0)
    a, b = source @ [1, 1j], target @ [1, 1j]
    turn = np.vdot(a, b) / max(float(np.vdot(a, a).real), 1e-9)  # rotation and scale in one number
    eyes = abs(b[_EYE_CORNERS[0]] - b[_EYE_CORNERS[1]])
    return float(np.abs(turn * a - b).mean() / max(eyes, 1e-9))


def recogniser_ready() -> bool:
    """Whether dlib and its face model are installed (requirements/restoration.in), the model being the one measured."""
    if importlib.util.find_spec("dlib") is None:
        return False
    try:
        model_path("face-embedding")
    except EngineError:
        return False
    return True


def embedding(photo: np.ndarray, face: Face) -> np.ndarray:
    """128 numbers (128,) that lie near each other for pictures of the same person (dlib's ResNet, King 2017)."""
    import dlib  # noqa: PLC0415  an optional extra

    x, y, w, h = (round(value) for value in face.box)
    spots = [dlib.point(*(round(float(v)) for v in face.points[i, :2])) for i in _FIVE]
    shape = dlib.full_object_detection(dlib.rectangle(x, y, x + w, y + h), spots)
    chip = dlib.get_face_chip(np.ascontiguousarray(photo), shape, size=150, padding=0.25)
    return np.asarray(_recogniser(model_path("face-embedding")).compute_face_descriptor(chip))


@cache
def _recogniser(path: Path) -> Any:
    import dlib  # noqa: PLC0415

    return dlib.face_recognition_model_v1(str(path))
