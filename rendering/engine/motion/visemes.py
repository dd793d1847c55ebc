"""The 15 visemes, what each asks of jaw and lips, and which of them a sound of any language is.

The set is the one that everyone's tools speak (Oculus, now Meta). Their ARKit weights are our own tuning: speech seldom
opens the jaw further than 0.4; a mouth that does looks as if it chewed.
"""

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import combining, normalize


class Contact(StrEnum):
    """What lips must touch, whatever the neighbours want (hard rules of JALI, Edwards et al. 2016)."""

    NONE = "none"
    LIPS = "lips"  # lip on lip
    TEETH = "teeth"  # lower lip on upper teeth


@dataclass(frozen=True)
class Viseme:
    """One shape. `jaw` is jawOpen; the rest are ARKit weights, the same left and right.

    `jaw_hold` and `lips_hold` say how firmly jaw and lips insist on it against their neighbours (1: as a full vowel).
    """

    jaw: float = 0.0
    funnel: float = 0.0
    pucker: float = 0.0
    stretch: float = 0.0
    smile: float = 0.0
    lower_down: float = 0.0
    upper_up: float = 0.0
    tongue: float = 0.0
    jaw_hold: float = 1.0
    lips_hold: float = 1.0
    contact: Contact = Contact.NONE


# fmt: off
VISEMES: dict[str, Viseme] = {
    "sil": Viseme(jaw=0.02, jaw_hold=0.6, lips_hold=0.4),
    "PP": Viseme(jaw=0.07, jaw_hold=0.9, lips_hold=0.12, contact=Contact.LIPS),
    "FF": Viseme(jaw=0.09, jaw_hold=1.6, lips_hold=0.35, lower_down=0.0, upper_up=0.10, contact=Contact.TEETH),
    "TH": Viseme(jaw=0.13, jaw_hold=0.9, lips_hold=0.30, lower_down=0.16, upper_up=0.06, tongue=0.16),
    "DD": Viseme(jaw=0.12, jaw_hold=0.45, lips_hold=0.12, lower_down=0.12, upper_up=0.05),
    "kk": Viseme(jaw=0.15, jaw_hold=0.40, lips_hold=0.10, lower_down=0.10, upper_up=0.05),
    "CH": Viseme(jaw=0.08, jaw_hold=2.6, lips_hold=1.20, funnel=0.50, pucker=0.32, lower_down=0.20, upper_up=0.14),
    "SS": Viseme(jaw=0.06, jaw_hold=2.8, lips_hold=0.28, stretch=0.12, lower_down=0.22, upper_up=0.10),
    "nn": Viseme(jaw=0.12, jaw_hold=0.40, lips_hold=0.10, lower_down=0.10, upper_up=0.04),
    "RR": Viseme(jaw=0.12, jaw_hold=0.6, lips_hold=1.00, funnel=0.28, pucker=0.36, lower_down=0.10, upper_up=0.06),
    "aa": Viseme(jaw=0.38, stretch=0.06, lower_down=0.26, upper_up=0.12),
    "E": Viseme(jaw=0.24, stretch=0.15, smile=0.04, lower_down=0.24, upper_up=0.12),
    "ih": Viseme(jaw=0.14, stretch=0.19, smile=0.07, lower_down=0.20, upper_up=0.10),
    "oh": Viseme(jaw=0.26, funnel=0.36, pucker=0.42, lower_down=0.10, upper_up=0.04),
    "ou": Viseme(jaw=0.12, funnel=0.26, pucker=0.78),
}


@dataclass(frozen=True)
class Target:
    """What one sound, or one part of it, wants: a viseme, its `jaw` and `lips` scaled (1: as the viseme stands).

    `share` is the part of the sound's time it takes; `vowel` whether stress acts on it.
    """

    viseme: str
    jaw: float = 1.0
    lips: float = 1.0
    vowel: bool = False
    share: float = 1.0


def _vowels() -> dict[str, Target]:
    rows = {
        # close                       near-close and close-mid         mid and open-mid                open
        "i": ("ih", 0.80, 1.15), "ɪ": ("ih", 1.05, 0.80), "ə": ("aa", 0.42, 0.25), "æ": ("E", 1.35, 0.95),
        "y": ("ou", 0.80, 0.90), "ʏ": ("ou", 1.05, 0.75), "ɛ": ("E", 1.10, 0.95), "a": ("aa", 1.00, 1.00),
        "ɨ": ("ih", 0.85, 0.55), "e": ("E", 0.82, 1.05), "œ": ("oh", 0.95, 0.80), "ɶ": ("oh", 1.25, 0.60),
        "ʉ": ("ou", 0.90, 0.85), "ø": ("oh", 0.72, 1.00), "ɜ": ("E", 0.90, 0.40), "ɐ": ("aa", 0.82, 0.80),
        "ɯ": ("ih", 0.85, 0.45), "ɘ": ("E", 0.75, 0.40), "ɞ": ("oh", 0.90, 0.60), "ɑ": ("aa", 1.00, 0.80),
        "u": ("ou", 1.00, 1.00), "ɵ": ("oh", 0.70, 0.70), "ʌ": ("aa", 0.74, 0.70), "ɒ": ("oh", 1.30, 0.60),
        "ʊ": ("ou", 1.25, 0.62), "ɤ": ("aa", 0.55, 0.40), "ɔ": ("oh", 1.15, 0.95), "ᵻ": ("ih", 0.95, 0.45),
        "o": ("oh", 0.86, 1.10), "ɚ": ("RR", 1.10, 0.75), "ɝ": ("RR", 1.35, 0.85), "ᵊ": ("aa", 0.32, 0.15),
    }
    return {symbol: Target(viseme, jaw, lips, vowel=True) for symbol, (viseme, jaw, lips) in rows.items()}


