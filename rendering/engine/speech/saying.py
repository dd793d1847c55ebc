"""What is said in the place of what is written: numbers, dates, addresses, marks, an organisation's own lexicon."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rendering.engine.errors import WordsError
from rendering.engine.speech import saying_elsewhere, saying_english
from rendering.engine.speech.kokoro_alphabet import from_ipa, unknown_in
from rendering.engine.speech.markup import Marked, Span


class Replacement(NamedTuple):
    """Characters `start`..`end` of the text are said as `said`, or as `phonemes` (Kokoro's alphabet) where there are
    some.
    """

    start: int
    end: int
    said: str
    phonemes: str = ""


def replacements(marked: Marked, *, language: str, lexicon: Mapping[str, str]) -> tuple[Replacement, ...]:
    """In order, none overlapping another: marks go before the lexicon, the lexicon before the rules of the language."""
    taken: list[Replacement] = []
    for found in (
        _marked(marked, language),
        _from_lexicon(marked.text, lexicon),
        (Replacement(*swap) for swap in _by_rules(marked.text, language)),
    ):
        _take(found, taken)
    return tuple(sorted(taken))


def _take(found: Iterable[Replacement], taken: list[Replacement]) -> None:
    for swap in found:
        if all(swap.end <= other.start or other.end <= swap.start for other in taken):
            taken.append(swap)


def _marked(marked: Marked, language: str) -> Iterator[Replacement]:
    for span in reversed(marked.spans):  # inner ones first
        written = marked.text[span.start : span.end]
        if span.said is not None:
            yield Replacement(span.start, span.end, span.said)
        elif span.phonemes:
            yield Replacement(span.start, span.end, written, phonemes_of(span.phonemes))
        elif span.kind:
            yield Replacement(span.start, span.end, _said_as(span, written, language))


def _said_as(span: Span, written: str, language: str) -> str:
    if span.kind in {"characters", "spell-out", "verbatim"}:
        return saying_english.spelt(written) if language.startswith("en") else " ".join(written)
    if span.kind == "expletive":
        return "beep"
    if span.kind in {"digits", "telephone"}:
        return ", ".join(" ".join(_digits(group, language)) for group in re.findall(r"\d+", written)) or written
    if language.startswith("en"):
        return saying_english.said_as(written, span.kind, british=language == "en-GB")
    return written


def _digits(digits: str, language: str) -> Sequence[str]:
    return [saying_english.digit(d) for d in digits] if language.startswith("en") else list(digits)


def _from_lexicon(text: str, lexicon: Mapping[str, str]) -> Iterator[Replacement]:
    """The longest entry first; an entry in small letters holds for any spelling, one with capitals for itself only."""
    for entry in sorted(lexicon, key=len, reverse=True):
        flags = re.IGNORECASE if entry == entry.lower() else 0
        for match in re.finditer(rf"(?<!\w){re.escape(entry)}(?!\w)", text, flags):
            said = lexicon[entry]
            if len(said) > 2 and said.startswith("/") and said.endswith("/"):
                yield Replacement(match.start(), match.end(), match.group(), phonemes_of(said[1:-1]))
            else:
                yield Replacement(match.start(), match.end(), said)


def phonemes_of(ipa: str) -> str:
    """IPA in the voices' alphabet. Raises WordsError("phonemes-unknown")."""
    phonemes = from_ipa(ipa)
    if unknown := unknown_in(phonemes):
        raise WordsError(
            "phonemes-unknown",
            f"No voice knows “{unknown}” in the pronunciation /{ipa}/.",
            "Write it in the International Phonetic Alphabet, for example /təˈmeɪtoʊ/.",
        )
    return phonemes


def _by_rules(text: str, language: str) -> Iterable[tuple[int, int, str]]:
    if language.lower().startswith("en"):
        return saying_english.swaps(text, british=language.lower() == "en-gb")
    return saying_elsewhere.swaps(text, language=language)
