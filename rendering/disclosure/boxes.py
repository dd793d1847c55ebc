"""The outermost boxes of an MP4 file (ISO/IEC 14496-12, 4.2), read with suspicion: the file may be anybody's.

A file is a row of boxes, each with its size and a four-letter type; the type "uuid" is followed by 16 bytes that tell
whose box it is.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rendering.disclosure.errors import DisclosureError

MOST_BOXES = 4096  # fragmented clips have two a fragment; more than this is no clip of ours
UUID_LENGTH = 16
TYPE_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_\xa9")


@dataclass(frozen=True)
class Box:
    """A box at `start`; its contents (after a uuid, if it has one) are the bytes `body` <= i < `end` of the file.

    `to_the_end`: its size is not written down, it reaches to the end of the file, whatever is appended there.
    """

    kind: bytes
    start: int
    body: int
    end: int
    uuid: bytes | None = None
    to_the_end: bool = False


def outer_boxes(file: BinaryIO) -> Iterator[Box]:
    """The outermost boxes of `file`, in order. Reads only their headers.

    Raises DisclosureError("not-a-clip") where the first box is not "ftyp", DisclosureError("clip-damaged") where a size
    is impossible.
    """
    length = file.seek(0, 2)
    position = 0
    for count in range(MOST_BOXES + 1):
        if position == length:
            if not count:
                raise _not_a_clip()
            return
        box = _box_at(file, position, length)
        if not count and box.kind != b"ftyp":
            raise _not_a_clip()
        yield box
        position = box.end
    raise _damaged("It has more parts than a clip can have.")


def _box_at(file: BinaryIO, start: int, length: int) -> Box:
    file.seek(start)
    header = file.read(16)
    fault = _not_a_clip() if not start else _damaged("It ends in the middle, or its parts do not fit together.")
    if len(header) < 8:
        raise fault
    size, kind = struct.unpack(">I4s", header[:8])
    body = start + 8
    if size == 1:  # the real size follows, in 64 bits
        if len(header) < 16:
            raise fault
        (size,) = struct.unpack(">Q", header[8:])
        body += 8
    end = start + size if size else length
    uuid = None
    if kind == b"uuid":
        file.seek(body)
        uuid = file.read(UUID_LENGTH)
        body += UUID_LENGTH
    if not TYPE_LETTERS.issuperset(kind) or not body <= end <= length:
        raise fault
    return Box(kind=kind, start=start, body=body, end=end, uuid=uuid, to_the_end=not size)


def _not_a_clip() -> DisclosureError:
    return DisclosureError("not-a-clip", "This is not an MP4 file.", "Choose the clip as it was downloaded.")


def _damaged(reason: str) -> DisclosureError:
    return DisclosureError("clip-damaged", f"This clip is damaged. {reason}", "Get it again from where it came from.")
