import importlib.util

import numpy as np
import pytest
from PIL import Image

from rendering.engine.errors import PhotoError
from rendering.engine.faces import photo, read_photo
from tests.rendering.engine.faces.files import encoded, four_corners

INSTALLED = importlib.util.find_spec("pillow_heif") is not None


def test_without_its_package_a_heic_photo_is_named_as_such(monkeypatch):
    monkeypatch.setattr(photo, "_formats", lambda: photo.FORMATS)
    with pytest.raises(PhotoError) as caught:
        read_photo(b"\x00\x00\x00\x18ftypheic" + b"\0" * 100)
    assert caught.value.code == "photo-unreadable"
    assert "HEIC" in caught.value.message
    assert "JPEG" in caught.value.advice


@pytest.mark.skipif(not INSTALLED, reason="pillow-heif is not installed (requirements/restoration.in)")
def test_with_its_package_a_heic_photo_is_read():
    photo._formats()
    read = read_photo(encoded(four_corners(), "HEIF", quality=90))
    meant = np.asarray(four_corners()).astype(int)
    assert read.shape == meant.shape
    assert np.abs(read - meant).mean() < 6


@pytest.mark.skipif(not INSTALLED, reason="pillow-heif is not installed (requirements/restoration.in)")
def test_a_broken_heic_photo_is_told_as_broken():
    photo._formats()
    data = encoded(Image.fromarray(np.asarray(four_corners())), "HEIF", quality=90)
    with pytest.raises(PhotoError):
        read_photo(data[: len(data) // 2])
