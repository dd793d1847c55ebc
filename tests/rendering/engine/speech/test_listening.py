"""listen() against the exact times of synthesised speech. Measured: pauses 0.99, closures 0.99, openness 0.91."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.signal import butter, resample_poly, sosfilt

from rendering.engine.speech import SYMBOLS, Phoneme, Sound, Speech, listen, synthesise
from rendering.engine.speech.ears import STEP
from rendering.engine.speech.espeak import espeak_voices
from rendering.engine.speech.ipa import VOWELS
from rendering.engine.speech.listening import _BELIEVED, _CHANGE, _likeliest, _middles
from rendering.engine.speech.recogniser import _breaths

from .conftest import tone

LIPS = {"p", "b", "m"}
# how far the jaw is open, by rule of thumb (closed 0 .. wide 1)
OPENNESS = {
    "sil": 0.0, "p": 0.0, "b": 0.0, "m": 0.0, "f": 0.15, "v": 0.15, "w": 0.2, "u": 0.3, "i": 0.35, "ʊ": 0.4, "ɪ": 0.4,
    "ə": 0.45, "ɛ": 0.65, "eɪ": 0.6, "oʊ": 0.6, "ʌ": 0.7, "ɔ": 0.7, "aɪ": 0.85, "aʊ": 0.85, "æ": 0.85, "ɑ": 0.95,
    "e": 0.55, "a": 0.9, "o": 0.6, "ɜ": 0.5, "ɚ": 0.4,
}  # fmt: skip


def as_is(samples, rng):
    return samples, 1.0


def noisy(samples, rng):
    return samples + 0.1 * np.sqrt(np.mean(samples**2)) * rng.standard_normal(len(samples)), 1.0


def telephone(samples, rng):
    return sosfilt(butter(4, [300, 3_400], "band", fs=24_000, output="sos"), samples), 1.0


def deeper(samples, rng):
    return resample_poly(samples, 5, 4), 1.25


def heard(speech: Speech, change) -> tuple[tuple[Phoneme, ...], Speech]:
    """What was said, at its times after `change`, and what listen() makes of it."""
    samples, stretch = change(speech.sound.samples.astype(np.float64), np.random.default_rng(0))
    said = tuple(replace(p, start=p.start * stretch, end=p.end * stretch) for p in speech.phonemes)
    return said, listen(Sound((0.5 * samples).astype(np.float32), 24_000))


def at_times(phonemes, times):
    ends = np.array([phoneme.end for phoneme in phonemes])
    return [phonemes[i].symbol for i in np.minimum(np.searchsorted(ends, times, "right"), len(ends) - 1)]


def middles(phonemes):
    return np.array([(p.start + p.end) / 2 for p in phonemes if p.symbol in LIPS])


@pytest.mark.parametrize(
    ("change", "pauses", "closures", "openness"),
    [(as_is, 0.97, 0.9, 0.85), (noisy, 0.92, 0.8, 0.8), (telephone, 0.97, 0.9, 0.85), (deeper, 0.97, 0.85, 0.8)],
)
def test_agrees_with_what_was_said(spoken, change, pauses, closures, openness):
    silence: list[float] = []
    found: list[bool] = []
    correlation: list[float] = []
    for speech in spoken:
        said, result = heard(speech, change)
        times = np.arange(0.005, result.sound.duration, 0.01)
        a, b = at_times(said, times), at_times(result.phonemes, times)
        silence.append(np.mean([(x == "sil") == (y == "sil") for x, y in zip(a, b, strict=True)]))
        lips = middles(result.phonemes)
        found += [np.abs(lips - middle).min() <= 0.04 for middle in middles(said) if len(lips)]
        jaws = np.array([np.convolve([OPENNESS.get(s, 0.3) for s in track], np.hanning(9), "same") for track in (a, b)])
        correlation.append(np.corrcoef(jaws)[0, 1])
    assert np.mean(silence) > pauses
    assert np.mean(found) > closures
    assert np.mean(correlation) > openness


def test_phonemes_tile_the_recording(spoken):
    for speech in spoken:
        result = listen(speech.sound)
        assert result.voice == "recording"
        assert result.words == ()
        assert result.sound is speech.sound
        assert result.phonemes[0].start == 0
        assert result.phonemes[-1].end == result.sound.duration
        assert all(a.end == b.start and a.end > a.start for a, b in pairwise(result.phonemes))
        assert {p.symbol for p in result.phonemes} <= SYMBOLS


def test_stress_lies_on_some_vowels(spoken):
    vowels = [p for p in listen(spoken[0].sound).phonemes if p.symbol in VOWELS]
    assert 0.1 < np.mean([p.stress == 2 for p in vowels]) < 0.6


@pytest.mark.parametrize(
    "samples", [np.zeros(24_000), np.random.default_rng(0).standard_normal(24_000) * 1e-5], ids=["silence", "room"]
)
def test_mouth_stays_closed_in_silence(samples):
    assert [p.symbol for p in listen(Sound(samples.astype(np.float32), 24_000)).phonemes] == ["sil"]


def test_a_pause_in_a_recording_is_a_pause(spoken):
    samples = spoken[0].sound.samples
    gap = np.zeros(24_000, np.float32)
    result = listen(Sound(np.concatenate([samples, gap, samples]), 24_000))
    middle = len(samples) / 24_000 + 0.5
    pause = next(p for p in result.phonemes if p.start <= middle < p.end)
    assert pause.symbol == "sil"
    assert pause.end - pause.start > 1.2


def test_what_is_longer_than_a_breath_keeps_its_times(spoken):
    samples = np.concatenate([speech.sound.samples for speech in spoken * 3])
    result = listen(Sound(samples, 24_000))
    assert result.sound.duration > 45
    offset = sum(len(speech.sound.samples) for speech in spoken * 2) / 24_000
    said = middles(spoken[0].phonemes) + offset
    lips = middles(result.phonemes)
    assert np.mean([np.abs(lips - middle).min() <= 0.04 for middle in said]) > 0.9


def test_breaths_leave_nothing_out_and_are_cut_where_it_is_quiet():
    level = np.full(5_000, -20.0)  # 50 s
    level[1_480:1_520] = level[3_000:3_040] = -60.0
    breaths = list(_breaths(level))
    assert breaths[0][0] == 0
    assert breaths[-1][1] == len(level)
    assert all(a[1] == b[0] for a, b in pairwise(breaths))
    assert [level[end] for _, end in breaths[:-1]] == [-60.0, -60.0]
    assert max(end - start for start, end in breaths) <= 2_000


@pytest.mark.parametrize("middle", [0.4, 0.407, 0.41, 0.413])
def test_a_closures_middle_is_found_between_the_answers(middle):
    closures = np.exp(-(((np.arange(50) * STEP - middle) / 0.016) ** 2) / 2).astype(np.float32)
    assert _middles(closures) == pytest.approx([middle], abs=0.004)


def test_a_closure_that_is_hardly_likely_is_none():
    closures = np.zeros(50, np.float32)
    closures[20] = _BELIEVED - 0.01
    assert not len(_middles(closures))


@pytest.mark.parametrize("seed", range(5))
def test_no_other_course_is_likelier(seed):
    scores = 3 * np.random.default_rng(seed).standard_normal((6, 3))

    def total(path: tuple[int, ...]) -> float:
        changes = sum(a != b for a, b in pairwise(path))
        return sum(scores[hop, each] for hop, each in enumerate(path)) - _CHANGE * changes

    best = max(product(range(3), repeat=6), key=total)
    assert total(tuple(_likeliest(scores))) == pytest.approx(total(best))


@pytest.mark.skipif(not espeak_voices(), reason="eSpeak NG is not installed")
@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("espeak-sv", "Pappa målar båten blå och vit på våren, och mamma badar."),
        ("espeak-sw", "Baba amepanda basi kwenda mjini, na mama anapika."),
    ],
)
def test_lips_close_in_languages_that_it_never_heard(voice, text):
    speech = synthesise(text, voice=voice)
    lips, said = middles(listen(speech.sound).phonemes), middles(speech.phonemes)
    assert np.mean([np.abs(lips - middle).min() <= 0.04 for middle in said]) > 0.75
    assert np.mean([np.abs(said - middle).min() <= 0.04 for middle in lips]) > 0.6


@pytest.mark.parametrize("seed", range(3))
def test_noise_does_not_open_the_mouth(seed):
    random = np.random.default_rng(seed)
    steady = 0.05 * random.standard_normal(48_000)
    result = listen(Sound(steady.astype(np.float32), 24_000))
    assert sum(p.end - p.start for p in result.phonemes if p.symbol != "sil") < 0.3


def test_a_sung_tone_opens_the_mouth():
    time = np.arange(72_000) / 24_000
    voice = sum(np.sin(2 * np.pi * 200 * n * time) / n for n in range(1, 20)) * np.hanning(len(time))
    result = listen(Sound((0.1 * voice).astype(np.float32), 24_000))
    assert sum(p.end - p.start for p in result.phonemes if p.symbol in VOWELS) > 1.2


def test_other_sample_rates_are_heard_alike(spoken):
    speech = spoken[0]
    result = listen(Sound(resample_poly(speech.sound.samples, 2, 1).astype(np.float32), 48_000))
    lips = middles(result.phonemes)
    assert np.mean([np.abs(lips - middle).min() <= 0.04 for middle in middles(speech.phonemes)]) > 0.9


def test_the_shortest_sound_is_heard_too():
    result = listen(tone(0.05))
    assert result.phonemes[-1].end == result.sound.duration
