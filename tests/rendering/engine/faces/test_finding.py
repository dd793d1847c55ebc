"""Faces are found where they are, however the picture is shifted, scaled, turned or cut."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from rendering.engine.errors import PhotoError
from rendering.engine.faces import Face, choose_face, find_faces, track_face
from tests.rendering.engine.faces.portraits import (
    SIZE,
    moved,
    on_grey,
    points_moved,
    portrait,
    portrait_face,
)

CENTRE = (SIZE[0] / 2, SIZE[1] / 2)
NOSE_TIP, CHIN, RIGHT_EYE, LEFT_EYE = 1, 152, 33, 263


def only(photo: np.ndarray) -> Face:
    (face,) = find_faces(np.ascontiguousarray(photo))
    return face


def test_the_sample_has_one_face_seen_from_the_front():
    face = portrait_face()
    assert face.points.shape == (478, 3)
    assert face.whole
    assert face.score > 0.999
    assert max(abs(face.yaw), abs(face.pitch), abs(face.roll)) < 10
    # read off the drawing: the pupils, the chin
    assert np.abs(face.points[468, :2] - (198, 250)).max() < 4
    assert np.abs(face.points[473, :2] - (275, 246)).max() < 4
    assert np.abs(face.points[CHIN, :2] - (245, 375)).max() < 8


def test_the_box_is_drawn_around_the_points():
    face = portrait_face()
    x, y, w, h = face.box
    assert np.allclose(face.points[:, :2].min(axis=0), (x, y), atol=1e-3)
    assert np.allclose(face.points[:, :2].max(axis=0), (x + w, y + h), atol=1e-3)
    assert face.size_px == max(w, h)


def test_near_points_have_small_depth():
    points = portrait_face().points
    assert points[NOSE_TIP, 2] < points[[RIGHT_EYE, LEFT_EYE], 2].min() < points[[234, 454], 2].min()


MOVES = {
    "shifted": cv2.getRotationMatrix2D(CENTRE, 0, 1) + [[0, 0, 47.5], [0, 0, -38]],
    "smaller": cv2.getRotationMatrix2D(CENTRE, 0, 0.6),
    "larger": cv2.getRotationMatrix2D(CENTRE, 0, 1.5),
    "tilted left": cv2.getRotationMatrix2D(CENTRE, 25, 1),
    "tilted right": cv2.getRotationMatrix2D(CENTRE, -25, 1),
    "on its side": cv2.getRotationMatrix2D(CENTRE, 90, 0.8),
    "on its head": cv2.getRotationMatrix2D(CENTRE, 180, 1),
}


@pytest.mark.parametrize("name", MOVES)
def test_the_points_go_where_the_picture_goes(name: str):
    matrix = MOVES[name]
    face = only(moved(matrix))
    off = np.linalg.norm(face.points[:, :2] - points_moved(portrait_face().points, matrix), axis=1)
    size = portrait_face().size_px * np.sqrt(np.linalg.det(matrix[:, :2]))
    assert off.mean() < 0.01 * size
    assert off.max() < 0.05 * size


@pytest.mark.parametrize("degrees", [-40, -25, 25, 40])
def test_roll_follows_the_picture(degrees: float):
    # OpenCV turns counter-clockwise; the person's left is the picture's right, so tilting there is clockwise
    face = only(moved(cv2.getRotationMatrix2D(CENTRE, -degrees, 1)))
    assert face.roll - portrait_face().roll == pytest.approx(degrees, abs=1.5)


def test_a_mirror_swaps_left_and_right():
    face, seen = portrait_face(), only(portrait()[:, ::-1])
    assert seen.yaw == pytest.approx(-face.yaw, abs=1.5)
    assert seen.roll == pytest.approx(-face.roll, abs=1.5)
    assert seen.pitch == pytest.approx(face.pitch, abs=1.5)
    mirrored_right_eye = SIZE[0] - 1 - face.points[RIGHT_EYE, 0]
    assert seen.points[LEFT_EYE, 0] == pytest.approx(mirrored_right_eye, abs=3)


def test_a_face_without_colour_is_found_in_the_same_place():
    grey = cv2.cvtColor(cv2.cvtColor(portrait(), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert np.linalg.norm(only(grey).points[:, :2] - portrait_face().points[:, :2], axis=1).mean() < 2


def test_a_face_in_the_dark_is_found():
    assert only((portrait() * 0.15).astype(np.uint8)).score > 0.9


@pytest.mark.parametrize("at", [(0, 0), (1250, 600), (1800, 1250)])
def test_a_small_face_in_a_large_picture_is_found(at: tuple[int, int]):
    picture = on_grey((*at, 192), size=(2000, 1500))
    face = only(picture)
    where = portrait_face().points[:, :2] * 192 / SIZE[0] + at
    assert np.linalg.norm(face.points[:, :2] - where, axis=1).mean() < 1


def test_a_large_picture_gives_the_same_points_as_a_small_one():
    large = cv2.resize(portrait(), None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    large += np.random.default_rng(0).normal(0, 60, large.shape)  # grain, as of a dark room, that averaging takes away
    off = only(np.clip(large, 0, 255).astype(np.uint8)).points[:, :2] / 4 - portrait_face().points[:, :2]
    assert np.linalg.norm(off, axis=1).mean() < 1


def test_all_faces_are_found_largest_first():
    picture = on_grey((0, 30, 240), (260, 0, 360), (640, 100, 160), size=(840, 480))
    faces = find_faces(picture)
    assert [round(face.size_px) for face in faces] == sorted((round(face.size_px) for face in faces), reverse=True)
    assert [int(face.box[0] // 250) for face in faces] == [1, 0, 2]


def test_the_same_picture_gives_the_same_faces():
    assert (only(portrait()).points == portrait_face().points).all()


GRADIENT = np.linspace(0, 255, 320).astype(np.uint8)[None, :, None].repeat(240, 0).repeat(3, 2)
EMPTY = {
    "noise": np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8),
    "grey": np.full((240, 320, 3), 127, np.uint8),
    "black": np.zeros((240, 320, 3), np.uint8),
    "white": np.full((240, 320, 3), 255, np.uint8),
    "a gradient": GRADIENT,
    "a shelf of books": np.ascontiguousarray(portrait(960)[:260, 620:]),
    "a cardigan": np.ascontiguousarray(portrait(960)[1000:, 130:830]),
    "half a face": np.ascontiguousarray(portrait()[:, 245:]),
}


@pytest.mark.parametrize("name", EMPTY)
def test_where_no_face_is_none_is_found(name: str):
    assert find_faces(EMPTY[name]) == ()


@pytest.mark.parametrize("shape", [(96, 96), (96, 2160), (2160, 96), (97, 513)])
def test_extreme_shapes_do_no_harm(shape: tuple[int, int]):
    picture = cv2.resize(portrait(), shape[::-1], interpolation=cv2.INTER_AREA)
    assert len(find_faces(picture)) <= 1


CUTS = {
    "below the mouth's middle": (np.s_[:320], False),
    "above the chin": (np.s_[:355], True),
    "through the eyes": (np.s_[252:], False),
    "through the forehead": (np.s_[205:], True),
    "right eye away": (np.s_[:, 190:], False),
    "left eye away": (np.s_[:, :285], False),
    "through the right ear": (np.s_[:, 145:], True),
}


@pytest.mark.parametrize("name", CUTS)
def test_a_face_that_the_edge_cuts_is_known_for_it(name: str):
    cut, whole = CUTS[name]
    assert only(portrait()[cut]).whole is whole


def test_a_photo_on_its_head_is_refused_with_what_to_do():
    with pytest.raises(PhotoError, match="stands on its head") as refusal:
        choose_face(find_faces(np.ascontiguousarray(portrait()[::-1, ::-1])))
    assert refusal.value.code == "face-tilted"
    assert "Turn the photo" in refusal.value.advice


def test_a_face_is_followed_to_the_next_frame():
    shift = np.array([[1, 0, 6.0], [0, 1, -4.0]])
    face = track_face(moved(shift), portrait_face())
    assert face is not None
    assert (
        np.linalg.norm(face.points[:, :2] - points_moved(portrait_face().points, shift), axis=1).mean()
        < 0.01 * face.size_px
    )


def test_a_face_that_has_gone_is_not_followed():
    assert track_face(np.full_like(portrait(), 120), portrait_face()) is None


def test_two_threads_that_look_at_once_see_each_their_own_picture():
    photo = portrait()
    turned = np.ascontiguousarray(photo[:, ::-1])
    alone = [only(photo).points, only(turned).points]
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda seen: only(seen).points, [photo, turned] * 4))
    for i, points in enumerate(together):
        np.testing.assert_array_equal(points, alone[i % 2])


def test_a_face_on_its_head_is_told_from_an_upright_one_by_its_surroundings_alone():
    picture = on_grey((0, 0, 240), size=(2000, 1500))
    upside_down = np.ascontiguousarray(picture[::-1, ::-1])
    assert abs(only(picture).roll) < 10
    assert abs(only(upside_down).roll) > 170
