"""Whether a face will do, and in words what to do when it will not."""

from collections.abc import Sequence

import numpy as np

from rendering.engine.errors import PhotoError
from rendering.engine.faces.mesh import Face

MIN_FACE_PX = 56  # below it the lips are under 20 px wide and the points wander by a tenth of that
MAX_YAW_DEG = 55.0  # beyond it the far eye and the far corner of the mouth are out of sight
MAX_PITCH_DEG = 40.0
MAX_ROLL_DEG = 50.0  # beyond it neck and shoulders are not below the face, where the matte and the puppet look for them
MIN_SCORE = 0.998  # half covered or badly blurred faces score about as much, whole ones 0.99999 (see mesh.py)
CLEARLY_LARGEST = 1.6  # a face this much larger than the next is the one that is meant


def choose_face(faces: Sequence[Face], index: int | None = None) -> Face:
    """The face to animate: number `index`, or the one that is clearly meant.

    Raises PhotoError: face-none, face-choice (several; which one?), face-index, face-too-small, face-cut,
    face-tilted, face-turned, face-unclear.
    """
    if not faces:
        raise PhotoError(
            "face-none",
            "No face was found in this picture.",
            "Use a photo in which one face is seen from the front, lit well and not covered.",
        )
    if index is None:
        if len(faces) > 1 and faces[0].size_px < CLEARLY_LARGEST * faces[1].size_px:
            raise PhotoError(
                "face-choice",
                f"There are {len(faces)} faces in this picture, and none is clearly the main one.",
                f"Say which one to animate, 1 to {len(faces)}: {_places(faces)}.",
            )
        index = 0
    if not 0 <= index < len(faces):
        raise PhotoError(
            "face-index",
            f"There is no face number {index + 1} in this picture.",
            f"It has {len(faces)}: {_places(faces)}.",
        )
    face = faces[index]
    _check(face)
    return face


def _check(face: Face) -> None:
    if face.size_px < MIN_FACE_PX:
        raise PhotoError(
            "face-too-small",
            f"The face is only {face.size_px:.0f} pixels tall; at least {MIN_FACE_PX} are needed.",
            "Use a larger photo, or one taken from nearer; 200 pixels or more look best.",
        )
    if not face.whole:
        raise PhotoError(
            "face-cut",
            "Part of the face is outside of this picture.",
            "Use a photo that shows the face whole, from the forehead to the chin.",
        )
    if not abs(face.roll) <= MAX_ROLL_DEG:
        lies = "stands on its head" if abs(face.roll) > 180 - MAX_ROLL_DEG else "lies on its side"
        raise PhotoError(
            "face-tilted",
            f"The face {lies} in this picture.",
            "Turn the photo until the face is upright, save it and upload that.",
        )
    if not (abs(face.yaw) <= MAX_YAW_DEG and abs(face.pitch) <= MAX_PITCH_DEG):
        raise PhotoError(
            "face-turned",
            "The face is turned too far away from the camera.",
            "Use a photo in which both eyes and the whole mouth can be seen.",
        )
    if not (face.score >= MIN_SCORE and np.isfinite(face.points).all()):
        raise PhotoError(
            "face-unclear",
            "The face cannot be seen clearly enough.",
            "Use a photo in which nothing covers the eyes, nose and mouth, and which is sharp and well lit.",
        )


def _places(faces: Sequence[Face]) -> str:
    """Where each face is, so that a person without the picture before them can name one."""
    centres = [face.box[0] + face.box[2] / 2 for face in faces]
    order = list(np.argsort(centres))
    names = {0: "left", len(faces) - 1: "right"}
    return ", ".join(
        f"{i + 1} is {names.get(order.index(i), f'number {order.index(i) + 1} from the left')}"
        for i in range(len(faces))
    )
