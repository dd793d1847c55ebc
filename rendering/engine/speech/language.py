"""Whether text in Latin letters is English, told by its small words and by the lexicon; in doubt it is."""

import re
from collections.abc import Callable
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _word_lists() -> dict[str, frozenset[str]]:
    """Language → words, from small_words.txt: "Language: word word …", continued on indented lines."""
    lines = Path(__file__).with_name("small_words.txt").read_text("utf-8").splitlines()
    joined = "\n".join(line for line in lines if not line.startswith("#")).replace("\n ", " ")
    return {name: frozenset(words.split()) for name, _, words in (line.partition(":") for line in joined.splitlines())}


_LISTS = _word_lists()
_ENGLISH, _SHARED = _LISTS.pop("English"), _LISTS.pop("Shared")
_SMALL_WORDS = {name: words - _ENGLISH for name, words in _LISTS.items()}


def foreign_language(text: str, *, is_known: Callable[[str], bool]) -> str | None:
    """Which language other than English `text` looks like: its name, "" when it has none here, None for English.

    `is_known` tells whether the voice's lexicon has a word. Names and borrowed words do not make a text foreign: its
    small words must be another language's at least twice as often as English ones, or most of its words unknown and
    hardly one of its small words English.
    """
    written = _WORD.findall(text)
    words = [word.lower().replace("’", "'") for word in written]
    if len(words) < 3:
        return None
    english = sum(word in _ENGLISH for word in words)
    only_english = sum(word in _ENGLISH - _SHARED for word in words)
    hits = {name: sum(word in small and len(word) > 1 for word in words) for name, small in _SMALL_WORDS.items()}
    name = max(hits, key=lambda key: hits[key])
    if hits[name] >= 2 and hits[name] >= 0.2 * len(words) and hits[name] > 2 * only_english:
        return name
    plain = [word for word, original in zip(words, written, strict=True) if original[0].islower()]
    if len(plain) >= 5 and english < 0.08 * len(words) and sum(map(is_known, plain)) < 0.5 * len(plain):
        return name if hits[name] >= 2 else ""
    return None


def other_language(text: str, *, than: str) -> str | None:
    """The language that `text` looks like when it is plainly not the one called `than`; None for that one, in doubt,
    and for languages whose small words are not known here.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if len(words) < 3 or than not in _LISTS:
        return None
    lists = _LISTS | {"English": _ENGLISH - _SHARED}
    hits = {name: sum(word in small and len(word) > 1 for word in words) for name, small in lists.items()}
    name = max(hits, key=lambda key: hits[key])
    own = hits[than]
    return (
        name if name != than and hits[name] >= 3 and hits[name] >= 0.2 * len(words) and hits[name] > 2 * own else None
    )
