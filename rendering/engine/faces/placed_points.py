"""The points that a person places on a face: their names, how they are read, and whether they make a face."""

import json
from collections.abc import Mapping

import numpy as np

from rendering.engine.errors import PhotoError
from rendering.engine.faces.checks import MAX_ROLL_DEG, MIN_FACE_PX

Points = Mapping[str, tuple[float, float]]

NEEDED = ("left_eye", "right_eye", "mouth_left", "mouth_right", "chin")
"""x, y in px of the picture. Left and right are the face's own: its left eye is on the right of the picture."""
OPTIONAL = ("mouth_top", "mouth_bottom", "nose", "brow_left", "brow_right", "left_eye_size", "right_eye_size")
"""Lips' outer edges in the middle of the mouth, the nose's tip, the brows' middles; eyes' width and height in px."""

BROWS = ("brow_left", "brow_right")

_IN_WORDS = {
    "left_eye": "the left eye",
    "right_eye": "the right eye",
    "mouth_left": "the left corner of the mouth",
    "mouth_right": "the right corner of the mouth",
    "chin": "the chin",
    "mouth_top": "the top of the mouth",
    "mouth_bottom": "the bottom of the mouth",
    "nose": "the nose",
    "brow_left": "the left eyebrow",
    "brow_right": "the right eyebrow",
    "left_eye_size": "the size of the left eye",
    "right_eye_size": "the size of the right eye",
}
_OWN_SIDES = "Left and right are the face's own: its left eye is on the right of the picture."
_MIN_EYES_PX = 8
_MOUTH_SHARES = (0.15, 3.5)  # width of a mouth over the distance between the eyes, at least and at most


