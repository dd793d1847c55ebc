"""Looking up a picture at places between its pixels."""

import cv2
import numpy as np


def look_up(picture: np.ndarray, places: np.ndarray, *, outside: float | None = None, fine: bool = True) -> np.ndarray:
    """The values (h, w[, C]) of `picture` (H, W[, C]) at `places` (h, w, 2) float32 px, in its dtype.

    `fine` looks up bicubically, which keeps a picture's grain at half pixels; without it bilinearly. Beyond the
    picture's
    border lies its border again, or the value `outside`.
    """
    how = cv2.INTER_CUBIC if fine else cv2.INTER_LINEAR
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT

    return cv2.remap(picture, places, None, how, borderMode=border, borderValue=outside or 0.0)
