"""Picture files in memory, whole and spoilt."""

import io
import random
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

WIDTH, HEIGHT = 160, 120
CORNERS = {"top left": (255, 0, 0), "top right": (0, 255, 0), "bottom right": (0, 0, 255), "bottom left": (255, 255, 0)}
NOISE = np.clip(np.random.default_rng(1).normal(128, 30, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """`picture` as the bytes of a file of Pillow's format `kind`."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def plain(colour: tuple[int, ...] | int = (200, 100, 50), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (WIDTH, HEIGHT), colour)


def four_corners() -> Image.Image:
    """A picture with a different colour in each quarter, so that every turn and mirroring can be told apart."""
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    middle_y, middle_x = HEIGHT // 2, WIDTH // 2
    pixels[:middle_y, :middle_x], pixels[:middle_y, middle_x:] = CORNERS["top left"], CORNERS["top right"]
    pixels[middle_y:, middle_x:], pixels[middle_y:, :middle_x] = CORNERS["bottom right"], CORNERS["bottom left"]
    return Image.fromarray(pixels)


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes whose header says that it is `width` × `height` px."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def swapped_profile() -> bytes:
    """A valid ICC profile in which red and green have changed places: sRGB with two of its tags' names swapped."""
    profile = bytearray(srgb_profile())
    count = struct.unpack_from(">I", profile, 128)[0]
    places = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    profile[places[b"rXYZ"] : places[b"rXYZ"] + 4], profile[places[b"gXYZ"] : places[b"gXYZ"] + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def spoilt(data: bytes, dice: random.Random) -> bytes:
    """`data` with flipped bits, cut off, with a piece copied elsewhere, or with a number in its head made extreme."""
    spoilt = bytearray(data)
    match dice.randrange(5):
        case 0:
            for _ in range(dice.choice([1, 4, 30])):
                spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        case 1:
            del spoilt[dice.randrange(1, len(spoilt)) :]
        case 2:
            here, there, length = dice.randrange(len(data)), dice.randrange(len(data)), dice.randrange(1, 400)
            spoilt[here : here + length] = data[there : there + length]
        case 3:
            for _ in range(dice.choice([1, 6])):
                spoilt[dice.randrange(min(len(spoilt), 300))] = dice.randrange(256)
        case 4:
            at = dice.randrange(min(len(spoilt), 400))
            spoilt[at : at + 4] = dice.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
    return bytes(spoilt)
