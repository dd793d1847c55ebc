"""The sample portrait in the repository: a picture that the engine can work with."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rendering.engine.faces import choose_face, find_faces

PORTRAIT = Path(__file__).parents[2] / "samples" / "portrait.png"


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    return np.asarray(Image.open(PORTRAIT).convert("RGB"))


def test_is_upright_and_small_enough_to_keep_in_the_repository(portrait):
    assert portrait.shape == (1200, 960, 3)
    assert PORTRAIT.stat().st_size < 1_500_000


def test_shows_exactly_one_face_large_and_whole(portrait):
    (face,) = find_faces(portrait)

    x, y, width, height = face.box
    assert face.whole
    assert width > 300
    assert x > 100
    assert x + width < 860
    assert y > 100
    assert y + height < 1000
    assert choose_face((face,)) is face
