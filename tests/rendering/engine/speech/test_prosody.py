import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.speech import Sound, prosody
from rendering.engine.speech.ipa import VOWELS

from .conftest import tone


def harmonics(hz: float, *, first: int = 1, seconds: float = 1.0) -> Sound:
    time = np.arange(round(24_000 * seconds)) / 24_000
    wave = sum(np.sin(2 * np.pi * hz * n * time) / n for n in range(first, int(8_000 / hz)))
    noise = np.random.default_rng(0).standard_normal(len(time))
    return Sound((0.1 * wave + 0.003 * noise).astype(np.float32), 24_000)


@settings(max_examples=30, deadline=None)
@given(st.floats(65, 480))
def test_pitch_of_a_voice_like_sound_is_within_a_hundredth(hz):
    f0 = prosody(harmonics(hz), fps=25).f0_hz
    assert np.mean(f0 > 0) > 0.9
    assert np.median(f0[f0 > 0]) == pytest.approx(hz, rel=0.01)


def test_pitch_is_found_without_its_first_harmonic():
    f0 = prosody(harmonics(120, first=2), fps=25).f0_hz
    assert np.median(f0) == pytest.approx(120, rel=0.01)


def test_pitch_follows_a_glide():
    time = np.arange(48_000) / 24_000
    phase = 2 * np.pi * np.cumsum(100 + 50 * time) / 24_000
    f0 = prosody(Sound((0.3 * np.sin(phase) + 0.1 * np.sin(2 * phase)).astype(np.float32), 24_000), fps=25).f0_hz
    expected = 100 + 50 * (np.arange(50) + 0.5) / 25
    assert np.abs(f0[2:-2] - expected[2:-2]).max() < 4


@pytest.mark.parametrize(
    "samples", [np.random.default_rng(1).standard_normal(48_000) * 0.1, np.zeros(48_000)], ids=["noise", "silence"]
)
def test_what_has_no_pitch_is_unvoiced(samples):
    assert prosody(Sound(samples.astype(np.float32), 24_000), fps=25).f0_hz.max() == 0


def test_loudness_is_the_rms_below_full_scale():
    loudness = prosody(tone(1, level=0.1), fps=25).loudness_db
    assert loudness[5:-5] == pytest.approx(20 * np.log10(0.1 / np.sqrt(2)), abs=0.2)


def test_loudness_of_silence_has_a_floor():
    assert prosody(Sound(np.zeros(24_000, np.float32), 24_000), fps=25).loudness_db == pytest.approx(-80)


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"), [(1.0, 25, 25), (1.01, 25, 26), (0.001, 25, 1), (2.0, 29.97, 60)]
)
def test_one_value_a_video_frame(seconds, fps, frames):
    melody = prosody(tone(seconds), fps=fps)
    assert melody.f0_hz.shape == melody.loudness_db.shape == (frames,)
    assert melody.f0_hz.dtype == melody.loudness_db.dtype == np.float32


def test_vowels_are_voiced_and_hissing_is_not(spoken):
    voiced: dict[bool, list[bool]] = {True: [], False: []}
    for speech in spoken:
        f0 = prosody(speech.sound, fps=100).f0_hz
        for phoneme in speech.phonemes:
            middle = f0[int((phoneme.start + phoneme.end) * 50)] > 0
            if phoneme.symbol in VOWELS:
                voiced[True].append(middle)
            elif phoneme.symbol in {"s", "ʃ", "f", "sil"}:
                voiced[False].append(middle)
    assert np.mean(voiced[True]) > 0.75
    assert np.mean(voiced[False]) < 0.2
