from dataclasses import replace

import numpy as np
import pytest

from rendering.engine.motion import STYLES
from rendering.engine.motion.emphasis import Accent, Phrase
from rendering.engine.motion.head import brows, head, head_loop
from rendering.engine.speech import Prosody
from tests.rendering.engine.motion.factories import melody

PRESENTER = STYLES["presenter"]
SECONDS = 12.0
T = np.arange(int(SECONDS * 100)) / 100
SPOKEN = [Phrase(0.3, 5.0), Phrase(6.2, 11.5)]
STRESSED = [
    Accent(1.0, 1.15, 0.9),
    Accent(2.6, 2.8, 0.5),
    Accent(4.0, 4.1, 0.7),
    Accent(7.0, 7.2, 1.0),
    Accent(9.5, 9.6, 0.8),
]


def posed(*, style=PRESENTER, seed=1, accents=STRESSED, prosody=None, breathing=None):
    return head(
        T,
        spoken=SPOKEN,
        accents=accents,
        prosody=prosody or melody(SECONDS),
        breathing=np.zeros_like(T) if breathing is None else breathing,
        style=style,
        random=np.random.default_rng(seed),
    )


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("seed", range(8))
def test_the_head_stays_within_its_style_and_begins_and_ends_at_rest(style, seed):
    style = STYLES[style]
    for angle, limit in zip(
        posed(style=style, seed=seed), (style.head_yaw, style.head_pitch, style.head_roll), strict=True
    ):
        assert np.abs(angle).max() <= limit
        assert angle[0] == angle[-1] == 0
        assert abs(angle[1]) < 0.001
        assert abs(angle[-2]) < 0.001


@pytest.mark.parametrize("seed", range(8))
def test_the_head_is_neither_still_nor_hasty(seed):
    yaw, pitch, roll = posed(seed=seed)
    assert np.abs(yaw).max() > 1.0
    assert np.abs(pitch).max() > 0.6
    assert np.abs(roll).max() > 0.4
    for angle in (yaw, pitch, roll):
        speed = np.diff(angle) * 100
        assert np.abs(speed).max() < 25  # degrees a second
        assert np.abs(np.diff(speed)).max() * 100 < 400  # no jerk: degrees a second, a second


def test_a_memorial_moves_a_third_as_much():
    presenter, memorial = posed()[0], posed(style=STYLES["memorial"])[0]
    assert np.abs(memorial).max() / np.abs(presenter).max() == pytest.approx(1 / 3, abs=0.08)


def test_a_nod_starts_with_the_stressed_word_and_is_lowest_after_its_vowel():
    nodding = posed(accents=[Accent(7.0, 7.2, 1.0)])[1] - posed(accents=[])[1]
    lowest = T[np.argmin(nodding)]
    assert 7.2 < lowest < 7.5
    assert nodding.min() < -0.8
    assert np.abs(nodding[T < 6.95]).max() < 0.05


def test_a_nod_hardly_ever_goes_straight_down():
    aside = [posed(seed=seed)[0] - posed(seed=seed, style=replace(PRESENTER, nods=0))[0] for seed in range(10)]
    assert np.mean([np.abs(yaw).max() for yaw in aside]) > 0.1


def test_the_head_turns_with_a_stressed_word_where_one_is_near():
    still = replace(PRESENTER, nods=0)
    everywhere = [Accent(0.37 * i, 0.37 * i + 0.1, 0.5) for i in range(1, 30)]
    assert not np.allclose(posed(style=still, accents=everywhere)[0], posed(style=still, accents=[])[0])


def test_a_head_follows_the_pitch_of_the_voice():
    rising = melody(SECONDS)
    f0 = np.where((np.arange(300) > 100) & (np.arange(300) < 130), 160.0, 120.0).astype(np.float32)
    lifted = posed(prosody=Prosody(f0, rising.loudness_db, 25.0))[1] - posed(prosody=rising)[1]
    assert lifted[T == 4.6][0] > 0.4
    assert abs(lifted[T == 2.0][0]) < 0.05


def test_unvoiced_and_silent_sound_moves_nothing_by_itself():
    silent = Prosody(np.zeros(300, np.float32), np.full(300, -np.inf, np.float32), 25.0)
    assert np.all(np.isfinite(posed(prosody=silent)[1]))


def test_breath_lifts_the_head_a_little():
    lifted = posed(breathing=np.ones_like(T))[1] - posed()[1]
    assert 0.05 < lifted[600] < 0.4


def test_the_head_comes_back_in_a_long_pause():
    spoken_yaw = [np.abs(posed(seed=seed)[0][(T > 2) & (T < 4.8)]).mean() for seed in range(30)]
    paused_yaw = [np.abs(posed(seed=seed)[0][(T > 5.75) & (T < 5.95)]).mean() for seed in range(30)]
    assert np.mean(paused_yaw) < 0.8 * np.mean(spoken_yaw)


def test_another_seed_is_another_head():
    assert not np.allclose(posed(seed=1)[0], posed(seed=2)[0])


def test_no_head_motion_means_none():
    for angle in posed(style=replace(PRESENTER, head_yaw=0, head_pitch=0, head_roll=0, nods=0)):
        assert not angle.any()


@pytest.mark.parametrize("seed", range(8))
def test_a_looping_head_ends_where_and_as_it_began(seed):
    breathing = 0.5 - 0.5 * np.cos(2 * np.pi * T / T[-1])
    for angle in head_loop(T, breathing=breathing, style=STYLES["living-portrait"], random=np.random.default_rng(seed)):
        assert abs(angle[0] - angle[-1]) < 1e-9
        assert abs(angle[1] - angle[0]) < 1e-3
        assert abs(angle[-1] - angle[-2]) < 1e-3
        assert np.abs(angle).max() > 0.1


def test_brows_rise_before_the_stressed_word_and_peak_on_its_vowel():
    raised = brows(T, [Accent(7.0, 7.2, 1.0)], style=PRESENTER)["browInnerUp"]
    assert T[np.flatnonzero(raised > 0)[0]] == pytest.approx(6.88, abs=0.02)
    assert T[np.argmax(raised)] == pytest.approx(7.2, abs=0.02)
    assert raised[T > 7.9].max() == 0


def test_outer_brows_rise_higher_than_the_inner():
    raised = brows(T, [Accent(7.0, 7.2, 1.0)], style=PRESENTER)
    assert raised["browInnerUp"].max() == pytest.approx(0.8 * raised["browOuterUpLeft"].max())
    assert np.array_equal(raised["browOuterUpLeft"], raised["browOuterUpRight"])


def test_brows_stay_modest_and_leave_weak_words_alone():
    busy = [Accent(0.5 * i, 0.5 * i + 0.1, 1.0) for i in range(1, 22)]
    assert brows(T, busy, style=STYLES["social"])["browOuterUpLeft"].max() <= 0.5
    assert not brows(T, [Accent(3.0, 3.1, 0.2)], style=PRESENTER)["browInnerUp"].any()
