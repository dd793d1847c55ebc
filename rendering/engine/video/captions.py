"""Captions: words with their times become short readable lines, drawn on the picture or kept beside it as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rendering.engine.video.compose import Overlay
from rendering.engine.video.lettering import font, pill

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
SENTENCE_END, CLAUSE_END = ".!?…", ",;:–—)"
CLOSING = "\"'”’»)"

GROUND = 165  # opacity of the ground behind the letters, 0..255
SAFE, LOWEST = 0.07, 0.015  # of the frame's height, below a caption: as a rule, and at the least
CLEAR_OF_MOUTH = 0.3  # of a letter's size, between mouth and caption
LETTER_SIZE, SMALLEST_LETTERS = 0.04, 8  # of the geometric mean of the frame's sides; px
WIDEST = 0.9  # of the frame's width, for a line with its ground


@dataclass(frozen=True)
class Caption:
    """`text` of one or two lines (joined by a line break), shown for `start` <= t < `end` s."""

    text: str
    start: float
    end: float


def caption_lines(words: Sequence[Word], *, duration: float, line_letters: int = LINE_LETTERS) -> tuple[Caption, ...]:
    """Group `words` (in order, with times in s) into captions of at most two lines of about `line_letters` letters.

    They break where sentences, clauses and breaths end, stay at least 0.8 s wherever the words leave room for it,
    never overlap, leave no gap short enough to flicker, and none outlasts `duration` s. A word longer than a line has
    a line of its own.
    """
    spoken_words = _joined(words)
    groups = _groups(spoken_words, duration, line_letters)
    followers = [*groups[1:], None] if groups else []
    captions = []
    for (first, stop), following in zip(groups, followers, strict=True):
        start, spoken = spoken_words[first].start, spoken_words[stop - 1].end
        limit = spoken_words[following[0]].start if following else duration
        end = min(max(spoken + LINGER, start + SHORTEST), limit)
        if following and limit - end < BLINK:
            end = limit
        text = _in_lines(tuple(word.text for word in spoken_words[first:stop]), line_letters)
        captions.append(Caption(text, start, max(end, min(spoken, limit))))
    return tuple(captions)


def caption_overlays(
    captions: Sequence[Caption], size: tuple[int, int], *, mouth_bottom: float | None = None
) -> tuple[Overlay, ...]:
    """The captions drawn for frames of `size` (W, H) px: white on a dark ground, one size of letters for all.

    They stand in the lower safe area; where that would cover the mouth, whose lower edge is at `mouth_bottom` px, they
    move down as far as they must and the frame allows.
    """
    if not captions:
        return ()
    width, height = size
    px = _letter_size(captions, size)
    padding = round(0.45 * px), round(0.2 * px)
    overlays = []
    for caption in captions:
        picture = pill(
            tuple(caption.text.split("\n")),
            letters=font("Medium", px),
            padding=padding,
            radius=round(0.35 * px),
            ground=GROUND,
            line_height=round(1.22 * px),
        )
        y = height - round(SAFE * height) - picture.shape[0]
        if mouth_bottom is not None:
            clear = math.ceil(mouth_bottom + CLEAR_OF_MOUTH * px)
            y = min(max(y, clear), height - round(LOWEST * height) - picture.shape[0])
        overlays.append(Overlay((width - picture.shape[1]) // 2, y, picture, caption.start, caption.end))
    return tuple(overlays)


def _letter_size(captions: Sequence[Caption], size: tuple[int, int]) -> int:
    lines = [line for caption in captions for line in caption.text.split("\n")]
    px = round(LETTER_SIZE * math.sqrt(size[0] * size[1]))
    widest = max(font("Medium", 100).getlength(line) for line in lines) / 100 + 0.9  # em, with the ground
    return max(SMALLEST_LETTERS, min(px, math.floor(WIDEST * size[0] / widest)))


def write_srt(path: Path, captions: Sequence[Caption]) -> None:
    """Write the captions to `path` as a SubRip file (UTF-8)."""
    cues = (
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.end, ',')}\n{caption.text}\n"
        for number, caption in enumerate(captions, 1)
    )
    path.write_text("\n".join(cues), encoding="utf-8")


def write_vtt(path: Path, captions: Sequence[Caption]) -> None:
    """Write the captions to `path` as a WebVTT file (UTF-8)."""
    cues = (
        f"{_clock(caption.start, '.')} --> {_clock(caption.end, '.')}\n{_escaped(caption.text)}\n"
        for caption in captions
    )
    path.write_text("\n".join(("WEBVTT\n", *cues)), encoding="utf-8")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


@dataclass(frozen=True)
class _Spoken:
    text: str
    start: float
    end: float


def _joined(words: Sequence[Word]) -> list[_Spoken]:
    """The words without line breaks; a lone punctuation mark belongs to the word before it."""
    joined: list[_Spoken] = []
    for word in words:
        text = " ".join(word.text.split())
        if text and joined and not any(letter.isalnum() for letter in text) and text[0] not in "–—-":
            last = joined.pop()
            joined.append(_Spoken(last.text + text, last.start, max(last.end, word.end)))
        elif text:
            joined.append(_Spoken(text, word.start, word.end))
    return joined


def _groups(words: list[_Spoken], duration: float, line_letters: int) -> list[tuple[int, int]]:
    """The cheapest way to cut the words into captions, as (first, stop) pairs: a shortest path over the cuts."""
    best = [(0.0, 0)] + [(math.inf, 0)] * len(words)
    for first in range(len(words)):
        letters = -1
        for stop in range(first + 1, len(words) + 1):
            letters += len(words[stop - 1].text) + 1
            alone = stop == first + 1
            if letters > LINES * line_letters + 1 and not alone:
                break
            if not alone and not _fits(tuple(word.text for word in words[first:stop]), line_letters):
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


def _cost(words: list[_Spoken], first: int, stop: int, duration: float) -> float:
    """How bad a caption of words[first:stop] would be. Tuned by eye on read English prose and on quick dialogue."""
    last = stop == len(words)
    room = (duration if last else words[stop].start) - words[first].start
    spoken = words[stop - 1].end - words[first].start
    cost = 1.0  # each caption asks for the reader's eyes once more
    cost += 20.0 * max(0.0, SHORTEST - room) / SHORTEST + (20.0 if room < SHORTEST else 0.0)
    cost += max(0.0, spoken - COMFORTABLE) ** 2 + (10.0 if spoken > LONGEST else 0.0)
    if not last:
        pause = words[stop].start - words[stop - 1].end
        cost += _cut_cost(words[stop - 1].text, pause)
    for before, after in zip(words[first : stop - 1], words[first + 1 : stop], strict=True):
        if _ends(before.text, SENTENCE_END):
            cost += 1.5  # two sentences in one caption
        if after.start - before.end > 2 * PAUSE:
            cost += 3.0  # shown long before it is said
    return cost


def _cut_cost(text: str, pause: float) -> float:
    if _ends(text, SENTENCE_END):
        return 0.0
    if _ends(text, CLAUSE_END):
        return 0.5
    return 1.0 if pause > PAUSE else 2.5


def _ends(text: str, marks: str) -> bool:
    return text.rstrip(CLOSING)[-1:] in tuple(marks) or text[-1:] in tuple(marks)


def _fits(texts: tuple[str, ...], line_letters: int) -> bool:
    return all(len(line) <= line_letters for line in _in_lines(texts, line_letters).split("\n"))


@lru_cache(maxsize=4096)
def _in_lines(texts: tuple[str, ...], line_letters: int) -> str:
    """One line where it fits, else two of much the same length, broken after a mark rather than anywhere."""
    whole = " ".join(texts)
    if len(whole) <= line_letters or len(texts) == 1:
        return whole
    options = []
    for cut in range(1, len(texts)):
        upper, lower = " ".join(texts[:cut]), " ".join(texts[cut:])
        over = max(0, len(upper) - line_letters) + max(0, len(lower) - line_letters)
        mark = 6 if _ends(texts[cut - 1], SENTENCE_END + CLAUSE_END) else 0
        options.append((100 * over + abs(len(upper) - len(lower)) - mark, f"{upper}\n{lower}"))
    return min(options)[1]
