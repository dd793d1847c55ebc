"""The fonts that letters in the picture are drawn with, by script.

Roboto (Google, Apache-2.0) for Latin, Greek and Cyrillic, Noto Sans (Google, OFL-1.1) for Arabic, Hebrew and
Devanagari: from packages. Noto Sans CJK (OFL-1.1) for Chinese, Japanese and Korean is large: `manage.py models install
cjk`.
"""

import importlib.util
import unicodedata
from functools import cache
from pathlib import Path

from PIL import ImageFont, features

from rendering.engine.errors import EngineError
from rendering.engine.models import model_path

_ROBOTO = "font_roboto", "files/Roboto-{weight}.ttf"
_PACKAGED = {
    "ARABIC": ("justmytype_intl_rtl", "fonts/ofl/notosansarabic/NotoSansArabic[wdth,wght].ttf"),
    "HEBREW": ("justmytype_intl_rtl", "fonts/ofl/notosanshebrew/NotoSansHebrew[wdth,wght].ttf"),
    "DEVANAGARI": ("fontpkg_noto_sans_devanagari", "files/NotoSansDevanagari[wdth,wght].ttf"),
}
_CJK = {"JP": ("HIRAGANA", "KATAKANA"), "KR": ("HANGUL",), "SC": ("CJK", "IDEOGRAPHIC", "BOPOMOFO", "FULLWIDTH")}
_LATIN = ("LATIN", "GREEK", "CYRILLIC")


@cache
def font(weight: str, px: int) -> ImageFont.FreeTypeFont:
    """Roboto in `weight` ("Medium", "Bold", "Black"), `px` to the em.

    It covers Latin with its extensions, Greek and Cyrillic. Raises EngineError("font-missing").
    """
    file = _in_package(_ROBOTO[0], _ROBOTO[1].format(weight=weight))
    # the basic layout has no need of libraries that may be there or not: the same letters everywhere
    return ImageFont.truetype(file, px, layout_engine=ImageFont.Layout.BASIC)


def font_for(text: str, *, weight: str, px: int, language: str = "") -> ImageFont.FreeTypeFont:
    """The font for the script that `text` is in; `language` (BCP 47) tells Chinese from Japanese where it matters.

    Raises EngineError("font-missing"), EngineError("shaping-missing") where the script needs a library that is absent.
    """
    script = script_of(text, language=language)
    return font(weight, px) if script == "LATIN" else _noto(script, weight, px)


def script_of(text: str, *, language: str = "") -> str:
    """Which font `text` asks for: "LATIN", "ARABIC", "HEBREW", "DEVANAGARI", "SC", "TC", "JP", "KR", or the script's
    name in Unicode where there is none for it.
    """
    found = "LATIN"
    for letter in text:
        name = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
        for script, names in _CJK.items():
            if name in names:
                if script != "SC":
                    return script
                found = _ideographs(language)
        if name in _PACKAGED:
            return name
        if found == "LATIN" and name not in _LATIN and unicodedata.category(letter) in {"Lo", "Lu", "Ll"}:
            found = name
    return found


def unwritable(text: str, *, language: str = "") -> EngineError | None:
    """What is missing to write `text` into a picture: a font, a library; None when nothing is."""
    for word in text.split():
        try:
            font_for(word, weight="Medium", px=20, language=language)
        except EngineError as error:
            return error
    return None


def _ideographs(language: str) -> str:
    if language.startswith(("ja", "ko")):
        return "JP" if language.startswith("ja") else "KR"
    return "TC" if language.lower() in {"zh-tw", "zh-hk", "zh-hant"} else "SC"


@cache
def _noto(script: str, weight: str, px: int) -> ImageFont.FreeTypeFont:
    if script in _PACKAGED:
        if not features.check("raqm"):
            raise EngineError(
                "shaping-missing",
                "Captions in this script cannot be written into the picture here: the library FriBiDi is missing.",
                "Install it (libfribidi0 on Debian), or make the clip without captions in the picture.",
            )
        file = _in_package(*_PACKAGED[script])
    elif script in {"SC", "TC", "JP", "KR"}:
        file = model_path(f"cjk/NotoSans{script}")
    else:
        raise EngineError(
            "font-missing",
            f"Captions in {script.capitalize()} letters cannot be written into the picture: there is no font for them.",
            "Make the clip without captions in the picture; the caption files have them.",
        )
    found = ImageFont.truetype(file, px)
    found.set_variation_by_name(weight)
    return found


def _in_package(package: str, path: str) -> Path:
    spec = importlib.util.find_spec(package)
    folder = Path(next(iter(spec.submodule_search_locations or ()))) if spec else None
    if folder is None or not (file := folder / path).is_file():
        raise EngineError(
            "font-missing",
            "A font for captions and label is not on this machine.",
            f"Install {package.replace('_', '-')}.",
        )
    return file
