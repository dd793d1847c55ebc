import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.speech.loudness import loudness_lufs, set_loudness

from .conftest import tone


@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_full_scale_sine_at_997_hz_is_three_below(rate):
    """The calibration of BS.1770: -3.01 LUFS."""
    assert loudness_lufs(tone(3, hz=997, level=1, rate=rate).samples, rate) == pytest.approx(-3.01, abs=0.05)


def test_pauses_do_not_make_speech_quieter():
    speech = tone(2, hz=500).samples
    with_pause = np.concatenate([speech, np.zeros(96_000, np.float32), speech])
    assert loudness_lufs(with_pause, 24_000) == pytest.approx(loudness_lufs(speech, 24_000), abs=0.6)


def test_low_rumble_counts_less():
    assert loudness_lufs(tone(2, hz=30).samples, 24_000) < loudness_lufs(tone(2, hz=500).samples, 24_000) - 4


def test_silence_stays_silence():
    silence = np.zeros(24_000, np.float32)
    assert loudness_lufs(silence, 24_000) == -np.inf
    assert np.array_equal(set_loudness(silence, 24_000), silence)


@settings(max_examples=25, deadline=None)
@given(level=st.floats(0.005, 1.0), peak=st.floats(0.0, 1.0), seed=st.integers(0, 99))
def test_never_clips_and_lands_on_the_target(level, peak, seed):
    samples = (
        tone(2, level=level).samples
        + np.random.default_rng(seed).standard_normal(48_000).astype(np.float32) * level * 0.1
    )
    samples[24_000] = peak
    out = set_loudness(samples.astype(np.float32), 24_000)
    assert np.abs(out).max() < 10 ** (-1 / 20)
    assert loudness_lufs(out, 24_000) == pytest.approx(-16, abs=0.5)
    assert out.dtype == np.float32


def test_gain_for_a_whisper_has_a_limit():
    whisper = tone(2, level=1e-4).samples
    assert np.abs(set_loudness(whisper, 24_000)).max() < 1e-4 * 10 ** (31 / 20)
