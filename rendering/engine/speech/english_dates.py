"""Dates, decades and times of day, as English says them."""

import re

from rendering.engine.speech.english_numbers import cardinal, counted, ordinal, year
from rendering.engine.speech.english_rules import LEFT, Rule, any_of, point_after, rule
from rendering.engine.speech.english_words import MONTH_OF, MONTHS

_SHORT_MONTH = any_of(name for name in MONTH_OF if len(name) < 5 and name not in MONTHS)
_MONTH = rf"(?:(?:{any_of(MONTHS)})\b|(?:{_SHORT_MONTH})\b\.?)"
_HALF = r"[ap]\.m\.|[ap]m\b"


def _date(day: int, month: int, the_year: str | None, british: bool) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    name = MONTHS[month - 1]
    said = f"the {ordinal(day)} of {name}" if british else f"{name} {ordinal(day)}"
    if the_year:
        full = int(the_year) + (0 if len(the_year) > 2 else 1900 if int(the_year) > 40 else 2000)
        said += f"{' ' if british else ', '}{year(full, british=british)}"
    return said


def _iso_date(match: re.Match[str], british: bool) -> str | None:
    return _date(int(match[3]), int(match[2]), match[1], british)


def _slash_date(match: re.Match[str], british: bool) -> str | None:
    first, second = int(match[1]), int(match[3])
    day_first = (british or first > 12) and second <= 12
    return _date(first if day_first else second, second if day_first else first, match[4], british)


def _month_day(match: re.Match[str], british: bool) -> str | None:
    return _date(int(match["day"]), MONTH_OF[match["month"].rstrip(".")], match["year"], british)


def _day_month(match: re.Match[str], british: bool) -> str | None:
    return _date(int(match["day"]), MONTH_OF[match["month"].rstrip(".")], match["year"], True)


def _month_days(match: re.Match[str], british: bool) -> str:
    month = MONTHS[MONTH_OF[match["month"].rstrip(".")] - 1]
    said = f"{month} {ordinal(int(match['first']))} to {ordinal(int(match['last']))}"
    return said + (f", {year(int(match['year']), british=british)}" if match["year"] else "")


def _month_year(match: re.Match[str], british: bool) -> str:
    return f"{MONTHS[MONTH_OF[match[1].rstrip('.')] - 1]} {year(int(match[2]), british=british)}"


def _decade(match: re.Match[str], british: bool) -> str:
    number = match[1]
    said = cardinal(int(number[-2:])) if len(number) == 2 else year(int(number), british=british)
    if number.endswith("00"):
        return f"{said}s"
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _years(match: re.Match[str], british: bool) -> str:
    first, last = match[1], match[2]
    return f"{year(int(first), british=british)} to {year(int(last), british=british)}"


def _season(match: re.Match[str], british: bool) -> str:
    return f"{year(int(match[1]), british=british)} {cardinal(int(match[2]))}"


def _clock(hour: int, minute: int, half: str | None) -> str:
    said = cardinal(hour)
    if minute:
        said += f" {'oh ' if minute < 10 else ''}{cardinal(minute)}"
    elif not half:
        said += " hundred" if hour > 12 or hour == 0 else " o'clock"
    return f"{said} {half[0].upper()} M" if half else said


def _time(match: re.Match[str], british: bool) -> str | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if hour > 24 or minute > 59:
        return None
    said = _clock(hour, minute, match["half"]) + point_after(match)
    return f"{said} and {counted(second, ('second', 'seconds'), british)}" if second else said


def _bare_hour(match: re.Match[str], british: bool) -> str:
    return _clock(int(match[1]), 0, match[2]) + point_after(match)


def _hours(match: re.Match[str], british: bool) -> str:
    first = (
        _clock(int(match[1]), int(match[2] or 0), match[3] or "") if match[2] or match[3] else cardinal(int(match[1]))
    )
    return f"{first} to {_clock(int(match[4]), int(match[5] or 0), match[6])}{point_after(match)}"


def _ratio(match: re.Match[str], british: bool) -> str:
    return f"{cardinal(int(match[1]))} to {cardinal(int(match[2]))}"


DATES: tuple[Rule, ...] = (
    rule(rf"{LEFT}(\d{{4}})-(\d{{2}})-(\d{{2}})(?![\w-])", _iso_date),
    rule(rf"{LEFT}(\d{{1,2}})([/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}})(?![\w/])", _slash_date),
    rule(r"(?<=\b[Oo]n )(\d{1,2})(/)(\d{1,2})()(?![\w/])", _slash_date),
    rule(rf"\b(?P<month>{_MONTH}) (?P<first>\d{{1,2}})\s?[-–]\s?(?P<last>\d{{1,2}})(?:,? (?P<year>\d{{4}}))?\b",
         _month_days),
    rule(rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:\d%])(?:,? (?P<year>\d{{4}})\b)?",
         _month_day),
    rule(rf"(?:\bthe )?\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>\d{{4}})\b)?",
         _day_month),
    rule(rf"\b({_MONTH}) (\d{{4}})\b", _month_year),
    rule(r"(?<!\w)['’]?(\d0|1[1-9]\d0|20\d0)['’]?s\b", _decade),
    rule(rf"{LEFT}(1[1-9]\d\d|20\d\d)\s?[-–—]\s?(1[1-9]\d\d|20\d\d)(?![\w-])", _years),
    rule(rf"{LEFT}(20\d\d|19\d\d)/(\d\d)(?![\w/])", _season),
    rule(rf"{LEFT}(\d{{1,2}})(?::(\d{{2}}))?\s?({_HALF})?\s?[-–]\s?(\d{{1,2}})(?::(\d{{2}}))?\s?({_HALF})",
         _hours, re.IGNORECASE),
    rule(rf"{LEFT}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?(?:\s?(?P<half>{_HALF}))?(?![\d:])",
         _time, re.IGNORECASE),
    rule(rf"{LEFT}(\d{{1,2}})\s?({_HALF})(?!\w)", _bare_hour, re.IGNORECASE),
    rule(rf"{LEFT}(\d{{1,3}}):(\d{{1,3}})(?![\d:])", _ratio),
)  # fmt: skip
