"""Where speech leans: its phrases, and the stressed syllables that head and brows answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rendering.engine.motion.visemes import targets
from rendering.engine.speech import Phoneme, Prosody, Speech

_PHRASE_PAUSE = 0.25  # s of silence that end a phrase
_ACTIVE_RANGE = 30.0  # dB under the loudest frame that still count as speaking
_SEMITONES_AN_OCTAVE = 12.0


@dataclass(frozen=True)
class Accent:
    """A stressed syllable: `start` of its word and `peak`, the middle of its vowel, in s; `strength` 0..1."""

    start: float
    peak: float
    strength: float


@dataclass(frozen=True)
class Phrase:
    """Speech without a pause of a quarter of a second; s."""

    start: float
    end: float


def is_silence(phoneme: Phoneme) -> bool:
    """Whether nothing is said while it lasts."""
    return targets(phoneme.symbol)[0].viseme == "sil"


def phrases(phonemes: Sequence[Phoneme]) -> list[Phrase]:
    """Runs of sounds between pauses of a quarter of a second or more."""
    found: list[Phrase] = []
    for phoneme in phonemes:
        if is_silence(phoneme):
            continue
        if found and phoneme.start - found[-1].end < _PHRASE_PAUSE:
            found[-1] = Phrase(found[-1].start, phoneme.end)
        else:
            found.append(Phrase(phoneme.start, phoneme.end))
    return found


def semitones(prosody: Prosody) -> NDArray[np.float64]:
    """Pitch against the speaker's own median: (T,) semitones, NaN where unvoiced."""
    f0 = np.asarray(prosody.f0_hz, np.float64)
    voiced = f0 > 0
    height = np.full(len(f0), np.nan)
    if voiced.any():
        # an octave up or down is a mistake of the pitch tracker more often than a voice
        height[voiced] = np.clip(_SEMITONES_AN_OCTAVE * np.log2(f0[voiced] / np.median(f0[voiced])), -9, 9)
    return height


def loudness(prosody: Prosody) -> NDArray[np.float64]:
    """Loudness against the median of the frames with speech in them: (T,) dB; 0 where nothing is known."""
    level = np.asarray(prosody.loudness_db, np.float64)
    if not np.isfinite(level).any():
        return np.zeros(len(level))
    speaking = level > np.nanmax(level[np.isfinite(level)]) - _ACTIVE_RANGE
    return np.nan_to_num(level - np.median(level[speaking]), nan=-_ACTIVE_RANGE, neginf=-_ACTIVE_RANGE)


def jaw_gains(phonemes: Sequence[Phoneme], prosody: Prosody) -> list[float]:
    """By how much each phoneme opens the jaw more (> 1) or less than usual: 2.5 % a dB, between 0.8 and 1.15."""
    level = loudness(prosody)
    return [
        float(np.clip(1 + 0.025 * _mean(level, phoneme.start, phoneme.end, prosody.fps), 0.8, 1.15))
        for phoneme in phonemes
    ]


def accents(speech: Speech, prosody: Prosody) -> list[Accent]:
    """Stressed vowels in order, the stronger the louder, higher and longer they are.

    Where no stress is marked (a recording), every vowel is a candidate and sound alone decides.
    """
    height = np.nan_to_num(semitones(prosody))
    level = loudness(prosody)
    marked = any(phoneme.stress == 2 for phoneme in speech.phonemes)
    found = []
    for phoneme in speech.phonemes:
        if not targets(phoneme.symbol)[0].vowel or (marked and phoneme.stress < 2):
            continue
        middle = (phoneme.start + phoneme.end) / 2
        around = (phoneme.start, phoneme.end, prosody.fps)
        strength = (
            0.35
            + 0.05 * _mean(level, *around)
            + 0.06 * _mean(height, *around)
            + 1.5 * (min(phoneme.end - phoneme.start, 0.25) - 0.10)
        )
        start = next((word.start for word in speech.words if word.start <= middle < word.end), phoneme.start - 0.08)
        found.append(Accent(max(start, 0.0), middle, float(np.clip(strength, 0.0, 1.0))))
    return found


def strongest(candidates: Sequence[Accent], *, apart: float, least: float) -> list[Accent]:
    """The strongest accents of at least `least`, no two peaks nearer than `apart` s, in order of time."""
    chosen: list[Accent] = []
    for accent in sorted(candidates, key=lambda accent: (-accent.strength, accent.peak)):
        if accent.strength >= least and all(abs(accent.peak - other.peak) >= apart for other in chosen):
            chosen.append(accent)
    return sorted(chosen, key=lambda accent: accent.peak)


def _mean(values: NDArray[np.float64], start: float, end: float, fps: float) -> float:
    first = min(int(start * fps + 1e-6), max(len(values) - 1, 0))
    last = max(int(np.ceil(end * fps - 1e-6)), first + 1)
    return float(values[first:last].mean()) if len(values) else 0.0
