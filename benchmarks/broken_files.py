"""Five hundred broken picture files, always the same: cut off, bits flipped, heads that lie, bombs, and things that are
no pictures at all, in every format that an upload may come in. Each has to be a clear refusal, or a picture after all,
within 2 s and 500 MB.
"""

import io
import json
import random
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.measure import Measure, Target

HOW_MANY = 500
SECONDS, MEGABYTES = 2.0, 500.0
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
_MODES = {"JPEG": ("RGB", "L", "CMYK"), "PNG": ("RGB", "RGBA", "I;16", "P"), "TIFF": ("RGB", "CMYK", "L")}
_ADDRESS_SPACE = 3_000_000_000  # bytes of a child: libraries reserve far more than they use


def broken_file(number: int) -> tuple[str, bytes]:
    """What is wrong with file `number` (0 … 499), and its bytes."""
    dice = random.Random(number)
    if number % 10 == 9:
        return _bomb(number // 10, dice)
    kind = FORMATS[number % len(FORMATS)]
    mode = dice.choice(_MODES.get(kind, ("RGB",)))
    data = bytearray(_whole(kind, mode))
    match dice.randrange(6):
        case 0:
            del data[dice.randrange(1, len(data)) :]
            how = "cut off"
        case 1:
            for _ in range(dice.choice((1, 8, 64, 512))):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            how = "bits flipped"
        case 2:
            at = dice.randrange(4, min(len(data), 600))
            data[at : at + 4] = dice.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
            how = "a number in its head made extreme"
        case 3:
            here, there = dice.randrange(len(data)), dice.randrange(len(data))
            length = dice.randrange(1, 4000)
            data[here : here + length] = data[there : there + length]
            how = "a piece copied elsewhere"
        case 4:
            other = _whole(FORMATS[(number + 1 + dice.randrange(5)) % len(FORMATS)], "RGB")
            half = dice.randrange(8, 400)
            data = bytearray(data[:half] + other[half:])
            how = "another format's body under its head"
        case _:
            at = dice.randrange(len(data))
            data[at:at] = dice.randbytes(dice.choice((1, 100, 20_000)))
            how = "noise put in"
    return f"{kind} {mode}, {how}", bytes(data)


def _bomb(number: int, dice: random.Random) -> tuple[str, bytes]:
    """Small files that would be large, or that are something else."""
    kinds = (
        ("PNG that unpacks to gigabytes", lambda: _png(30_000, 30_000, b"\0" * 8_000_000)),
        ("PNG of just under the limit, and empty", lambda: _png(7_990, 8_000, b"")),
        ("PNG with a huge text", lambda: _png(200, 200, b"\0" * 60_000, text=b"\0" * 40_000_000)),
        ("PNG with a huge profile", lambda: _png(200, 200, b"\0" * 120_200, profile=b"\0" * 60_000_000)),
        (
            "GIF that says 65535 × 65535",
            lambda: b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\xf7\0\0" + b"\0" * 900,
        ),
        ("BMP that says two thousand million", lambda: _bmp(2**31 - 1, 2**31 - 1)),
        ("BMP of a negative width", lambda: _bmp(-400, 300)),
        ("TIFF whose directories form a ring", _ring),
        ("JPEG of 65535 × 65535", lambda: _jpeg_claiming(65535, 65535)),
        ("WebP that says 16383 × 16383", lambda: _riff(b"VP8X", struct.pack("<I", 0) + b"\xfe\x3f\0\xfe\x3f\0")),
        ("random bytes", lambda: dice.randbytes(50_000)),
        ("text", lambda: b"Dear Sir or Madam, " * dice.randrange(1, 900)),
        ("PDF", lambda: b"%PDF-1.7\n" + dice.randbytes(3000)),
        ("SVG with an entity bomb", lambda: _SVG),
        ("ZIP", lambda: b"PK\x03\x04" + dice.randbytes(2000)),
        ("MP4", lambda: b"\0\0\0\x18ftypmp42" + dice.randbytes(4000)),
        ("HEIC's head and nothing else", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + dice.randbytes(500)),
    )
    told, make = kinds[number % len(kinds)]
    data = make()
    return (
        (told, data) if number < len(kinds) else (f"{told}, cut off", data[: max(len(data) // (2 + number // 17), 12)])
    )


_SVG = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><svg>&c;</svg>'


@cache
def _whole(kind: str, mode: str) -> bytes:
    dice = np.random.default_rng(7)
    base = np.linspace(60, 200, 320)[None, :, None] + dice.normal(0, 25, (240, 320, 3))
    picture = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))
    if mode == "I;16":
        picture = Image.fromarray((np.asarray(picture.convert("L")).astype(np.uint16)) * 257)
    elif mode != "RGB":
        picture = picture.convert(mode)
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png(width: int, height: int, pixels: bytes, *, text: bytes = b"", profile: bytes = b"") -> bytes:
    parts = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    if profile:
        parts.append(_chunk(b"iCCP", b"p\0\0" + zlib.compress(profile, 9)))
    if text:
        parts.append(_chunk(b"zTXt", b"t\0\0" + zlib.compress(text, 9)))
    parts += [_chunk(b"IDAT", zlib.compress(pixels, 9)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 900, 0, 0, 54) + head + b"\x40" * 900


def _ring() -> bytes:
    tags = [(256, 4, 1, 400), (257, 4, 1, 300), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 2**31)]
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + struct.pack("<I", 8)
    return b"II*\0" + struct.pack("<I", 8) + body


def _jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(_whole("JPEG", "RGB"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _riff(name: bytes, body: bytes) -> bytes:
    chunk = name + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def examine(numbers: Sequence[int]) -> Iterator[dict[str, object]]:
    """Read each of these files in one child process; what became of it: `outcome` "refused" with its `code`, "picture",
    or the name of an exception that should not have come out; `seconds` of processor time, and `megabytes`, the
    child's peak so far beyond what it began with. A child that dies is an outcome, too: "died".
    """
    left = list(numbers)
    while left:
        ended = subprocess.run(
            (sys.executable, "-m", "benchmarks.broken_files", *map(str, left)),
            capture_output=True,
            text=True,
            timeout=60 + 5 * len(left),
            check=False,
            cwd=Path(__file__).parents[1],
        )
        lines = [json.loads(line) for line in ended.stdout.splitlines()]
        yield from lines
        if len(lines) == len(left):
            return
        number = left[len(lines)]
        yield {"number": number, "told": broken_file(number)[0], "outcome": "died", "seconds": 0.0, "megabytes": 0.0}
        left = left[len(lines) + 1 :]


def run(*, quick: bool = False) -> list[Measure]:
    """All of them (quick: every eighth): how many were answered in words, and the slowest and the largest."""
    numbers = range(0, HOW_MANY, 8 if quick else 1)
    found = list(examine(numbers))
    unclear = [one for one in found if one["outcome"] not in ("refused", "picture")]
    for one in unclear:
        print(f"file {one['number']}: {one['told']}: {one['outcome']}", file=sys.stderr)
    pictures = sum(one["outcome"] == "picture" for one in found)
    slowest = max(float(str(one["seconds"])) for one in found)
    largest = max(float(str(one["megabytes"])) for one in found)
    return [
        Measure("fuzz", "broken files", "files", float(len(found)), ""),
        Measure("fuzz", "broken files", "refused in words", float(len(found) - pictures - len(unclear)), ""),
        Measure("fuzz", "broken files", "a picture after all", float(pictures), ""),
        Measure("fuzz", "broken files", "anything else", float(len(unclear)), "", Target(high=0)),
        Measure("fuzz", "broken files", "slowest", slowest, "s", Target(high=SECONDS)),
        Measure("fuzz", "broken files", "peak memory", largest, "MB", Target(high=MEGABYTES)),
    ]


def _child(numbers: Sequence[int]) -> None:
    from rendering.disclosure.inputs import read_input_marks  # noqa: PLC0415  only the child reads files
    from rendering.engine.errors import PhotoError  # noqa: PLC0415
    from rendering.engine.faces import read_photo  # noqa: PLC0415
    from rendering.report import peak_memory_mb  # noqa: PLC0415

    read_photo(_whole("PNG", "RGB"))
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    before = peak_memory_mb() or 0.0
    for number in numbers:
        told, data = broken_file(number)
        began = resource.getrusage(resource.RUSAGE_SELF)
        code = ""
        try:
            read_photo(data)
            read_input_marks(data)
            outcome = "picture"
        except PhotoError as error:
            outcome, code = "refused" if error.message and error.advice else "refused without words", error.code
        except BaseException as error:
            outcome = type(error).__name__
        ended = resource.getrusage(resource.RUSAGE_SELF)
        seconds = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
        line = {"number": number, "told": told, "outcome": outcome, "code": code, "seconds": round(seconds, 3)}
        print(json.dumps(line | {"megabytes": round((peak_memory_mb() or 0.0) - before, 1)}), flush=True)


if __name__ == "__main__":
    _child([int(number) for number in sys.argv[1:]])
