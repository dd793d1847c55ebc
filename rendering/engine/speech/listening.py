"""What is said in a recording, as phonemes with times: a small recogniser's ears, put in order by the sound's level.

The recogniser (hama, a 2.5 M-parameter conformer with CTC, English and Korean) tells every 20 ms which phoneme it
hears. It speaks for a moment, somewhere in the phoneme, and is silent until the next one; where a phoneme begins and
where a pause is, is worked out here. It needs no text, and for a language that it does not know it still names the
nearest sounds, which is what a mouth needs.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rendering.engine.models import model_path
from rendering.engine.speech import ipa
from rendering.engine.speech.activity import HOP, SHORTEST_SILENCE, active, levels_db
from rendering.engine.speech.prosody import pitch_hz
from rendering.engine.speech.spoken import PAUSE, Phoneme, Samples, Sound, Speech

_RATE = 16_000  # Hz, what the recogniser was trained on
_FRAME = 0.02  # s between its answers
_LONGEST_BREATH, _SHORTEST_BREATH = 20.0, 10.0  # s given to it at once: its attention grows with the square
# s from a phoneme's begin to the recogniser's first word of it; measured on the exact times of the voice "heart"
# (330 phonemes: 0.037 ± 0.020 over all)
_VOWEL_DELAY, _CONSONANT_DELAY = 0.045, 0.032
# nats taken from "nothing" and "a word ends": in a language that it does not know the recogniser is shy. With 3 it
# names 194 instead of 124 of 235 lip shapes in seven languages (espeak-ng's speech), and loses nothing on clear
# English.
_RELUCTANCE = 3.0
_LONGEST = {True: 0.5, False: 0.22}  # s that a vowel, a consonant is held when nothing follows
_SHORTEST = 0.03  # s


def listen(sound: Sound) -> Speech:
    """The phonemes heard in `sound`, tiling 0..duration; voice "recording", no words.

    Against the exact times of synthesised speech (tests/…/test_listening.py holds these): pauses and sound agree in
    97 % of the time, 9 of 10 closures of p, b, m are found within 40 ms. The louder, longer, higher third of the
    vowels carries stress 2.
    """
    level = levels_db(sound.samples, sound.rate)
    sounding = active(level)
    heard = _heard(sound, level) if sounding.any() else []
    phonemes = _tiled(_held(heard, sound, sounding), sounding, sound.duration)
    return Speech(sound, _stressed(phonemes, sound, level), (), "recording")


def _heard(sound: Sound, level: NDArray[np.float64]) -> list[Phoneme]:
    """Each phoneme that the recogniser names, from its begin to the next one's."""
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import: not for every process that knows the voices

    shared = gcd(_RATE, sound.rate)
    samples = resample_poly(sound.samples, _RATE // shared, sound.rate // shared).astype(np.float32)
    begins: list[tuple[float, str]] = []
    for first, last in _breaths(level):
        start = round(first * HOP * _RATE)
        for frame, label in _named(samples[start : round(last * HOP * _RATE)]):
            symbols = ipa.from_recogniser(label)
            for index, symbol in enumerate(symbols):
                delay = _VOWEL_DELAY if symbol in ipa.VOWELS else _CONSONANT_DELAY
                begins.append((max(0.0, first * HOP + frame * _FRAME - delay + index * 0.05), symbol))
    if not begins:
        return []
    begins.sort(key=lambda begin: begin[0])
    ends = [*(begin for begin, _ in begins[1:]), sound.duration]
    return [Phoneme(symbol, begin, end) for (begin, symbol), end in zip(begins, ends, strict=True) if end > begin]


def _breaths(level: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Ranges of hops for the recogniser, cut where it is quietest."""
    longest, shortest = round(_LONGEST_BREATH / HOP), round(_SHORTEST_BREATH / HOP)
    first = 0
    while len(level) - first > longest:
        smooth = np.convolve(level[first : first + longest], np.full(15, 1 / 15), "same")
        cut = first + shortest + int(np.argmin(smooth[shortest:-15]))
        yield first, cut
        first = cut
    yield first, len(level)


def _named(samples: Samples) -> Iterator[tuple[int, str]]:
    """(frame, label) wherever the recogniser begins to name something other than blank or a word's end."""
    if len(samples) < _RATE // 10:
        return
    session, labels = _recogniser()
    (scores,) = session.run(["log_probs"], {"waveform": samples[None], "waveform_lengths": np.array([len(samples)])})
    scores = scores[0].copy()  # (F, len(labels) + 2)
    scores[:, len(labels) :] -= _RELUCTANCE
    best = np.argmax(scores, axis=1)  # (F,)
    for frame, (label, before) in enumerate(zip(best, [-1, *best[:-1]], strict=True)):
        if label != before and label < len(labels):
            yield frame, labels[label]


@cache
def _recogniser() -> tuple[Any, list[str]]:
    """The model and the names of its classes; "word's end" and "blank" come after them. Loaded once a process."""
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(model_path("phoneme-recogniser")), options, providers=["CPUExecutionProvider"]
    )
    labels: list[str] = json.loads(model_path("phoneme-labels").read_text("utf-8"))["decoder"]
    return session, labels


def _held(heard: list[Phoneme], sound: Sound, sounding: NDArray[np.bool_]) -> list[Phoneme]:
    """`heard` with no phoneme longer than one can be said. Where a voice goes on, it goes on as a vowel: somebody
    sings.
    """
    voiced = pitch_hz(sound) > 0  # (H,)
    out: list[Phoneme] = []
    if sounding.any():  # what is heard before the first name, or where there is none at all
        first = np.flatnonzero(sounding)[0] * HOP
        start = heard[0].start if heard else sound.duration
        if start - first > SHORTEST_SILENCE:
            out += _hummed(first, start, voiced)
    for phoneme in heard:
        is_vowel = phoneme.symbol in ipa.VOWELS
        end = min(phoneme.end, phoneme.start + _LONGEST[is_vowel])
        out.append(replace(phoneme, end=end))
        if phoneme.end - end > SHORTEST_SILENCE:
            hum = _hummed(end, phoneme.end, voiced)
            if is_vowel and hum and hum[0].start - end < 2 * HOP:
                out[-1] = replace(phoneme, end=hum.pop(0).end)
            out += hum
        else:
            out[-1] = phoneme
    return out


def _hummed(start: float, end: float, voiced: NDArray[np.bool_]) -> list[Phoneme]:
    """A neutral vowel for each voiced stretch of more than a tenth of a second between `start` and `end`."""
    first, last = round(start / HOP), min(round(end / HOP), len(voiced))
    edges = np.flatnonzero(np.diff(np.pad(voiced[first:last].astype(np.int8), 1)))
    stretches = zip(edges[::2] + first, edges[1::2] + first, strict=True)
    return [Phoneme("ə", max(start, a * HOP), min(end, b * HOP)) for a, b in stretches if (b - a) * HOP > 0.1]


def _tiled(phonemes: list[Phoneme], sounding: NDArray[np.bool_], duration: float) -> tuple[Phoneme, ...]:
    """`phonemes` with silence cut out of them and put between them, so that all tile 0..`duration`."""
    silences = _silences(sounding, duration)
    out: list[Phoneme] = []
    for phoneme in phonemes:
        start, end = phoneme.start, phoneme.end
        for quiet_start, quiet_end in silences:
            if quiet_start <= start < quiet_end:  # named a little before it is heard
                start = min(quiet_end, end)
            if start < quiet_start < end:
                end = quiet_start
        start = max(start, out[-1].end if out else 0.0)
        if end - start < _SHORTEST and phoneme.end - phoneme.start >= _SHORTEST:
            end = min(start + _SHORTEST, phoneme.end)
        if end <= start:
            continue
        gap = start - (out[-1].end if out else 0.0)
        if gap >= SHORTEST_SILENCE or (gap > 0 and not out):
            out.append(Phoneme(PAUSE, out[-1].end if out else 0.0, start))
        elif gap > 0:
            out[-1] = replace(out[-1], end=start)
        out.append(replace(phoneme, start=start, end=end))
    said_until = out[-1].end if out else 0.0
    if duration > said_until:
        if duration - said_until < 0.05 and out:
            out[-1] = replace(out[-1], end=duration)
        else:
            out.append(Phoneme(PAUSE, said_until, duration))
    return tuple(out)


def _silences(sounding: NDArray[np.bool_], duration: float) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.pad((~sounding).astype(np.int8), 1))) * HOP
    return [(a, min(b, duration)) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]


