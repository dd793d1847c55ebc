"""Whether what a voice says is understood, and whether captions stand where the words are heard.

The local recogniser (tiny.en) writes down what each English voice says; it is a strict listener with errors of its own,
so a word error is no proof of a slurred word.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measure, Target
from benchmarks.sentences import SENTENCES
from rendering.engine.speech import VOICES, Sound, Speech, Word, missing_recogniser, synthesise, transcribe
from rendering.engine.speech.activity import HOP, active, levels_db
from rendering.engine.speech.denoising import denoised, signal_to_noise_db
from rendering.engine.video.captions import caption_lines

_PAUSE = 0.15  # s of silence before a word whose beginning can be seen in the waveform
_NEAR = 0.3  # s; further away it is another word's beginning
# Written alike enough: the recogniser's spelling is American.
_SAME = {"colour": "color", "harbour": "harbor", "grey": "gray"}


def run(*, quick: bool) -> list[Measure]:
    """Every voice's captions; the words of the English ones, where the recogniser is installed; noise taken away."""
    found = _noise()
    sentences = SENTENCES[: 3 if quick else None]
    for voice in VOICES.values():
        speech = synthesise(" ".join(sentences), voice=voice.id)
        found += _captions(voice.id, speech)
        if voice.language.startswith("en") and not missing_recogniser("en"):
            found += _recognised(voice.id, speech)
    return found


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words wrong, missing or too many: the edit distance of two sequences."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, 1):
        previous, row[0] = row[0], i
        for j, given in enumerate(heard, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (wanted != given))
    return row[-1]


def plain_words(text: str) -> list[str]:
    """Lower case, without punctuation; a number between spelled and figures counts as one way of writing it."""
    words = re.findall(r"[\w']+", text.lower())
    return [{"9": "nine", "6": "six", "5": "five"}.get(word, _SAME.get(word, word)) for word in words]


def _captions(voice: str, speech: Speech) -> list[Measure]:
    offsets = 1000 * np.abs(_onset_offsets(speech.words, speech.sound))
    captions = caption_lines(speech.words, duration=speech.sound.duration)
    starts = {word.start for word in speech.words}
    exact = all(caption.start in starts for caption in captions)
    if not len(offsets):
        return []
    return [
        Measure("words", voice, "captions begin with a word", float(exact), "", Target(low=1.0)),
        Measure("words", voice, "word after a pause, from its sound, median", float(np.median(offsets)), "ms"),
        Measure("words", voice, "word after a pause, 90 %", float(np.percentile(offsets, 90)), "ms", Target(high=80)),
    ]


def _onset_offsets(words: Sequence[Word], sound: Sound) -> NDArray[np.float64]:
    """For each word after a pause: s from where the waveform begins to sound to where the word is said to begin."""
    sounding = active(levels_db(sound.samples, sound.rate))
    onsets = np.flatnonzero(np.diff(np.concatenate([[False], sounding]).astype(int)) == 1) * HOP
    gaps = [(before.end, after.start) for before, after in pairwise(words)]
    begins = [words[0].start, *(start for end, start in gaps if start - end > _PAUSE)] if words else []
    nearest = [float(begin - onsets[np.argmin(np.abs(onsets - begin))]) for begin in begins] if len(onsets) else []
    return np.array([offset for offset in nearest if abs(offset) < _NEAR])


def _recognised(voice: str, speech: Speech) -> list[Measure]:
    heard = transcribe(speech.sound)
    said = plain_words(" ".join(word.text for word in speech.words))
    wrong = word_errors(said, plain_words(" ".join(word.text for word in heard)))
    known = [(word.start, plain_words(word.text)) for word in speech.words]
    times = [(word.start, plain_words(word.text)) for word in heard]
    late = [
        min((time - start for time, text in times if text == words), key=abs, default=1.0) for start, words in known
    ]
    near = 1000 * np.array([offset for offset in late if abs(offset) < _NEAR])
    rows: list[tuple[str, float, str, Target | None]] = [
        ("words misheard", 100 * wrong / len(said), "%", Target(high=5.0)),
    ]
    if len(near):
        rows += [
            ("recogniser: word begins late by, median", float(np.median(near)), "ms", None),
            ("recogniser: distance of words, 90 %", float(np.percentile(np.abs(near), 90)), "ms", None),
        ]
    return [Measure("words", voice, *row) for row in rows]


def _noise() -> list[Measure]:
    clean = synthesise(" ".join(SENTENCES[:2])).sound
    random = np.random.default_rng(1)
    length, time = len(clean.samples), np.arange(len(clean.samples)) / clean.rate
    spectrum = np.fft.rfft(random.standard_normal(length)) / np.sqrt(np.maximum(np.arange(length // 2 + 1), 20))
    noises = {
        "white noise at 10 dB": random.standard_normal(length),
        "pink noise at 10 dB": np.fft.irfft(spectrum, length),
        "mains hum at 10 dB": np.sum([np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 9)], axis=0),
    }
    found = []
    for name, noise in noises.items():
        level = np.sqrt(np.mean(clean.samples**2) / np.mean(noise**2)) * 10 ** (-10 / 20)
        given = Sound((clean.samples + level * noise).astype(np.float32), clean.rate)
        after = signal_to_noise_db(clean.samples, denoised(given).samples)
        found.append(Measure("words", name, "speech over noise, afterwards", after, "dB", Target(low=14.0)))
    return found
