"""The head's turn: which way, about what, and what takes no part in it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.faces.pose import head_pose
from rendering.engine.puppet.head import rotations, turned
from tests.rendering.engine.faces.portraits import portrait_face
from tests.rendering.engine.puppet.rigs import WIDTH, rig

degrees = st.floats(-30, 30)
NOSE, RIGHT_EYE, LEFT_EYE, CHIN, FOREHEAD = 1, 33, 263, 152, 10


def rotation(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> torch.Tensor:
    return rotations(*(np.array([angle], np.float32) for angle in (yaw, pitch, roll)))


def moved(point: int, **angles: float) -> np.ndarray:
    """Shift (2,) px of a landmark of the sample when the whole of it turns about the rig's pivot."""
    place = torch.from_numpy(portrait_face(WIDTH).points[point].astype(np.float32))[None]
    return turned(place, rotation(**angles), torch.ones(()), rig().head.pivot)[0].numpy()


@given(yaw=degrees, pitch=degrees, roll=degrees)
@settings(max_examples=40, deadline=None)
def test_a_rotation_is_one(yaw: float, pitch: float, roll: float):
    matrix = rotation(yaw, pitch, roll)[0]
    assert torch.allclose(matrix @ matrix.T, torch.eye(3), atol=1e-5)
    assert float(torch.linalg.det(matrix)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("angles", [(15.0, 0.0, 0.0), (0.0, 12.0, 0.0), (0.0, 0.0, -20.0)])
def test_angles_are_those_that_the_pose_of_a_face_is_told_in(angles: tuple[float, float, float]):
    # the sample, first turned to face the camera exactly, so that the angles do not mix
    points = portrait_face(WIDTH).points.astype(np.float64)
    level = points @ rotation(*(-np.array(head_pose(points))))[0].numpy().T.astype(float)
    before = np.array(head_pose(level))
    after = np.array(head_pose(level @ rotation(*angles)[0].numpy().T))
    assert after - before == pytest.approx(angles, abs=0.6)


def test_the_head_turns_then_nods_then_tilts():
    one_by_one = rotation(roll=20)[0] @ rotation(pitch=12)[0] @ rotation(yaw=15)[0]
    assert torch.allclose(rotation(15, 12, 20)[0], one_by_one, atol=1e-6)


def test_turning_to_the_persons_left_moves_the_nose_to_the_pictures_right():
    assert moved(NOSE, yaw=10)[0] > 2
    assert moved(NOSE, yaw=-10)[0] < -2
    assert abs(moved(NOSE, yaw=10)[1]) < 0.5


def test_looking_up_moves_the_nose_up():
    assert moved(NOSE, pitch=10)[1] < -2
    assert moved(NOSE, pitch=-10)[1] > 2


def test_tilting_to_the_persons_left_is_clockwise():
    assert moved(LEFT_EYE, roll=10)[1] - moved(RIGHT_EYE, roll=10)[1] > 5
    assert moved(FOREHEAD, roll=10)[0] > moved(CHIN, roll=10)[0]


def test_what_is_near_moves_more_than_what_is_far():
    assert moved(NOSE, yaw=10)[0] > moved(RIGHT_EYE, yaw=10)[0] > moved(234, yaw=10)[0]


def test_the_pivot_stays():
    still = turned(rig().head.pivot[None], rotation(20, 10, 5), torch.ones(()), rig().head.pivot)
    assert float(still.abs().max()) < 1e-4


def test_no_turn_moves_nothing():
    place = torch.randn(1, 3, 4, 5)
    assert float(turned(place, rotation(), torch.ones(4, 5), torch.zeros(3)).abs().max()) == 0


def test_a_share_takes_that_share_of_the_shift():
    place = torch.randn(1, 3, 6)
    full = turned(place, rotation(9, 4, 2), torch.ones(6), torch.zeros(3))
    assert torch.allclose(turned(place, rotation(9, 4, 2), torch.full((6,), 0.25), torch.zeros(3)), full / 4)


def node_at(x: float, y: float) -> tuple[int, int]:
    """Row and column of the grid's node nearest to a place told in shares of the picture."""
    place = np.array([x * WIDTH, y * WIDTH * 5 / 4])
    row, column = np.unravel_index(np.linalg.norm(rig().grid.nodes() - place, axis=-1).argmin(), rig().grid.shape)
    return int(row), int(column)


def test_the_head_turns_fully_the_shoulders_little_and_the_edge_not():
    turn = rig().head.turn
    assert float(turn[node_at(0.5, 0.45)]) == pytest.approx(1, abs=1e-3)  # nose
    assert float(turn[node_at(0.48, 0.2)]) == pytest.approx(1, abs=1e-3)  # hair
    assert 0.02 < float(turn[node_at(0.3, 0.88)]) < 0.3  # shoulder
    assert float(turn.min()) >= 0
    for border in (turn[0], turn[-1], turn[:, 0], turn[:, -1]):
        assert float(border.max()) < 0.01


def test_breath_lifts_the_shoulders_more_than_the_head():
    rise = rig().head.rise
    shoulder, head = float(rise[node_at(0.3, 0.82)]), float(rise[node_at(0.5, 0.45)])
    assert shoulder > head > 0
    assert shoulder < 0.03 * rig().unit_px
    for border in (rise[0], rise[-1], rise[:, 0], rise[:, -1]):
        assert float(border.max()) < 0.01 * rig().unit_px


def test_the_nose_is_nearer_than_the_ear_and_the_hair_is_not_nearer_than_the_face():
    depth = rig().head.depth
    points = portrait_face(WIDTH).points / [WIDTH, WIDTH * 5 / 4, 1]
    nose, ear = depth[node_at(*points[NOSE, :2])], depth[node_at(*points[234, :2])]
    hair = depth[node_at(0.48, 0.2)]
    assert float(nose) < float(ear)
    assert float(nose) < float(hair)
    assert torch.isfinite(depth).all()
