"""What somebody wrote down, or corrected, laid over a recording: text without times becomes words with times."""

import math
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import numpy as np

from rendering.engine.speech.activity import HOP, active, levels_db
from rendering.engine.speech.spoken import Sound, Word


def timed_words(text: str, *, sound: Sound, known: Sequence[Word] = ()) -> tuple[Word, ...]:
    """The words of `text`, in order, each with the time at which it is probably said in `sound`.

    Words that stand in `known` in the same order keep their times; those between share the time between, in proportion
    to their letters. Without `known` they share the time in which somebody speaks.
    """
    written = text.split()
    if not written:
        return ()
    plain, heard = [_plain(word) for word in written], [_plain(word.text) for word in known]
    found: list[Word] = []
    matcher = SequenceMatcher(None, heard, plain, autojunk=False)
    for kind, first, stop, start, end in matcher.get_opcodes():
        if kind == "equal":
            found += [
                Word(word, old.start, old.end) for word, old in zip(written[start:end], known[first:stop], strict=True)
            ]
        elif end > start:
            begin = known[first - 1].end if first else (known[0].start if stop else 0.0) if known else 0.0
            until = known[stop].start if stop < len(known) else known[-1].end if stop > first else sound.duration
            if kind == "replace":
                begin, until = known[first].start, known[stop - 1].end
            found += _spread(written[start:end], sound, begin, max(until, begin))
    return tuple(_in_order(found))


def _spread(written: Sequence[str], sound: Sound, begin: float, end: float) -> Iterator[Word]:
    """`written` over the moments between `begin` and `end` s in which there is speech."""
    speaking = active(levels_db(sound.samples, sound.rate))
    hops = np.arange(len(speaking))
    inside = hops[speaking & (hops * HOP >= begin) & ((hops + 1) * HOP <= end)]
    if len(inside) == 0:  # no room: they share what there is
        inside = np.arange(int(begin / HOP), max(int(end / HOP), int(begin / HOP) + 1))
    places = np.cumsum([0, *(len(word) + 1 for word in written)])
    places = places * len(inside) / places[-1]
    for word, first, stop in zip(written, places[:-1].tolist(), places[1:].tolist(), strict=True):
        start = inside[min(int(first), len(inside) - 1)] * HOP
        until = (inside[max(math.ceil(stop) - 1, 0)] + 1) * HOP
        yield Word(word, min(float(start), sound.duration), min(float(until), sound.duration))


def _in_order(words: Sequence[Word]) -> Iterator[Word]:
    earliest = 0.0
    for word in words:
        start = max(word.start, earliest)
        end = max(word.end, start)
        yield Word(word.text, start, end)
        earliest = end


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum()) or word
