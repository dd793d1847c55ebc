"""How an uploaded photograph is kept: upright, without metadata, and as good as it came; and what was seen in it."""

import io
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from PIL import Image

if TYPE_CHECKING:
    from rendering.engine.faces import Face
    from rendering.engine.faces.advice import Advice

# Formats that lose nothing: what came in one of them is kept in one.
_LOSSLESS = frozenset({"PNG", "TIFF", "BMP", "GIF"})


def check_photo_size(data: bytes) -> None:
    """Raises PhotoError where the file is bigger than this installation takes."""
    from rendering.engine.errors import PhotoError  # noqa: PLC0415  the engine's package: only when it is needed

    if len(data) > settings.LIKENESS_MAX_UPLOAD_MB * 1_000_000:
        raise PhotoError(
            "photo-too-big",
            f"This file is bigger than {settings.LIKENESS_MAX_UPLOAD_MB} MB.",
            "Save the photo as a JPEG, or make it smaller, and upload that.",
        )


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


def face_json(face: "Face") -> dict[str, object]:
    """What is kept of a face: where it is and how it is turned, no landmarks."""
    return {
        "box": [float(value) for value in face.box],
        "yaw": float(face.yaw),
        "pitch": float(face.pitch),
        "roll": float(face.roll),
        "score": float(face.score),
    }


def advice_json(piece: "Advice") -> dict[str, object]:
    """One piece of advice for programs; `box` [x, y, w, h] px where it is about a part of the picture."""
    told: dict[str, object] = {"code": piece.code, "severity": piece.severity.value, "message": piece.message}
    if piece.box:
        told["box"] = [round(float(value), 1) for value in piece.box]
    return told
