"""Curves whose likeness, lateness and restlessness are known."""

import numpy as np
import pytest

from benchmarks.signals import correlation, dips, lag, matched, restlessness, spread

FRAMES = np.arange(200.0)


def wave(late: float = 0.0) -> np.ndarray:
    when = FRAMES - late
    return np.sin(when / 6) + 0.5 * np.sin(when / 2.7 + 1)


def test_a_scaled_curve_is_the_same_curve():
    assert correlation(wave(), 3 * wave() + 7) == pytest.approx(1)


def test_a_curve_upside_down_is_its_opposite():
    assert correlation(wave(), -wave()) == pytest.approx(-1)


def test_what_does_not_move_is_like_nothing():
    assert correlation(wave(), np.ones(200)) == 0


@pytest.mark.parametrize("late", [-3.0, -0.4, 0.0, 0.5, 2.0, 4.3])
def test_lag_is_told_to_a_fraction_of_a_frame(late):
    assert lag(wave(), wave(late)) == pytest.approx(late, abs=0.1)


def test_slow_movement_is_not_restless():
    drift = np.stack([0.01 * FRAMES, 5 * np.sin(FRAMES / 60)], axis=1)
    assert restlessness(drift, np.ones(200, bool)) < 0.03


def test_noise_is_restless_by_nearly_its_deviation():
    noise = np.random.default_rng(0).standard_normal((200, 50))
    # the mean over seven frames takes a seventh of the power away
    assert restlessness(noise, np.ones(200, bool)) == pytest.approx(np.sqrt(6 / 7), rel=0.05)


def test_only_still_frames_count():
    curve = np.where(FRAMES < 100, 0.0, np.random.default_rng(0).standard_normal(200))[:, None]
    assert restlessness(curve, FRAMES < 90) == 0


def test_a_head_that_is_never_still_tells_nothing():
    assert restlessness(wave()[:, None], FRAMES < 3) is None


def test_each_stretch_below_is_one_dip_at_its_lowest():
    curve = np.ones(40)
    curve[[5, 6, 7]] = 0.5, 0.2, 0.4
    curve[25] = 0.6
    assert dips(curve, below=0.65) == [6, 25]


def test_a_flutter_is_one_dip():
    curve = np.ones(20)
    curve[[5, 7]] = 0.2
    assert dips(curve, below=0.65) == [5]


def test_a_curve_that_stays_above_has_no_dip():
    assert dips(np.ones(20), below=0.65) == []


def test_a_blink_seen_too_late_is_another_blink():
    assert matched([10, 50, 90], [12, 57]) == 1


def test_spread_reaches_both_sides():
    assert np.flatnonzero(spread(np.arange(11) == 5, 2)).tolist() == [3, 4, 5, 6, 7]
