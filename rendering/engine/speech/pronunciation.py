"""Text to what a voice says, one sentence at a time, keeping which written word each sound belongs to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rendering.engine.speech.english import is_said
from rendering.engine.speech.kokoro_alphabet import LONGEST
from rendering.engine.speech.markup import Marked, read_markup
from rendering.engine.speech.saying import Replacement, replacements
from rendering.engine.speech.speaker import Manner, Reading, Speaker

_SENTENCE_END = re.compile(r"(?<=[.!?…])([\"”’)\]]*)\s+(?=\S)|(?<=[。！？])([」』”]*)\s*(?=\S)")
_CLAUSE_END = frozenset(",;:—…，；：、")
_ABBREVIATED = frozenset({
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Prof",
        "St",
        "Mt",
        "Ft",
        "Gen",
        "Gov",
        "Sen",
        "Rep",
        "Capt",
        "Lt",
        "Col",
        "Sgt",
        "Rev",
        "Hon",
        "Pres",
        "Jr",
        "Sr",
        "vs",
        "no",
        "No",
        "Nos",
        "Fig",
        "fig",
        "Vol",
        "vol",
        "approx",
        "e.g",
        "i.e",
        "Sra",
        "Srta",
        "Dra",
        "Mme",
        "Mlle",
        "M",
        "bzw",
        "z.B",
        "Nr",
        "Sig",
})  # fmt: skip
_BEFORE_NUMBERS = frozenset(["p", "pp", "ch", "Ch", "sec", "Sec", "c", "ca", "Apt", "Ste", "art", "Art", "col"])
_UNSPACED = ("zh", "ja")

Lexicon = Mapping[str, str]
"""Word or phrase → how it is said: other words, or "/IPA/"."""


@dataclass(frozen=True)
class Unit:
    """Written words that are said together: "7:30" is one word and two readings, "3 May 2024" three words and one
    date. `first`..`last`: their readings, inclusive.
    """

    words: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True)
class Sentence:
    """`text` as written, and how it is read. `closes`: "sentence", "line" or "paragraph", what ends with it; `opening`:
    s of silence asked for before it.
    """

    text: str
    readings: tuple[Reading, ...]
    units: tuple[Unit, ...]
    closes: str
    opening: float = 0.0


@dataclass(frozen=True)
class _Piece:
    """Written words and what is said for them, before anything is read; `place` in the text."""

    written: str
    said: str
    place: int
    phonemes: str = ""


def read_text(
    text: str, *, speaker: Speaker, language: str = "en-US", lexicon: Lexicon | None = None
) -> tuple[Sentence, ...]:
    """The sentences of checked `text` that have something to say. Raises WordsError("words-unreadable"),
    WordsError("markup-wrong"), WordsError("phonemes-unknown").
    """
    marked = read_markup(text)
    swaps = replacements(marked, language=language, lexicon=lexicon or {})
    sentences: list[Sentence] = []
    ranges = list(_sentences(marked.text, language, swaps))
    nexts = [start for start, _, _ in ranges[1:]] + [len(marked.text) + 1]
    for (start, end, closes), following in zip(ranges, nexts, strict=True):
        pieces = list(_pieces(marked.text, start, end, swaps, language))
        if pieces:
            pauses = [(at, s) for at, s in marked.pauses if (start <= at or not sentences) and at < following]
            sentence = replace(_read(marked, pieces, pauses, speaker), text=marked.text[start:end])
            if any(is_said(reading.phonemes) or reading.phonemes.isdigit() for reading in sentence.readings):
                sentences.append(sentence)
        if closes != "sentence" and sentences:
            sentences[-1] = replace(sentences[-1], closes=closes)
    if sentences:
        sentences[-1] = replace(sentences[-1], closes="paragraph")
    return tuple(sentences)


def said_text(text: str, *, language: str = "en-US", lexicon: Lexicon | None = None) -> str:
    """`text` as it is said, in words: what stands in the place of numbers, dates, addresses and the like."""
    marked = read_markup(text)
    swaps = replacements(marked, language=language, lexicon=lexicon or {})
    said = [piece.said for piece in _pieces(marked.text, 0, len(marked.text), swaps, language)]
    return re.sub(r" +([,.;:!?])", r"\1", " ".join(filter(None, said)))


def _sentences(text: str, language: str, swaps: Sequence[Replacement]) -> Iterator[tuple[int, int, str]]:
    """Start, end and what closes with each; a blank line closes a paragraph."""
    for line in re.finditer(r"[^\n]+", text):
        following = text[line.end() :]
        closes = "paragraph" if re.match(r"\n[^\S\n]*\n", following) else "line"
        start = line.start()
        for match in _SENTENCE_END.finditer(text, line.start(), line.end()):
            place = match.end(1) if match.group(1) is not None else match.end(2)
            if any(swap.start < place < swap.end for swap in swaps):
                continue
            if language[:2] in _UNSPACED or _ends_a_sentence(text[start:place], text[match.end()]):
                yield start, place, "sentence"
                start = match.end()
        yield start, line.end(), closes


def _ends_a_sentence(before: str, following: str) -> bool:
    if following.islower():
        return False
    word = (before.rstrip('"”’)]').rsplit(maxsplit=1) or [""])[-1].lstrip("(\"“'‘¿¡")
    is_initial = len(word) == 2 and word[0].isupper() and word != "I."
    is_numbered = following.isdigit() and word[:-1] in _BEFORE_NUMBERS
    return not (word.endswith(".") and (is_initial or is_numbered or word[:-1] in _ABBREVIATED))


def _pieces(text: str, start: int, end: int, swaps: Sequence[Replacement], language: str) -> Iterator[_Piece]:
    """The written words between `start` and `end` in order; words that a swap covers go together."""
    inside = [swap for swap in swaps if start <= swap.start and swap.end <= end]
    pattern = r"[^\s，。！？；：、]+[，。！？；：、」』”]*" if language[:2] in _UNSPACED else r"\S+"
    group: list[tuple[int, int]] = []
    reach = start
    for match in re.finditer(pattern, text[start:end]):
        a, b = start + match.start(), start + match.end()
        if group and (a < reach or (not any(c.isalnum() for c in text[a:b]) and not _swapped(a, b, inside))):
            group.append((a, b))  # a lone dash stays with the word before it
        else:
            if group:
                yield _piece(text, group[0][0], group[-1][1], inside)
            group = [(a, b)]
        reach = max([reach, *(swap.end for swap in inside if swap.start < b and swap.end > a)])
    if group:
        yield _piece(text, group[0][0], group[-1][1], inside)


def _swapped(a: int, b: int, swaps: Sequence[Replacement]) -> bool:
    return any(swap.start < b and swap.end > a for swap in swaps)


def _piece(text: str, a: int, b: int, swaps: Sequence[Replacement]) -> _Piece:
    said, place, phonemes = "", a, ""
    for swap in swaps:
        if swap.start < b and swap.end > a:
            said += text[place : swap.start] + swap.said
            place, phonemes = swap.end, phonemes or swap.phonemes
    said += text[place:b]
    return _Piece(" ".join(text[a:b].split()), " ".join(said.split()), a, phonemes)


def _read(marked: Marked, pieces: Sequence[_Piece], pauses: Sequence[tuple[int, float]], speaker: Speaker) -> Sentence:
    words = [(word, index) for index, piece in enumerate(pieces) for word in piece.said.split()]
    readings: list[Reading] = []
    owners: list[int] = []  # of each reading: the piece
    for reading in speaker.read([word for word, _ in words]) if words else ():
        owner = words[reading.word][1]
        readings.append(replace(reading, manner=marked.manner_at(pieces[owner].place)))
        owners.append(owner)
    for index, piece in enumerate(pieces):
        if piece.phonemes:
            _override(readings, [i for i, owner in enumerate(owners) if owner == index], piece.phonemes)
    opening = 0.0
    for place, seconds in pauses:
        before = [i for i, owner in enumerate(owners) if pieces[owner].place < place]
        if before:
            readings[before[-1]] = replace(readings[before[-1]], pause=readings[before[-1]].pause + seconds)
        else:
            opening += seconds
    return Sentence("", tuple(readings), tuple(_units(pieces, readings, owners)), "sentence", opening)


def _override(readings: list[Reading], own: Sequence[int], phonemes: str) -> None:
    """The piece's own sounds give way to `phonemes`; its punctuation stays."""
    said = phonemes
    for index in own:
        marks = "".join(c for c in readings[index].phonemes if not (c.isalpha() or c in "ˈˌː"))
        readings[index] = replace(readings[index], phonemes=(said + marks) if index == own[-1] else said)
        said = ""


