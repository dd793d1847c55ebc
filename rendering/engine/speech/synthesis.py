"""Words to speech with times, whichever engine has the voice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from rendering.engine.speech.catalogue import speaker_of, voice_named
from rendering.engine.speech.loudness import set_loudness
from rendering.engine.speech.pronunciation import Lexicon, Sentence, breaths, read_text
from rendering.engine.speech.speaker import Breath, Manner, Reading, Speaker
from rendering.engine.speech.spoken import PAUSE, RATE, Phoneme, Samples, Sound, Speech, Word
from rendering.engine.speech.timing import Segment
from rendering.engine.speech.tone import PLAIN_TONE, Tone, warmed
from rendering.engine.speech.voices import DEFAULT_VOICE
from rendering.engine.speech.words import check_words

LEAD_IN, TAIL = 0.2, 0.4  # s of silence before the first and after the last sound
# s from the last sound to the next; the voice's own sentences, said one after the other, come to about 0.5
_PAUSE_AFTER = {"breath": 0.25, "sentence": 0.5, "line": 0.55, "paragraph": 0.85}
_SHORTEST_GAP = 0.02  # s between two stretches that differ in tempo or pitch
_KEPT_BEFORE, _KEPT_AFTER = round(0.08 * RATE), round(0.1 * RATE)  # samples of a breath's own silence around its sounds
_EMPHASIS_DB = {"none": 0.0, "reduced": -3.0, "moderate": 2.5, "strong": 4.5}
_STRESSED = "ˈ"
_SLOWEST, _FASTEST = 0.5, 2.0


@dataclass(frozen=True)
class _Piece:
    """One breath as spoken. `parts` tile its samples; their `source` counts the readings of the whole text."""

    samples: Samples
    parts: tuple[Segment, ...]
    pause_after: float  # s


def synthesise(
    text: str,
    *,
    voice: str = DEFAULT_VOICE,
    rate: float = 1.0,
    seed: int = 0,
    lexicon: Lexicon | None = None,
    tone: Tone = PLAIN_TONE,
) -> Speech:
    """`text` as spoken by `voice`: 24 kHz mono at about -16 LUFS, its phonemes tiling 0..duration, its words as
    written.

    `rate` 0.5..2 scales the tempo; `seed` fixes the noise in the voice: same arguments, same samples. `lexicon`: words
    and phrases → how they are said, in other words or as "/IPA/". `text` may carry the marks of markup.py. Silence of
    LEAD_IN and TAIL seconds stands around the speech. Raises WordsError (see check_words), EngineError where a voice's
    files are missing or do not fit, ValueError for a rate out of range.
    """
    if not _SLOWEST <= rate <= _FASTEST:
        raise ValueError(f"rate is 0.5 to 2, not {rate}")
    speaking = voice_named(voice)
    speaker = speaker_of(speaking)
    text = check_words(text, voice=voice, lexicon=lexicon)
    sentences = read_text(text, speaker=speaker, language=speaking.language, lexicon=lexicon)
    rng = np.random.default_rng(seed)
    offsets = np.cumsum([0, *(len(sentence.readings) for sentence in sentences)])
    pieces = [
        piece
        for sentence, offset in zip(sentences, offsets, strict=False)
        for piece in _spoken(sentence, int(offset), speaker=speaker, rate=rate, tone=tone, rng=rng)
    ]
    samples, parts = _assembled(pieces, rate=rate, opening=sentences[0].opening)
    words = [
        word
        for sentence, offset in zip(sentences, offsets, strict=False)
        for word in _words(sentence, int(offset), parts)
    ]
    phonemes = tuple(Phoneme(part.symbol or PAUSE, part.start / RATE, part.end / RATE, part.stress) for part in parts)
    samples = set_loudness(warmed(samples, RATE, tone.warmth), RATE)
    return Speech(Sound(samples, RATE), phonemes, tuple(words), voice)


def _spoken(
    sentence: Sentence, offset: int, *, speaker: Speaker, rate: float, tone: Tone, rng: np.random.Generator
) -> Iterator[_Piece]:
    readings = [_stressed(reading) for reading in sentence.readings]
    ranges = [(a, b) for a, b in breaths(readings) if any(any(c.isalnum() for c in r.said) for r in readings[a:b])]
    for first, end in ranges:
        own = readings[first:end]
        breath = _said(speaker, own, own[0].manner, rate=rate, pitch=tone.pitch, rng=rng)
        if not any(part.symbol for part in breath.parts):
            continue
        samples = _accented(breath, own)
        parts = tuple(
            replace(part, source=offset + first + part.source) if part.symbol else part for part in breath.parts
        )
        asked = sum(reading.pause for reading in own) * rate  # a pause that is asked for in seconds stays that long
        if end == ranges[-1][1]:
            pause = asked or _PAUSE_AFTER[sentence.closes] * tone.pauses
        elif asked:
            pause = asked
        else:
            changes = readings[end].manner if end < len(readings) else own[0].manner
            pause = _SHORTEST_GAP if _differ(own[0].manner, changes) else _PAUSE_AFTER["breath"]
        yield _Piece(samples, parts, pause)


def _differ(manner: Manner, other: Manner) -> bool:
    return (manner.rate, manner.pitch) != (other.rate, other.pitch)


def _stressed(reading: Reading) -> Reading:
    """A word that is stressed has a stress to be heard; one that is played down has none."""
    phonemes, emphasis = reading.phonemes, reading.manner.emphasis
    if emphasis == "reduced":
        return replace(reading, phonemes=phonemes.replace(_STRESSED, "ˌ"))
    if emphasis in {"moderate", "strong"} and "ˌ" in phonemes and _STRESSED not in phonemes:
        return replace(reading, phonemes=phonemes.replace("ˌ", _STRESSED, 1))
    return reading


def _said(
    speaker: Speaker,
    readings: Sequence[Reading],
    manner: Manner,
    *,
    rate: float,
    pitch: float,
    rng: np.random.Generator,
) -> Breath:
    """Another pitch by another sampling rate: the voice speaks that much slower or faster, so that the tempo stays."""
    shift = Fraction(2 ** ((manner.pitch + pitch) / 12)).limit_denominator(50)
    tempo = min(max(rate * manner.rate / float(shift), _SLOWEST), _FASTEST)
    breath = speaker.say(readings, rate=tempo, rng=rng)
    if shift == 1:
        return breath
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import

    samples = resample_poly(breath.samples, shift.denominator, shift.numerator).astype(np.float32)
    scale = len(samples) / len(breath.samples)
    parts = tuple(replace(part, start=round(part.start * scale), end=round(part.end * scale)) for part in breath.parts)
    return Breath(samples, parts)


def _accented(breath: Breath, readings: Sequence[Reading]) -> Samples:
    """The samples, louder where a word is stressed and where more volume is asked for; steps are smoothed."""
    gains = [reading.manner.gain_db + _EMPHASIS_DB[reading.manner.emphasis] for reading in readings]
    if not any(gains):
        return breath.samples
    from scipy.ndimage import uniform_filter1d  # noqa: PLC0415

    curve = np.zeros(len(breath.samples))
    for part in breath.parts:
        curve[part.start : part.end] = gains[part.source] if part.symbol else 0.0
    curve = uniform_filter1d(curve, round(0.02 * RATE), mode="nearest")
    return (breath.samples * 10 ** (curve / 20)).astype(np.float32)


def _assembled(pieces: Sequence[_Piece], *, rate: float, opening: float = 0.0) -> tuple[Samples, tuple[Segment, ...]]:
    """All pieces as one sound with pauses of the right length between them, and the segments that tile it. `opening`: s
    of silence asked for before the first.
    """
    parts: list[Segment] = []
    cuts: list[tuple[int, Samples]] = []  # where each goes
    place = round((LEAD_IN + opening) * RATE)  # of the next first sound
    for piece in pieces:
        heard = [index for index, part in enumerate(piece.parts) if part.symbol]
        said = piece.parts[heard[0] : heard[-1] + 1]
        begin, end = said[0].start, said[-1].end
        first, last = max(0, begin - _KEPT_BEFORE), min(len(piece.samples), end + _KEPT_AFTER)
        cuts.append((place - (begin - first), _faded(piece.samples[first:last])))
        parts.append(Segment("", parts[-1].end if parts else 0, place))
        parts += [replace(part, start=part.start + place - begin, end=part.end + place - begin) for part in said]
        place = parts[-1].end + round(piece.pause_after / rate * RATE)
    parts.append(Segment("", parts[-1].end, parts[-1].end + round(TAIL * RATE)))
    samples = np.zeros(parts[-1].end, np.float32)
    for start, cut in cuts:
        samples[start : start + len(cut)] += cut
    return samples, tuple(part for part in parts if part.start < part.end)


def _faded(samples: Samples) -> Samples:
    """A copy whose ends rise from and fall to zero over 10 ms, so that no joint clicks."""
    ramp = np.linspace(0, 1, round(0.01 * RATE), dtype=np.float32)
    out = samples.copy()
    out[: len(ramp)] *= ramp
    out[len(out) - len(ramp) :] *= ramp[::-1]
    return out


def _words(sentence: Sentence, offset: int, parts: tuple[Segment, ...]) -> Iterator[Word]:
    """Words that are read together share the time of the unit in proportion to their letters."""
    for unit in sentence.units:
        sounds = [part for part in parts if part.symbol and unit.first <= part.source - offset <= unit.last]
        if not sounds:
            continue
        start, end = sounds[0].start / RATE, sounds[-1].end / RATE
        shares = np.cumsum([0, *(len(word) for word in unit.words)])
        times = start + (end - start) * shares / shares[-1]
        for word, (a, b) in zip(unit.words, pairwise(times.tolist()), strict=True):
            yield Word(word, a, b)
