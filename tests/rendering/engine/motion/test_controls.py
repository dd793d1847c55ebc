import numpy as np
import pytest

from rendering.engine.motion import ARKIT, BREATH, CONTROLS, POSE, empty_performance, lip_opening


def with_controls(**values):
    controls = empty_performance(1).controls
    for name, value in values.items():
        controls[name][:] = value
    return controls


def test_arkit_has_its_52_names_once_each():
    assert len(ARKIT) == len(set(ARKIT)) == 52


SPELLINGS = """
eyeBlinkLeft eyeLookInRight eyeLookOutLeft eyeSquintRight eyeWideLeft jawForward jawLeft jawOpen mouthClose mouthFunnel
mouthPucker mouthRight mouthSmileLeft mouthFrownRight mouthDimpleLeft mouthStretchRight mouthRollLower mouthRollUpper
mouthShrugUpper mouthPressLeft mouthLowerDownRight mouthUpperUpLeft browDownLeft browInnerUp browOuterUpRight cheekPuff
cheekSquintLeft noseSneerRight tongueOut
"""


@pytest.mark.parametrize("name", SPELLINGS.split())
def test_arkit_is_spelled_as_apple_spells_it(name):
    assert name in ARKIT


def test_left_and_right_come_in_pairs():
    lefts = {
        name.removesuffix("Left") for name in ARKIT if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")
    }
    rights = {
        name.removesuffix("Right")
        for name in ARKIT
        if name.endswith("Right") and name not in ("jawRight", "mouthRight")
    }
    assert lefts == rights


def test_an_empty_performance_has_all_56_controls_at_rest():
    performance = empty_performance(7, fps=30)
    assert tuple(performance.controls) == CONTROLS == (*ARKIT, *POSE, BREATH)
    assert all(
        curve.shape == (7,) and curve.dtype == np.float32 and not curve.any() for curve in performance.controls.values()
    )
    assert (performance.frames, performance.fps) == (7, 30)


def test_curves_of_an_empty_performance_are_not_shared():
    controls = empty_performance(2).controls
    controls["jawOpen"][:] = 1
    assert not controls["mouthClose"].any()


def test_lips_are_sealed_where_mouth_close_equals_jaw_open():
    assert lip_opening(with_controls(jawOpen=0.3, mouthClose=0.3))[0] == 0


def test_opening_grows_with_the_jaw_and_with_each_lip():
    jaw = lip_opening(with_controls(jawOpen=0.3))[0]
    lower = lip_opening(with_controls(jawOpen=0.3, mouthLowerDownLeft=0.4, mouthLowerDownRight=0.4))[0]
    upper = lip_opening(with_controls(jawOpen=0.3, mouthUpperUpLeft=0.4, mouthUpperUpRight=0.4))[0]
    assert jaw == pytest.approx(0.3)
    assert lower > jaw
    assert upper > jaw


def test_opening_stays_between_nothing_and_all():
    assert lip_opening(with_controls(jawOpen=0.1, mouthClose=0.6))[0] == 0
    assert lip_opening(with_controls(jawOpen=1, mouthLowerDownLeft=1, mouthLowerDownRight=1))[0] == 1
