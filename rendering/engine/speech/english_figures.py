"""Bare numbers of every kind, as English says them."""

import re

from rendering.engine.speech.english_measures import SCALE
from rendering.engine.speech.english_numbers import cardinal, decimal, digits, in_pairs, ordinal, year
from rendering.engine.speech.english_rules import LEFT, NUMBER, Rule, any_of, rule
from rendering.engine.speech.english_words import FRACTIONS, ROMAN_CARDINALS, ROOMS, SCALES, SIGNS, YEARS_AFTER


def _phone(match: re.Match[str], british: bool) -> str | None:
    number = match[0]
    if sum(c.isdigit() for c in number) < 7:
        return None
    said = ", ".join(digits(group) for group in re.findall(r"\d+", number))
    return f"plus {said}" if number.startswith("+") else said


def _ordinal(match: re.Match[str], british: bool) -> str:
    return ordinal(int(match[1].replace(",", "")), british=british)


def _dialled(match: re.Match[str], british: bool) -> str:
    return digits(match[0])


def _zip_code(match: re.Match[str], british: bool) -> str:
    return f"{match[1]} {', '.join(digits(group) for group in match[2].split('-'))}"


def _out_of(match: re.Match[str], british: bool) -> str:
    return f"{decimal(match[1], british=british)} out of {decimal(match[2], british=british)}"


def _fraction(match: re.Match[str], british: bool) -> str | None:
    whole, above, below = match["whole"], int(match["above"]), int(match["below"])
    if below not in FRACTIONS or above >= below:
        return None
    name = FRACTIONS[below]
    plural = "halves" if name == "half" else f"{name}s"
    part = f"{cardinal(above)} {name if above == 1 else plural}"
    if not whole:
        return part
    return f"{cardinal(int(whole))} and {'a ' + name if above == 1 else part}"


def _glyph_fraction(match: re.Match[str], british: bool) -> str:
    part = {"½": "a half", "¼": "a quarter", "¾": "three quarters"}[match[2]]
    if not match[1]:
        return SIGNS[match[2]]
    return f"{cardinal(int(match[1]))} and {part}"


def _range(match: re.Match[str], british: bool) -> str:
    return f"{decimal(match[1], british=british)} to {decimal(match[2], british=british)}"


def _scaled(match: re.Match[str], british: bool) -> str | None:
    if match["short"] and re.match(r" [A-Z]", match.string[match.end() :]):
        return None  # "221B Baker Street"
    before = re.search(r"(\w+) $", match.string[: match.start()])
    if match["short"] and before and before[1].capitalize() in ROOMS:
        return None  # "Gate 5B"
    return f"{decimal(match['number'], british=british)} {SCALES[match['scale'] or match['short']]}"


def _room(match: re.Match[str], british: bool) -> str:
    return f"{match[1]} {in_pairs(match[2])}"


def _roman(match: re.Match[str], british: bool) -> str | None:
    number = _roman_value(match[2])
    if number is None:
        return None
    before = match[1]
    if before in ROMAN_CARDINALS:
        return f"{before} {cardinal(number)}"
    return f"{before} the {ordinal(number)}" if len(match[2]) > 1 or match[2] in "VX" else None


def _roman_value(numeral: str) -> int | None:
    if not re.fullmatch(r"(?=.)(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", numeral):
        return None
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[c] for c in numeral]
    return sum(-v if after > v else v for v, after in zip(values, [*values[1:], 0], strict=True))


def _version(match: re.Match[str], british: bool) -> str:
    before = "version " if match[1] else ""
    return before + " point ".join(cardinal(int(part)) for part in match[2].split("."))


def _ip(match: re.Match[str], british: bool) -> str:
    return " dot ".join(in_pairs(part) if len(part) == 3 else cardinal(int(part)) for part in match[0].split("."))


def _after_sign(match: re.Match[str], british: bool) -> str:
    return f"number {decimal(match[1], british=british)}"


def _power(match: re.Match[str], british: bool) -> str:
    exponent = {"²": "squared", "³": "cubed", "2": "squared", "3": "cubed"}.get(match[2])
    minus = "minus " if match[2].startswith("-") else ""
    exponent = (
        exponent
        or f"to the {'power of ' + minus if minus else ''}{(cardinal if minus else ordinal)(abs(int(match[2])))}"
    )
    return f"{match[1] if not match[1].isdigit() else cardinal(int(match[1]), british=british)} {exponent}"


