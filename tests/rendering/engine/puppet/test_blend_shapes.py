"""The 52 shapes: which they are, that they mirror each other, and which way they move the face."""

import numpy as np
import pytest

from rendering.engine.faces.pose import canonical_points
from rendering.engine.motion.controls import ARKIT
from rendering.engine.puppet.blend_shapes import DATA, fit_shapes
from rendering.engine.puppet.lips import rest_gap
from rendering.engine.puppet.topology import INNER_LOWER
from tests.rendering.engine.faces.portraits import portrait_face
from tests.rendering.engine.puppet.rigs import WIDTH, shapes

STORED = dict(np.load(DATA))
NAMES = [str(name) for name in STORED["names"]]
DELTAS, REST = STORED["deltas"].astype(float), STORED["rest"].astype(float)
UPPER, LOWER = 13, 14  # middle of the inner lips
RIGHT_CORNER, LEFT_CORNER = 61, 291


def delta(name: str) -> np.ndarray:
    """(468, 3) in units of the eyes' distance: to the person's left, up, forward."""
    return DELTAS[NAMES.index(name)]


def mirrored(name: str) -> str:
    swaps = (("Left", "Right"), ("Right", "Left"))
    for one, other in swaps:
        if name.endswith(one):
            return name.removesuffix(one) + other
    return name


def mirror_points() -> np.ndarray:
    """Index (468,) of the point on the other side of the face."""
    points = canonical_points()
    return np.array([((points * [-1, 1, 1] - point) ** 2).sum(axis=1).argmin() for point in points])


def test_they_are_the_52_of_arkit():
    assert len(NAMES) == 52
    assert set(NAMES) == set(ARKIT)


def test_the_rest_face_has_its_eyes_one_unit_apart():
    assert np.linalg.norm(REST[33] - REST[263]) == pytest.approx(1, abs=1e-3)
    assert REST[263, 0] > 0 > REST[33, 0]


def test_the_rest_face_is_symmetric():
    assert np.abs(REST[mirror_points()] * [-1, 1, 1] - REST).max() < 0.01


@pytest.mark.parametrize("name", ARKIT)
def test_left_and_right_mirror_each_other(name: str):
    other = delta(mirrored(name))[mirror_points()] * [-1, 1, 1]
    assert np.abs(delta(name) - other).max() < 0.005


@pytest.mark.parametrize("name", [name for name in ARKIT if not name.startswith(("eyeLook", "tongue"))])
def test_every_shape_moves_the_face(name: str):
    assert 0.005 < np.linalg.norm(delta(name), axis=1).max() < 0.6


# (shape, point, axis, sign): to the person's left, up, forward
WAYS = [
    ("jawOpen", LOWER, 1, -1),
    ("jawOpen", 152, 1, -1),
    ("jawLeft", 152, 0, 1),
    ("jawRight", 152, 0, -1),
    ("jawForward", 152, 2, 1),
    ("mouthSmileLeft", LEFT_CORNER, 1, 1),
    ("mouthSmileLeft", LEFT_CORNER, 0, 1),
    ("mouthSmileRight", RIGHT_CORNER, 0, -1),
    ("mouthFrownLeft", LEFT_CORNER, 1, -1),
    ("mouthStretchRight", RIGHT_CORNER, 0, -1),
    ("mouthPucker", LEFT_CORNER, 0, -1),
    ("mouthPucker", RIGHT_CORNER, 0, 1),
    ("mouthFunnel", LOWER, 2, 1),
    ("mouthUpperUpLeft", 312, 1, 1),
    ("mouthLowerDownRight", 87, 1, -1),
    ("mouthLeft", UPPER, 0, 1),
    ("browInnerUp", 107, 1, 1),
    ("browDownLeft", 296, 1, -1),
    ("browOuterUpRight", 70, 1, 1),
    ("eyeBlinkLeft", 386, 1, -1),
    ("eyeBlinkRight", 159, 1, -1),
    ("cheekPuff", 280, 0, 1),
]


@pytest.mark.parametrize(("name", "point", "axis", "sign"), WAYS)
def test_a_shape_moves_the_face_its_own_way(name: str, point: int, axis: int, sign: int):
    assert delta(name)[point, axis] * sign > 0.004


def test_a_jaw_opens_the_mouth_and_closing_the_lips_shuts_it_again():
    gap = lambda *names: sum(delta(name)[UPPER, 1] - delta(name)[LOWER, 1] for name in names)  # noqa: E731
    assert gap("jawOpen") > 0.15
    assert abs(gap("jawOpen", "mouthClose")) < 0.25 * gap("jawOpen")


def test_a_jaw_leaves_eyes_and_forehead_alone():
    assert np.linalg.norm(delta("jawOpen")[[33, 133, 362, 263, 10, 151, 105, 334]], axis=1).max() < 0.01


def test_fitted_shapes_are_in_the_photos_pixels():
    face = portrait_face(WIDTH)
    fitted = shapes()
    assert fitted.names == tuple(NAMES)
    assert fitted.deltas.shape == (52, 468, 3)
    between = np.linalg.norm(face.points[33] - face.points[263])
    assert fitted.unit_px == pytest.approx(between, rel=0.08)
    chin = fitted.deltas[NAMES.index("jawOpen"), 152]
    assert chin[1] > 0.1 * fitted.unit_px  # down is positive in a picture
    left = fitted.deltas[NAMES.index("jawLeft"), 152]
    assert left[0] > 0.01 * fitted.unit_px  # the person's left is the picture's right
    near = fitted.deltas[NAMES.index("mouthFunnel"), LOWER]
    assert near[2] < 0


def test_shapes_turn_and_grow_with_the_face():
    points = portrait_face(WIDTH).points.astype(float)
    quarter = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])  # clockwise in a picture
    turned = fit_shapes((points @ quarter.T * 3 + [500, 20, 0]).astype(np.float32))
    assert turned.unit_px == pytest.approx(3 * shapes().unit_px, rel=1e-4)
    assert np.allclose(turned.deltas, 3 * shapes().deltas @ quarter.T, atol=1e-2)


def test_a_mouth_at_rest_is_closed():
    assert rest_gap(portrait_face(WIDTH).points).max() < 0.05 * shapes().unit_px


@pytest.mark.parametrize("name", ["jawOpen", "mouthFunnel"])
def test_lips_part_in_an_arc_and_not_in_a_wedge(name: str):
    points = REST * [100, -100, -100]  # a face as the photo shows one, 100 px between the eyes
    fitted = fit_shapes(points)
    line = list(INNER_LOWER[:6])  # from the right corner to the middle
    fall = fitted.deltas[NAMES.index(name), line, 1]
    across = (points[line, 0] - points[line[0], 0]) / (points[line[-1], 0] - points[line[0], 0])
    # half of the way to the middle a wedge has half of the gap, an ellipse 0.87 of it
    half = np.interp(0.5, across, fall - fall[0]) / (fall[-1] - fall[0])
    assert half > 0.58
