import numpy as np
import pytest

from rendering.engine.faces.shrinking import halved


@pytest.mark.parametrize(
    ("size", "least_px", "expected"),
    [((400, 640), 200, (200, 320)), ((400, 640), 201, (400, 640)), ((1624, 2160), 384, (406, 540))],
)
def test_a_picture_is_halved_as_often_as_its_shorter_side_allows(size, least_px, expected):
    assert halved(np.zeros((*size, 3), np.uint8), least_px).shape[:2] == expected


def test_a_pixel_is_the_mean_of_those_it_stands_for():
    photo = np.random.default_rng(0).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    small = halved(photo, 16)
    means = photo.reshape(16, 4, 24, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - means).max() <= 0.51