def _stressed(phonemes: tuple[Phoneme, ...], sound: Sound, level: NDArray[np.float64]) -> tuple[Phoneme, ...]:
    """Stress 2 for the vowels that stand out among those of the second and a half around: louder, longer, higher."""
    vowels = [index for index, phoneme in enumerate(phonemes) if phoneme.symbol in ipa.VOWELS]
    if len(vowels) < 3:
        return phonemes
    pitch = pitch_hz(sound)
    rows = []
    for index in vowels:
        first, last = int(phonemes[index].start / HOP), int(phonemes[index].end / HOP) + 1
        tones = pitch[first:last][pitch[first:last] > 0]
        semitones = 12 * np.log2(np.median(tones)) if len(tones) else np.nan
        rows.append((level[first:last].max(), np.log(last - first), semitones))
    marks = np.array(rows)  # (V, 3)
    marks[:, 2] = np.where(
        np.isnan(marks[:, 2]), np.nanmedian(marks[:, 2]) if np.isfinite(marks[:, 2]).any() else 0, marks[:, 2]
    )
    spread = np.maximum(marks.std(axis=0), 1e-6)
    middles = np.array([(phonemes[i].start + phonemes[i].end) / 2 for i in vowels])
    out = list(phonemes)
    for row, index in enumerate(vowels):
        near = np.abs(middles - middles[row]) < 1.5
        prominence = float(((marks[row] - marks[near].mean(axis=0)) / spread).mean())
        if prominence > 0.3:
            out[index] = replace(out[index], stress=2)
    return tuple(out)
