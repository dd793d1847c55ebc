"""Faces from points that a person placed: the 478 points lie on them, and what is wrong is said in words."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.errors import PhotoError
from rendering.engine.faces.placed import place_face, read_points
from rendering.engine.faces.placed_points import NEEDED, OPTIONAL
from rendering.engine.puppet import build_rig, draw
from rendering.engine.puppet.blend_shapes import fit_shapes
from rendering.engine.puppet.lips import is_parted, rest_gap
from rendering.engine.puppet.topology import (
    CHIN,
    INNER_LOWER,
    INNER_UPPER,
    LEFT_IRIS,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    OUTER_LOWER,
    OUTER_UPPER,
    RIGHT_IRIS,
)
from tests.rendering.engine.faces.drawings import CAT, EGG, MUG, SIZE, cat, egg, mug
from tests.rendering.engine.puppet.rigs import performance

ALL = pytest.mark.parametrize("points", [MUG, CAT, EGG], ids=["mug", "cat", "egg"])


def turned(points: dict[str, tuple[float, float]], degrees: float) -> dict[str, tuple[float, float]]:
    """The points turned about the picture's middle, clockwise as seen; sizes stay."""
    angle, middle = np.deg2rad(degrees), np.array(SIZE) / 2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return {
        name: value if name.endswith("_size") else tuple(turn @ (np.array(value) - middle) + middle)
        for name, value in points.items()
    }


def refused(points: dict[str, tuple[float, float]], **changes: tuple[float, float]) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        place_face({**points, **changes}, SIZE)
    return caught.value


@ALL
def test_eyes_mouth_and_chin_lie_where_they_were_placed(points):
    found = place_face(points, SIZE).points[:, :2]
    assert found[LEFT_IRIS[0]] == pytest.approx(points["left_eye"], abs=0.5)
    assert found[RIGHT_IRIS[0]] == pytest.approx(points["right_eye"], abs=0.5)
    assert found[291] == pytest.approx(points["mouth_left"], abs=0.5)
    assert found[61] == pytest.approx(points["mouth_right"], abs=0.5)
    assert found[CHIN] == pytest.approx(points["chin"], abs=0.5)


def test_the_nose_and_the_brows_lie_where_they_were_placed():
    points = {**CAT, "brow_left": (300, 170), "brow_right": (182, 166)}
    found = place_face(points, SIZE).points[:, :2]
    assert found[4] == pytest.approx(points["nose"], abs=3)
    assert found[[296, 334, 293, 295, 282, 283]].mean(axis=0) == pytest.approx(points["brow_left"], abs=3)
    assert found[[66, 105, 63, 65, 52, 53]].mean(axis=0) == pytest.approx(points["brow_right"], abs=3)


@ALL
def test_it_has_478_points_and_a_box_around_them(points):
    face = place_face(points, SIZE)
    assert face.points.shape == (478, 3)
    assert face.points.dtype == np.float32
    low, high = face.points[:, :2].min(axis=0), face.points[:, :2].max(axis=0)
    assert face.box == pytest.approx((*low, *(high - low)), abs=0.01)


def test_an_eye_has_the_size_that_was_given():
    lids = place_face(CAT, SIZE).points[[*LEFT_UPPER_LID, *LEFT_LOWER_LID], :2]
    assert np.ptp(lids, axis=0) == pytest.approx(CAT["left_eye_size"], rel=0.06)


def test_an_eye_without_a_size_has_a_human_eye_s():
    lids = place_face(EGG, SIZE).points[[*LEFT_UPPER_LID, *LEFT_LOWER_LID], :2]
    wide, tall = np.ptp(lids, axis=0)
    distance = EGG["left_eye"][0] - EGG["right_eye"][0]
    assert wide / distance == pytest.approx(0.41, abs=0.04)
    assert tall / wide == pytest.approx(0.26, abs=0.05)


def test_round_lids_follow_an_ellipse():
    upper = place_face(CAT, SIZE).points[list(LEFT_UPPER_LID), :2] - CAT["left_eye"]
    wide, tall = np.array(CAT["left_eye_size"]) / 2
    assert np.hypot(upper[1:-1, 0] / wide, upper[1:-1, 1] / tall) == pytest.approx(1, abs=0.12)


