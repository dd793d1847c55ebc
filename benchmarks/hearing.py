"""listen() on speech whose phonemes are known exactly, with what microphones and rooms do to it.

The voices are the project's own. No forced aligner is in the environment; there is none to stand beside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from benchmarks.measure import Measure
from benchmarks.sentences import SENTENCES
from rendering.engine.motion.visemes import targets
from rendering.engine.speech import Phoneme, Sound, Speech, listen, synthesise

Samples = NDArray[np.float64]

_HOP = 0.01  # s
_CLOSURE_WITHIN = 0.04  # s: one video frame
_LIPS = {"p", "b", "m"}
_ROOM_SECONDS = 0.4  # until an echo has fallen by 60 dB: a living room


@dataclass(frozen=True)
class Condition:
    """What happens to a recording: `change` of samples (N,), after which times are `stretch` times as long."""

    name: str
    change: Callable[[Samples, int, np.random.Generator], Samples]
    stretch: float = 1.0


def _noise(below_db: float) -> Callable[[Samples, int, np.random.Generator], Samples]:
    def add(samples: Samples, rate: int, random: np.random.Generator) -> Samples:
        level = np.sqrt(np.mean(samples**2)) * 10 ** (-below_db / 20)
        return samples + level * random.standard_normal(len(samples))

    return add


def _room(samples: Samples, rate: int, random: np.random.Generator) -> Samples:
    time = np.arange(round(_ROOM_SECONDS * rate)) / rate
    echo = random.standard_normal(len(time)) * 10 ** (-3 * time / _ROOM_SECONDS)
    echo *= 0.7 / np.sqrt((echo**2).sum())  # 3 dB more direct sound than echo: a metre from the speaker
    echo[0] = 1.0
    return np.asarray(fftconvolve(samples, echo)[: len(samples)])


def _telephone(samples: Samples, rate: int, random: np.random.Generator) -> Samples:
    return np.asarray(sosfilt(butter(4, [300, 3400], "band", fs=rate, output="sos"), samples))


CONDITIONS = (
    Condition("clean", lambda samples, rate, random: samples),
    Condition("noise 20 dB below", _noise(20)),
    Condition("noise 10 dB below", _noise(10)),
    Condition("room", _room),
    Condition("telephone", _telephone),
    Condition("deeper voice", lambda samples, rate, random: resample_poly(samples, 5, 4), 1.25),
    Condition("higher voice", lambda samples, rate, random: resample_poly(samples, 5, 6), 5 / 6),
)


def run(*, quick: bool) -> list[Measure]:
    """Accuracy of the viseme in every 10 ms, and how many closures of p, b, m are found, for each condition."""
    spoken = [synthesise(sentence, seed=seed) for seed, sentence in enumerate(SENTENCES[: 3 if quick else None])]
    listen(spoken[0].sound)  # loads the recogniser
    return [measure for condition in CONDITIONS for measure in _condition(condition, spoken)]


def _condition(condition: Condition, spoken: list[Speech]) -> list[Measure]:
    right, speaking, silence, found, true = [], [], [], [], []
    seconds = length = 0.0
    for number, speech in enumerate(spoken):
        samples = speech.sound.samples.astype(np.float64)
        changed = condition.change(samples, speech.sound.rate, np.random.default_rng(number))
        sound = Sound((0.5 * changed / np.abs(changed).max()).astype(np.float32), speech.sound.rate)
        began = perf_counter()
        heard = listen(sound).phonemes
        seconds, length = seconds + perf_counter() - began, length + sound.duration
        said = stretched(speech.phonemes, condition.stretch)
        times = np.arange(_HOP / 2, sound.duration, _HOP)
        wanted, given = visemes_at(said, times), visemes_at(heard, times)
        right.append(wanted == given)
        speaking.append((wanted == given)[wanted != "sil"])
        silence.append((wanted == "sil") == (given == "sil"))
        found += near(closures(said), closures(heard))
        true += near(closures(heard), closures(said))
    rows = (
        ("visemes right, of all frames", float(np.concatenate(right).mean()), "share"),
        ("visemes right, while speaking", float(np.concatenate(speaking).mean()), "share"),
        ("silence or speech right", float(np.concatenate(silence).mean()), "share"),
        ("closures of p b m found", float(np.mean(found)), "share"),
        ("closures heard that were said", float(np.mean(true)) if true else None, "share"),
        ("time, of the sound's length", seconds / length, "×"),
    )
    return [Measure("listen", condition.name, name, value, unit) for name, value, unit in rows]


def stretched(phonemes: tuple[Phoneme, ...], by: float) -> tuple[Phoneme, ...]:
    """`phonemes` with all times multiplied."""
    return tuple(Phoneme(p.symbol, p.start * by, p.end * by, p.stress) for p in phonemes)


def visemes_at(phonemes: tuple[Phoneme, ...], times: NDArray[np.float64]) -> NDArray[np.str_]:
    """The viseme (T,) at each of `times` (T,) s; a diphthong's parts take their shares of its time."""
    ends, names = [], []
    for phoneme in phonemes:
        end = phoneme.start
        for target in targets(phoneme.symbol):
            end += target.share * (phoneme.end - phoneme.start)
            ends.append(end)
            names.append(target.viseme)
    return np.array(names)[np.minimum(np.searchsorted(ends, times, "right"), len(names) - 1)]


def closures(phonemes: tuple[Phoneme, ...]) -> NDArray[np.float64]:
    """The middles (s) of p, b and m."""
    return np.array([(p.start + p.end) / 2 for p in phonemes if p.symbol in _LIPS])


def near(these: NDArray[np.float64], those: NDArray[np.float64]) -> list[bool]:
    """For each of `these` times whether one of `those` lies within a video frame."""
    return [bool(len(those)) and bool(np.abs(those - time).min() <= _CLOSURE_WITHIN) for time in these]
