"""How scripts are written: which way, how wide, and where a line may break."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

RIGHT_TO_LEFT = frozenset({"R", "AL"})
# The bidirectional classes that a word's direction is told by (Unicode Standard Annex 9: strong characters).
_STRONG = {"L": False, "R": True, "AL": True}

_EAST_ASIAN = re.compile(
    "[\u2e80-\u2fff\u3005-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Where a line may neither begin nor end (JIS X 4051, and what Chinese typesetting agrees with).
_NOT_FIRST = frozenset(
    "、。，．・：；？！!?,.:;)]}”’»」』）】〕〉》〙〗ーゝゞ々〻ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥～–—%‰℃"
)
_NOT_LAST = frozenset("([{“‘«「『（【〔〈《〘〖$£€¥￥")


def is_right_to_left(text: str) -> bool:
    """Whether `text` is written from right to left: what its first strong character says; numbers say nothing."""
    for letter in text:
        if (strong := _STRONG.get(unicodedata.bidirectional(letter))) is not None:
            return strong
    return False


@lru_cache(maxsize=8192)
def width(text: str) -> int:
    """Letters that `text` takes of a line: two for a Chinese, Japanese or Korean one, none for what stands above."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def is_unspaced(text: str) -> bool:
    """Whether `text` is in a script whose words stand without spaces between them: Chinese and Japanese."""
    return bool(_EAST_ASIAN.search(text)) and not any("\uac00" <= letter <= "\ud7af" for letter in text)


def pieces(text: str) -> Iterator[str]:
    """`text`, which has no spaces, cut wherever a line may break inside of it: nowhere in alphabets.

    In Chinese and Japanese between characters, but not before a closing mark or a small kana, not after an opening
    mark, and not inside a word in Latin letters or a number.
    """
    if not is_unspaced(text):
        yield text
        return
    current = ""
    for letter in text:
        if current and _may_break(current[-1], letter):
            yield current
            current = ""
        current += letter
    yield current


def breaks_badly(before: str, after: str) -> bool:
    """Whether a line break between two pieces without a space may tear what is read as one word.

    Without a dictionary a break is good where hiragana, which end most Japanese words, are followed by something else,
    and at the border to other scripts and marks; anywhere else nobody knows.
    """
    first, second = _kind(before[-1:]), _kind(after[:1])
    return bool(first and second) and not (first == "hiragana" and second != "hiragana")


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or unicodedata.combining(after):
        return False
    return bool(_EAST_ASIAN.match(before) or _EAST_ASIAN.match(after) or before in _NOT_FIRST or after in _NOT_LAST)


def _kind(letter: str) -> str:
    name = unicodedata.name(letter, "") if letter else ""
    if name.startswith("HIRAGANA"):
        return "hiragana"
    if name.startswith("KATAKANA"):
        return "katakana"
    return "ideograph" if name.startswith("CJK") else ""
