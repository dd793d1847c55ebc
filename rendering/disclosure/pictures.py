"""Still pictures that leave the house repaired: what they say of how they came to be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from rendering.disclosure.source_type import COMPOSITE, IPTC_SOURCE_TYPES, PACKET, is_ai

# IPTC's word for a picture that a program has cleaned up without a trained model inventing anything
ENHANCED = f"{IPTC_SOURCE_TYPES}algorithmicallyEnhanced"
_NO_RENDER = "repair"


def repaired_source_type(before: Sequence[str], *, drawn_anew: bool) -> str:
    """The source type (URI) of a repaired picture that stated `before`; `drawn_anew`: a trained model drew parts of it.

    A picture made by AI does not become a photograph by being repaired.
    """
    if drawn_anew:
        return COMPOSITE
    return next((uri for uri in before if is_ai(uri)), ENHANCED)


def write_png(path: Path, photo: np.ndarray, *, source_type: str, created: datetime | None = None) -> None:
    """Write `photo` (H, W, 3) uint8 as a PNG that states its `source_type` in XMP and nothing else of its origin."""
    moment = (created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    notes = PngImagePlugin.PngInfo()
    packet = PACKET.format(source_type=source_type, created=moment, render_id=_NO_RENDER)
    notes.add_itxt("XML:com.adobe.xmp", packet)
    Image.fromarray(photo).save(path, "PNG", pnginfo=notes)
