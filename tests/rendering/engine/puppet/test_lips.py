"""The line between closed lips is found in the photo, and only there are the lips cut."""

import cv2
import numpy as np
import pytest

from rendering.engine.puppet.lips import across_mouth, is_parted, mouth_width, rest_gap, snap_to_lip_line
from rendering.engine.puppet.topology import INNER_LOWER, INNER_UPPER, LIPS, LOWER_LIP, UPPER_LIP, mid_lip_line
from tests.rendering.engine.faces.portraits import portrait, portrait_face

WIDTH = 100.0  # px, of the drawn mouth
SKIN, DARK = (205, 150, 130), (70, 30, 30)


def mouth_points(*, gap: float = 0.0, tilt: float = 0.0) -> np.ndarray:
    """Points (478, 3) of a straight mouth 100 px wide in the middle of 200 × 200 px, its lips 12 px thick."""
    points = np.zeros((478, 3), np.float32)
    across = np.linspace(-WIDTH / 2, WIDTH / 2, 11)
    for sign, lip in ((-1, UPPER_LIP), (1, LOWER_LIP)):
        for ring, distance in zip(lip, (12, 8, 4, 0), strict=True):
            bow = np.sin(np.linspace(0, np.pi, 11))
            for point, x, lift in zip(ring, across, bow, strict=True):
                points[point, :2] = x, sign * lift * (distance + gap / 2)
    points[:, :2] = points[:, :2] @ _turn(tilt).T + 100
    return points


def _turn(degrees: float) -> np.ndarray:
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def photo_with_line(line: np.ndarray) -> np.ndarray:
    """Skin (200, 200, 3) with a dark line along `line` (N, 2) px."""
    picture = np.full((200, 200, 3), SKIN, np.uint8)
    cv2.polylines(picture, [np.round(line * 16).astype(np.int32)], False, DARK, 2, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


@pytest.mark.parametrize("tilt", [0.0, 20.0, -35.0])
@pytest.mark.parametrize("off", [-4.0, 0.0, 4.0])
def test_the_inner_contours_are_laid_on_the_dark_line(off: float, tilt: float):
    points = mouth_points(tilt=tilt)
    bow = np.sin(np.linspace(0, np.pi, 11))[:, None]
    true = mid_lip_line(points[:, :2]) + off * bow * across_mouth(points)
    found = mid_lip_line(snap_to_lip_line(photo_with_line(true), points)[:, :2])
    # the corners stay where the mesh says; in the middle the line is met
    assert np.abs((found - true)[2:-2] @ across_mouth(points)).max() < 1.0


def test_closed_lips_stay_closed():
    points = mouth_points(gap=3.0)
    assert rest_gap(points).max() > 2.5
    snapped = snap_to_lip_line(photo_with_line(mid_lip_line(points[:, :2])), points)
    assert rest_gap(snapped).max() < 1e-3


def test_only_lips_are_moved_and_the_outline_less_than_the_line():
    points = mouth_points()
    true = mid_lip_line(points[:, :2]) + [0, 4]
    moved = np.linalg.norm(snap_to_lip_line(photo_with_line(true), points) - points, axis=1)
    others = np.setdiff1d(np.arange(478), LIPS)
    assert moved[others].max() == 0
    assert moved[17] < moved[16] < moved[15] < moved[14]


def test_plain_skin_gives_no_reason_to_move():
    points = mouth_points()
    assert np.abs(snap_to_lip_line(np.full((200, 200, 3), SKIN, np.uint8), points) - points).max() < 0.5


def test_the_points_given_are_not_changed():
    points = mouth_points(gap=2)
    before = points.copy()
    snap_to_lip_line(photo_with_line(mid_lip_line(points[:, :2])), points)
    assert (points == before).all()


@pytest.mark.parametrize(("gap", "parted"), [(0.0, False), (4.0, False), (7.0, True), (30.0, True)])
def test_a_gap_of_a_twentieth_is_an_open_mouth(gap: float, parted: bool):
    points = mouth_points(gap=gap)
    assert rest_gap(points).max() == pytest.approx(gap, abs=1e-3)
    assert is_parted(points) is parted


def test_a_crossed_mesh_has_no_negative_gap():
    assert rest_gap(mouth_points(gap=-6)).min() == 0


@pytest.mark.parametrize("tilt", [0.0, 90.0, -150.0])
def test_across_points_from_the_upper_lip_to_the_lower(tilt: float):
    points = mouth_points(gap=20, tilt=tilt)
    across = across_mouth(points)
    assert mouth_width(points) == pytest.approx(WIDTH)
    assert np.linalg.norm(across) == pytest.approx(1)
    between = points[list(INNER_LOWER[1:-1]), :2] - points[list(INNER_UPPER[1:-1]), :2]
    assert (between @ across > 0).all()
    assert across @ (points[291, :2] - points[61, :2]) == pytest.approx(0, abs=1e-4)


def test_on_the_sample_the_line_is_darker_than_the_lips_beside_it():
    photo, face = portrait(), portrait_face()
    assert not is_parted(face.points)
    line = mid_lip_line(snap_to_lip_line(photo, face.points)[:, :2])[2:-2]
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    beside = across_mouth(face.points) * 0.06 * mouth_width(face.points)
    at = lambda spots: np.array([grey[round(y), round(x)] for x, y in spots], float)  # noqa: E731
    assert (at(line) < at(line + beside) - 10).all()
    assert (at(line) < at(line - beside) - 10).all()
