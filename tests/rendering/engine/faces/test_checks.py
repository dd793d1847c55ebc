"""Which face is meant, and in words why one will not do."""

from dataclasses import replace

import numpy as np
import pytest

from rendering.engine.errors import PhotoError
from rendering.engine.faces import Face, choose_face, find_faces
from rendering.engine.faces.checks import CLEARLY_LARGEST, MAX_PITCH_DEG, MAX_ROLL_DEG, MAX_YAW_DEG, MIN_FACE_PX
from tests.rendering.engine.faces.portraits import on_grey


def face(x: float = 0.0, *, size: float = 200.0, **other: float) -> Face:
    """A face from the front, `size` px tall."""
    points = np.zeros((478, 3), np.float32)
    return replace(
        Face(box=(x, 0.0, size * 0.8, size), points=points, yaw=0.0, pitch=0.0, roll=0.0, score=0.9999), **other
    )


REFUSED = {
    "nobody": ([], "face-none"),
    "two alike": ([face(0), face(300)], "face-choice"),
    "two nearly alike": ([face(0, size=200), face(300, size=200 / CLEARLY_LARGEST + 1)], "face-choice"),
    "tiny": ([face(size=MIN_FACE_PX - 1)], "face-too-small"),
    "cut": ([face(whole=False)], "face-cut"),
    "on its side": ([face(roll=90.0)], "face-tilted"),
    "on its other side": ([face(roll=-MAX_ROLL_DEG - 1)], "face-tilted"),
    "on its head": ([face(roll=-178.0)], "face-tilted"),
    "turned left": ([face(yaw=MAX_YAW_DEG + 1)], "face-turned"),
    "turned right": ([face(yaw=-MAX_YAW_DEG - 1)], "face-turned"),
    "looking up": ([face(pitch=MAX_PITCH_DEG + 1)], "face-turned"),
    "looking down": ([face(pitch=-MAX_PITCH_DEG - 1)], "face-turned"),
    "hardly seen": ([face(score=0.99)], "face-unclear"),
    "no number for yaw": ([face(yaw=float("nan"))], "face-turned"),
    "no number for pitch": ([face(pitch=float("nan"))], "face-turned"),
    "no number for roll": ([face(roll=float("nan"))], "face-tilted"),
    "no number for the score": ([face(score=float("nan"))], "face-unclear"),
    "no numbers for the points": ([replace(face(), points=np.full((478, 3), np.nan))], "face-unclear"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_face_that_will_not_do_is_refused_with_what_to_do(name: str):
    faces, code = REFUSED[name]
    with pytest.raises(PhotoError) as refusal:
        choose_face(faces)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")
    assert refusal.value.advice.split()[0] in {"Use", "Say", "Turn"}


ACCEPTED = {
    "from the front": face(),
    "as small as may be": face(size=MIN_FACE_PX),
    "as far turned as may be": face(yaw=-MAX_YAW_DEG, pitch=MAX_PITCH_DEG, roll=MAX_ROLL_DEG),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_face_that_will_do_is_taken(name: str):
    assert choose_face([ACCEPTED[name]]) is ACCEPTED[name]


def test_the_one_clearly_largest_face_is_meant():
    large, small = face(0, size=200), face(300, size=200 / CLEARLY_LARGEST - 1)
    assert choose_face([large, small]) is large


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_number_picks_the_face(index: int):
    faces = [face(0), face(300), face(600)]
    assert choose_face(faces, index) is faces[index]


@pytest.mark.parametrize("index", [-1, 2, 99])
def test_a_number_that_no_face_has_is_refused(index: int):
    with pytest.raises(PhotoError, match=f"no face number {index + 1} ") as refusal:
        choose_face([face(0), face(300)], index)
    assert refusal.value.code == "face-index"
    assert refusal.value.advice == "It has 2: 1 is left, 2 is right."


def test_the_face_that_was_picked_must_do_too():
    with pytest.raises(PhotoError, match="40 pixels tall; at least 56"):
        choose_face([face(0), face(300, size=40)], 1)


def test_the_question_says_where_each_face_is():
    with pytest.raises(PhotoError) as question:
        choose_face([face(600), face(0), face(300)])
    assert question.value.advice == (
        "Say which one to animate, 1 to 3: 1 is right, 2 is left, 3 is number 2 from the left."
    )


def test_of_two_people_side_by_side_either_can_be_chosen():
    faces = find_faces(on_grey((0, 0, 200), (220, 0, 200), size=(420, 250)))
    with pytest.raises(PhotoError) as question:
        choose_face(faces)
    assert question.value.code == "face-choice"
    assert {choose_face(faces, index).box[0] // 220 for index in (0, 1)} == {0, 1}
