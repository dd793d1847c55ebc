"""Photos to make clips from, and marks that they may carry."""

import io

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="Secret Street 5"'
    ' Iptc4xmpExt:DigitalSourceType="{uri}"/></rdf:RDF></x:xmpmeta>'
)


def photo_bytes(*, source_type: str | None = None, kind: str = "JPEG") -> bytes:
    """A small photo as a file; with `source_type` in an XMP packet, as an attribute, beside something private."""
    pixels = np.random.default_rng(5).integers(0, 255, (80, 60, 3)).astype(np.uint8)
    file = io.BytesIO()
    packet = XMP.format(uri=source_type) if source_type else ""
    if kind == "PNG":
        texts = PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", packet)
        Image.fromarray(pixels).save(file, kind, pnginfo=texts)
    else:
        Image.fromarray(pixels).save(file, kind, xmp=packet.encode())
    return file.getvalue()
