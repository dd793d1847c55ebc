"""What the rules of English are made of: a pattern, and what is said for its match."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

Say = Callable[[re.Match[str], bool], str | None]
"""The match, and whether the voice is British → what is said; None where the rule does not hold after all."""

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
LEFT = r"(?<![\w.,/-])"


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    say: Say


def rule(pattern: str, say: Say, flags: int = 0) -> Rule:
    return Rule(re.compile(pattern, flags), say)


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def point_after(match: re.Match[str]) -> str:
    """The point of an abbreviation that also ends its sentence."""
    ends = re.match(r"[”\"')\]]*(?:\s*$|\s*\n|\s+[A-Z“\"])", match.string[match.end() :])
    return "." if match[0].endswith(".") and ends else ""
