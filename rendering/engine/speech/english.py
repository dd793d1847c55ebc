"""English words to phonemes: hibari's G2P (lexicon, tagger, unknown words), American or British."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from rendering.engine.errors import WordsError
from rendering.engine.speech.speaker import Reading

_LOST = (ArithmeticError, LookupError, ValueError, TypeError, AttributeError)  # what the G2P ends with when it is lost

_LETTER_A = "ˈA"


class EnglishReader:
    """Reads words as they stand in a sentence ("read", "live" and "the" depend on their neighbours)."""

    def __init__(self, *, british: bool = False) -> None:
        self._british = british

    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        """Raises WordsError("words-unreadable")."""
        try:
            readings = self._read(" ".join(words))
        except _LOST as error:
            # a number without a name, a mark in an odd place: say which, word by word
            for word in words:
                try:
                    self._read(word)
                except _LOST:
                    raise unreadable(word) from error
            raise unreadable(" ".join(words)) from error
        return tuple(_matched(words, readings))

    def _read(self, sentence: str) -> list[Reading]:
        from hibari.g2p.normalize import normalize  # noqa: PLC0415

        g2p = english_g2p(british=self._british)
        tokens = g2p.phonemize_tokens(g2p.tokenize(normalize(plain_letters(sentence))))
        readings = [Reading(token.text, token.phonemes or "", bool(token.whitespace)) for token in tokens]
        return [
            replace(reading, phonemes=_LETTER_A) if _is_the_letter(readings, index) else reading
            for index, reading in enumerate(readings)
        ]


def _is_the_letter(readings: Sequence[Reading], index: int) -> bool:
    """Whether a lone capital A is the letter, as in "seven A M", and not the article that opens a sentence or title."""
    if readings[index].text != "A":
        return False
    following = readings[index + 1].text if index + 1 < len(readings) else ""
    if len(following) == 1 and following.isupper():
        return True
    before = readings[index - 1] if index else None
    return before is not None and is_said(before.phonemes) and before.space and not following[:1].isupper()


def unreadable(text: str) -> WordsError:
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    return WordsError("words-unreadable", f"The voice does not know how to read “{shown}”.", "Write it out in words.")


def _matched(words: Sequence[str], readings: Sequence[Reading]) -> Iterator[Reading]:
    """The readings, each with its word. The G2P normalises once more, so that words and readings are matched as
    sequences; a stretch that does not match belongs to its first word.
    """
    spans = _spoken_spans(readings)
    matcher = SequenceMatcher(
        None, [_key(word) for word in words], [_key("".join(r.text for r in readings[a:b])) for a, b in spans], False
    )
    word_of: dict[int, int] = {}  # span -> word
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for span in range(j1, j2):
            if tag == "equal":
                word_of[span] = i1 + span - j1
            elif i1 < i2:
                word_of[span] = i1
            else:
                word_of[span] = max(i1 - 1, 0)
    for span, (first, end) in enumerate(spans):
        for reading in readings[first:end]:
            yield replace(reading, word=word_of[span])


def _spoken_spans(readings: Sequence[Reading]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    first = 0
    for index, reading in enumerate(readings):
        if reading.space or index == len(readings) - 1:
            if any(is_said(r.phonemes) for r in readings[first : index + 1]) or not spans:
                spans.append((first, index + 1))
            else:
                spans[-1] = (spans[-1][0], index + 1)
            first = index + 1
    return spans


def _key(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def is_said(phonemes: str) -> bool:
    return any(c.isalpha() for c in phonemes)


def plain_letters(text: str) -> str:
    """`text` with each letter that the G2P does not know put as the plain letters under its marks ("ễ" → "e"), or left
    out.
    """
    known = english_g2p().oov.cin
    return "".join(c if c.isascii() or c in known or not c.isalpha() else _unmarked(c) for c in text)


def _unmarked(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if c.isascii())


@cache
def english_g2p(*, british: bool = False) -> Any:
    """hibari's G2P, loaded once a process (0.5 s, 130 MB)."""
    from hibari.g2p import G2P  # noqa: PLC0415

    return G2P(british=british)


def in_lexicon(word: str) -> bool:
    lexicon = english_g2p().lexicon
    return word in lexicon.golds or word in lexicon.silvers or lexicon.get_word(word, "NN", None, None)[0] is not None
