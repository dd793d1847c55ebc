"""One alphabet for all voices and listeners: plain IPA, whatever the model's own symbols are."""

VOWELS = frozenset({
    "i", "ɪ", "e", "ɛ", "æ", "a", "ɑ", "ɒ", "ɔ", "o", "ʊ", "u", "ʌ", "ə", "ɚ", "ɜ", "ɝ", "ɨ", "ʉ", "ɯ", "y",
    "ø", "œ", "eɪ", "aɪ", "ɔɪ", "aʊ", "oʊ", "əʊ",
})  # fmt: skip
CONSONANTS = frozenset({
    "p", "b", "m", "f", "v", "θ", "ð", "t", "d", "n", "s", "z", "l", "ɹ", "r", "ɾ", "ʃ", "ʒ", "tʃ", "dʒ", "j",
    "k", "ɡ", "ŋ", "h", "w", "ʔ", "x", "ɣ", "ç", "ɲ", "ʎ", "β", "ɸ", "ʁ", "ts", "dz", "ɥ",
})  # fmt: skip
SYMBOLS = VOWELS | CONSONANTS | {"sil"}
"""Every symbol that a Phoneme of this room can carry."""

# Kokoro and misaki write diphthongs and affricates as single capitals and ligatures (misaki, EN_PHONES.md).
_KOKORO = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "W": "aʊ", "Y": "ɔɪ", "Q": "əʊ", "S": "ʃ", "T": "ɾ",
    "ʤ": "dʒ", "ʧ": "tʃ", "ʦ": "ts", "ʣ": "dz", "ʨ": "tʃ", "ʥ": "dʒ",
    "ᵊ": "ə", "ɐ": "ə", "ᵻ": "ɪ", "ɤ": "ʌ", "ɺ": "ɾ", "ɽ": "ɾ", "ɻ": "ɹ", "ʀ": "ʁ", "ʋ": "v", "χ": "x", "q": "k",
    "ɕ": "ʃ", "ʂ": "ʃ", "ʝ": "j", "ɰ": "ɣ", "ɳ": "n", "ɴ": "ŋ", "ɖ": "d", "ʈ": "t", "c": "k", "ɟ": "ɡ", "g": "ɡ",
}  # fmt: skip

# The recogniser joins affricates with a tie bar and knows Korean's tense and aspirated consonants.
_HEARD = {
    "t͡ʃ": "tʃ", "d͡ʒ": "dʒ", "t͡ɕ": "tʃ", "t͡ɕʰ": "tʃ", "t͡ɕ͈": "tʃ",
    "pʰ": "p", "p͈": "p", "tʰ": "t", "t͈": "t", "kʰ": "k", "k͈": "k", "s͈": "s",
    "ɘ": "ə", "ɵ": "ʊ", "ʏ": "y", "ä": "a", "ɫ": "l", "ɮ": "l", "ɱ": "m", "ɓ": "b", "ɗ": "d", "ʙ": "b",
    "ɦ": "h", "ħ": "h", "ʐ": "ʒ", "ʑ": "ʒ", "ã": "a", "à": "a", "å": "ɔ", "ẽ": "e", "ĩ": "i", "ì": "i", "ǐ": "i",
    "õ": "o", "ũ": "u", "ñ": "ɲ", "ẑ": "z",
}  # fmt: skip
_HEARD_PAIRS = {
    "ja": ("j", "a"), "je": ("j", "e"), "jo": ("j", "o"), "ju": ("j", "u"), "jʌ": ("j", "ʌ"),
    "wa": ("w", "a"), "we": ("w", "e"), "wi": ("w", "i"), "wʌ": ("w", "ʌ"), "ɯi": ("ɯ", "i"),
    "eə": ("ɛ", "ə"), "ɪə": ("ɪ", "ə"),
}  # fmt: skip


_CAPITALS = frozenset("AIOWYQST")  # Kokoro's own letters; nobody else's


def from_kokoro(character: str) -> str | None:
    """IPA of one character of Kokoro's alphabet; None for what is no sound of its own (length, aspiration, tone)."""
    symbol = _KOKORO.get(character, character)
    return symbol if symbol in SYMBOLS else None


def from_recogniser(label: str) -> tuple[str, ...]:
    """IPA of one label of the phoneme recogniser: one or two symbols, none for a mark that is no sound."""
    if label in _HEARD_PAIRS:
        return _HEARD_PAIRS[label]
    symbol = _HEARD.get(label) or _KOKORO.get(label, label)
    return (symbol,) if symbol in SYMBOLS else ()


def from_espeak(ipa: str) -> tuple[str, ...]:
    """IPA of one phoneme as espeak names it, without its length, stress and tones: "ɔːɹ" is two symbols, "" none."""
    symbols: list[str] = []
    rest = ipa
    while rest:
        size = next((size for size in (2, 1) if rest[:size] in SYMBOLS), 0)
        if size:
            symbols.append(rest[:size])
        elif (symbol := _HEARD.get(rest[0]) or from_kokoro(rest[0])) is not None and rest[0] not in _CAPITALS:
            symbols.append(symbol)
        rest = rest[size or 1 :]
    return tuple(symbols)
