"""Which pixels are the person's."""

import cv2
import numpy as np
import pytest

from rendering.engine.faces import find_faces, person_matte
from rendering.engine.puppet.topology import FACE_OVAL
from tests.rendering.engine.faces.portraits import on_grey, portrait, portrait_face, portrait_matte

WIDTH = 240


def face_mask(points: np.ndarray, shape: tuple[int, ...], *, shrunk: float = 0.9) -> np.ndarray:
    """True (H, W) inside the face's outline, `shrunk` towards its middle."""
    oval = points[list(FACE_OVAL), :2]
    outline = oval.mean(axis=0) + (oval - oval.mean(axis=0)) * shrunk
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1)
    return mask.astype(bool)


def test_the_face_is_the_persons_and_the_corners_are_not():
    matte = portrait_matte(WIDTH)
    assert matte.shape == portrait(WIDTH).shape[:2]
    assert matte.dtype == np.float32
    assert matte.min() >= 0
    assert matte.max() <= 1
    assert matte[face_mask(portrait_face(WIDTH).points, matte.shape)].min() > 0.98
    height, width = matte.shape
    for corner in (matte[:20, :40], matte[:20, -40:], matte[-60:, :20], matte[-60:, -20:]):
        assert corner.max() < 0.02
    # hair, neck and cardigan belong to her, the shelf between them does not (places read off the drawing)
    inside = [(0.48, 0.15), (0.27, 0.50), (0.48, 0.66), (0.25, 0.90), (0.75, 0.90)]
    outside = [(0.05, 0.40), (0.90, 0.40), (0.15, 0.65), (0.85, 0.68), (0.20, 0.10)]
    assert min(matte[int(y * height), int(x * width)] for x, y in inside) > 0.9
    assert max(matte[int(y * height), int(x * width)] for x, y in outside) < 0.1


def test_the_matte_has_a_narrow_rim():
    matte = portrait_matte(WIDTH)
    assert ((matte > 0.05) & (matte < 0.95)).mean() < 0.05


def test_the_same_photo_gives_the_same_matte():
    assert (person_matte(portrait(WIDTH), portrait_face(WIDTH).box) == portrait_matte(WIDTH)).all()


def test_the_photo_is_left_as_it_was():
    photo = portrait(WIDTH).copy()
    person_matte(photo, portrait_face(WIDTH).box)
    assert (photo == portrait(WIDTH)).all()


PICTURES = {
    "tiny": cv2.resize(portrait(), (96, 96), interpolation=cv2.INTER_AREA),
    "a wide strip": on_grey((1400, 20, 280), size=(3000, 400)),
    "a tall strip": on_grey((60, 1500, 280), size=(400, 3000)),
    "filled by the face": np.ascontiguousarray(portrait()[170:400, 145:325]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_of_any_shape_give_a_matte_with_the_face_in_it(name: str):
    picture = PICTURES[name]
    (face,) = find_faces(picture)
    matte = person_matte(picture, face.box)
    assert matte.shape == picture.shape[:2]
    assert np.isfinite(matte).all()
    assert matte.min() >= 0
    assert matte.max() <= 1
    assert matte[face_mask(face.points, matte.shape, shrunk=0.8)].min() > 0.95


def test_of_two_people_the_matte_is_of_the_one_whose_face_is_given():
    picture = on_grey((20, 10, 200), (330, 10, 200), size=(560, 270))
    right, left = sorted(find_faces(picture), key=lambda face: -face.box[0])
    matte = person_matte(picture, right.box)
    assert matte[face_mask(right.points, matte.shape)].min() > 0.98
    assert matte[face_mask(left.points, matte.shape)].max() < 0.05
