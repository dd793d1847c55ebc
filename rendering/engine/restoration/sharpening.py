"""Faces sharpened a little, small photos enlarged: what is there made easier to see, nothing made up."""

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from rendering.engine.faces import Face
from rendering.engine.faces.measures import OVAL, face_blur_px, noise_sigma

WISHED_FACE_PX = 240  # lips of such a face are some 90 px wide, and points sit to a third of a per cent
MOST_ENLARGED = 4.0
LARGEST_SIDE_PX = 2160
_SHARP_PX = 0.9  # blur of a sharp picture, px; nothing is done below
_MOST_BLUR_PX = 5.0  # beyond it sharpening draws rims, not features
_STRENGTH = 0.9  # of an unsharp mask on a face with much blur and no grain


def sharpen_faces(photo: np.ndarray, faces: Sequence[Face]) -> tuple[np.ndarray, bool]:
    """`photo` (H, W, 3) uint8 with blurred faces sharpened in their lightness, and whether there were any."""
    lightness = cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    grain = noise_sigma(photo)
    changed = False
    for face in faces:
        blur = face_blur_px(photo, face)
        strength = _STRENGTH * min(max(blur - _SHARP_PX, 0.0), 1.0) * max(1 - grain / 10, 0.0)
        if strength < 0.1:
            continue
        radius = min(blur, _MOST_BLUR_PX)
        flat = cv2.GaussianBlur(lightness[..., 0], (0, 0), radius)
        detail = np.clip(lightness[..., 0] - flat, -12, 12)  # L*; strong edges need no help and would get rims
        lightness[..., 0] += strength * detail * face_mask(photo.shape, face)
        changed = True
    if not changed:
        return photo, False
    np.clip(lightness[..., 0], 0, 100, out=lightness[..., 0])
    values = cv2.cvtColor(lightness, cv2.COLOR_LAB2RGB)
    return np.clip(np.rint(255 * values), 0, 255).astype(np.uint8), True


def enlarge(photo: np.ndarray, faces: Sequence[Face]) -> tuple[np.ndarray, float]:
    """`photo` (H, W, 3) uint8 enlarged (Lanczos) until its largest face is 240 px tall, and by how much: 1 is not."""
    if not faces:
        return photo, 1.0
    scale = WISHED_FACE_PX / max(face.size_px for face in faces)
    scale = min(scale, MOST_ENLARGED, LARGEST_SIDE_PX / max(photo.shape[:2]))
    if scale <= 1.05:
        return photo, 1.0
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    return np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.LANCZOS)), scale


def face_mask(shape: tuple[int, ...], face: Face) -> np.ndarray:
    """The face with a soft rim inside its outline, (H, W) float32 0..1."""
    mask = np.zeros(shape[:2], np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(face.points[OVAL, :2]).astype(np.int32)), 1.0)
    rim = max(0.05 * face.size_px, 1.0)
    inner = cv2.erode(mask, np.ones((2 * round(rim) + 1,) * 2, np.uint8))
    return np.asarray(cv2.GaussianBlur(inner, (0, 0), rim / 2))
