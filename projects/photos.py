"""How an uploaded photograph is kept: upright, without metadata, and as good as it came."""

import io

import numpy as np
from PIL import Image

# Formats that lose nothing: what came in one of them is kept in one.
_LOSSLESS = frozenset({"PNG", "TIFF", "BMP", "GIF"})


def encode_photo(photo: np.ndarray, original: bytes) -> tuple[bytes, str]:
    """(H, W, 3) uint8 sRGB as a file, and its suffix: PNG where it was lossless, else JPEG, quality 95."""
    with Image.open(io.BytesIO(original)) as opened:
        lossless = opened.format in _LOSSLESS or opened.has_transparency_data
    buffer = io.BytesIO()
    image = Image.fromarray(photo)
    if lossless:
        image.save(buffer, "PNG")
        return buffer.getvalue(), ".png"
    image.save(buffer, "JPEG", quality=95, subsampling=0, optimize=True)
    return buffer.getvalue(), ".jpg"
