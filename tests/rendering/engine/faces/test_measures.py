import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spoiling import blurred, compressed, darkened, faded, grainy, grey, sepia
from rendering.engine.faces.measures import (
    LIPS,
    RIGHT_EYE,
    blockiness,
    face_blur_px,
    face_detail_px,
    face_expression,
    face_light,
    face_sight,
    mesh_doubt,
    noise_sigma,
    photo_tone,
)
from tests.rendering.engine.faces.patches import covered
from tests.rendering.engine.faces.portraits import portrait, portrait_face


@pytest.mark.parametrize("sigma", [2.0, 3.0, 4.0])
def test_the_blur_measured_is_the_blur_made(sigma):
    assert face_blur_px(blurred(portrait(), sigma), portrait_face()) == pytest.approx(sigma, rel=0.35)


def test_grain_is_not_taken_for_sharpness():
    plain = face_blur_px(blurred(portrait(), 3), portrait_face())
    assert face_blur_px(grainy(blurred(portrait(), 3), 8), portrait_face()) > 0.6 * plain


def test_a_blurred_face_shows_as_much_as_a_smaller_sharp_one():
    face = portrait_face()
    assert face_detail_px(face, 0.5) == face.size_px
    assert face_detail_px(face, 7.0) == pytest.approx(face.size_px / 10)


def test_light_tells_dark_burnt_and_half_lit_faces():
    photo, face = portrait(), portrait_face()
    whole = face_light(photo, face)
    assert whole.brightest > 70
    assert whole.burnt < 0.01
    assert face_light(darkened(photo), face).brightest < 30
    assert face_light(np.clip(photo * 2.2, 0, 255).astype(np.uint8), face).burnt > 0.5
    ramp = np.linspace(0.2, 1.0, photo.shape[1])[None, :, None]
    assert face_light((photo * ramp).astype(np.uint8), face).sides > whole.sides + 0.1
    assert face_light((photo * ramp[:, ::-1]).astype(np.uint8), face).sides < whole.sides - 0.1


@pytest.mark.parametrize("sigma", [5, 10, 20])
def test_the_grain_measured_is_the_grain_made(sigma):
    luma = sigma * np.sqrt(0.299**2 + 0.587**2 + 0.114**2)  # of three independent channels
    assert noise_sigma(grainy(portrait(), sigma)) == pytest.approx(luma, rel=0.15)


def test_a_clean_picture_has_no_grain_and_no_blocks():
    assert noise_sigma(portrait()) < 1
    assert blockiness(portrait()) < 1.15


def test_compression_is_seen_the_more_the_stronger_it_was():
    seen = [blockiness(compressed(portrait(), quality)) for quality in (80, 50, 20)]
    assert seen[0] < seen[1] < seen[2]
    assert seen[2] > 1.6


@given(level=st.integers(0, 255))
def test_plain_pictures_have_no_grain_no_blocks_and_one_colour(level):
    plain = np.full((96, 120, 3), level, np.uint8)
    assert noise_sigma(plain) == 0
    assert blockiness(plain) < 1.2
    assert photo_tone(plain).monochrome


@pytest.mark.parametrize("one_colour", [grey, sepia, lambda p: compressed(faded(sepia(p)), 60)])
def test_pictures_of_one_colour_are_known(one_colour):
    assert photo_tone(one_colour(portrait())).monochrome


@pytest.mark.parametrize("coloured", [lambda p: p, faded, darkened])
def test_pictures_in_colour_are_known_also_when_they_faded(coloured):
    assert not photo_tone(coloured(portrait())).monochrome


def test_a_dark_picture_is_not_a_faded_one():
    assert photo_tone(faded(portrait())).faded
    assert not photo_tone(darkened(portrait())).faded
    assert not photo_tone(portrait()).faded


def test_covered_eyes_and_mouth_are_flat_and_make_the_mesh_doubt():
    photo, face = portrait(), portrait_face()
    whole = face_sight(photo, face)
    blind = face_sight(covered(photo, face.points[RIGHT_EYE], grow=1.9, colour=(15, 15, 18)), face)
    dumb = face_sight(covered(photo, face.points[LIPS], grow=1.6, colour=(220, 180, 150)), face)
    assert whole.right_eye > 0.5
    assert whole.lip_line > 0.2
    assert blind.right_eye < 0.1 < blind.left_eye
    assert dumb.lip_line < 0.05
    assert dumb.mouth_doubt > 1.3 * whole.mouth_doubt


def test_a_face_that_is_not_there_is_all_doubt():
    assert mesh_doubt(np.full_like(portrait(), 120), portrait_face()) == {"eyes": 1.0, "mouth": 1.0}


def test_expression_follows_the_points():
    face = portrait_face()
    rest = face_expression(face)
    assert rest.mouth_open < 0.08
    assert min(rest.eyes_open) > 0.3
    opened, shut = face.points.copy(), face.points.copy()
    opened[14, 1] += 0.5 * np.linalg.norm(opened[61] - opened[291])
    shut[159] = shut[145]
    moved = [type(face)(face.box, points, 0, 0, 0, 1) for points in (opened, shut)]
    assert face_expression(moved[0]).mouth_open > 0.4
    assert face_expression(moved[1]).eyes_open[0] < 0.05 < face_expression(moved[1]).eyes_open[1]
