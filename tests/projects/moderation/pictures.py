"""Pictures that look like themselves when they are made smaller, and unlike each other."""

import io

import cv2
import numpy as np
from PIL import Image


def picture(seed: int = 3) -> np.ndarray:
    """Soft random patches, (300, 240, 3) uint8."""
    patches = np.random.default_rng(seed).integers(0, 255, (10, 8, 3), np.uint8)
    return cv2.resize(patches, (240, 300), interpolation=cv2.INTER_CUBIC)


def smaller(photo: np.ndarray) -> np.ndarray:
    """As somebody saves it anew: at two thirds of the size."""
    return cv2.resize(photo, None, fx=0.66, fy=0.66, interpolation=cv2.INTER_AREA)


def as_file(photo: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "PNG")
    return buffer.getvalue()
