"""Visemes in time, and closures that are found."""

import numpy as np
import pytest

from benchmarks.hearing import CONDITIONS, closures, near, stretched, visemes_at

from .factories import speech


def test_each_time_has_the_viseme_of_its_phoneme():
    said = speech(("sil", 0.1), ("m", 0.1), ("ɑ", 0.1)).phonemes
    assert visemes_at(said, np.array([0.05, 0.15, 0.25, 0.9])).tolist() == ["sil", "PP", "aa", "aa"]


def test_a_diphthong_is_its_parts_one_after_the_other():
    said = speech(("aɪ", 1.0)).phonemes
    assert visemes_at(said, np.array([0.55, 0.65])).tolist() == ["aa", "ih"]


def test_closures_are_the_middles_of_p_b_m():
    assert closures(speech(("p", 0.2), ("f", 0.2), ("m", 0.4)).phonemes) == pytest.approx([0.1, 0.6])


def test_a_closure_counts_within_a_video_frame():
    assert near(np.array([1.0, 2.0]), np.array([1.03, 2.05])) == [True, False]


def test_where_nothing_is_heard_nothing_is_found():
    assert near(np.array([1.0]), np.array([])) == [False]


def test_times_follow_a_voice_that_is_slowed():
    assert stretched(speech(("m", 0.2), ("a", 0.2)).phonemes, 1.25)[1].end == pytest.approx(0.5)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_a_condition_changes_the_length_as_it_says(condition):
    tone = np.sin(np.arange(24_000) / 20)
    changed = condition.change(tone, 24_000, np.random.default_rng(0))
    assert len(changed) == pytest.approx(24_000 * condition.stretch, rel=0.01)


def test_noise_is_as_loud_as_it_says():
    tone = np.sin(np.arange(24_000) / 20)
    condition = next(c for c in CONDITIONS if c.name == "noise 10 dB below")
    noise = condition.change(tone, 24_000, np.random.default_rng(0)) - tone
    assert 10 * np.log10((tone**2).mean() / (noise**2).mean()) == pytest.approx(10, abs=0.2)
