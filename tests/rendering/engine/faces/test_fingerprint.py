"""A picture is recognised when it was made smaller, saved again, brightened; another one is not taken for it."""

import io
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from rendering.engine.faces.fingerprint import Fingerprint, alike, fingerprint, fingerprints, register

PORTRAIT = Path(__file__).parents[4] / "samples" / "portrait.png"


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return Image.open(PORTRAIT).convert("RGB")


def again(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def trimmed(picture: Image.Image, share: float) -> Image.Image:
    w, h = picture.size
    return picture.crop((int(share * w), int(share * h), int((1 - share) * w), int((1 - share) * h)))


CHANGES = {
    "half the size": lambda picture: picture.resize((picture.width // 2, picture.height // 2)),
    "saved at quality 30": lambda picture: again(picture, 30),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.3),
    "paler": lambda picture: ImageEnhance.Contrast(picture).enhance(0.7),
    "grey": lambda picture: picture.convert("L").convert("RGB"),
    "trimmed by 2 %": lambda picture: trimmed(picture, 0.02),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_picture_is_recognised(picture, change):
    assert alike(fingerprint(np.asarray(picture)), fingerprint(np.asarray(change(picture))))


def test_a_mirrored_picture_is_recognised_when_registered(picture):
    photo = np.asarray(picture)
    mirrored = fingerprint(np.ascontiguousarray(photo[:, ::-1]))

    assert not alike(fingerprint(photo), mirrored)
    assert any(alike(known, mirrored) for known in register(photo, []))


def test_a_face_is_recognised_in_a_wider_picture(picture):
    photo = np.asarray(picture)
    height, width = photo.shape[:2]
    wide = np.full((height, 3 * width, 3), 90, np.uint8)
    wide[:, 2 * width :] = photo
    box = (0.3 * width, 0.2 * height, 0.4 * width, 0.4 * height)

    known = fingerprints(photo, [box])
    seen = fingerprints(wide, [(box[0] + 2 * width, *box[1:])])

    assert not alike(known[0], seen[0])
    assert alike(known[1], seen[1])


def test_different_pictures_are_not_taken_for_each_other():
    rng = np.random.default_rng(7)
    blurred = [
        np.asarray(Image.fromarray(rng.integers(0, 255, (6, 5, 3), dtype=np.uint8)).resize((320, 400), Image.BICUBIC))
        for _ in range(40)
    ]

    assert not any(alike(fingerprint(one), fingerprint(other)) for one, other in combinations(blurred, 2))


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_fingerprint_survives_being_written_down(frequencies, steps):
    known = Fingerprint(frequencies, steps)

    assert Fingerprint.from_json(known.as_json()) == known