def read_points(text: str | bytes) -> dict[str, tuple[float, float]]:
    """The points in a JSON object of name: [x, y], px; see NEEDED and OPTIONAL.

    Raises PhotoError: points-json (unreadable), points-unknown (a name that means nothing), points-number.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PhotoError(
            "points-json", "The points cannot be read: this is not JSON.", f"A line that would do: {_example()}"
        ) from error
    if not isinstance(document, dict):
        raise PhotoError(
            "points-json", "The points have to be one JSON object of names and places.", f"For example: {_example()}"
        )
    points: dict[str, tuple[float, float]] = {}
    for name, value in document.items():
        if name not in _IN_WORDS:
            raise PhotoError(
                "points-unknown",
                f"There is no point called “{name}”.",
                f"The points are {', '.join(NEEDED)}, and if you like {', '.join(OPTIONAL)}.",
            )
        if value is None:
            continue
        points[name] = _pair(name, value)
    return points


def _pair(name: str, value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        first, second = value
        if all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e6 for n in (first, second)):
            return float(first), float(second)
    raise PhotoError(
        "points-number",
        f"“{name}” has to be two numbers in pixels, like [120, 80].",
        "The first counts from the left edge of the picture, the second from the top.",
    )


def _example() -> str:
    places = ((220, 120), (120, 120), (200, 220), (140, 220), (170, 270))
    return json.dumps(dict(zip(NEEDED, places, strict=True)))


def check_places(points: Points, photo_size: tuple[int, int]) -> None:
    """Raises PhotoError when a point is missing or lies outside of a picture of `photo_size` (w, h) px."""
    missing = [_IN_WORDS[name] for name in NEEDED if name not in points]
    if missing:
        raise PhotoError(
            "points-missing",
            f"Not all points are placed: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            "Place both eyes, both corners of the mouth, and the chin.",
        )
    eyes = np.subtract(points["left_eye"], points["right_eye"])
    if float(np.linalg.norm(eyes)) < _MIN_EYES_PX:
        raise PhotoError(
            "face-too-small",
            f"The eyes are less than {_MIN_EYES_PX} pixels apart.",
            "Place them on the two eyes; if they are, use a larger picture.",
        )
    width, height = photo_size
    for name, (x, y) in points.items():
        if name.endswith("_size"):
            if not (0 < x <= width and 0 < y <= height):
                raise PhotoError(
                    "points-outside", f"{_sentence(name)} cannot be {x:g} by {y:g} pixels.", "Give width and height."
                )
        elif not (0 <= x < width and 0 <= y < height):
            raise PhotoError(
                "points-outside",
                f"{_sentence(name)} lies outside of the picture, at {x:g}, {y:g}.",
                f"The picture is {width} pixels wide and {height} tall.",
            )


def check_shape(upright: Mapping[str, np.ndarray], *, roll_deg: float) -> None:
    """Raises PhotoError when the points do not make a face; `upright` (2,) px across and down from between the eyes."""
    eyes = 2 * float(upright["left_eye"][0])
    mouth = (upright["mouth_left"] + upright["mouth_right"]) / 2
    if mouth[1] < 0 and upright["chin"][1] < 0:
        raise PhotoError(
            "points-swapped", "The left and the right eye are the wrong way round.", f"Swap them. {_OWN_SIDES}"
        )
    if abs(roll_deg) > MAX_ROLL_DEG:
        raise PhotoError(
            "face-tilted",
            f"The face lies on its side: it is tilted by {abs(roll_deg):.0f} degrees.",
            "Turn the picture so that the face is upright, and place the points again.",
        )
    if upright["mouth_left"][0] <= upright["mouth_right"][0]:
        raise PhotoError(
            "points-swapped",
            "The left and the right corner of the mouth are the wrong way round.",
            f"Swap them. {_OWN_SIDES}",
        )
    if upright["chin"][1] <= mouth[1] + 0.05 * eyes:
        raise PhotoError(
            "points-order",
            "The chin is not below the mouth.",
            "Place it at the lowest edge of the face, a little away from the mouth.",
        )
    if mouth[1] < 0.15 * eyes:
        raise PhotoError(
            "points-order", "The mouth is not below the eyes.", "Place its corners further down, away from the eyes."
        )
    if "nose" in upright and not 0 < upright["nose"][1] < mouth[1]:
        raise PhotoError("points-order", "The nose is not between the eyes and the mouth.", "Move it, or leave it out.")
    for name in BROWS:
        if name in upright and upright[name][1] >= 0:
            raise PhotoError("points-order", f"{_sentence(name)} is not above the eye.", "Move it, or leave it out.")
    if "mouth_top" in upright and "mouth_bottom" in upright and upright["mouth_top"][1] >= upright["mouth_bottom"][1]:
        raise PhotoError(
            "points-order",
            "The top of the mouth is not above its bottom.",
            "Place them on the upper and the lower edge of the lips, in the middle of the mouth.",
        )
    if "mouth_bottom" in upright and upright["mouth_bottom"][1] >= upright["chin"][1]:
        raise PhotoError("points-order", "The chin is not below the mouth.", "Place it under the lower lip.")
    width = float(np.linalg.norm(upright["mouth_left"] - upright["mouth_right"])) / eyes
    if not _MOUTH_SHARES[0] <= width <= _MOUTH_SHARES[1]:
        raise PhotoError(
            "points-shape",
            f"The mouth is {'far wider' if width > 1 else 'far narrower'} than the distance between the eyes allows.",
            "Place its corners where the lips end, and the eyes on the middles of the pupils.",
        )


def check_size(box: tuple[float, float, float, float]) -> None:
    """Raises PhotoError when the face in `box` (x, y, w, h) px is too small to move."""
    if max(box[2:]) < MIN_FACE_PX:
        raise PhotoError(
            "face-too-small",
            f"The face is only {max(box[2:]):.0f} pixels tall; at least {MIN_FACE_PX} are needed.",
            "Use a larger picture, or one taken from nearer.",
        )


def _sentence(name: str) -> str:
    words = _IN_WORDS[name]
    return words[0].upper() + words[1:]
