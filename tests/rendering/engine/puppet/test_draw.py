"""Frames: the photo at rest, moved as the controls say, and measured again with the eyes that found the face."""

from functools import cache

import cv2
import numpy as np
import pytest

from rendering.engine.faces import Face, find_faces
from rendering.engine.puppet import build_rig, draw
from tests.rendering.engine.faces.portraits import portrait, portrait_face, portrait_matte
from tests.rendering.engine.puppet.rigs import WIDTH, drawn, performance, rig

HEIGHT = WIDTH * 5 // 4
LIVELY = {
    "jawOpen": [0.0, 0.1, 0.3, 0.2, 0.0, 0.05, 0.25],
    "mouthPucker": [0.0, 0.0, 0.2, 0.6, 0.3, 0.0, 0.0],
    "mouthSmileLeft": [0.0, 0.2, 0.2, 0.0, 0.0, 0.0, 0.3],
    "eyeBlinkLeft": [0.0, 0.0, 0.5, 1.0, 0.3, 0.0, 0.0],
    "eyeBlinkRight": [0.0, 0.0, 0.5, 1.0, 0.3, 0.0, 0.0],
    "eyeLookOutLeft": [0.0, 0.2, 0.2, 0.2, 0.0, 0.0, 0.0],
    "headYaw": [0.0, 2.0, 5.0, 8.0, 3.0, -6.0, -8.0],
    "headPitch": [0.0, 1.0, 3.0, 0.0, -4.0, -5.0, 0.0],
    "headRoll": [0.0, 0.0, 2.0, 4.0, 0.0, -3.0, 0.0],
    "breath": [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 0.9],
}


@cache
def lively() -> np.ndarray:
    return drawn(7, **LIVELY)


def far_from_her(px: int) -> np.ndarray:
    """True (H, W) where the person is further away than `px`."""
    near = cv2.dilate((portrait_matte(WIDTH) > 0).astype(np.uint8), np.ones((2 * px + 1, 2 * px + 1), np.uint8))
    return near == 0


def off(frame: np.ndarray) -> np.ndarray:
    """How far each value of a frame is from the photo's, in 255ths."""
    return np.abs(frame.astype(int) - portrait(WIDTH))


def test_frames_come_in_chunks_of_the_asked_size():
    chunks = list(draw(rig(), performance(7), chunk=3))
    assert [chunk.shape for chunk in chunks] == [(3, HEIGHT, WIDTH, 3), (3, HEIGHT, WIDTH, 3), (1, HEIGHT, WIDTH, 3)]
    assert all(chunk.dtype == np.uint8 for chunk in chunks)


def test_nothing_to_play_gives_no_frames():
    assert list(draw(rig(), performance(0))) == []


def test_the_size_of_chunks_changes_no_pixel():
    assert (drawn(7, chunk=3, **LIVELY) == lively()).all()


def test_the_same_performance_gives_the_same_frames():
    assert (drawn(7, **LIVELY) == lively()).all()


def test_a_rig_built_again_is_the_same_rig():
    again = build_rig(portrait(WIDTH), portrait_face(WIDTH), matte=portrait_matte(WIDTH))
    assert (next(draw(again, performance(1, jawOpen=0.2, headYaw=5.0))) == drawn(1, jawOpen=0.2, headYaw=5.0)).all()


def test_the_photo_stays_as_it_was():
    lively()
    assert (rig().photo == portrait(WIDTH)).all()


def test_at_rest_a_frame_is_the_photo():
    assert (drawn()[0] == portrait(WIDTH)).all()


def test_the_frames_border_never_moves():
    for frame in lively():
        for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
            assert (frame[edge] == portrait(WIDTH)[edge]).all()


def test_the_ground_stays_where_the_head_does_not_reach():
    far = far_from_her(24)
    assert far.mean() > 0.1
    for frame in lively():
        assert off(frame)[far].max() == 0


def test_a_turned_head_moves_its_outline():
    """Otherwise the tests above would pass for a puppet that does nothing."""
    assert off(drawn(1, headYaw=8.0)[0])[~far_from_her(1)].mean() > 3


@pytest.mark.parametrize("control", ["jawOpen", "mouthSmileLeft", "browInnerUp", "eyeBlinkRight", "cheekPuff"])
def test_the_face_does_not_pull_at_shoulders_or_ground(control: str):
    chin = int(portrait_face(WIDTH).points[152, 1])
    below = np.s_[chin + 50 :]
    changed = np.abs(drawn(1, **{control: 0.5})[0][below].astype(int) - drawn()[0][below])
    assert changed.max() <= 2


def test_neighbouring_frames_are_alike():
    frames = drawn(9, headYaw=list(np.linspace(0, 2, 9)), jawOpen=list(np.linspace(0, 0.2, 9)))
    steps = np.abs(np.diff(frames.astype(int), axis=0)).mean(axis=(1, 2, 3))
    assert steps.max() < 1.5


# The loop is closed: what the face mesh sees in the frames is what the controls asked for.


