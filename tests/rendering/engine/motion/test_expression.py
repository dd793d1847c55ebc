from dataclasses import replace

import numpy as np
import pytest

from rendering.engine.motion import ARKIT, STYLES
from rendering.engine.motion.emphasis import Phrase
from rendering.engine.motion.expression import EXPRESSIONS, expression, expression_loop, yielding

NEUTRAL = STYLES["neutral"]
T = np.arange(250) / 25


def test_a_neutral_face_shows_nothing():
    assert not any(curve.any() for curve in expression(T, [], style=NEUTRAL).values())


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("smile", "mouthSmileLeft"),
        ("smile", "cheekSquintRight"),
        ("serious", "browDownLeft"),
        ("sad", "browInnerUp"),
        ("surprise", "eyeWideRight"),
    ],
)
def test_an_expression_fades_in_and_out(name, control):
    curve = expression(T, [], style=replace(NEUTRAL, **{name: 0.5}))[control]
    assert curve[0] == curve[-1] == 0
    assert curve[125] == pytest.approx(curve.max())
    assert curve.max() > 0.1
    assert 0.4 < curve[11] / curve.max() < 0.6


def test_expressions_use_arkit_names():
    assert all(set(expression(T, [], style=replace(NEUTRAL, **{name: 1.0}))) <= set(ARKIT) for name in EXPRESSIONS)


def test_lips_that_speak_smile_less():
    curve = expression(T, [Phrase(3, 6)], style=replace(NEUTRAL, smile=0.5))["mouthSmileLeft"]
    assert curve[112] == pytest.approx(0.78 * curve[200], rel=0.02)


def test_rounded_lips_take_from_a_smile():
    assert yielding(np.array([0.4, 0.4]), np.array([0.0, 0.5])).tolist() == pytest.approx([0.4, 0.24])


def test_a_loop_comes_and_goes_without_a_seam():
    curve = expression_loop(T, style=STYLES["living-portrait"])["mouthSmileLeft"]
    assert abs(curve[0] - curve[-1]) < 1e-12
    assert curve[1] < 1e-3
    assert curve.max() == pytest.approx(0.8 * STYLES["living-portrait"].smile, rel=0.01)