@ALL
def test_the_lips_touch(points):
    found = place_face(points, SIZE).points
    assert not is_parted(found)
    assert rest_gap(found).max() < 1


def test_the_lips_line_hangs_between_the_top_and_the_bottom_of_the_mouth():
    found = place_face(MUG, SIZE).points
    assert MUG["mouth_top"][1] < found[13, 1] < MUG["mouth_bottom"][1]
    assert found[list(INNER_UPPER), 1].argmax() in (4, 5, 6)


def test_the_lips_reach_to_the_top_and_the_bottom_of_the_mouth():
    points = {**EGG, "mouth_top": (240.0, 300.0), "mouth_bottom": (240.0, 350.0)}
    found = place_face(points, SIZE).points
    assert found[OUTER_UPPER[5], :2] == pytest.approx((240, 300), abs=1)
    assert found[OUTER_LOWER[5], :2] == pytest.approx((240, 350), abs=1)


def test_a_line_s_lips_still_have_a_thickness():
    points = {**EGG, "mouth_top": (240.0, 321.5), "mouth_bottom": (240.0, 322.5)}
    found = place_face(points, SIZE).points
    assert found[OUTER_LOWER[5], 1] - found[OUTER_UPPER[5], 1] > 4


@ALL
def test_the_lips_lie_on_their_own_sides_of_the_line(points):
    found = place_face(points, SIZE).points
    middle = slice(2, 9)
    for ring, inner, sign in ((OUTER_UPPER, INNER_UPPER, -1), (OUTER_LOWER, INNER_LOWER, 1)):
        outer, line = found[list(ring)][middle], found[list(inner)]
        beside = np.interp(outer[:, 0], line[:, 0], line[:, 1])
        assert (sign * (outer[:, 1] - beside) > 0.5).all()


@ALL
def test_it_looks_straight_at_the_viewer(points):
    face = place_face(points, SIZE)
    forward = fit_shapes(face.points).rotation[:, 2]
    assert np.degrees(np.arccos(-forward[2])) < 6
    assert (face.yaw, face.pitch, face.roll) == (0, 0, 0)


@ALL
def test_a_turned_picture_gives_a_turned_face(points):
    straight, tilted = place_face(points, SIZE), place_face(turned(points, 20), SIZE)
    angle, middle = np.deg2rad(20), np.array(SIZE) / 2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert tilted.roll == pytest.approx(20)
    assert tilted.points[:, :2] == pytest.approx((straight.points[:, :2] - middle) @ turn.T + middle, abs=0.05)


@given(zoom=st.floats(0.5, 4), x=st.floats(0, 500), y=st.floats(0, 500))
@settings(max_examples=15, deadline=None)
def test_a_larger_picture_gives_the_same_face_larger(zoom, x, y):
    small = place_face(EGG, SIZE)
    moved = {name: (zoom * px + x, zoom * py + y) for name, (px, py) in EGG.items()}
    large = place_face(moved, (2600, 2600))
    assert large.points[:, :2] == pytest.approx(zoom * small.points[:, :2] + [x, y], abs=0.05)
    assert large.points[:, 2] == pytest.approx(zoom * small.points[:, 2], abs=0.05)


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_point_is_named(name):
    points = {key: value for key, value in EGG.items() if key != name}
    with pytest.raises(PhotoError) as caught:
        place_face(points, SIZE)
    words = name.replace("_", " ")
    assert caught.value.code == "points-missing"
    assert set(words.split()) <= set(caught.value.message.replace(",", " ").split())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"left_eye": EGG["right_eye"], "right_eye": EGG["left_eye"]}, "points-swapped"),
        ({"mouth_left": EGG["mouth_right"], "mouth_right": EGG["mouth_left"]}, "points-swapped"),
        ({"chin": (240, 310)}, "points-order"),
        ({"chin": (240, 322)}, "points-order"),
        ({"mouth_left": (276, 236), "mouth_right": (204, 236)}, "points-order"),
        ({"nose": (240, 350)}, "points-order"),
        ({"nose": (240, 200)}, "points-order"),
        ({"brow_left": (284, 250)}, "points-order"),
        ({"mouth_top": (240, 340), "mouth_bottom": (240, 330)}, "points-order"),
        ({"mouth_bottom": (240, 395)}, "points-order"),
        ({"mouth_left": (243, 322), "mouth_right": (237, 322)}, "points-shape"),
        ({"mouth_left": (460, 322), "mouth_right": (20, 322)}, "points-shape"),
        ({"left_eye": (480, 232)}, "points-outside"),
        ({"chin": (240, -1)}, "points-outside"),
        ({"left_eye_size": (0, 10)}, "points-outside"),
        ({"left_eye": (197, 232)}, "face-too-small"),
    ],
)
def test_points_that_make_no_face_are_refused(changes, code):
    error = refused(EGG, **changes)
    assert error.code == code
    assert error.advice


