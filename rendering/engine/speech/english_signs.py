"""Abbreviations, titles, handles, file names and signs, as English says them."""

import re

from rendering.engine.speech.english_numbers import ordinal
from rendering.engine.speech.english_rules import Rule, any_of, point_after, rule
from rendering.engine.speech.english_words import ABBREVIATIONS, DAYS, SIGNS, STREETS, TITLES

_BEFORE_NAMES = frozenset({
        "Mr.",
        "Mrs.",
        "Ms.",
        "Prof.",
        "Gen.",
        "Gov.",
        "Sen.",
        "Rep.",
        "Capt.",
        "Lt.",
        "Col.",
        "Sgt.",
        "Rev.",
        "Hon.",
        "Pres.",
        "Adm.",
        "Mt.",
        "Ft.",
        "e.g.",
        "i.e.",
        "vs.",
        "cf.",
        "approx.",
        "ca.",
        "Fig.",
        "fig.",
        "Vol.",
        "vol.",
        "Ch.",
        "ch.",
        "Sec.",
        "sec.",
        "pp.",
        "p.",
        "U.S.",
        "U.K.",
        "E.U.",
        "U.N.",
        "N.Y.",
        "L.A.",
        "P.S.",
        "Apt.",
        "Ste.",
        "Dept.",
        "Univ.",
        "Jr.",
        "Sr.",
        "Co.",
        "Bros.",
        "a.k.a.",
        "min.",
        "max.",
        "incl.",
        "excl.",
        "Tel.",
        "tel.",
        "Corp.",
        "Inc.",
})  # fmt: skip


def _abbreviation(match: re.Match[str], british: bool) -> str:
    return ABBREVIATIONS[match[1]] + (point_after(match) if match[1] not in _BEFORE_NAMES else "")


def _street(match: re.Match[str], british: bool) -> str:
    number = re.match(r"\d+", match[1])
    said = ordinal(int(number[0]), british=british) if number else match[1]
    return f"{said} {STREETS[match[2]]}{point_after(match)}"


def _title(match: re.Match[str], british: bool) -> str:
    return TITLES[match[1]]


def _day(match: re.Match[str], british: bool) -> str:
    return DAYS[match[1]]


def _handle(match: re.Match[str], british: bool) -> str:
    return "at " + re.sub(r"[._]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d])(?=\d)", " ", match[1])).strip()


def _joined_letters(match: re.Match[str], british: bool) -> str:
    return f"{match[1]} and {match[2]}"


def _slash(match: re.Match[str], british: bool) -> str:
    before = re.search(r"\w+$", match.string[: match.start()])
    return " slash " if before and before[0].isupper() and len(before[0]) > 1 else " or "


def _days(match: re.Match[str], british: bool) -> str:
    return f"{DAYS[match[1]]} to {DAYS[match[2]]}"


def _file(match: re.Match[str], british: bool) -> str:
    ending = match[2]
    said = ending.upper() if len(ending) < 4 and ending != "doc" else ending
    return f"{match[1].replace('_', ' ')} dot {said}"


def _sign(match: re.Match[str], british: bool) -> str:
    return f" {SIGNS[match[0]]} "


ABBREVIATED: tuple[Rule, ...] = (
    rule(rf"(?<![\w.])({any_of(ABBREVIATIONS)})(?!\w|/\d)", _abbreviation),
    rule(r"\b([A-Z][a-z]+|\d+(?:st|nd|rd|th)) (St\.|Dr\.)(?=\s*(?:$|[,;:.!?\d]|[a-z]|NE\b|NW\b|SE\b|SW\b|N\b|S\b))",
         _street),
    rule(rf"\b({any_of(TITLES)})(?=\s[A-Z])", _title),
    rule(rf"\b({any_of(DAYS)})\.?\s?[-–]\s?({any_of(DAYS)})\b\.?", _days),
    rule(rf"\b({any_of(DAYS)})(?:\.|(?=,))(?!\w)", _day),
    rule(r"(?<![\w.@])@([^\W\d][\w.]*\w)", _handle),
    rule(r"\b(\w+)\.(js|ts|py|txt|pdf|docx?|xlsx?|csv|mp3|mp4|png|jpe?g|html?|md|json|zip|exe)\b", _file),
    rule(r"\b([A-Z])&([A-Z])\b", _joined_letters),
)  # fmt: skip
SIGNS_ALONE: tuple[Rule, ...] = (
    rule(r"(?<=[\w%$€£])\s?–\s?(?=[$€£#\d])", lambda match, british: " to "),
    rule(r"(?<=[^\W\d])/(?=[^\W\d])", _slash),
    rule("|".join(re.escape(sign) for sign in SIGNS), _sign),
)  # fmt: skip