def _plain(match: re.Match[str], british: bool) -> str:
    minus = "minus " if match["minus"] else ""
    number = match["number"]
    if len(number) > 1 and number.startswith("0") and "." not in number:
        return minus + digits(number)
    if re.fullmatch(r"\d{4}", number) and not minus and _is_a_year(match, int(number)):
        return year(int(number), british=british)
    return minus + decimal(number, british=british)


def _is_a_year(match: re.Match[str], number: int) -> bool:
    if not 1000 <= number < 2100:
        return False
    before = re.search(r"([\w©]+)['’]?\W{1,2}$", match.string[: match.start()])
    if before and before.group(1).lower() in YEARS_AFTER:
        return True
    after = match.string[match.end() :]
    return not re.match(r"\s+[a-z]", after) or bool(
        re.match(r"\s+(?:was|is|and|to|or|were|will|has|had|election)\b", after)
    )


def _mixed(match: re.Match[str], british: bool) -> str | None:
    """ "MP3", "H2O", "B2B", "4K", "iPhone15": letters and digits apart."""
    word = match[0]
    if re.fullmatch(r"[A-Z]2[A-Z]", word):
        return f"{word[0]} to {word[2]}"
    parts = re.findall(r"\d+|[^\W\d_]+", word)
    return " ".join(_part(part) for part in parts)


def _part(part: str) -> str:
    if part.isdigit():
        return (
            in_pairs(part)
            if len(part) == 3 and part[1:] != "00"
            else cardinal(int(part))
            if len(part) < 5
            else digits(part)
        )
    return " ".join(part) if part.isupper() and len(part) <= 2 else part


FIGURES: tuple[Rule, ...] = (
    rule(r"(?<=\b[Dd]ial )\d{3}\b|(?<=\b[Cc]all )\d{3}\b(?!-)", _dialled),
    rule(r"\b([A-Z]{2}) (\d{5}(?:-\d{4})?)\b", _zip_code),
    rule(rf"{LEFT}(\d+\.\d+|\d+(?=/\d+ (?:stars?|points?)\b))/(\d+)(?![\w/])", _out_of),
    rule(r"(?<![\w.])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)\s?|\d{1,4}[\s.-])(?:\d{2,4}[\s.-])*\d{3,4}(?:[\s.-]\d{2,4})*(?![\w.]*\d)",
         _phone),
    rule(r"(?<![\w.-])\d{3}-\d{4}(?![\w-])", _phone),
    rule(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)\b", _ordinal),
    rule(r"(?<![\w./])(?:(?P<whole>\d+)\s)?(?P<above>\d{1,2})/(?P<below>\d{1,2})(?![\w/])", _fraction),
    rule(r"(\d+)?\s?([½¼¾])", _glyph_fraction),
    rule(rf"\b({any_of(ROOMS)}) (\d{{3,4}})(?![\w,.]*\d)", _room),
    rule(r"\b([A-Z][a-z]+) ([IVXLC]+)\b(?!['’.]\w)", _roman),
    rule(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)", _ip),
    rule(r"(?<![\w.])(v\.?\s?)?(\d+(?:\.\d+){2,})(?!\w)", _version),
    rule(r"(?<![\w.])(v)(\d+(?:\.\d+)*)(?!\w)", _version),
    rule(rf"(?:#|\bNo\.\s?|\bno\.\s|№\s?)({NUMBER})(?![\w])", _after_sign),
    rule(r"\b([A-Za-z]|\d+)\^?((?<=\^)-?\d+|[²³])", _power),
    rule(rf"(?<![\w.])(?P<number>{NUMBER}){SCALE}(?!\w)", _scaled),
    rule(rf"{LEFT}({NUMBER})\s?–\s?({NUMBER})(?![\w-])", _range),
    rule(rf"{LEFT}(\d{{1,4}})\s?-\s?(\d{{1,4}})(?![\w-])", _range),
    rule(r"(?<![\w.])(?:[^\W\d_]+\d+|\d+[^\W\d_]+)(?:\d+|[^\W\d_]+)*(?!\w)", _mixed),
    rule(rf"(?P<minus>(?<![\w.)])[-−](?=[\d.]))?(?P<number>(?:{NUMBER})|(?<!\d)\.\d+)", _plain),
)  # fmt: skip