_SOUNDS: dict[str, Target] = {
    **_vowels(),
    **dict.fromkeys("pbmɓʙʘ", Target("PP")),
    **dict.fromkeys("fvɱⱱʋ", Target("FF")),
    **dict.fromkeys("θð", Target("TH")),
    **dict.fromkeys("tdʈɖɗᶑɾɽ", Target("DD")),
    **dict.fromkeys("kɡgqɢcɟɠʄʛŋɴxɣχʁħʕhɦʔʡʜʢçʝɰǀǁǂǃʞ", Target("kk")),
    **dict.fromkeys("ʃʒ", Target("CH")),
    **dict.fromkeys("ʂʐ", Target("CH", lips=0.8)),
    **dict.fromkeys("ɕʑɧ", Target("CH", lips=0.5)),
    **dict.fromkeys("sz", Target("SS")),
    **dict.fromkeys("ɬɮ", Target("SS", jaw=1.4, lips=0.7)),
    **dict.fromkeys("nlɲɳɭʎɫʟɺ", Target("nn")),
    **dict.fromkeys("ɹɻ", Target("RR")),
    **dict.fromkeys("rʀ", Target("RR", lips=0.25)),
    **dict.fromkeys("wʍ", Target("ou", jaw=0.8, lips=1.1)),
    "ɥ": Target("ou", jaw=0.8, lips=0.9),
    "ɸ": Target("ou", jaw=0.5, lips=0.6),
    "β": Target("ou", jaw=0.4, lips=0.4),
    "j": Target("ih", jaw=0.75, lips=0.70),
}

# One gesture written with two letters: the release decides what lips and jaw do, a closure of the lips goes first.
_PAIRS: dict[str, Target] = {
    **dict.fromkeys(("tʃ", "dʒ", "ʈʂ", "ɖʐ", "ʧ", "ʤ"), Target("CH")),
    **dict.fromkeys(("tɕ", "dʑ", "ʨ", "ʥ"), Target("CH", lips=0.5)),
    **dict.fromkeys(("ts", "dz", "ʦ", "ʣ"), Target("SS")),
    **dict.fromkeys(("tɬ", "dɮ"), Target("SS", jaw=1.4, lips=0.7)),
    **dict.fromkeys(("kp", "ɡb", "gb", "ŋm"), Target("PP")),
}
# fmt: on

_SILENCE = frozenset({"", "sil", "sp", "spn", "pau", "_", "#", "|"})
_RHOTIC = "˞"
_LABIALISED = "ʷ"
_UNKNOWN = Target("nn")  # lips that do as their neighbours do are never wrong by much
_SHARES = {1: (1.0,), 2: (0.6, 0.4), 3: (0.45, 0.3, 0.25)}  # 60/40: Rhubarb Lip Sync's rule for diphthongs


def targets(symbol: str) -> tuple[Target, ...]:
    """What mouth shapes the IPA `symbol` goes through, in order; their shares add up to 1.

    Understands every letter of the IPA chart with any diacritics (nasal vowels, length, stress, ejectives…), affricates
    with and without a tie bar, diphthongs and triphthongs (60/40, Rhubarb), r-coloured vowels, labialised consonants.
    Silence and punctuation give "sil"; a sign that is no letter of the IPA gives a shape that leaves the lips alone.
    """
    if symbol in _SILENCE or not any(char.isalpha() or char == "ʔ" for char in symbol):
        return (Target("sil"),)
    found = _letters(symbol)
    shares = _SHARES.get(len(found)) or (1 / len(found),) * len(found)
    return tuple(
        Target(target.viseme, target.jaw, target.lips, target.vowel, share)
        for target, share in zip(found, shares, strict=True)
    )


def _letters(symbol: str) -> list[Target]:
    letters = [char for char in normalize("NFD", symbol) if not combining(char) or char in "͜͡"]
    letters = [char for char in letters if char not in "͜͡"]
    found: list[Target] = []
    position = 0
    while position < len(letters):
        char = letters[position]
        pair = "".join(letters[position : position + 2])
        if pair in _PAIRS:
            found.append(_PAIRS[pair])
            position += 2
            continue
        position += 1
        if char in _PAIRS:
            found.append(_PAIRS[char])
        elif char in _SOUNDS:
            found.append(_SOUNDS[char])
        elif char == _RHOTIC:
            found.append(Target("RR", lips=0.75))
        elif char == _LABIALISED and found:
            found.append(_SOUNDS["w"])
    return _without_repeats(found) or [_UNKNOWN]


def _without_repeats(found: list[Target]) -> list[Target]:
    return [target for index, target in enumerate(found) if index == 0 or target != found[index - 1]]
