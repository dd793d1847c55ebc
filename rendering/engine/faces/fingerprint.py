"""Perceptual fingerprints of photographs: two numbers that stay nearly the same when a picture is made smaller,
compressed again, brightened or slightly cropped, and that a face cannot be made from.

Two kinds are taken, and both have to agree: the signs of the low frequencies (a DCT, after Zauner 2010, "Implementation
and benchmarking of perceptual image hash functions") and the signs of the steps from left to right. They recognise a
picture, not a person: another photograph of the same face has another fingerprint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.fft import dctn

BITS = 64
_SIDE = 32  # px that the picture is reduced to before the DCT
_LOW = 8  # frequencies a side
MAX_FREQUENCY_BITS = 10
MAX_STEP_BITS = 12
"""How many of the 64 bits may differ: see docs/consent.md for what was measured."""
FACE_MARGIN = 0.35  # of the face box, on each side: hair and chin belong to what is recognised


@dataclass(frozen=True)
class Fingerprint:
    """64 bits each: `frequencies` of the picture's DCT, `steps` from left to right."""

    frequencies: int
    steps: int

    def as_json(self) -> dict[str, str]:
        """Two strings of 16 hex digits."""
        return {"p": f"{self.frequencies:016x}", "d": f"{self.steps:016x}"}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> "Fingerprint":
        return cls(int(value["p"], 16), int(value["d"], 16))


def fingerprint(photo: np.ndarray) -> Fingerprint:
    """Of an (H, W, 3) uint8 sRGB picture."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
    low = dctn(small, norm="ortho")[:_LOW, :_LOW].ravel()
    # The first one is the mean brightness; the median of the others divides them into halves.
    signs = low > np.median(low[1:])
    signs[0] = False
    steps = cv2.resize(grey, (_LOW + 1, _LOW), interpolation=cv2.INTER_AREA).astype(np.int16)
    rising = (np.diff(steps, axis=1) > 0).ravel()
    return Fingerprint(_number(signs), _number(rising))


def fingerprints(photo: np.ndarray, boxes: Sequence[tuple[float, float, float, float]]) -> tuple[Fingerprint, ...]:
    """Of the whole picture, and of each face in it with its surroundings; `boxes` are (x, y, w, h) in px."""
    return (fingerprint(photo), *(fingerprint(_around(photo, box)) for box in boxes))


def register(photo: np.ndarray, boxes: Sequence[tuple[float, float, float, float]]) -> tuple[Fingerprint, ...]:
    """What to keep of a picture so that it is recognised later: as it is, and in a mirror."""
    width = photo.shape[1]
    turned = [(width - x - w, y, w, h) for x, y, w, h in boxes]
    return (*fingerprints(photo, boxes), *fingerprints(np.ascontiguousarray(photo[:, ::-1]), turned))


def alike(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether these are of the same picture."""
    return (one.frequencies ^ other.frequencies).bit_count() <= MAX_FREQUENCY_BITS and (
        one.steps ^ other.steps
    ).bit_count() <= MAX_STEP_BITS


def _around(photo: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    x, y, w, h = box
    height, width = photo.shape[:2]
    left, top = max(0, round(x - FACE_MARGIN * w)), max(0, round(y - FACE_MARGIN * h))
    right, bottom = min(width, round(x + (1 + FACE_MARGIN) * w)), min(height, round(y + (1 + FACE_MARGIN) * h))
    return photo[top : max(bottom, top + 1), left : max(right, left + 1)]


def _number(bits: np.ndarray) -> int:
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
