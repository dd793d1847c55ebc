import numpy as np
import pytest

from rendering.engine.errors import SoundError
from rendering.engine.speech import Sound
from rendering.engine.speech.loudness import loudness_lufs
from rendering.engine.speech.music import LEVELS, RATE, ducking, read_music, with_music


def tune(seconds: float) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * hz * time) for hz in (220, 277, 330, 9_000))
    return Sound((0.1 * chord).astype(np.float32), RATE)


def sentence_and_pause(spoken) -> Sound:
    """A sentence, four seconds of silence, and the sentence again."""
    samples = spoken[0].sound.samples
    return Sound(np.concatenate([samples, np.zeros(4 * 24_000, np.float32), samples]), 24_000)


def test_the_mix_is_exactly_as_long_as_the_speech(spoken):
    mixed = with_music(spoken[0].sound, tune(60), level="medium")
    assert mixed.rate == RATE
    assert mixed.duration == pytest.approx(spoken[0].sound.duration, abs=1e-3)


def test_the_music_is_down_while_somebody_speaks_and_up_in_the_pause(spoken):
    speech = sentence_and_pause(spoken)
    down = ducking(speech, round(speech.duration * RATE))
    end = spoken[0].sound.duration
    assert down[round(1.0 * RATE) : round((end - 1.0) * RATE)].min() > 0.95
    assert down[round((end + 2) * RATE)] < 0.05


def test_it_is_down_already_when_the_word_comes(spoken):
    speech = sentence_and_pause(spoken)
    second = round((spoken[0].sound.duration + 4 + 0.2) * RATE)
    assert ducking(speech, round(speech.duration * RATE))[second] > 0.7


@pytest.mark.parametrize("level", LEVELS)
def test_in_pauses_the_bed_has_the_chosen_loudness(level):
    silence = Sound(np.zeros(10 * 24_000, np.float32), 24_000)
    mixed = with_music(silence, tune(30), level=level).samples[3 * RATE : 7 * RATE]
    assert loudness_lufs(mixed, RATE) == pytest.approx(LEVELS[level], abs=1.0)


def test_it_fades_in_and_out():
    silence = Sound(np.zeros(8 * 24_000, np.float32), 24_000)
    mixed = np.abs(with_music(silence, tune(30), level="loud").samples)
    middle = mixed[3 * RATE : 4 * RATE].max()
    assert mixed[:480].max() < 0.02 * middle
    assert mixed[-480:].max() < 0.02 * middle


def test_short_music_begins_again_without_a_gap():
    silence = Sound(np.zeros(12 * 24_000, np.float32), 24_000)
    mixed = with_music(silence, tune(3), level="loud").samples[RATE : 10 * RATE]
    loud = np.sqrt((mixed.reshape(-1, RATE // 10) ** 2).mean(axis=1))
    assert loud.min() > 0.3 * loud.max()


def test_speech_stays_as_loud_and_nothing_clips(spoken):
    mixed = with_music(spoken[0].sound, tune(60), level="loud")
    assert np.abs(mixed.samples).max() < 0.9
    assert loudness_lufs(mixed.samples, RATE) == pytest.approx(-16, abs=1.0)


def test_music_is_read_with_its_heights(save_sound):
    heights = np.sin(2 * np.pi * 9_000 * np.arange(24_000 * 2) / 24_000).astype(np.float32) * 0.3
    found = read_music(save_sound(Sound(heights, 24_000), "a.mp3", codec="libmp3lame"))
    assert found.rate == RATE
    assert np.abs(np.fft.rfft(found.samples)).argmax() / len(found.samples) * RATE == pytest.approx(9_000, rel=0.01)


def test_silent_music_is_refused(save_sound):
    with pytest.raises(SoundError):
        read_music(save_sound(Sound(np.zeros(48_000, np.float32), 24_000), "a.wav"))
