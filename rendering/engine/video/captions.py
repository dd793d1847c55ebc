"""Captions: words with their times become short readable lines. How they look is caption_drawing's business."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from rendering.engine.video.writing import breaks_badly, is_unspaced, pieces, width

if TYPE_CHECKING:  # the speech room brings its voices along; captions need only the words' shape
    from rendering.engine.speech import Word

LINES = 2
LINE_LETTERS = 32  # the low end of what broadcasters allow (32 to 42), for frames that are often upright
SHORTEST = 0.8  # s; a shorter caption is a flicker: nobody can read it
COMFORTABLE, LONGEST = 4.0, 7.0  # s (Netflix Timed Text Style Guide: at most 7 s)
LINGER = 0.5  # s that a caption stays after its last word, when nothing follows
# A gap shorter than this between two captions would be seen as a blink: the first stays until the second comes
BLINK = 0.4  # s
PAUSE = 0.3  # s of silence in which a speaker breathes
SENTENCE_END, CLAUSE_END = ".!?…。！？؟۔।", ",;:–—)，、；：）،؛"
CLOSING = "\"'”’»)」』）"


@dataclass(frozen=True)
class Piece:
    """What stands in one line whatever happens: a word, or a character of a script without spaces; said from `start` to
    `end` s. `spaced`: a space stands before it, where another piece does.
    """

    text: str
    start: float
    end: float
    spaced: bool = True


@dataclass(frozen=True)
class Caption:
    """`text` of one or two lines (joined by a line break), shown for `start` <= t < `end` s; `lines`: its pieces with
    their own times, line by line; `speaker`: the name of who says it, "" where that shall not be told.
    """

    text: str
    start: float
    end: float
    lines: tuple[tuple[Piece, ...], ...] = field(default=(), compare=False)
    speaker: str = ""

    def __post_init__(self) -> None:
        if not self.lines:  # without times of their own all words are said all the time
            lines = (tuple(Piece(w, self.start, self.end) for w in line.split()) for line in self.text.split("\n"))
            object.__setattr__(self, "lines", tuple(lines))


def caption_lines(words: Sequence[Word], *, duration: float, line_letters: int = LINE_LETTERS) -> tuple[Caption, ...]:
    """Group `words` (in order, with times in s) into captions of at most two lines of about `line_letters` letters.

    A Chinese, Japanese or Korean character counts for two. They break where sentences, clauses and breaths end, stay at
    least 0.8 s wherever the words leave room for it, never overlap, leave no gap short enough to flicker, and none
    outlasts `duration` s. A word longer than a line has a line of its own.
    """
    spoken = _pieces(words)
    groups = _groups(spoken, duration, line_letters)
    followers = [*groups[1:], None] if groups else []
    captions = []
    for (first, stop), following in zip(groups, followers, strict=True):
        start, said = spoken[first].start, spoken[stop - 1].end
        limit = spoken[following[0]].start if following else duration
        end = min(max(said + LINGER, start + SHORTEST), limit)
        if following and limit - end < BLINK:
            end = limit
        lines = _in_lines(spoken[first:stop], line_letters)
        text = "\n".join(_text(line) for line in lines)
        captions.append(Caption(text, start, max(end, min(said, limit)), lines))
    return tuple(captions)


def _pieces(words: Sequence[Word]) -> list[Piece]:
    """The words without line breaks, cut where their script lets lines break; a lone punctuation mark belongs to the
    word before it.
    """
    found: list[Piece] = []
    for word in words:
        text = " ".join(word.text.split())
        if text and found and not any(letter.isalnum() for letter in text) and text[0] not in "–—-":
            last = found.pop()
            found.append(Piece(last.text + text, last.start, max(last.end, word.end), last.spaced))
        elif text:
            found.extend(_cut(text, word, is_after_unspaced=bool(found) and is_unspaced(found[-1].text)))
    return found


def _cut(text: str, word: Word, *, is_after_unspaced: bool) -> Iterator[Piece]:
    """Pieces share a word's time by their width."""
    parts = list(pieces(text))
    total, done = max(sum(map(width, parts)), 1), 0
    spaced = not (is_after_unspaced and is_unspaced(text))
    for index, part in enumerate(parts):
        start = word.start + (word.end - word.start) * done / total
        done += width(part)
        end = word.end if index == len(parts) - 1 else word.start + (word.end - word.start) * done / total
        yield Piece(part, start, end, spaced and index == 0)


