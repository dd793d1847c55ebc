"""What is said in a recording, as phonemes with times: two listeners' ears, put in order by the sound's level.

Our own network (ears.py) tells every 20 ms how likely each class of sounds is, and where lips close; it was taught in
some seventy languages. A recogniser (recogniser.py) names phonemes; it knows English. The likeliest course through what
both say is found here, so that no sound is shorter than one can be said; where a pause is, the sound's level says too.
No text is needed, and no language is asked for.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rendering.engine.speech import ipa
from rendering.engine.speech.activity import HOP, SHORTEST_SILENCE, active, levels_db
from rendering.engine.speech.ears import CLASSES, GLIDE, KIN, STEP, Heard, classes_of, hear
from rendering.engine.speech.prosody import pitch_hz
from rendering.engine.speech.recogniser import named
from rendering.engine.speech.spoken import PAUSE, Phoneme, Sound, Speech

# All in nats, tuned on four voices in three languages that the network was not taught: what another sound costs, so
# that none flits by; what the recogniser's word adds to the sounds of its mouth shape.
_CHANGE = 3.0
_SECONDED = 2.0
# From which likelihood on the network's closure is believed; what a closure adds to p, b, m for so long (s) around its
# middle, what it adds where the recogniser alone names one, and what is taken from them elsewhere.
_BELIEVED = 0.6
_CLOSED, _NAMED, _NOT_CLOSED, _AROUND = 6.0, 6.0, 4.0, 0.03
_LIPS = tuple(CLASSES.index(symbol) for symbol in ("p", "b", "m"))
_SHORTEST = 0.03  # s


def listen(sound: Sound) -> Speech:
    """The phonemes heard in `sound`, tiling 0..duration; voice "recording", no words.

    Measured against the exact times of synthesised speech (docs/voices.md, `python -m benchmarks --only listen`). The
    louder, longer, higher third of the vowels carries stress 2.
    """
    level = levels_db(sound.samples, sound.rate)
    sounding = active(level)
    heard = _heard(sound, level) if sounding.any() else []
    phonemes = _tiled(_sung(heard, sound, sounding), sounding, sound.duration)
    return Speech(sound, _stressed(phonemes, sound, level), (), "recording")


def _heard(sound: Sound, level: NDArray[np.float64]) -> list[Phoneme]:
    """What both hear but for silence, in order."""
    hops = int(np.ceil(sound.duration / HOP))
    times = (np.arange(hops, dtype=np.float64) + 0.5) * HOP
    path = _likeliest(_scores(hear(sound.samples, sound.rate), named(sound, level), times))
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), hops]
    spans = ((CLASSES[path[a]], a * HOP, min(b * HOP, sound.duration)) for a, b in pairwise(edges))
    return [Phoneme(symbol, start, end) for symbol, start, end in spans if symbol != PAUSE]


def _scores(heard: Heard, others: list[Phoneme], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much speaks for each class at `times` (H,) s: (H, len(CLASSES)), the network's log-likelihoods and what the
    recogniser's phonemes (`others`) add, with lips that close where one of them heard a closure.
    """
    places = np.clip(times / STEP, 0, len(heard.closures) - 1)
    low = np.minimum(places.astype(int), max(len(heard.closures) - 2, 0))
    high = np.minimum(low + 1, len(heard.closures) - 1)
    share = (places - low)[:, None]
    scores = (1 - share) * heard.likelihoods[low] + share * heard.likelihoods[high]
    closed = np.full(len(times), -_NOT_CLOSED)
    for other in others:
        if _LIPS[0] in _kin(other.symbol):
            closed[np.abs(times - (other.start + other.end) / 2) <= _AROUND] = _NAMED
    for middle in _middles(heard.closures):
        closed[np.abs(times - middle) <= _AROUND] = _CLOSED
    scores[:, _LIPS] += closed[:, None]
    for other in others:
        names = classes_of(other.symbol)
        glide = [other.start + GLIDE * (other.end - other.start)] if len(names) > 1 else []
        for name, (start, end) in zip(names, pairwise([other.start, *glide, other.end]), strict=True):
            first, last = np.searchsorted(times, (start, end))
            scores[first:last, _kin(name)] += _SECONDED
    return np.asarray(scores)


@cache
def _kin(symbol: str) -> list[int]:
    """Which classes have the mouth shape that `symbol` begins with."""
    return next([CLASSES.index(each) for each in kin] for kin in KIN if classes_of(symbol)[0] in kin)


def _middles(closures: NDArray[np.float32]) -> NDArray[np.float64]:
    """When (s) a closure is at its middle: peaks of `closures` (T,) that are believed, between the answers."""
    padded = np.pad(closures.astype(np.float64), 1)
    before, here, after = padded[:-2], padded[1:-1], padded[2:]
    peaks = np.flatnonzero((here >= _BELIEVED) & (here >= before) & (here > after))
    bend = before[peaks] - 2 * here[peaks] + after[peaks]  # the parabola through three answers
    aside = np.divide(before[peaks] - after[peaks], 2 * bend, out=np.zeros(len(peaks)), where=bend < -1e-9)
    return np.asarray((peaks + np.clip(aside, -0.5, 0.5)) * STEP)


def _likeliest(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """The course (H,) through `scores` (H, C) whose sum is largest, every change costing _CHANGE (Viterbi 1967)."""
    hops, classes = scores.shape
    came_from = np.empty((hops, classes), np.int64)
    every = np.arange(classes)
    total = scores[0].copy()
    for hop in range(1, hops):
        best = int(total.argmax())
        stays = total >= total[best] - _CHANGE
        came_from[hop] = np.where(stays, every, best)
        total = np.where(stays, total, total[best] - _CHANGE) + scores[hop]
    path = np.empty(hops, np.int64)
    path[-1] = total.argmax()
    for hop in range(hops - 1, 0, -1):
        path[hop - 1] = came_from[hop, path[hop]]
    return path


def _sung(heard: list[Phoneme], sound: Sound, sounding: NDArray[np.bool_]) -> list[Phoneme]:
    """`heard` with a vowel wherever a voice goes on and nothing was heard: somebody sings."""
    voiced = pitch_hz(sound) > 0  # (H,)
    hops = np.arange(len(sounding)) * HOP
    gaps = zip([0.0, *(p.end for p in heard)], [*(p.start for p in heard), sound.duration], strict=True)
    hums: list[Phoneme] = []
    for start, end in gaps:
        if end - start > SHORTEST_SILENCE and sounding[(hops >= start) & (hops < end)].any():
            hums += _hummed(start, end, voiced)
    return sorted([*heard, *hums], key=lambda phoneme: phoneme.start)


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
