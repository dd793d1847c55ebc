"""eSpeak NG as a subprocess: over a hundred languages, plainly a machine; and the reader of Kokoro's other languages.

GPL-3: it is never part of this process, and nothing here needs it. It is found where the operating system keeps it
(Debian: the package espeak-ng), or where LIKENESS_ESPEAK_LIBRARY says.
"""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rendering.engine.errors import EngineError
from rendering.engine.speech import ipa
from rendering.engine.speech.kokoro_alphabet import from_ipa, vocabulary
from rendering.engine.speech.speaker import Breath, Reading
from rendering.engine.speech.spoken import RATE, Samples
from rendering.engine.speech.timing import Segment, with_heard_pauses
from rendering.engine.speech.voices import Voice

_CHILD = Path(__file__).with_name("espeak_child.py")
_PATIENCE = 60  # s; a minute of speech takes it less than one
_LANGUAGE_FLAG = re.compile(r"\([a-z-]+\)")  # "(en)": from here on it reads as English
_VOICELESS = frozenset({"p", "t", "k", "ts", "tʃ"})
_QUIET = 0.03  # of the loudest sample: nothing is heard
# samples: what is left to the sound before, how long a closure can be, how late the burst can be, what is no closure
_KEPT, _LONGEST_CLOSURE, _BURST_LATE, _SHORTEST_CLOSURE = (round(s * RATE) for s in (0.03, 0.12, 0.015, 0.012))
_CLAUSE_END = re.compile(r"[,;:.!?…—]\W*$")


