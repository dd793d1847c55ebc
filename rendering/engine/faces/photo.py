"""From uploaded bytes to an upright sRGB picture."""

import importlib
import importlib.util
import io
from functools import cache

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from rendering.engine.errors import PhotoError

MAX_PIXELS = 64_000_000  # phones reach 50 megapixels; beyond that a file is a mistake or an attack
MIN_SIDE_PX = 96
WORKING_SIDE_PX = 2160  # the longest clip side is 1080 px: twice that keeps crops sharp and memory small
# Decoders that a photograph needs. Pillow knows some forty more, each of them a way in.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")

# How the files of phones begin, after four bytes of length: ISO base media with HEVC or AV1 pictures in it
_HEIC_BRANDS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypheim")

_NOT_A_PICTURE = "This file is not a picture that can be opened."


def read_photo(data: bytes) -> np.ndarray:
    """Decode `data` into an array of shape (H, W, 3), uint8, sRGB, turned upright, at most 2160 px on its longer side.

    Honours EXIF orientation and embedded colour profiles; transparency is laid over white; of an animation the first
    picture counts. Raises PhotoError: photo-empty, photo-unreadable, photo-truncated, photo-too-large, photo-too-small,
    photo-too-narrow.
    """
    if not data:
        raise PhotoError(
            "photo-empty", "This file is empty.", "Choose the photo again; the upload may have been cut off."
        )
    try:
        return _decode(data)
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large(None) from bomb
    except UnidentifiedImageError as unknown:
        heic = data[4:12] in _HEIC_BRANDS and "HEIF" not in _formats()
        raise PhotoError(
            "photo-unreadable",
            "This is a HEIC photo, as phones take them, and it cannot be opened here." if heic else _NOT_A_PICTURE,
            "Use a JPEG, PNG or WebP photo. From a phone, share it as JPEG.",
        ) from unknown
    except Exception as broken:
        # Decoders answer a damaged file with all sorts: OSError, SyntaxError, struct.error, zlib.error, RuntimeError
        # (AVIF), MemoryError … Whatever it is, it is the file, and the person can do something about that.
        raise PhotoError(
            "photo-truncated",
            "This picture is damaged or incomplete.",
            "Open it on your device, save it anew and upload that.",
        ) from broken


def _decode(data: bytes) -> np.ndarray:
    Image.init()  # Pillow registers most decoders only when asked, and stumbles over a name in FORMATS that it lacks
    with Image.open(io.BytesIO(data), formats=_formats()) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS:
            raise _too_large((width, height))
        if min(width, height) < MIN_SIDE_PX:
            raise PhotoError(
                "photo-too-small",
                f"This picture is only {width} × {height} pixels.",
                "Use the original photo rather than a thumbnail; 600 pixels or more on each side look best.",
            )
        # a JPEG can be decoded at 1/2, 1/4, 1/8 size directly: a 50-megapixel photo then costs what a 3-megapixel one
        # does
        opened.draft("RGB", (WORKING_SIDE_PX, WORKING_SIDE_PX))
        opened.load()
        picture = _over_white(_to_srgb(_eight_bits(_upright(opened))))
    picture.thumbnail((WORKING_SIDE_PX, WORKING_SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if min(picture.size) < MIN_SIDE_PX:
        raise PhotoError(
            "photo-too-narrow",
            f"This picture is a strip of {width} × {height} pixels.",
            "Cut out the part with the face and upload that.",
        )
    return np.asarray(picture)


@cache
def _formats() -> tuple[str, ...]:
    """FORMATS, and HEIC where the operator has added the package for it (requirements/restoration.in)."""
    if importlib.util.find_spec("pillow_heif") is None:
        return FORMATS
    importlib.import_module("pillow_heif").register_heif_opener(thumbnails=False)
    return (*FORMATS, "HEIF")


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        return picture  # the notes are damaged, of whatever kind Pillow's complaint is; the pixels are good


def _eight_bits(picture: Image.Image) -> Image.Image:
    """`picture` in one of the modes L, RGB, RGBA, CMYK or LAB, with its colour profile."""
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        plain = Image.fromarray((np.clip(values / top, 0, 1) * 255).astype(np.uint8))
    elif picture.has_transparency_data:
        plain = picture.convert("RGBA")
    elif picture.mode in ("L", "RGB", "CMYK", "LAB"):
        return picture
    else:
        plain = picture.convert("L" if picture.mode == "1" else "RGB")
    plain.info["icc_profile"] = picture.info.get("icc_profile")
    return plain


def _to_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode == "LAB":
        return picture
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return picture  # a broken profile is common in old files; the pixels are still good
    return converted or picture


def _over_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def _too_large(size: tuple[int, int] | None) -> PhotoError:
    told = f"has {size[0] * size[1] / 1e6:.0f} megapixels" if size else "is far too large"
    return PhotoError(
        "photo-too-large",
        f"This picture {told}; up to {MAX_PIXELS // 1_000_000} megapixels can be opened.",
        "Save a smaller copy and upload that.",
    )
