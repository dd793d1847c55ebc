"""listen() on speech whose phonemes are known exactly, with what microphones and rooms do to it; beside it, for
English, a forced aligner that is told the words.

The voices are the project's own. The network learnt from the built-in one; it never heard the others here, nor the
languages other than English.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from benchmarks.aligning import aligned, missing_aligner
from benchmarks.measure import Measure, Target
from benchmarks.sentences import ELSEWHERE, SENTENCES
from rendering.engine.motion.visemes import targets
from rendering.engine.speech import VOICES, Phoneme, Sound, Speech, all_voices, listen, synthesise
from training.speakers import UNHEARD_VOICES

Samples = NDArray[np.float64]

_HOP = 0.01  # s
_CLOSURE_WITHIN = 0.04  # s: one video frame
_CLOSURE_SEARCHED = 0.1  # s: what is further away is another closure
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
    """Accuracy of the viseme in every 10 ms, and how many closures of p, b, m are found: the built-in voice in each
    condition, then every voice that the network never heard and that can speak here, clean and in noise.
    """
    sentences = SENTENCES[: 3 if quick else None]
    spoken = [synthesise(sentence, seed=seed) for seed, sentence in enumerate(sentences)]
    listen(spoken[0].sound)  # loads the network
    found = [m for condition in CONDITIONS for m in _heard(condition.name, condition, spoken, sentences)]
    for voice, texts in _unheard().items():
        said = [synthesise(text, voice=voice) for text in texts[: 3 if quick else None]]
        words = texts if texts is SENTENCES else ()
        for condition in CONDITIONS[:1] if quick else (CONDITIONS[0], CONDITIONS[2]):
            found += _heard(f"{voice}, {condition.name}", condition, said, words)
    return found


def _unheard() -> dict[str, tuple[str, ...]]:
    """Voices that can speak here and what they say: unheard ones in English, any in unheard languages."""
    basic = (entry.voice for entry in all_voices() if entry.installed and entry.voice.basic)
    found: dict[str, tuple[str, ...]] = {voice: SENTENCES for voice in UNHEARD_VOICES if voice in VOICES}
    for voice in (*VOICES.values(), *basic):
        if voice.language in ELSEWHERE:
            found[voice.id] = ELSEWHERE[voice.language]
    return found


def _heard(subject: str, condition: Condition, spoken: list[Speech], words: Sequence[str]) -> list[Measure]:
    """What listen() hears, and where the aligner puts `words` (none: in a language that it does not know)."""
    recordings = [_recorded(condition, speech, number) for number, speech in enumerate(spoken)]
    said = [stretched(speech.phonemes, condition.stretch) for speech in spoken]
    began = perf_counter()
    heard = [listen(sound).phonemes for sound in recordings]
    seconds = (perf_counter() - began) / sum(sound.duration for sound in recordings)
    targets_met = {"closures of p b m found": Target(low=0.85)} if condition is CONDITIONS[0] else {}
    rows = agreement(said, heard, recordings) | {"time, of the sound's length": seconds}
    if words and not missing_aligner():
        placed = [aligned(text, sound) for text, sound in zip(words, recordings, strict=False)]
        rows |= {f"aligner: {name}": value for name, value in agreement(said, placed, recordings).items()}
    return [
        Measure(
            "listen", subject, name, value, "×" if name.startswith("time") else unit_of(name), targets_met.get(name)
        )
        for name, value in rows.items()
    ]


def unit_of(name: str) -> str:
    """ "ms" for a measure of time, "share" for the others."""
    return "ms" if "late" in name else "share"


def _recorded(condition: Condition, speech: Speech, number: int) -> Sound:
    samples = speech.sound.samples.astype(np.float64)
    changed = condition.change(samples, speech.sound.rate, np.random.default_rng(number))
    return Sound((0.5 * changed / np.abs(changed).max()).astype(np.float32), speech.sound.rate)


def agreement(
    said: Sequence[tuple[Phoneme, ...]], heard: Sequence[tuple[Phoneme, ...]], recordings: Sequence[Sound]
) -> dict[str, float | None]:
    """How well what was `heard` in the `recordings` agrees with what was `said`."""
    right, speaking, silence, found, true, late = [], [], [], [], [], []
    for wanted, given, sound in zip(said, heard, recordings, strict=True):
        if not given:
            found += [False] * len(closures(wanted))
            continue
        times = np.arange(_HOP / 2, sound.duration, _HOP)
        shapes, others = visemes_at(wanted, times), visemes_at(given, times)
        right.append(shapes == others)
        speaking.append((shapes == others)[shapes != "sil"])
        silence.append((shapes == "sil") == (others == "sil"))
        lips, seen = closures(wanted), closures(given)
        found += near(lips, seen)
        true += near(seen, lips)
        late += [seen[np.abs(seen - time).argmin()] - time for time in lips] if len(seen) else []
    close = [offset for offset in late if abs(offset) < _CLOSURE_SEARCHED]
    return {
        "visemes right, of all frames": float(np.concatenate(right).mean()) if right else None,
        "visemes right, while speaking": float(np.concatenate(speaking).mean()) if right else None,
        "silence or speech right": float(np.concatenate(silence).mean()) if right else None,
        "closures of p b m found": float(np.mean(found)) if found else None,
        "closures heard that were said": float(np.mean(true)) if true else None,
        "closures late, median": 1000 * float(np.median(close)) if close else None,
    }


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