def _units(pieces: Sequence[_Piece], readings: Sequence[Reading], owners: Sequence[int]) -> Iterator[Unit]:
    """Words without a sound of their own go with those before them, else with those after."""
    sounding = {
        owner
        for owner, reading in zip(owners, readings, strict=True)
        if is_said(reading.phonemes) or reading.phonemes.isdigit()
    }
    waiting: tuple[str, ...] = ()
    units: list[Unit] = []
    for index, piece in enumerate(pieces):
        own = [i for i, owner in enumerate(owners) if owner == index]
        words = tuple(_written_words(piece.written))
        if index in sounding:
            first = units[-1].last + 1 if units else 0
            units.append(Unit(waiting + words, first, own[-1]))
            waiting = ()
        elif units:
            last = max([units[-1].last, *own])
            units[-1] = Unit(units[-1].words + words, units[-1].first, last)
        else:
            waiting += words
    yield from units


def _written_words(text: str) -> list[str]:
    words: list[str] = []
    for word in text.split():
        if words and not any(c.isalnum() for c in word):
            words[-1] += f" {word}"  # a lone dash stays with the word before it
        else:
            words.append(word)
    return words


def breaths(readings: Sequence[Reading]) -> Iterator[tuple[int, int]]:
    """Ranges [first, end) of readings that the voice says in one go: cut where a pause is asked for or the tempo or
    pitch changes; after a clause, else at a space, when too long.
    """
    first, length = 0, 0
    for index, reading in enumerate(readings):
        if index > first and _parted(readings[index - 1], reading):
            yield first, index
            first, length = index, 0
        elif length + len(reading.said) > LONGEST and index > first:
            end = _best_cut(readings, first, index)
            yield first, end
            first, length = end, sum(len(r.said) for r in readings[end:index])
        length += len(reading.said)
    if first < len(readings):
        yield first, len(readings)


def _parted(before: Reading, after: Reading) -> bool:
    manners: tuple[Manner, Manner] = before.manner, after.manner
    return before.pause > 0 or any(getattr(manners[0], n) != getattr(manners[1], n) for n in ("rate", "pitch"))


def _best_cut(readings: Sequence[Reading], first: int, index: int) -> int:
    for end in range(index, first + (index - first) // 3, -1):
        if readings[end - 1].phonemes[-1:] in _CLAUSE_END:
            return end
    return next((end for end in range(index, first, -1) if readings[end - 1].space), index)
