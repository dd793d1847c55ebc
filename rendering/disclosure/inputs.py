"""Marks that the source photo already carries: what it says of how it was made must not be lost in the clip."""

import io
import json
from dataclasses import dataclass

import c2pa
from PIL import Image

from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.manifests import OFFLINE, source_types
from rendering.disclosure.source_type import parse_packet

_MANIFEST_STORE = b"jumdc2pa"  # the type of C2PA's outermost box (JUMBF, ISO 19566-5), as it stands in the file


@dataclass(frozen=True)
class InputMarks:
    """The photo's MIME type, and the source types that its own credentials and its XMP packet state (sorted URIs).

    `credentials`: "" where it carries none, "intact" where signature and file fit together, else "broken".
    """

    mime: str
    source_types: tuple[str, ...]
    credentials: str = ""


def read_input_marks(photo: bytes) -> InputMarks:
    """What `photo` (a file's bytes) says of itself; names, places and whatever else it may say stay behind.

    Marks that cannot be read count as none; raises DisclosureError("not-a-photo") where no picture is found at all.
    """
    try:
        with Image.open(io.BytesIO(photo)) as picture:
            mime = Image.MIME.get(picture.format or "", "application/octet-stream")
            packet = picture.info.get("xmp")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DisclosureError("not-a-photo", "The source photo cannot be read.", "Choose another photo.") from error
    credentials, stated = _from_credentials(photo, mime)
    return InputMarks(mime, tuple(sorted({*stated, *_from_packet(packet)})), credentials)


def _from_packet(packet: bytes | str | None) -> set[str]:
    if not packet:
        return set()
    try:
        uri = parse_packet(packet.encode() if isinstance(packet, str) else packet).uri
    except DisclosureError:
        return set()
    return {uri} if uri else set()


def _from_credentials(photo: bytes, mime: str) -> tuple[str, set[str]]:
    """How the photo's own credentials stand, and the source types that they state."""
    try:
        with (
            c2pa.Context.from_dict(OFFLINE) as context,
            c2pa.Reader(mime, io.BytesIO(photo), context=context) as reader,
        ):
            store = json.loads(reader.json())
    except c2pa.C2paError:
        # A picture without any, a format that cannot hold them, or a damaged file: only what names them had some.
        return ("broken" if _MANIFEST_STORE in photo else ""), set()
    intact = store.get("validation_state") in ("Valid", "Trusted")
    return ("intact" if intact else "broken"), set(source_types(store))
