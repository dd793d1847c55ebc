"""From utterances to what the network is taught: spectra, the class of every 20 ms, the middles of closures."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rendering.engine.speech.ears import CLASSES, GLIDE, RATE, STEP, classes_of, colour, spectra
from rendering.engine.speech.timing import Segment
from training.microphones import recorded
from training.speakers import Utterance

_LIPS = {"p", "b", "m"}
_VOICE_RATE = 24_000
_EVENT_SPREAD = 0.016  # s around the middle of a closure that still count as its middle


@dataclass(frozen=True, eq=False)
class Lesson:
    """One recording. `mel` float16 (2 T, BANDS), `colour` float32 (BANDS,), `classes` uint8 (T,), `closures` float16
    (T,) 0..1.
    """

    mel: NDArray[np.float16]
    colour: NDArray[np.float32]
    classes: NDArray[np.uint8]
    closures: NDArray[np.float16]


def lesson_of(utterance: Utterance, random: np.random.Generator) -> Lesson:
    """`utterance` through a microphone of its own, with some silence around."""
    before, after = (int(random.uniform(0, 0.5) * _VOICE_RATE) for _ in range(2))
    voice = np.pad(utterance.breath.samples, (before, after))
    sound, stretch = recorded(voice, _VOICE_RATE, random)
    mel = spectra(sound, RATE)
    times = np.arange(len(mel) // 2, dtype=np.float64) * STEP
    return Lesson(mel.astype(np.float16), colour(mel), *answers(utterance.breath.parts, times, before, stretch))


def answers(
    parts: Iterable[Segment], times: NDArray[np.float64], before: int, stretch: float
) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """The class and the closeness to a closure's middle at `times` (T,) s, `before` samples later than in `parts`."""
    classes = np.zeros(len(times), np.uint8)
    closures = np.zeros(len(times), np.float16)
    for part in parts:
        if not part.symbol:
            continue
        start, end = ((edge + before) / _VOICE_RATE * stretch for edge in (part.start, part.end))
        names = classes_of(part.symbol)
        middle = start + GLIDE * (end - start) if len(names) > 1 else end
        for name, (a, b) in zip(names, ((start, middle), (middle, end)), strict=False):
            classes[(times >= a) & (times < b)] = CLASSES.index(name)
        if part.symbol in _LIPS:
            near = np.exp(-(((times - (start + end) / 2) / _EVENT_SPREAD) ** 2) / 2)
            closures = np.maximum(closures, near.astype(np.float16))
    return classes, closures
