"""Phrases that are signs of a known misuse of talking portraits, not proofs of one: in English, German, French, Spanish
and Italian. Pure.
"""

import re
import unicodedata
from dataclasses import dataclass

# Zero-width and soft marks, which split a word for a reader of code and for nobody else.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# Cyrillic and Greek letters that look like Latin ones, and the usual figures for letters.
_LOOKS_LIKE = str.maketrans("аеорсухіјѕ" + "αεορχιν", "aeopcyxijs" + "aeopxiv")
_SPELLED = re.compile(r"\b(?:\w[ .*_-]){3,}\w\b")
_GAP = r"[^.!?]{0,50}"


@dataclass(frozen=True)
class Phrase:
    """`what` ends the sentence “The script …”."""

    pattern: re.Pattern[str]
    what: str
    risk: int


def plain(words: str) -> str:
    """The words as they are heard: without unseen marks, accents, letters of other alphabets that look the same, and
    without the gaps in w-o-r-d-s that are spelled out. In lower case.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", words)).casefold().translate(_LOOKS_LIKE)
    text = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    text = _SPELLED.sub(lambda found: re.sub(r"[ .*_-]", "", found.group()), text)
    return " ".join(text.split())


_MONEY = r"(money|funds|bitcoins?|crypto\w*|gift ?cards?|cash|dollars?|euros?|pounds?|\$|€|£|\busd\b|\beur\b)"
_RULES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    (
        "asks for money",
        4,
        (
            rf"\b(wire|transfer|send|deposit|pay|donate|invest)\b{_GAP}{_MONEY}",
            r"\b(uberweis\w*|schick\w*|send\w*|spende\w*|zahl\w*)\b[^.!?]{0,50}(geld|euro|bitcoins?|€|gutscheinkarten?)",
            r"\b(vire[rz]|envoye[rz]|transfere[rz]|verse[rz])\b[^.!?]{0,50}(argent|euros?|bitcoins?|€)",
            r"\b(envi[ae]\w*|transfier\w*|manda\w*|deposit\w*)\b[^.!?]{0,50}(dinero|euros?|bitcoins?|€|\$)",
            r"\b(invi[ao]\w*|mand[ao]\w*|versa\w*|trasferi\w*)\b[^.!?]{0,50}(denaro|soldi|euro|bitcoins?|€)",
        ),
    ),
    (
        "asks for or names a secret",
        4,
        (
            r"\b(password|passcode|one[- ]time code|pin (code|number)|card number|cvv|security code)\b",
            r"\b(passwort|kennwort|geheimzahl|kartennummer|tan[- ]nummer)\b",
            r"\b(mot de passe|code secret|numero de carte|contrasena|numero de tarjeta|numero di carta)\b",
        ),
    ),
    (
        "promises profits",
        4,
        (
            r"\b(guaranteed (returns?|profits?)|double your (money|investment)|risk[- ]free investment)\b",
            r"\b(garantierte? (rendite|gewinne?)|rendement garanti|ganancias? garantizadas?|guadagn\w+ garantit\w+)\b",
        ),
    ),
    (
        "says that it is somebody's bank or an authority",
        4,
        (
            r"\b(this is|calling from|on behalf of) (your bank|the (police|tax office|irs|fbi|social security))\b",
            r"\b(hier (spricht|ist)) (ihre bank|die polizei|das finanzamt)\b",
        ),
    ),
    (
        "calls for help as a relative would",
        4,
        (
            r"\b(grandma|grandpa|mum|mom|dad)\b.{0,80}\b(accident|in (jail|prison)|arrested|bail)\b",
            r"\b(oma|opa|mama|papa)\b.{0,80}\b(unfall|gefangnis|verhaftet|kaution)\b",
        ),
    ),
    (
        "is about an election",
        3,
        (
            r"\b(vote (for|against)|(do not|don't) vote|polling (stations?|places?)|election day)\b",
            r"\b(wahlt? (nicht|am)|wahllokale?|votez (pour|contre)|bureaux? de vote)\b",
            r"\bvot[ae]n? (por|contra|per|contro)\b",
        ),
    ),
    (
        "promises a cure",
        3,
        (
            r"\b(cures?|heals?)\b.{0,30}\b(cancer|diabetes|covid|autism|alzheimer)\b",
            r"\b(heilt|guerit|cura)\b.{0,30}\b(krebs|diabetes|cancer|diabete|cancro)\b",
        ),
    ),
    (
        "threatens somebody",
        5,
        (
            r"\b(kill|shoot|rape|bomb|stab|murder)\b.{0,20}\b(you|them|him|her|everyone|yourself)\b",
            r"\b(ich|wir) (bringe?n?|werden?)\b.{0,20}\b(um|umbringen|toten|erschiessen)\b",
            r"\b(je vais te tuer|te voy a matar|ti ammazzo)\b",
        ),
    ),
    (
        "is sexual",
        4,
        (
            r"\b(naked|nudes?|porn\w*|sex (video|tape)s?|onlyfans)\b",
            r"\b(nackt|nacktbild\w*|sexvideo\w*|nue? devant|desnud[ao]s?|nud[ao] davanti)\b",
        ),
    ),
    ("speaks of a child and sex", 5, (r"\b(child|children|kid|minor|underage|teen)\b.{0,40}\b(sex\w*|nude|naked)\b",)),
)
PHRASES = tuple(Phrase(re.compile(pattern), what, risk) for what, risk, patterns in _RULES for pattern in patterns)
