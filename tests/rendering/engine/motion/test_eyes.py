from dataclasses import replace

import numpy as np
import pytest

from rendering.engine.motion import GAZE_DEGREES, STYLES
from rendering.engine.motion.eyes import (
    blink_curve,
    blink_times,
    gaze_angles,
    gaze_curves,
    glance_times,
    large_glances,
)
from tests.rendering.engine.motion.factories import played

TALKING = STYLES["presenter"]
TWENTY_MINUTES = 1200.0
DOUBLE = 0.45  # s: nearer than that are two blinks of a double


def blinks(seconds=TWENTY_MINUTES, *, style=TALKING, seed=1, anchors=()):
    return blink_times(seconds, style=style, anchors=anchors, random=np.random.default_rng(seed))


def starts(found):
    return np.array([start for start, _ in found])


@pytest.mark.parametrize("seed", range(5))
def test_blinks_in_conversation_are_as_many_as_people_make(seed):
    rate = len(blinks(seed=seed)) / 20
    assert 10.5 <= rate <= 32.5
    assert rate == pytest.approx(26, rel=0.15)


@pytest.mark.parametrize("style", ["memorial", "living-portrait"])
def test_at_rest_there_are_fewer(style):
    assert len(blinks(style=STYLES[style])) / 20 == pytest.approx(17, rel=0.15)


def test_about_15_percent_come_double():
    gaps = np.diff(starts(blinks(12000)))
    doubled = np.count_nonzero(gaps < DOUBLE)
    assert doubled / (len(gaps) + 1 - doubled) == pytest.approx(0.15, abs=0.03)


def test_apart_from_doubles_no_blink_follows_at_once():
    gaps = np.diff(starts(blinks(anchors=list(np.arange(1, 1200, 0.9)))))
    assert not np.any((gaps > DOUBLE) & (gaps < 0.8))


def test_intervals_are_log_normal_rather_than_regular():
    gaps = np.diff(starts(blinks(12000)))
    logs = np.log(gaps[gaps > DOUBLE])
    skew = np.mean(((logs - logs.mean()) / logs.std()) ** 3)
    assert 0.3 < logs.std() < 0.7
    assert abs(skew) < 0.5


@pytest.mark.parametrize("seed", range(30))
def test_a_clip_neither_starts_nor_ends_in_a_blink(seed):
    found = blinks(8.0, seed=seed)
    curve = blink_curve(np.arange(200) / 25, found)
    assert not curve[:11].any()
    assert curve[-1] == 0


@pytest.mark.parametrize("seed", range(30))
def test_a_clip_of_a_few_seconds_has_a_blink(seed):
    assert len(blinks(5.5, style=STYLES["living-portrait"], seed=seed)) >= 1


def test_blinks_fall_on_the_ends_of_phrases():
    ends = np.arange(3, 1200, 4.0)
    distances = np.abs(starts(blinks(anchors=list(ends)))[:, None] - ends).min(1)
    assert np.mean(distances == 0) > 0.25


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
@pytest.mark.parametrize("start", [1.0, 1.013, 1.027, 1.039])
def test_a_blink_shuts_the_eye_for_a_frame_whatever_the_frames(fps, start):
    assert blink_curve(np.arange(3 * fps) / fps, [(start, 0.15)]).max() == 1.0


def test_a_blink_closes_in_75_ms_and_opens_slower_and_slower():
    t = np.arange(2000) / 1000
    curve = blink_curve(t, [(1.0, 0.18)])
    shut = np.flatnonzero(curve == 1.0)
    assert t[shut[0]] == pytest.approx(1.075, abs=0.002)
    opening = curve[shut[-1] :][:181]
    assert opening[90] < 0.35
    assert opening[-2] < 0.001


def test_both_eyes_blink_alike():
    controls = played("sil:8000").controls
    assert controls["eyeBlinkLeft"].max() == 1
    assert np.array_equal(controls["eyeBlinkLeft"], controls["eyeBlinkRight"])


def test_a_style_without_blinks_has_none():
    assert blinks(style=replace(TALKING, blinks_per_minute=0)) == []


def test_the_eyes_are_at_the_viewer_most_of_the_time_and_never_far_away():
    t = np.arange(int(TWENTY_MINUTES * 25)) / 25
    left, up = gaze_angles(t, glance_times(TWENTY_MINUTES, style=TALKING, random=np.random.default_rng(3)))
    away = np.hypot(left, up) > 0.5 * TALKING.gaze
    assert np.mean(away) == pytest.approx(TALKING.gaze_away, abs=0.06)
    assert np.abs(left).max() <= TALKING.gaze
    assert np.abs(up).max() <= TALKING.gaze / 2


def test_glances_change_sides_more_often_than_not():
    glances = glance_times(12000, style=TALKING, random=np.random.default_rng(3))
    sides = np.sign([left for _, left, _ in glances if abs(left) > 0.5 * TALKING.gaze])
    assert np.mean(sides[1:] != sides[:-1]) == pytest.approx(0.7, abs=0.06)


def test_between_saccades_the_eyes_are_still():
    t = np.arange(60000) / 1000
    left, _ = gaze_angles(t, glance_times(60, style=TALKING, random=np.random.default_rng(3)))
    assert np.mean(np.diff(left) == 0) > 0.94


def test_a_saccade_takes_25_ms_and_a_little_more_a_degree():
    t = np.arange(3000) / 1000
    left, _ = gaze_angles(t, [(1.0, 2.0, 0.0)])
    moving = t[:-1][np.diff(left) > 0]
    assert moving[-1] + 0.001 - moving[0] == pytest.approx(0.025 + 0.0024 * 2, abs=0.003)


@pytest.mark.parametrize("seed", range(20))
def test_the_eyes_end_at_the_viewer(seed):
    t = np.arange(200) / 25
    left, up = gaze_angles(t, glance_times(8.0, style=TALKING, random=np.random.default_rng(seed)))
    assert left[-1] == pytest.approx(0)
    assert up[-1] == pytest.approx(0)


def test_eyes_look_the_same_way():
    curves = gaze_curves(np.array([5.0, -5.0]), np.array([2.5, -2.5]))
    assert curves["eyeLookOutLeft"].tolist() == curves["eyeLookInRight"].tolist() == [5 / GAZE_DEGREES, 0]
    assert curves["eyeLookInLeft"].tolist() == curves["eyeLookOutRight"].tolist() == [0, 5 / GAZE_DEGREES]
    assert curves["eyeLookUpLeft"].tolist() == curves["eyeLookUpRight"].tolist() == [0.1, 0]
    assert curves["eyeLookDownLeft"].tolist() == curves["eyeLookDownRight"].tolist() == [0, 0.1]


def test_a_large_glance_invites_a_blink_and_a_small_one_does_not():
    assert large_glances([(1.0, 0.3, 0.0), (2.0, 2.2, 0.0), (3.0, 2.0, 0.1)]) == [1.95]