class EspeakSpeaker:
    """Speaks what espeak calls `voice.model`. Its own phoneme events give the times."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        return tuple(Reading(word, word, True, index) for index, word in enumerate(words))

    def say(self, readings: Sequence[Reading], *, rate: float, rng: np.random.Generator) -> Breath:
        text = " ".join(reading.phonemes for reading in readings)
        said = _ask({"do": "say", "voice": self._voice.model, "text": text, "rate": rate})
        samples = _resampled(np.frombuffer(base64.b64decode(said["pcm"]), np.int16), said["rate"])
        scale = RATE / said["rate"]
        events = [(kind, place, round(sample * scale), heard) for kind, place, _, sample, heard in said["events"]]
        parts = closed_in_time(_pauses_joined(_segments(events, readings, len(samples))), samples)
        return Breath(samples, with_heard_pauses(parts, samples))


def _segments(
    events: Sequence[tuple[str, int, int, str]], readings: Sequence[Reading], length: int
) -> Iterator[Segment]:
    """One segment a phoneme or silence; each belongs to the reading whose word began last."""
    begins = np.cumsum([1, *(len(reading.phonemes) + 1 for reading in readings)])  # espeak counts characters from 1
    starts = [sample for kind, _, sample, _ in events if kind == "phoneme"]
    ends = iter([*starts[1:], length])
    source, open_since = 0, 0  # nothing is said before the first phoneme
    for kind, place, sample, heard in events:
        if kind == "word":
            source = int(np.searchsorted(begins, place, "right")) - 1
            continue
        end = next(ends)
        symbols = ipa.from_espeak(heard)
        begin, open_since = open_since, end
        if begin == end:
            continue
        if not symbols:
            yield Segment("", begin, end, marked=True)
            continue
        if begin < sample and not begin:
            yield Segment("", 0, sample, marked=True)
            begin = sample
        edges = np.linspace(begin, end, len(symbols) + 1).astype(int).tolist()
        for symbol, a, b in zip(symbols, edges[:-1], edges[1:], strict=True):
            if a < b:
                yield Segment(symbol, a, b, source=min(source, len(readings) - 1))
    if open_since < length:
        yield Segment("", open_since, length, marked=True)


def closed_in_time(parts: Sequence[Segment], samples: Samples) -> list[Segment]:
    """`parts` with each voiceless plosive from its closure on. espeak tells when it bursts, and counts the silence
    before that to the sound before, whose lips would stay open through it.
    """
    loudest = float(np.abs(samples).max(initial=1e-6))
    out: list[Segment] = []
    for part in parts:
        start = part.start
        if part.symbol in _VOICELESS and out and out[-1].symbol:
            earliest = max(out[-1].start + _KEPT, part.start - _LONGEST_CLOSURE)
            burst = min(part.start + _BURST_LATE, part.end)
            loud = np.flatnonzero(np.abs(samples[earliest:burst]) > _QUIET * loudest)
            gaps = np.flatnonzero(np.diff(loud) > _SHORTEST_CLOSURE)
            if len(gaps):
                start = min(part.start, earliest + int(loud[gaps[-1]]))
            elif len(loud) and burst - earliest - int(loud[-1]) > _SHORTEST_CLOSURE:
                start = min(part.start, earliest + int(loud[-1]))
            out[-1] = replace(out[-1], end=start)
        out.append(replace(part, start=start))
    return out


def _pauses_joined(parts: Iterator[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for part in parts:
        if not part.symbol and joined and not joined[-1].symbol:
            joined[-1] = replace(joined[-1], end=part.end)
        else:
            joined.append(part)
    return joined


def _resampled(samples: np.ndarray, rate: int) -> Samples:
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import

    shared = np.gcd(RATE, rate)
    return resample_poly(samples.astype(np.float32) / 32768, RATE // shared, rate // shared).astype(np.float32)


class EspeakReader:
    """Words in espeak's `language` to phonemes in Kokoro's alphabet. The clause is read as a whole, for liaisons and
    the like; which word each sound belongs to is found by comparing it with the words read alone.
    """

    def __init__(self, language: str) -> None:
        self._voice = next(voice.model for voice in espeak_voices() if voice.language == language)

    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        clauses = list(_clauses(words))
        texts = [" ".join(words[a:b]) for a, b in clauses] + list(words)
        told = _ask({"do": "phonemes", "voice": self._voice, "texts": texts})
        said = [from_ipa(_LANGUAGE_FLAG.sub("", each).replace("-", "")) for each in told]
        alone = said[len(clauses) :]
        return tuple(
            reading
            for (first, end), clause in zip(clauses, said, strict=False)
            for reading in _clause_readings(words[first:end], clause.split(), alone[first:end], first)
        )


def _clauses(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    first = 0
    for index, word in enumerate(words):
        if _CLAUSE_END.search(word) or index == len(words) - 1:
            yield first, index + 1
            first = index + 1


def _clause_readings(
    words: Sequence[str], tokens: Sequence[str], alone: Sequence[str], offset: int
) -> Iterator[Reading]:
    joined, letters = "".join(tokens), "".join(alone)
    owners = [index for index, each in enumerate(alone) for _ in each]
    owner_of: dict[int, int] = {}
    for block in SequenceMatcher(None, joined, letters, False).get_matching_blocks():
        owner_of |= {block.a + step: owners[block.b + step] for step in range(block.size)}
    place, last = 0, 0
    found: list[tuple[str, int]] = []
    for token in tokens:
        votes = [owner_of[place + step] for step in range(len(token)) if place + step in owner_of]
        place += len(token)
        last = max(last, max(set(votes), key=votes.count)) if votes else last
        found.append((token, last))
    known = vocabulary()
    for index, (token, word) in enumerate(found):
        closes = index == len(found) - 1 or found[index + 1][1] != word
        end = len(words) if index == len(found) - 1 else found[index + 1][1]
        marks = "".join(c for w in words[word:end] for c in w if c in known and not c.isalnum()) if closes else ""
        yield Reading(words[word], token + marks, True, offset + word)


@cache
def espeak_voices() -> tuple[Voice, ...]:
    """All voices of the eSpeak NG on this machine; none where there is none. Asked once a process."""
    try:
        listed = _ask({"do": "voices"})
    except EngineError:
        return ()
    return tuple(
        Voice(
            id=f"espeak-{each['id']}",
            name=f"eSpeak {each['name']}",
            language=each["id"],
            accent=each["name"].partition("(")[2].rstrip(")"),
            gender=each["gender"] or "neutral",
            character="basic: a machine, quick and intelligible",
            engine="espeak",
            licence="GPL-3.0 (the program; what it says is yours)",
            model=each["file"],
            basic=True,
        )
        for _, each in sorted({each["id"]: each for each in reversed(listed)}.items())
    )


def _ask(request: dict[str, Any]) -> Any:
    """The child's answer. Raises EngineError("espeak-missing")."""
    command = [sys.executable, "-I", "-S", str(_CHILD)]
    if os.environ.get("LIKENESS_ESPEAK_LIBRARY"):
        command.append(os.environ["LIKENESS_ESPEAK_LIBRARY"])
    done = subprocess.run(
        command, input=json.dumps(request), capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    if done.returncode:
        raise EngineError(
            "espeak-missing",
            f"eSpeak NG does not answer: {(done.stderr.strip().splitlines() or ['it ended'])[-1]}.",
            "Install the program espeak-ng with the system's package manager, or choose another voice.",
        )
    return json.loads(done.stdout)
