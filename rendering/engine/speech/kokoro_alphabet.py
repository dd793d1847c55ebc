"""The alphabet that Kokoro and the voices distilled from it read, and IPA written in it."""

import json
import re
from functools import cache
from importlib.resources import files

LONGEST = 400  # characters of phonemes in one go: what hibari was trained on; Kokoro's own limit is about 510

# One capital or ligature a diphthong or affricate (misaki, EN_PHONES.md); the longer spellings go first.
_SPELLINGS = {
    "eɪ": "A", "aɪ": "I", "oʊ": "O", "aʊ": "W", "ɔɪ": "Y", "əʊ": "Q", "tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ", "dz": "ʣ",
    "g": "ɡ", "ɝ": "ɜɹ", "ɫ": "l", "ʉ": "u", "ɘ": "ə", "ɵ": "ʊ", "ʏ": "y", "ɱ": "m", "ɦ": "h",
}  # fmt: skip
_SPELLING = re.compile("|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True)))
_TIES = re.compile("[\u0361\u035c^]")


@cache
def vocabulary() -> dict[str, int]:
    """Ids of the characters; 0, which is none of them, stands before the first and after the last."""
    ids: dict[str, int] = json.loads(files("hibari").joinpath("assets/vocab.json").read_text("utf-8"))
    return ids


def from_ipa(ipa: str) -> str:
    """`ipa` in the alphabet; what has no letter in it stays as it is (see `unknown_in`)."""
    return _SPELLING.sub(lambda match: _SPELLINGS[match.group()], _TIES.sub("", ipa))


def unknown_in(phonemes: str) -> str:
    """The characters of `phonemes` that the alphabet does not have, each once."""
    return "".join(dict.fromkeys(c for c in phonemes if c not in vocabulary()))
