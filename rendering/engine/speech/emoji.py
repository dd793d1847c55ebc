"""Emoji that stand for a word in an English sentence; all others are decoration, which nobody reads aloud."""

import re
import unicodedata
from collections.abc import Iterator

_AFTER_A_WORD_FOR = frozenset(
    [
        "a",
        "an",
        "the",
        "more",
        "some",
        "any",
        "of",
        "with",
        "for",
        "and",
        "or",
        "no",
        "my",
        "your",
        "our",
        "his",
        "her",
        "this",
        "that",
        "need",
        "want",
        "eat",
        "drink",
        "buy",
        "bring",
    ]
)
_SHORT_NAMES = {
    "☕": "coffee", "🍕": "pizza", "🎂": "cake", "🍰": "cake", "🎉": "party", "🐶": "dog", "🐕": "dog", "🐱": "cat",
    "🐈": "cat", "🌞": "sun", "☀": "sun", "🌙": "moon", "⭐": "star", "🌧": "rain", "🔥": "fire", "🚗": "car",
    "🚲": "bike", "✈": "plane", "🏠": "house", "📚": "books", "📖": "book", "📷": "camera", "📞": "phone",
    "📱": "phone",
    "💻": "laptop", "🎁": "gift", "🌹": "rose", "🌸": "flowers", "💐": "flowers", "🍺": "beer", "🍷": "wine",
    "🍎": "apple",
    "🍌": "banana", "🍦": "ice cream", "🍔": "burger", "🎵": "music", "🎶": "music", "⚽": "football",
    "🏀": "basketball",
    "👶": "baby", "👪": "family", "💰": "money", "⏰": "alarm", "❤": "love", "💍": "ring", "🎄": "Christmas tree",
}  # fmt: skip
_HEARTS = frozenset("❤💖💗💕💞💓💘💛💚💙💜🧡🖤🤍")
_LOVES = {"he": "loves", "she": "loves", "it": "loves", "i": "love", "you": "love", "we": "love", "they": "love"}


def read_emoji(text: str) -> str:
    """`text` with those emoji in words that stand for one: "I ❤️ New York", "more ☕". The others stay."""
    return "".join(_in_words(text))


def _in_words(text: str) -> Iterator[str]:
    for place, character in enumerate(text):
        if unicodedata.category(character) != "So":
            yield character
            continue
        before = re.search(r"(\w+)\W*$", text[:place])
        word = before.group(1).lower() if before else ""
        follows = re.match(r"[\W_]*\w", text[place + 1 :]) is not None
        if character in _HEARTS and word in _LOVES and follows:
            yield f" {_LOVES[word]} "
        elif character in _SHORT_NAMES and word in _AFTER_A_WORD_FOR and text[:place].rstrip(" \ufe0f")[-1:].isalnum():
            yield f" {_SHORT_NAMES[character]} "
        else:
            yield character
