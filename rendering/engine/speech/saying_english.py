"""What English says in the place of numbers, dates, times, money, measures, abbreviations, addresses and signs."""

import re
from collections.abc import Iterator

from rendering.engine.speech import addresses
from rendering.engine.speech.english_dates import DATES
from rendering.engine.speech.english_figures import FIGURES
from rendering.engine.speech.english_measures import MEASURES
from rendering.engine.speech.english_numbers import cardinal, decimal, digits, in_pairs, ordinal
from rendering.engine.speech.english_rules import Rule, rule
from rendering.engine.speech.english_signs import ABBREVIATED, SIGNS_ALONE
from rendering.engine.speech.english_words import SIGNS

Swap = tuple[int, int, str]


def swaps(text: str, *, british: bool = False) -> Iterator[Swap]:
    """Characters `start`..`end` of `text` and what is said for them; earlier rules go before later ones, and none
    overlaps an earlier one.
    """
    taken: list[tuple[int, int]] = []
    for match in addresses.ADDRESS.finditer(text):
        kept, said = addresses.in_words(match)
        taken.append((match.start(), match.start() + kept))
        yield *taken[-1], re.sub(r"\d+", lambda number: _in_an_address(number.group()), said)
    for pattern, say in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            words = say(match, british)
            if words is not None:
                taken.append((start, end))
                yield start, end, words


def _in_an_address(number: str) -> str:
    return (
        digits(number)
        if len(number) > 4 or number[0] == "0"
        else in_pairs(number)
        if len(number) > 2
        else cardinal(int(number))
    )


def spelt(text: str) -> str:
    """Letter by letter, digit by digit."""
    return " ".join(
        digit(c) if c.isdigit() else c.upper() if c.isalpha() else SIGNS.get(c, "") for c in text if c.strip()
    )


def digit(character: str) -> str:
    return digits(character)


def said_as(text: str, kind: str, *, british: bool = False) -> str:
    """`text` as a cardinal, ordinal, date, time and so on; as the rules have it where it is none."""
    plain = text.strip().replace(",", "")
    if kind in {"cardinal", "number"} and re.fullmatch(r"-?\d+(\.\d+)?", plain):
        return ("minus " if plain.startswith("-") else "") + decimal(plain.lstrip("-"), british=british)
    if kind == "ordinal" and (match := re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", plain)):
        return ordinal(int(match.group(1)), british=british)
    return said(text, british=british)


def said(text: str, *, british: bool = False) -> str:
    """`text` with every swap made."""
    out, place = "", 0
    for start, end, words in sorted(swaps(text, british=british)):
        if start >= place:
            out, place = out + text[place:start] + words, end
    return re.sub(r" +([,.;:!?])", r"\1", " ".join((out + text[place:]).split()))


def _tag(match: re.Match[str], british: bool) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d])(?=\d)|_", " ", match[1])
    return f"hashtag {said(words, british=british)}"


_RULES: tuple[Rule, ...] = (
    rule(r"(?<![\w&#])#(?=[^\W\d]|\d+[^\W\d])(\w+)", _tag),
    *ABBREVIATED,
    *DATES,
    *MEASURES,
    *FIGURES,
    *SIGNS_ALONE,
)  # fmt: skip
