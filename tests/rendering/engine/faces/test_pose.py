"""Rigid fits and the pose of a head."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.faces.pose import RIGID_POINTS, canonical_points, fit_rigid, head_pose, head_rotation

degrees = st.floats(-50, 50)


def turn(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Rotation in the head's axes (x to its left, y up, z forward): yaw to its left, pitch up, then roll."""
    y, p, r = np.deg2rad([yaw, pitch, roll])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def as_points(head: np.ndarray, *, size: float = 12.0, at: tuple[float, float, float] = (300, 400, 0)) -> np.ndarray:
    """Canonical coordinates as landmarks (478, 3): px, y down, near is small; the irises are left at the origin."""
    points = np.zeros((478, 3))
    points[:468] = head * [size, -size, -size] + at
    return points


def test_the_canonical_face_is_a_face():
    face = canonical_points()
    assert face.shape == (468, 3)
    assert np.isfinite(face).all()
    assert 12 < np.ptp(face[:, 0]) < 18  # cm wide
    assert face[1, 2] == face[:, 2].max() or face[4, 2] == face[:, 2].max()  # the nose is foremost
    assert face[10, 1] > face[152, 1]  # forehead above chin
    assert face[263, 0] > 0 > face[33, 0]  # the left eye is on the person's left
    assert np.allclose(face[263] * [-1, 1, 1], face[33], atol=1e-3)


@given(yaw=degrees, pitch=degrees, roll=degrees, size=st.floats(0.1, 90), x=st.floats(-3000, 3000))
@settings(max_examples=60, deadline=None)
def test_a_rigid_fit_gives_back_what_was_done(yaw: float, pitch: float, roll: float, size: float, x: float):
    source = canonical_points()[RIGID_POINTS].astype(float)
    rotation = turn(yaw, pitch, roll)
    found, scale, shift = fit_rigid(source, size * source @ rotation.T + [x, 5, -3])
    assert np.allclose(found, rotation, atol=1e-6)
    assert scale == pytest.approx(size)
    assert np.allclose(shift, [x, 5, -3], atol=1e-4)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_a_fit_never_mirrors(seed: int):
    dice = np.random.default_rng(seed)
    source = dice.normal(size=(12, 3))
    rotation, _, _ = fit_rigid(source, source * [-1, 1, 1] + dice.normal(0, 0.01, (12, 3)))
    assert np.linalg.det(rotation) == pytest.approx(1)


@given(yaw=degrees)
@settings(max_examples=20, deadline=None)
def test_yaw_is_how_far_the_face_turns_to_its_left(yaw: float):
    found = head_pose(as_points(canonical_points() @ turn(yaw, 0, 0).T))
    assert found == pytest.approx((yaw, 0, 0), abs=1e-2)


@given(pitch=degrees)
@settings(max_examples=20, deadline=None)
def test_pitch_is_how_far_the_face_looks_up(pitch: float):
    assert head_pose(as_points(canonical_points() @ turn(0, pitch, 0).T)) == pytest.approx((0, pitch, 0), abs=1e-2)


@given(roll=degrees)
@settings(max_examples=20, deadline=None)
def test_roll_is_how_far_the_head_tilts_to_its_left_shoulder(roll: float):
    points = as_points(canonical_points() @ turn(0, 0, roll).T)
    assert head_pose(points) == pytest.approx((0, 0, roll), abs=1e-2)
    if roll > 1:  # in the picture the left eye sinks
        assert points[263, 1] > points[33, 1]


def test_signs_are_those_of_the_picture():
    # turned to its left the nose goes to the picture's right, looking up it goes up
    assert np.diff(as_points(canonical_points() @ turn(20, 0, 0).T)[[168, 1], 0])[0] > 5
    level = as_points(canonical_points())
    assert as_points(canonical_points() @ turn(0, 20, 0).T)[1, 1] < level[1, 1]


@given(yaw=degrees, pitch=degrees, roll=degrees)
@settings(max_examples=40, deadline=None)
def test_a_head_rotation_is_a_rotation(yaw: float, pitch: float, roll: float):
    rotation = head_rotation(as_points(canonical_points() @ turn(yaw, pitch, roll).T))
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-5)
    assert np.allclose(rotation, turn(yaw, pitch, roll), atol=1e-4)
