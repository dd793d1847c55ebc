import numpy as np

from rendering.engine.faces import find_faces
from rendering.engine.puppet.reach import mouth_reach
from tests.rendering.engine.faces.portraits import portrait_face
from tests.rendering.engine.puppet.rigs import WIDTH, drawn, performance, rig

LIPS = (61, 291, 0, 17, 37, 267, 84, 314, 13, 14)
TURNING = {
    "jawOpen": [0.0, 0.7, 0.3, 0.6],
    "headPitch": [0.0, -6.0, 5.0, 0.0],
    "headYaw": [0.0, 8.0, -8.0, 0.0],
    "headRoll": [0.0, 4.0, 0.0, -4.0],
}


def reach(**controls) -> tuple[float, float, float, float]:
    return mouth_reach(rig(), portrait_face(WIDTH).points, performance(4, **controls))


def test_the_lips_that_are_seen_in_the_frames_lie_inside():
    x, y, width, height = reach(**TURNING)
    for frame in drawn(4, **TURNING):
        lips = find_faces(frame)[0].points[list(LIPS), :2]
        assert (lips.min(axis=0) >= np.array([x, y])).all()
        assert (lips.max(axis=0) <= np.array([x + width, y + height])).all()


def test_at_rest_it_is_the_mouth_and_little_more():
    lips = portrait_face(WIDTH).points[list(LIPS), :2]
    _, _, width, height = reach()
    assert np.ptp(lips[:, 0]) < width < 1.3 * np.ptp(lips[:, 0])
    assert height < 2 * np.ptp(lips[:, 1])


def test_an_opening_mouth_reaches_further_down():
    still, open_ = reach(), reach(jawOpen=0.7)
    assert open_[1] + open_[3] > still[1] + still[3] + 4
