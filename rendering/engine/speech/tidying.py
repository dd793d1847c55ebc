"""Text made even before it is read: one kind of space and quote, emoji as a word or left out."""

import re
import unicodedata

from rendering.engine.speech.emoji import read_emoji

LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # what word processors and PDFs leave for a new line
_QUOTES = str.maketrans({**dict.fromkeys("‘‛′`´ʼʹ", "’"), **dict.fromkeys("„‟«″", "“"), "»": "”"})
_DASHES = str.maketrans({**dict.fromkeys("‐‑−⁃", "-"), "‒": "–", "―": "—", "⸺": "—"})
_SIGNS = {
    "≤": " is at most ", "≥": " is at least ", "≈": " about ", "≠": " is not ", "√": " square root of ",
    "∞": " infinity ", "‰": " per mille ", "⁄": "/", "¿": "", "¡": "", "·": ", ", "‣": ", ", "●": ", ", "◦": ", ",
}  # fmt: skip
READ_SIGNS = frozenset("“”’…—–•°¢§¶±×÷™®©→←½¼¾²³µ£€¥₹₩")  # beside ASCII; hibari has words for them
_EMOJI_PARTS = frozenset([*map(chr, range(0xFE00, 0xFE10)), "\u20e3"])  # which picture, and the box around a key
_CJK_MARKS = frozenset("，！？；：（）「」『』")  # wide marks part clauses where no space does
_LOOSE_MARKS = re.compile("[\u0300-\u036f]")  # what has not joined a letter: only the letter is said
_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")


def tidy(text: str, *, language: str = "en-US") -> str:
    """`text` in composed Unicode with plain spaces and line breaks, without invisible marks; emoji that stand for a
    word as that word, the others left out.
    """
    text = LINE_BREAKS.sub("\n", text).replace("\t", " ").translate(_QUOTES).translate(_DASHES)
    text = read_emoji(text) if language.startswith("en") else text
    kept = _CJK_MARKS if language[:2] in {"zh", "ja"} else frozenset()
    text = "".join(c if c in kept else _tidied_character(c) for c in unicodedata.normalize("NFC", text))
    text = _LOOSE_MARKS.sub("", unicodedata.normalize("NFC", text)).replace("--", "—")
    while _MARKDOWN_LINK.search(text):
        text = _MARKDOWN_LINK.sub(r"\1", text)
    text = re.sub(r"\d{13,}", lambda match: " ".join(match.group()), text)  # a card or account number: digit by digit
    text = re.sub(r"(?<![Ͱ-Ͽ])[Ͱ-Ͽ](?![Ͱ-Ͽ])", _greek_letter_name, text)
    text = re.sub(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _tidied_character(character: str) -> str:
    if character.isascii() or character in READ_SIGNS:
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    category = unicodedata.category(character)
    plain = unicodedata.normalize("NFKC", character)
    if category == "Cf" or character in _EMOJI_PARTS:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if plain != character and all(c.isascii() or c in READ_SIGNS for c in plain):
        return plain  # 𝓯𝓪𝓷𝓬𝔂, ｗｉｄｅ or ligatured letters
    return " " if category in {"So", "Sk"} else character  # emoji and ornaments


def _greek_letter_name(match: re.Match[str]) -> str:
    """A single Greek letter is a symbol, read by its name: “π” is “pi”."""
    name = re.match(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?(\w+)$", unicodedata.name(match.group(), ""))
    return f" {name.group(1).lower()} " if name else match.group()
