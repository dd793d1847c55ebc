"""What the voices say: the messages of Django and its neighbours in some seventy languages.

They are installed in any case (BSD and MIT), written by native speakers, and it does not matter what they say.
"""

import gettext
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category

import numpy as np

_PACKAGES = ("django", "rest_framework", "allauth", "django_filters")
_NOT_SPOKEN = re.compile(r"<[^>]*>|%\([^)]*\)[\d.]*\w|%\w|\{[^}]*\}|https?:\S+|\S+@\S+|[@%_*#\\|<>{}\[\]\"/=+~^`]")
_SHORTEST, _LONGEST = 12, 120  # characters
_PLAIN = {"zh-hans": "cmn", "zh-hant": "", "pt": "pt", "nb": "nb", "sr-latn": "", "en": "en-us", "fr": "fr-fr"}


@cache
def languages() -> dict[str, tuple[str, ...]]:
    """eSpeak's name of each language → its messages, sorted, without repeats."""
    found: dict[str, set[str]] = {}
    for package in _PACKAGES:
        spec = find_spec(package)
        for place in spec.submodule_search_locations or () if spec else ():
            for catalogue in Path(place).rglob("locale/*/LC_MESSAGES/*.mo"):
                code = catalogue.parent.parent.name.lower().replace("_", "-")
                language = _PLAIN.get(code, code)
                if language:
                    found.setdefault(language, set()).update(_messages(catalogue))
    english = {message for catalogue in _english() for message in catalogue}
    found["en-us"] = english
    return {language: tuple(sorted(texts)) for language, texts in sorted(found.items()) if len(texts) >= 40}


def _messages(catalogue: Path) -> set[str]:
    with catalogue.open("rb") as file:
        told = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {text for key, value in told.items() if key and (text := _tidied(value)) and value != key}


def _english() -> list[set[str]]:
    """The keys of the catalogues are the English messages."""
    out = []
    for package in _PACKAGES:
        spec = find_spec(package)
        for place in spec.submodule_search_locations or () if spec else ():
            for catalogue in Path(place).rglob("locale/de/LC_MESSAGES/*.mo"):
                with catalogue.open("rb") as file:
                    told = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
                keys = (key[0] if isinstance(key, tuple) else key for key in told)
                out.append({text for key in keys if key and (text := _tidied(key.rpartition("\x04")[2]))})
    return out


def _tidied(message: str) -> str:
    """`message` as one can say it; "" where too little or too much is left."""
    text = " ".join(_NOT_SPOKEN.sub(" ", message).split()).strip(" .,:;-–()'")
    text = text[:_LONGEST].rsplit(" ", 1)[0] if len(text) > _LONGEST else text
    letters = sum(category(char)[0] in "LM" for char in text)  # Devanagari writes its vowels as marks
    return text if len(text) >= _SHORTEST and letters > 0.6 * len(text) else ""


def text_of(language: str, random: np.random.Generator, *, words: int) -> str:
    """Messages of `language`, at most so many `words`, now and then in another order."""
    messages = languages()[language]
    chosen: list[str] = []
    while len(chosen) < words:
        chosen += f"{messages[int(random.integers(len(messages)))]},".split()
        if len(chosen) > words // 3 and random.random() < 0.3:
            break
    if random.random() < 0.25:
        random.shuffle(chosen)
    return " ".join(chosen[:words]).rstrip(",")
