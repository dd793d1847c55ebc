import numpy as np
import pytest

from rendering.engine.motion import STYLES
from rendering.engine.motion.breath import breath, breath_loop
from rendering.engine.motion.emphasis import Phrase

NEUTRAL = STYLES["neutral"]


def breathing(seconds, spoken=(), *, style=NEUTRAL, seed=1):
    t = np.arange(int(seconds * 25)) / 25
    return t, breath(t, spoken, style=style, random=np.random.default_rng(seed))


def cycles(curve):
    return np.count_nonzero((curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:]) & (curve[1:-1] > 0.2))


@pytest.mark.parametrize("style", ["neutral", "memorial"])
def test_rest_has_the_styles_rate(style):
    _, curve = breathing(300, style=STYLES[style])
    assert cycles(curve) / 5 == pytest.approx(STYLES[style].breaths_per_minute, rel=0.06)


def test_breath_stays_in_range_and_begins_breathed_out():
    _, curve = breathing(60, [Phrase(1, 4), Phrase(4.5, 20), Phrase(24, 30)])
    assert curve[0] == 0
    assert curve.min() >= 0
    assert 0.3 < curve.max() <= 1


def test_an_in_breath_comes_before_each_phrase_and_is_spent_while_it_lasts():
    t, curve = breathing(12, [Phrase(1.0, 4.0), Phrase(4.8, 9.0)])
    for start, end in ((1.0, 4.0), (4.8, 9.0)):
        assert curve[t == start][0] == pytest.approx(curve[(t >= start - 0.5) & (t <= end)].max(), abs=0.02)
        assert curve[t == end][0] < 0.1


def test_nobody_breathes_in_a_gap_too_short_for_it():
    t, curve = breathing(12, [Phrase(1.0, 4.0), Phrase(4.1, 9.0)])
    assert np.all(np.diff(curve[(t > 1.1) & (t < 9)]) <= 1e-9)


def test_breath_is_smooth():
    _, curve = breathing(60, [Phrase(0.1, 4), Phrase(4.5, 20), Phrase(20.3, 30)])
    assert np.abs(np.diff(curve)).max() < 0.25


def test_a_loop_has_whole_breaths_and_no_seam():
    t = np.arange(138) / 25
    curve = breath_loop(t, style=STYLES["living-portrait"])
    assert cycles(curve) == 1
    assert curve[0] == curve[-1] == 0
    assert curve[1] < 0.01
    assert curve[-2] < 0.01
