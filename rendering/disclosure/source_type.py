"""The source type: a machine-readable line in the file that says how the pictures came to be.

An XMP packet (ISO 16684-1) where XMP part 3 places it in MP4 files, with the IPTC property DigitalSourceType.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from rendering.disclosure.boxes import outer_boxes
from rendering.disclosure.errors import DisclosureError

NAME, VERSION = "Likeness", "0.1.0"

IPTC_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# Pixels of a real photo persist in every frame, and a trained model helped to move them: IPTC's word for that
COMPOSITE = f"{IPTC_SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"
# What counts as made or changed by AI, as the last part of a source type
AI_SOURCE_TYPES = frozenset(
    {"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic", "algorithmicMedia"}
)

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
LONGEST_PACKET = 1 << 20  # bytes; ours has about one thousand
RENDER_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")

RDF, XMP, XMP_MM, IPTC_EXT = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://ns.adobe.com/xap/1.0/",
    "http://ns.adobe.com/xap/1.0/mm/",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
)
PACKET = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""
 xmlns:xmp="{XMP}" xmlns:xmpMM="{XMP_MM}" xmlns:Iptc4xmpExt="{IPTC_EXT}">
<Iptc4xmpExt:DigitalSourceType>{{source_type}}</Iptc4xmpExt:DigitalSourceType>
<Iptc4xmpExt:AISystemUsed>{NAME}</Iptc4xmpExt:AISystemUsed>
<Iptc4xmpExt:AISystemVersionUsed>{VERSION}</Iptc4xmpExt:AISystemVersionUsed>
<xmp:CreatorTool>{NAME} {VERSION}</xmp:CreatorTool>
<xmp:CreateDate>{{created}}</xmp:CreateDate>
<xmpMM:InstanceID>{{render_id}}</xmpMM:InstanceID>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class SourceType:
    """What a file's XMP packet says: the source type's `uri`, the `tool` that made it, its `render_id`, when (text)."""

    uri: str | None
    tool: str | None
    render_id: str | None
    created: str | None

    @property
    def is_ai(self) -> bool:
        """Whether the source type is one of those made or changed by AI."""
        return is_ai(self.uri)


def is_ai(uri: str | None) -> bool:
    """Whether the source type `uri` (of IPTC or C2PA) stands for pictures made or changed by AI."""
    return uri is not None and uri.rstrip("/").rsplit("/", 1)[-1] in AI_SOURCE_TYPES


def write_source_type(path: Path, *, render_id: str, created: datetime | None = None) -> None:
    """Append the packet to the MP4 at `path`, as a box at its end, so that nothing in the file moves. Before signing.

    `created` is now unless given. Raises DisclosureError where the file is no whole MP4 ("not-a-clip", "clip-damaged")
    or has a packet ("already-marked"), and ValueError where `render_id` is no id.
    """
    check_render_id(render_id)
    moment = (created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    packet = PACKET.format(source_type=COMPOSITE, created=moment, render_id=escape(render_id)).encode()
    with path.open("r+b") as file:
        boxes = list(outer_boxes(file))
        if any(box.uuid == XMP_UUID for box in boxes):
            raise DisclosureError("already-marked", "This clip has its mark already.", "There is nothing left to do.")
        if boxes[-1].to_the_end:
            raise DisclosureError("clip-damaged", "Nothing can be added at the end of this clip.", "Encode it again.")
        file.seek(0, 2)
        file.write((8 + len(XMP_UUID) + len(packet)).to_bytes(4, "big") + b"uuid" + XMP_UUID + packet)


def read_source_type(path: Path) -> SourceType | None:
    """What the XMP packet of the MP4 at `path` says; None without one. Raises DisclosureError on a broken file."""
    with path.open("rb") as file:
        packet = _packet(file)
    return None if packet is None else parse_packet(packet)


def check_render_id(render_id: str) -> None:
    """Raises ValueError unless `render_id` is 1 to 100 letters, digits and . _ : - (it goes into public metadata)."""
    if not RENDER_ID.fullmatch(render_id):
        raise ValueError(f"not a render id: {render_id!r}")


def parse_packet(packet: bytes) -> SourceType:
    """What the XMP `packet` says, whether its properties are written as elements or as attributes.

    Raises DisclosureError("mark-unreadable") when it is not well-formed UTF-8 XML, or carries a document type, of which
    XMP has no need and which can be made to blow up.
    """
    try:
        text = packet.decode().strip("\ufeff\x00 \t\r\n")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise _unreadable()
        root = ElementTree.fromstring(text)  # noqa: S314 -- no document type, so no entities
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError) as error:
        raise _unreadable() from error
    return SourceType(
        uri=_property(root, IPTC_EXT, "DigitalSourceType"),
        tool=_property(root, XMP, "CreatorTool"),
        render_id=_property(root, XMP_MM, "InstanceID"),
        created=_property(root, XMP, "CreateDate"),
    )


def _packet(file: BinaryIO) -> bytes | None:
    for box in outer_boxes(file):
        if box.uuid == XMP_UUID:
            if box.end - box.body > LONGEST_PACKET:
                raise _unreadable()
            file.seek(box.body)
            return file.read(box.end - box.body)
    return None


def _property(root: ElementTree.Element, namespace: str, name: str) -> str | None:
    tag = f"{{{namespace}}}{name}"
    for description in root.iter(f"{{{RDF}}}Description"):
        child = description.find(tag)
        value = description.get(tag) or (child is not None and (child.text or child.get(f"{{{RDF}}}resource"))) or ""
        if value.strip():
            return value.strip()
    return None


def _unreadable() -> DisclosureError:
    return DisclosureError(
        "mark-unreadable", "The mark in this clip cannot be read.", "It is damaged, or not what it seems."
    )
