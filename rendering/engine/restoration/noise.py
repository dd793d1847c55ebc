"""Grain and JPEG blocks taken out, as much as was measured and no more."""

import cv2
import numpy as np

from rendering.engine.faces.advice import BLOCKY, SOME_BLOCKS
from rendering.engine.faces.measures import blockiness, noise_sigma

_LEAST_NOISE = 2.5  # levels of 255; finer grain is a photograph's own
_STRENGTH = (
    1.0  # h of non-local means by the measured sigma (Buades et al. 2005 advise 0.8 to 1.2 for patches this small)
)
_COLOUR_STRENGTH = 1.6  # colour grain disturbs more, and eyes mind less that it is smoothed
_KEPT_GRAIN = 0.1  # a little of the grain goes back, or skin looks like plastic
_SHIFTS = ((1, 2), (2, 5), (3, 7), (4, 4), (5, 1), (6, 6), (7, 3), (0, 0))  # all rows and columns of a block, once each


def remove_noise(photo: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """`photo` (H, W, 3) uint8 without its grain and blocks, and what was done: "blocks", "grain"."""
    done: list[str] = []
    blocks = blockiness(photo)
    if blocks >= SOME_BLOCKS:
        photo = _without_blocks(photo, quality=25 if blocks >= BLOCKY else 50)
        done.append("blocks")
    sigma = noise_sigma(photo)
    if sigma >= _LEAST_NOISE:
        strength = _STRENGTH * sigma
        smooth = cv2.fastNlMeansDenoisingColored(photo, None, strength, _COLOUR_STRENGTH * sigma, 5, 15)
        photo = cv2.addWeighted(smooth, 1 - _KEPT_GRAIN, photo, _KEPT_GRAIN, 0)
        done.append("grain")
    return photo, tuple(done)


def _without_blocks(photo: np.ndarray, *, quality: int) -> np.ndarray:
    """The mean of `photo` compressed again on shifted grids: blocks fall elsewhere each time (Nosratinia 2001)."""
    total = np.zeros(photo.shape, np.float32)
    for down, right in _SHIFTS:
        shifted = cv2.copyMakeBorder(photo, down, 0, right, 0, cv2.BORDER_REFLECT_101)
        _, packed = cv2.imencode(".jpg", shifted[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        total += np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[down:, right:, ::-1]
    return np.clip(np.rint(total / len(_SHIFTS)), 0, 255).astype(np.uint8)
