"""What becomes of an upload: an upright sRGB picture, or words about what is wrong with it."""

import random
import time

import numpy as np
import pytest
from PIL import Image

from rendering.engine.errors import PhotoError
from rendering.engine.faces import read_photo
from rendering.engine.faces.photo import MIN_SIDE_PX, WORKING_SIDE_PX
from tests.rendering.engine.faces.files import (
    CORNERS,
    HEIGHT,
    NOISE,
    WIDTH,
    encoded,
    four_corners,
    oriented,
    plain,
    png_claiming,
    spoilt,
    srgb_profile,
    swapped_profile,
)

noise = Image.fromarray(NOISE)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")


def _without_pixels(avif: bytes) -> bytes:
    start = avif.index(b"mdat") + 4
    return avif[:start] + b"\xff" * (len(avif) - start)


REFUSED = {
    "nothing": (b"", "photo-empty"),
    "random bytes": (np.random.default_rng(0).bytes(5000), "photo-unreadable"),
    "text": (b"Dear Sir or Madam, " * 50, "photo-unreadable"),
    "JPEG's first bytes": (encoded(noise, "JPEG")[:20], "photo-unreadable"),
    "half a JPEG": (encoded(noise, "JPEG")[:4000], "photo-truncated"),
    "a JPEG without its last bytes": (encoded(noise, "JPEG")[:-300], "photo-truncated"),
    "half a PNG": (encoded(noise, "PNG")[:9000], "photo-truncated"),
    "half a WebP": (encoded(noise, "WEBP")[:2000], "photo-truncated"),
    "half a GIF": (encoded(noise, "GIF")[:6000], "photo-truncated"),
    "half an AVIF": (encoded(noise, "AVIF")[:1000], "photo-unreadable"),
    "AVIF with spoilt pixels": (_without_pixels(encoded(noise, "AVIF")), "photo-truncated"),
    "a header of 900 megapixels": (png_claiming(30_000, 30_000), "photo-too-large"),
    "a header of 90 megapixels": (png_claiming(9_500, 9_500), "photo-too-large"),
    "a header of 65 megapixels": (png_claiming(8_125, 8_000), "photo-too-large"),
    "a header of two thousand million px": (png_claiming(2**31 - 1, 2**31 - 1), "photo-too-large"),
    "a thumbnail": (encoded(noise.resize((95, 300)), "PNG"), "photo-too-small"),
    "a strip": (encoded(Image.new("L", (6000, 150)), "PNG"), "photo-too-narrow"),
    "an icon": (encoded(noise, "ICO"), "photo-unreadable"),
    "PostScript": (encoded(noise, "EPS"), "photo-unreadable"),
    "PDF": (encoded(noise, "PDF"), "photo-unreadable"),
    "JPEG 2000": (encoded(noise, "JPEG2000"), "photo-unreadable"),
    "TGA": (encoded(noise, "TGA"), "photo-unreadable"),
    "PPM": (encoded(noise, "PPM"), "photo-unreadable"),
    "Photoshop": (b"8BPS\0\1" + b"\0" * 300, "photo-unreadable"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"></svg>', "photo-unreadable"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 300, "photo-unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_photo_is_refused_in_words(name: str):
    data, code = REFUSED[name]
    with pytest.raises(PhotoError) as refusal:
        read_photo(data)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")
    # what to do: a sentence that begins with the doing
    assert refusal.value.advice.split()[0] in {"Choose", "Use", "Open", "Save", "Cut"}


def test_a_bomb_is_refused_at_its_header():
    before = time.perf_counter()
    with pytest.raises(PhotoError):
        read_photo(png_claiming(30_000, 30_000))
    assert time.perf_counter() - before < 0.5


def test_a_refusal_tells_the_size_that_was_found():
    with pytest.raises(PhotoError, match="95 × 300 pixels"):
        read_photo(encoded(noise.resize((95, 300)), "PNG"))
    with pytest.raises(PhotoError, match="65 megapixels; up to 64 megapixels"):
        read_photo(png_claiming(8_125, 8_000))


def test_the_smallest_photo_is_read():
    assert read_photo(encoded(noise.resize((MIN_SIDE_PX, MIN_SIDE_PX)), "PNG")).shape == (MIN_SIDE_PX, MIN_SIDE_PX, 3)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_picture(kind: str):
    photo = read_photo(encoded(four_corners(), kind))
    assert photo.shape == (HEIGHT, WIDTH, 3)
    assert photo.dtype == np.uint8
    assert _corners(photo) == list(CORNERS)


MODES = {
    "black and white": (encoded(plain(1, "1"), "PNG"), (255, 255, 255)),
    "grey": (encoded(plain(90, "L"), "PNG"), (90, 90, 90)),
    "grey JPEG": (encoded(plain(90, "L"), "JPEG"), (90, 90, 90)),
    "grey, half seen": (encoded(plain((100, 127), "LA"), "PNG"), (178, 178, 178)),
    "palette": (encoded(plain().quantize(4), "PNG"), (200, 100, 50)),
    "palette, one colour unseen": (encoded(plain(0, "P"), "PNG", transparency=0), (255, 255, 255)),
    "colour, one colour unseen": (encoded(plain(), "PNG", transparency=(200, 100, 50)), (255, 255, 255)),
    "colour, unseen": (encoded(plain((200, 100, 50, 0), "RGBA"), "PNG"), (255, 255, 255)),
    "colour, half seen": (encoded(plain((200, 100, 50, 128), "RGBA"), "WEBP", lossless=True), (227, 177, 152)),
    "print colours": (encoded(plain((55, 155, 205, 0), "CMYK"), "JPEG"), (200, 100, 50)),
    "print colours, TIFF": (encoded(plain((55, 155, 205, 0), "CMYK"), "TIFF"), (200, 100, 50)),
    "sixteen bits": (encoded(Image.fromarray(np.full((HEIGHT, WIDTH), 100 * 257, np.uint16)), "PNG"), (100, 100, 100)),
    "sixteen bits, TIFF": (
        encoded(Image.fromarray(np.full((HEIGHT, WIDTH), 100 * 257, np.uint16)), "TIFF"),
        (100, 100, 100),
    ),
    "32 bits": (encoded(plain(90, "I"), "TIFF"), (90, 90, 90)),
    "real numbers": (encoded(plain(90, "F"), "TIFF"), (90, 90, 90)),
    "no numbers": (encoded(Image.fromarray(np.full((HEIGHT, WIDTH), np.nan, np.float32)), "TIFF"), (0, 0, 0)),
    "luma and chroma": (encoded(plain().convert("YCbCr"), "JPEG"), (200, 100, 50)),
    "Lab": (encoded(plain().convert("LAB"), "TIFF"), (200, 100, 50)),
}


@pytest.mark.parametrize("name", MODES)
@pytest.mark.filterwarnings("error")
def test_every_kind_of_pixel_comes_out_as_its_colour(name: str):
    data, colour = MODES[name]
    assert np.abs(read_photo(data)[40, 60].astype(int) - colour).max() <= 3


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animation_the_first_picture_counts(kind: str):
    data = encoded(plain(), kind, save_all=True, append_images=[plain((0, 0, 0)), plain((255, 255, 255))])
    assert np.abs(read_photo(data)[40, 60].astype(int) - (200, 100, 50)).max() <= 4


# EXIF 2.32, tag 0x0112: which of the upright picture's corners lie at the file's top left, top right and so on
STORED = {
    1: four_corners(),
    2: four_corners().transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: four_corners().transpose(Image.Transpose.ROTATE_180),
    4: four_corners().transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: four_corners().transpose(Image.Transpose.TRANSPOSE),
    6: four_corners().transpose(Image.Transpose.ROTATE_90),
    7: four_corners().transpose(Image.Transpose.TRANSVERSE),
    8: four_corners().transpose(Image.Transpose.ROTATE_270),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_a_photo_is_turned_upright(orientation: int, kind: str):
    photo = read_photo(encoded(STORED[orientation], kind, exif=oriented(orientation)))
    assert photo.shape == (HEIGHT, WIDTH, 3)
    assert _corners(photo) == list(CORNERS)


@pytest.mark.parametrize(
    "spoilt_tag", [b"\x01\x1a\x00\x02", b"\x01\x1a\x01\x05", b"\x01\x0d\x00\x05", b"\x00\x00\x00\x05"]
)
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_note_about_the_picture_does_not_cost_the_picture(spoilt_tag: bytes):
    exif = oriented(6)
    exif[0x011A] = 1.5  # px an inch, a rational number
    data = encoded(plain(), "JPEG", exif=exif)
    photo = read_photo(data.replace(b"\x01\x1a\x00\x05", spoilt_tag))
    assert np.abs(photo[40, 60].astype(int) - (200, 100, 50)).max() <= 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_colour_profile_is_honoured(kind: str):
    photo = read_photo(encoded(plain((200, 30, 30)), kind, icc_profile=swapped_profile()))
    red, green, _ = photo[40, 60].astype(int)
    assert green > 180
    assert red < 80


def test_the_colour_profile_is_honoured_where_the_picture_is_partly_unseen():
    picture = plain((200, 30, 30, 255), "RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 40, HEIGHT))
    photo = read_photo(encoded(picture, "PNG", icc_profile=swapped_profile()))
    assert photo[40, 100, 1] > 180
    assert photo[40, 100, 0] < 80
    assert tuple(photo[40, 20]) == (255, 255, 255)


def test_the_usual_profile_changes_nothing():
    with_profile = read_photo(encoded(noise, "PNG", icc_profile=srgb_profile()))
    assert np.abs(with_profile.astype(int) - NOISE).max() <= 1


@pytest.mark.parametrize(
    "profile", [b"no profile at all", srgb_profile()[:200], srgb_profile().replace(b"RGB ", b"CMYK")]
)
def test_a_broken_profile_does_not_cost_the_photo(profile: bytes):
    assert (read_photo(encoded(noise, "PNG", icc_profile=profile)) == NOISE).all()


def test_a_photo_of_forty_megapixels_is_read_and_made_handy():
    grain = np.random.default_rng(0).integers(0, 255, (274, 365, 3), dtype=np.uint8)
    large = Image.fromarray(grain).resize((7300, 5480), Image.Resampling.BILINEAR)
    data = encoded(large, "JPEG", quality=80)
    before = time.process_time()
    photo = read_photo(data)
    assert time.process_time() - before < 3.0  # decoded in full it takes several times as long
    assert photo.shape == (1621, WORKING_SIDE_PX, 3)
    small = np.asarray(large.resize((2160, 1621), Image.Resampling.BOX)).astype(int)
    assert np.abs(small - photo).mean() < 3


def test_a_small_photo_keeps_its_pixels():
    assert (read_photo(encoded(noise, "PNG")) == NOISE).all()


SOUND = {
    "JPEG": encoded(noise, "JPEG", exif=oriented(6), icc_profile=srgb_profile()),
    "progressive JPEG": encoded(noise, "JPEG", progressive=True),
    "CMYK JPEG": encoded(noise.convert("CMYK"), "JPEG"),
    "PNG": encoded(noise, "PNG", exif=oriented(6)),
    "palette PNG": encoded(noise.quantize(64), "PNG", transparency=3),
    "WebP": encoded(noise, "WEBP", exif=oriented(6), icc_profile=srgb_profile()),
    "animated WebP": encoded(noise, "WEBP", save_all=True, append_images=[noise.rotate(90)]),
    "animated GIF": encoded(noise, "GIF", save_all=True, append_images=[noise.rotate(90)]),
    "TIFF": encoded(noise, "TIFF"),
    "LZW TIFF": encoded(noise, "TIFF", compression="tiff_lzw"),
    "JPEG TIFF": encoded(noise, "TIFF", compression="jpeg"),
    "BMP": encoded(noise, "BMP"),
    "AVIF": encoded(noise, "AVIF", exif=oriented(6)),
}


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.filterwarnings("ignore")  # Pillow warns about damaged notes; here all is damaged
def test_a_spoilt_file_gives_a_picture_or_a_refusal_and_nothing_else(name: str):
    dice = random.Random(name)
    outcomes = set()
    for _ in range(300):
        data = spoilt(SOUND[name], dice)
        before = time.process_time()
        try:
            photo = read_photo(data)
        except PhotoError as refusal:
            outcomes.add(refusal.code)
        else:
            outcomes.add("read")
            assert photo.dtype == np.uint8
            assert photo.ndim == 3
            assert photo.shape[2] == 3
            assert min(photo.shape[:2]) >= MIN_SIDE_PX
            assert max(photo.shape[:2]) <= WORKING_SIDE_PX
        assert time.process_time() - before < 5
    assert len(outcomes) > 1  # some could be read, some not: the files were really spoilt


def _corners(photo: np.ndarray) -> list[str]:
    """The names of the colours at the photo's top left, top right, bottom right, bottom left."""
    height, width = photo.shape[:2]
    spots = [(20, 20), (20, width - 20), (height - 20, width - 20), (height - 20, 20)]
    return [min(CORNERS, key=lambda name: int(np.abs(photo[spot].astype(int) - CORNERS[name]).sum())) for spot in spots]
