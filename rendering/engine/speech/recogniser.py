"""A second opinion on what is said: hama's recogniser (a 2.5 M-parameter conformer with CTC, English and Korean).

It speaks up for a moment somewhere in each phoneme, and is silent until the next one; where a phoneme begins is worked
out here. It knows English, and misses much in other languages (docs/voices.md).
"""

import json
from collections.abc import Iterator
from functools import cache
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rendering.engine.models import model_path
from rendering.engine.speech import ipa
from rendering.engine.speech.activity import HOP
from rendering.engine.speech.spoken import Phoneme, Samples, Sound

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


def named(sound: Sound, level: NDArray[np.float64]) -> list[Phoneme]:
    """Each phoneme that the recogniser hears, from its begin to the next one's, or as long as one can be said.

    `level`: `levels_db` of the sound, which is cut where it is quietest.
    """
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
    return [
        Phoneme(symbol, begin, min(end, begin + _LONGEST[symbol in ipa.VOWELS]))
        for (begin, symbol), end in zip(begins, ends, strict=True)
        if end > begin
    ]


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