@pytest.mark.parametrize("degrees", [70, 180])
def test_a_face_that_lies_on_its_side_is_refused(degrees):
    with pytest.raises(PhotoError) as caught:
        place_face(turned(EGG, degrees), SIZE)
    assert caught.value.code == "face-tilted"


def test_a_tiny_face_is_refused():
    tiny = {name: (x / 8, y / 8) for name, (x, y) in EGG.items()}
    with pytest.raises(PhotoError) as caught:
        place_face(tiny, SIZE)
    assert caught.value.code == "face-too-small"


def test_points_are_read_from_json():
    text = json.dumps({**EGG, "nose": [240, 280], "brow_left": None})
    assert read_points(text) == {**EGG, "nose": (240.0, 280.0)}


def test_every_name_can_be_read():
    assert set(read_points(json.dumps({name: [1, 2] for name in (*NEEDED, *OPTIONAL)}))) == {*NEEDED, *OPTIONAL}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("left_eye 1 2", "points-json"),
        ("[1, 2]", "points-json"),
        (b"\xff\xfe{", "points-json"),
        ('{"leftEye": [1, 2]}', "points-unknown"),
        ('{"left_eye": [1]}', "points-number"),
        ('{"left_eye": [1, "2"]}', "points-number"),
        ('{"left_eye": [1, true]}', "points-number"),
        ('{"left_eye": [1, NaN]}', "points-number"),
        ('{"left_eye": [1, 1e400]}', "points-number"),
        ('{"left_eye": {"x": 1, "y": 2}}', "points-number"),
    ],
)
def test_what_cannot_be_read_is_refused(text, code):
    with pytest.raises(PhotoError) as caught:
        read_points(text)
    assert caught.value.code == code


@pytest.mark.parametrize(("picture", "points"), [(mug, MUG), (cat, CAT), (egg, EGG)], ids=["mug", "cat", "egg"])
def test_the_puppet_opens_its_mouth_and_shuts_its_eyes(picture, points):
    """Where a mouth opens it gets dark under the line; where an eye shuts, its dark goes."""
    photo = picture()
    rig = build_rig(photo, place_face(points, SIZE), matte=np.ones(photo.shape[:2], np.float32))
    rest, spoken, shut = next(
        draw(rig, performance(3, jawOpen=[0, 0.6, 0], eyeBlinkLeft=[0, 0, 1], eyeBlinkRight=[0, 0, 1]))
    ).astype(float)
    x, y = points.get(
        "mouth_bottom", ((points["mouth_left"][0] + points["mouth_right"][0]) / 2, points["mouth_left"][1])
    )
    below = np.s_[round(y) + 8 : round(y) + 14, round(x) - 4 : round(x) + 5]
    assert spoken[below].mean() < 0.6 * rest[below].mean()
    ex, ey = (round(value) for value in points["left_eye"])
    eye = np.s_[ey - 4 : ey + 1, ex - 3 : ex + 4]
    assert shut[eye].mean() > rest[eye].mean() + 25
