"""Money, measures, temperatures and percentages, as English says them."""

import re

from rendering.engine.speech.english_numbers import cardinal, counted, decimal
from rendering.engine.speech.english_rules import LEFT, NUMBER, Rule, any_of, rule
from rendering.engine.speech.english_words import ALONE_NOT_A_UNIT, COINS, SCALES, UNITS

_COIN = any_of(COINS)
SCALE = rf"(?:[\s-]?(?P<scale>{any_of(s for s in SCALES if len(s) > 3)})\b|\s?(?P<short>mn|bn|tn|[kKMmBbT])(?![\w]))"


def _money(match: re.Match[str], british: bool) -> str:
    coin, number = match["coin"].strip(), match["number"]
    names = COINS[coin]
    scale = match["scale"] or match["short"]
    minus = "minus " if match["minus"] else ""
    if match["upto"]:
        last = _amount(match["upto"], SCALES[scale] if scale else None, names, british)
        return f"{minus}{decimal(number, british=british)} to {last}"
    return minus + _amount(number, SCALES[scale] if scale else None, names, british)


def _amount(number: str, scale: str | None, names: tuple[str, ...], british: bool) -> str:
    if scale:
        return f"{decimal(number, british=british)} {scale} {names[1]}"
    whole, _, small = number.partition(".")
    if not small or not names[2]:
        return counted(number, names, british)
    if len(small) != 2:
        return f"{decimal(number, british=british)} {names[1]}"
    cents = f"{cardinal(int(small))} {names[2] if int(small) == 1 else names[3]}"
    if int(whole.replace(",", "")) == 0:
        return cents if int(small) else f"zero {names[1]}"
    said = counted(whole, names, british)
    if not int(small):
        return said
    return f"{said} {cardinal(int(small))}" if british and names[2] == "penny" else f"{said} and {cents}"


def _money_after(match: re.Match[str], british: bool) -> str:
    scale = match["scale"] or match["short"]
    return _amount(match["number"], SCALES[scale] if scale else None, COINS[match["coin"]], british)


def _cents(match: re.Match[str], british: bool) -> str:
    return counted(match[1], ("cent", "cents") if match[2] == "¢" else ("penny", "pence"), british)


def _measure(match: re.Match[str], british: bool) -> str | None:
    number, unit = match["number"], match["unit"]
    if unit in ALONE_NOT_A_UNIT and match["gap"] and (unit == "in" or (len(unit) == 1 and not match["gap"].isspace())):
        return None
    minus = "minus " if match["minus"] else ""
    if match["upto"]:
        return f"{minus}{decimal(number, british=british)} to {counted(match['upto'], UNITS[unit], british)}"
    if match["gap"] == "-":
        return f"{decimal(number, british=british)} {UNITS[unit][0]}"  # "a 10-km run"
    return minus + counted(number, UNITS[unit], british)


def _per(match: re.Match[str], british: bool) -> str:
    unit = {"mo": "month", "yr": "year", "kg": "kilogram", "sq ft": "square foot"}.get(match[1], match[1])
    return f" {'an' if unit == 'hour' else 'a'} {unit}"


def _degrees(match: re.Match[str], british: bool) -> str:
    scale = {"C": " Celsius", "F": " Fahrenheit", "K": " Kelvin"}.get(match[3] or "", "")
    minus = "minus " if match[1] else ""
    return minus + counted(match[2], ("degree", "degrees"), british) + scale


def _percent(match: re.Match[str], british: bool) -> str:
    first = f"{decimal(match['first'], british=british)} to " if match["first"] else ""
    minus = {"-": "minus ", "+": "plus "}.get(match["sign"] or "", "")
    return f"{minus}{first}{decimal(match['number'], british=british)} percent"


def _feet_inches(match: re.Match[str], british: bool) -> str:
    return f"{cardinal(int(match[1]))} foot {cardinal(int(match[2]))}"


def _times(match: re.Match[str], british: bool) -> str:
    return f"{decimal(match[1], british=british)} times"


def _letter_k(match: re.Match[str], british: bool) -> str:
    return f"{cardinal(int(match[1]))} K"


def _by(match: re.Match[str], british: bool) -> str:
    joint = " times " if " × " in match["numbers"] and not match["unit"] else " by "
    said = joint.join(decimal(n, british=british) for n in re.split(r"\s?[x×]\s?", match["numbers"]))
    return f"{said} {UNITS[match['unit']][1]}" if match["unit"] else said


MEASURES: tuple[Rule, ...] = (
    rule(rf"(?<!\w)(?P<minus>[-−])?(?P<coin>{_COIN})\s?(?P<number>{NUMBER})(?:\s?[-–]\s?(?:{_COIN})?(?P<upto>{NUMBER}))?{SCALE}?",
         _money),
    rule(rf"{LEFT}(?P<number>{NUMBER}){SCALE}?\s?(?P<coin>{_COIN})(?!\w)", _money_after),
    rule(rf"{LEFT}({NUMBER})\s?(¢|p)(?!\w)", _cents),
    rule(rf"(?<![\w.])([-−])?({NUMBER})\s?°\s?([CFK])?(?!\w)", _degrees),
    rule(rf"(?<![\w./])(?P<sign>[-−+])?(?:(?P<first>{NUMBER})%?\s?[-–]\s?)?(?P<number>{NUMBER})\s?%", _percent),
    rule(r"(?<!\w)(\d)['’′]\s?(\d{1,2})(?:[\"“”″])?(?!\w)", _feet_inches),
    rule(rf"{LEFT}(?P<numbers>(?:{NUMBER})(?:\s?[x×]\s?(?:{NUMBER}))+)(?:\s?(?P<unit>{any_of(UNITS)})(?!\w))?(?!\w)",
         _by),
    rule(rf"{LEFT}({NUMBER})x\b", _times),
    rule(r"\b(\d+)K(?= (?:run|race|video|TV|screen|display|monitor|camera|footage|resolution)\b)", _letter_k),
    rule(r"\bc\.\s?(?=\d{3,4}\b)", lambda match, british: "circa "),
    rule(rf"(?<![\w.])(?P<minus>[-−])?(?P<number>{NUMBER})(?:\s?[-–]\s?(?P<upto>{NUMBER}))?(?P<gap>[\s-]?)(?P<unit>{any_of(UNITS)})(?![\w/])(?:\.(?=\s+[a-z\d]))?",
         _measure),
    rule(r"(?<=\w)\s?/\s?(month|year|week|day|hour|person|night|minute|kg|sq ft|piece|seat|mo|yr)\b", _per),
)  # fmt: skip