def _text(line: Sequence[Piece]) -> str:
    return "".join((" " if piece.spaced and index else "") + piece.text for index, piece in enumerate(line))


def _groups(words: list[Piece], duration: float, line_letters: int) -> list[tuple[int, int]]:
    """The cheapest way to cut the words into captions, as (first, stop) pairs: a shortest path over the cuts."""
    best = [(0.0, 0)] + [(math.inf, 0)] * len(words)
    for first in range(len(words)):
        letters = -1
        for stop in range(first + 1, len(words) + 1):
            letters += width(words[stop - 1].text) + words[stop - 1].spaced
            alone = stop == first + 1
            if letters > LINES * line_letters + 1 and not alone:
                break
            if not alone and not _fits(words[first:stop], line_letters):
                continue
            cost = best[first][0] + _cost(words, first, stop, duration)
            if cost < best[stop][0]:
                best[stop] = (cost, first)
    groups, stop = [], len(words)
    while stop:
        first = best[stop][1]
        groups.append((first, stop))
        stop = first
    return groups[::-1]


def _cost(words: list[Piece], first: int, stop: int, duration: float) -> float:
    """How bad a caption of words[first:stop] would be. Tuned by eye on read English prose and on quick dialogue."""
    last = stop == len(words)
    room = (duration if last else words[stop].start) - words[first].start
    spoken = words[stop - 1].end - words[first].start
    cost = 1.0  # each caption asks for the reader's eyes once more
    cost += 20.0 * max(0.0, SHORTEST - room) / SHORTEST + (20.0 if room < SHORTEST else 0.0)
    cost += max(0.0, spoken - COMFORTABLE) ** 2 + (10.0 if spoken > LONGEST else 0.0)
    if not last:
        pause = words[stop].start - words[stop - 1].end
        cost += _cut_cost(words[stop - 1], words[stop], pause)
    for before, after in zip(words[first : stop - 1], words[first + 1 : stop], strict=True):
        if _ends(before.text, SENTENCE_END):
            cost += 1.5  # two sentences in one caption
        if after.start - before.end > 2 * PAUSE:
            cost += 3.0  # shown long before it is said
    return cost


def _cut_cost(before: Piece, after: Piece, pause: float) -> float:
    if _ends(before.text, SENTENCE_END):
        return 0.0
    if _ends(before.text, CLAUSE_END):
        return 0.5
    torn = 3.0 if not after.spaced and breaks_badly(before.text, after.text) else 0.0
    return torn + (1.0 if pause > PAUSE else 2.5)


def _ends(text: str, marks: str) -> bool:
    return text.rstrip(CLOSING)[-1:] in tuple(marks) or text[-1:] in tuple(marks)


def _fits(words: Sequence[Piece], line_letters: int) -> bool:
    return all(width(_text(line)) <= line_letters for line in _in_lines(words, line_letters))


def _in_lines(words: Sequence[Piece], line_letters: int) -> tuple[tuple[Piece, ...], ...]:
    """One line where it fits, else two of much the same length, broken after a mark rather than anywhere."""
    cut = _line_break(tuple((word.text, word.spaced) for word in words), line_letters)
    return (tuple(words[:cut]), tuple(words[cut:])) if cut else (tuple(words),)


@lru_cache(maxsize=4096)
def _line_break(texts: tuple[tuple[str, bool], ...], line_letters: int) -> int:
    """How many of the pieces stand in the upper line; 0 for all in one."""
    ends, total = [], 0  # the width of the line that ends with each piece
    for index, (text, spaced) in enumerate(texts):
        total += width(text) + (spaced and index > 0)
        ends.append(total)
    if total <= line_letters or len(texts) == 1:
        return 0
    options = []
    for cut in range(1, len(texts)):
        upper, lower = ends[cut - 1], total - ends[cut - 1] - texts[cut][1]
        over = max(0, upper - line_letters) + max(0, lower - line_letters)
        mark = 6 if _ends(texts[cut - 1][0], SENTENCE_END + CLAUSE_END) else 0
        torn = 8 if not texts[cut][1] and breaks_badly(texts[cut - 1][0], texts[cut][0]) else 0
        options.append((100 * over + abs(upper - lower) - mark + torn, cut))
    return min(options)[1]
