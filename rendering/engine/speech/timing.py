"""From the model's tokens and their durations to phonemes with times, and where the silence between them lies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rendering.engine.speech import ipa
from rendering.engine.speech.spoken import RATE, Samples

UNIT = 600  # samples: what the model counts durations in
SHORTEST_PAUSE = round(0.1 * RATE)  # shorter ones keep the mouth's shape (Rhubarb's limit is 0.12 s)
_PAUSES = frozenset(' ;:,.!?—…"()“”')
_STRESS = {"ˈ": 2, "ˌ": 1}
_HOP = 120  # samples, 5 ms
_SILENCE_DB = -32.0  # below the loud parts: at the voice's own word ends, speech decays through it within 25 ms


@dataclass(frozen=True)
class Segment:
    """A sound or (symbol "") a pause at samples `start`..`end`; `source`: the reading that it comes from."""

    symbol: str
    start: int
    end: int
    stress: int = 0
    source: int = -1
    marked: bool = False  # a pause that is written: punctuation


def segments(
    tokens: str, sources: Sequence[int], units: NDArray[np.int64], samples: Samples, *, lag: int
) -> tuple[Segment, ...]:
    """The segments of one chunk, covering its `samples` (N,) without gap.

    `tokens`: the K characters that the model was given, `sources`: the reading of each; `units` (K + 2,): durations,
    the first and last for the silence around; `lag`: by how many samples the voice is heard before its durations say.
    """
    edges = np.concatenate([[0], np.cumsum(units) * UNIT])  # (K + 3,)
    edges[1:-1] = np.maximum.accumulate(np.maximum(edges[1:-1] - lag, 0))
    return with_heard_pauses(_merged(tokens, sources, edges), samples)


def _merged(tokens: str, sources: Sequence[int], edges: NDArray[np.int64]) -> list[Segment]:
    """One segment a sound: stress joins the vowel after it, marks without a sound join the one before, pauses join
    each other.
    """
    found = [Segment("", 0, int(edges[1]), marked=True)]
    stress, waiting_since = 0, -1
    for index, token in enumerate(tokens):
        start, end = int(edges[index + 1]), int(edges[index + 2])
        symbol = ipa.from_kokoro(token)
        if token in _STRESS:
            stress, waiting_since = _STRESS[token], start if waiting_since < 0 else waiting_since
        elif token in _PAUSES:
            pause = Segment("", start, end, marked=not token.isspace())
            found[-1:] = [_joined(found[-1], pause)] if not found[-1].symbol else [found[-1], pause]
        elif symbol is None:
            found[-1] = replace(found[-1], end=end)
        else:
            is_vowel = symbol in ipa.VOWELS
            start = waiting_since if waiting_since >= 0 else start
            found.append(Segment(symbol, start, end, stress if is_vowel else 0, sources[index]))
            stress, waiting_since = (0 if is_vowel else stress), -1
    last = Segment("", found[-1].end, int(edges[-1]), marked=True)
    return [*found[:-1], _joined(found[-1], last)] if not found[-1].symbol else [*found, last]


def _joined(pause: Segment, other: Segment) -> Segment:
    return replace(pause, end=other.end, marked=pause.marked or other.marked)


def with_heard_pauses(found: Sequence[Segment], samples: Samples) -> tuple[Segment, ...]:
    """A written pause becomes the silence that is heard there; one that is not heard is shared by its neighbours.

    The model gives a word's last sound most of the silence that follows it; the mouth would hang open through it.
    """
    quiet = _quiet(samples)  # (N / _HOP,)
    out: list[Segment] = []
    for index, segment in enumerate(found):
        if segment.symbol:
            out.append(replace(segment, start=out[-1].end if out else segment.start))
            continue
        if not out:
            out.append(segment)
            continue
        before = out[-1]
        is_last = index == len(found) - 1
        start = _silence_start(quiet, before.start, segment.end) if segment.marked else segment.end
        if is_last or segment.end - start >= SHORTEST_PAUSE:
            start = max(before.start + 1, min(start, segment.end - 1))
            out[-1:] = [replace(before, end=start), replace(segment, start=start)]
        else:
            out[-1] = replace(before, end=(segment.start + segment.end) // 2)
    return tuple(out)


def _silence_start(quiet: NDArray[np.bool_], start: int, end: int) -> int:
    """Sample at which the silence begins that lasts until `end` or shortly before it; `end` when there is none."""
    first, last = start // _HOP, end // _HOP
    tolerance = 8  # 40 ms: the next sound begins a little before its label
    stretch = quiet[first:last]
    silent = np.flatnonzero(stretch)
    if len(silent) == 0 or len(stretch) - 1 - silent[-1] > tolerance:
        return end
    sounding = np.flatnonzero(~stretch[: silent[-1]])
    begin = sounding[-1] + 1 if len(sounding) else 0
    return min(end, (first + int(begin)) * _HOP)


def _quiet(samples: Samples) -> NDArray[np.bool_]:
    """Which hops of 5 ms are silent, from the power of the 20 ms around each."""
    power = np.convolve(samples.astype(np.float64) ** 2, np.full(480, 1 / 480), "same")[::_HOP]
    level = 10 * np.log10(power + 1e-12)
    return np.asarray(level < np.percentile(level, 95) + _SILENCE_DB)