def seen(frame: np.ndarray) -> Face:
    large = cv2.resize(frame, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return find_faces(large)[0]


def mouth_gap(face: Face) -> float:
    """Distance of the inner lips over the mouth's width."""
    points = face.points[:, :2]
    return float(np.linalg.norm(points[14] - points[13]) / np.linalg.norm(points[291] - points[61]))


def eye_openings(face: Face) -> np.ndarray:
    """Lid to lid over corner to corner: right eye, left eye."""
    points = face.points[:, :2]
    pairs = ((159, 145, 33, 133), (386, 374, 362, 263))
    return np.array([(points[b, 1] - points[a, 1]) / np.linalg.norm(points[c] - points[d]) for a, b, c, d in pairs])


def test_the_mouth_is_seen_to_open_as_the_jaw_does():
    gaps = [mouth_gap(seen(frame)) for frame in drawn(4, jawOpen=[0.0, 0.08, 0.15, 0.3])]
    assert gaps[0] < 0.03
    assert np.diff(gaps).min() > 0.02
    assert gaps[-1] > 0.12


def test_lips_closed_over_an_open_jaw_are_seen_closed():
    assert mouth_gap(seen(drawn(1, jawOpen=0.25, mouthClose=0.25)[0])) < 0.03


def test_a_blink_is_seen_as_closed_eyes():
    rest, half, closed = (
        eye_openings(seen(frame)) for frame in drawn(3, eyeBlinkLeft=[0, 0.5, 1], eyeBlinkRight=[0, 0.5, 1])
    )
    assert (closed < 0.5 * rest).all()
    assert (half < 0.85 * rest).all()
    assert (half > closed).all()


def test_a_wink_closes_the_eye_that_was_meant():
    rest, wink = drawn(2, eyeBlinkLeft=[0, 1])
    assert eye_openings(seen(wink))[1] < 0.5 * eye_openings(seen(rest))[1]
    # the mesh believes in eyes that close together, so the other eye is compared as pixels
    middle = int(portrait_face(WIDTH).points[168, 0])
    assert (wink[:, :middle] == rest[:, :middle]).all()


@pytest.mark.parametrize(("control", "angle"), [("headYaw", "yaw"), ("headPitch", "pitch"), ("headRoll", "roll")])
def test_a_turn_of_the_head_is_seen_as_one(control: str, angle: str):
    less, rest, more = (getattr(seen(frame), angle) for frame in drawn(3, **{control: [-6.0, 0.0, 6.0]}))
    # a picture turned in depth is foreshortened less than a head: at least half of the angle must be seen
    assert 3 < more - rest < 8
    assert 3 < rest - less < 8


def test_a_glance_is_seen_as_one():
    rest, left = (seen(frame) for frame in drawn(2, eyeLookOutLeft=[0.0, 0.6], eyeLookInRight=[0.0, 0.6]))
    for iris, corners in ((468, (33, 133)), (473, (362, 263))):
        before, after = (
            (face.points[iris, 0] - face.points[corners[0], 0]) / np.ptp(face.points[list(corners), 0])
            for face in (rest, left)
        )
        assert after - before > 0.03  # to the person's left, the picture's right


GLANCES = [
    ("eyeLookOutLeft", "eyeLookInRight"),
    ("eyeLookInLeft", "eyeLookOutRight"),
    ("eyeLookUpLeft", "eyeLookUpRight"),
    ("eyeLookDownLeft", "eyeLookDownRight"),
]


def test_both_eyes_have_an_equal_say_in_where_they_look():
    ways = [[drawn(1, **{control: 0.6})[0] for control in pair] for pair in GLANCES]
    assert all((left == right).all() for left, right in ways)
    pictures = [drawn()[0], *(left for left, _ in ways)]
    assert len({picture.tobytes() for picture in pictures}) == 5


def test_breath_lifts_the_shoulders():
    out, breathed_in = drawn(2, breath=[0.0, 1.0])
    # the pattern on the left shoulder, found again
    y, x = int(0.86 * HEIGHT), int(0.3 * WIDTH)
    patch = out[y - 12 : y + 12, x - 12 : x + 12]
    here = np.s_[y - 18 : y + 18, x - 18 : x + 18]
    found = cv2.matchTemplate(breathed_in[here], patch, cv2.TM_CCOEFF_NORMED)
    row = np.unravel_index(found.argmax(), found.shape)[0]
    assert row <= 6
    assert np.abs(breathed_in.astype(int) - out)[here].mean() > 0.5


def test_a_moved_face_turned_back_is_the_photos():
    frame = drawn(1, headYaw=5.0, jawOpen=0.1)[0]
    points, now = portrait_face(WIDTH).points, seen(frame).points / 2
    kept = [33, 133, 362, 263, 168, 6, 4, 98, 327]
    back, _ = cv2.estimateAffine2D(now[kept, :2], points[kept, :2])
    again = cv2.warpAffine(frame, back, (WIDTH, HEIGHT))
    eyes_and_nose = np.s_[
        int(points[[33, 263], 1].min()) - 8 : int(points[98, 1]), int(points[33, 0]) : int(points[263, 0])
    ]
    assert off(again)[eyes_and_nose].mean() < 12
