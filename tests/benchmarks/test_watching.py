"""A face whose points were moved by hand."""

import numpy as np
import pytest

from benchmarks.watching import Seen
from rendering.engine.faces.pose import canonical_points


def face() -> np.ndarray:
    points = np.zeros((478, 3))
    points[:468] = canonical_points() * [10, -10, -10]
    return points


def seen(*frames: np.ndarray) -> Seen:
    count = len(frames)
    return Seen(
        points=np.stack(frames),
        pose=np.zeros((count, 3)),
        ground=np.zeros((count, 0, 3), np.uint8),
        border=np.zeros((count, 0, 3), np.uint8),
        tracked=np.zeros((count, 0, 2)),
        lost=0,
    )


def turned(points: np.ndarray, degrees: float) -> np.ndarray:
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return points @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]).T * 1.3 + [50, 20, 0]


def test_a_gap_is_told_by_the_width_of_the_mouth():
    wide = face()
    width = np.linalg.norm(wide[61] - wide[291])
    wide[14] = wide[13] + [0, 0.1 * width, 0]
    assert seen(wide).gap == pytest.approx([0.1])


def test_pursed_lips_change_the_gap_of_the_mouth_but_not_of_the_face():
    still, pursed = face(), face()
    pursed[61, 0] /= 2
    pursed[291, 0] /= 2
    both = seen(still, pursed)
    assert both.gap[1] > 1.2 * both.gap[0]
    assert both.gap_of_face[1] == pytest.approx(both.gap_of_face[0])


def test_a_lid_half_down_is_half_open():
    shut = face()
    for upper, lower in ((159, 145), (160, 144), (158, 153), (386, 374), (387, 373), (385, 380)):
        shut[upper] = (shut[upper] + shut[lower]) / 2
    assert seen(face(), shut, face()).eye_openness == pytest.approx([1, 0.5, 1])


def test_turning_nearing_and_shifting_change_no_shape():
    assert seen(turned(face(), 20)).shape_change(face()) == pytest.approx([0], abs=1e-3)


def test_a_nose_that_moves_changes_the_shape():
    other = face()
    other[4] += [0, 0, 30]
    assert seen(other).shape_change(face())[0] > 0.3
