"""Numbers as English says them."""

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def cardinal(number: int, *, british: bool = False) -> str:
    """ "one thousand two hundred five"; British English says "two hundred and five". Beyond the quadrillions: digit by
    digit.
    """
    if number < 0:
        return f"minus {cardinal(-number, british=british)}"
    if number >= 10**18:
        return digits(str(number))
    words: list[str] = []
    scale, rest = 0, number
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            joint = "and " if british and not scale and group < 100 and rest else ""
            words.insert(0, f"{joint}{_below_thousand(group, british=british)} {_SCALES[scale]}".strip())
        scale += 1
    return " ".join(words) or "zero"


def _below_thousand(number: int, *, british: bool) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        tens, ones = divmod(rest, 10)
        below = _ONES[rest] if rest < 20 else _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
        words.append(f"and {below}" if hundreds and british else below)
    return " ".join(words)


def ordinal(number: int, *, british: bool = False) -> str:
    """ "twenty-third", "one hundred first"."""
    head, mark, last = _rpartition(cardinal(number, british=british))
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return head + mark + _ORDINALS.get(last, regular)


def _rpartition(words: str) -> tuple[str, str, str]:
    cut = max(words.rfind(" "), words.rfind("-"))
    return (words[:cut], words[cut], words[cut + 1 :]) if cut >= 0 else ("", "", words)


def year(number: int, *, british: bool = False) -> str:
    """ "nineteen oh five", "two thousand five", "twenty ten", "nineteen hundred"."""
    high, low = divmod(number, 100)
    if not 10 <= high < 100 or (high % 10 == 0 and low < 10):
        return cardinal(number, british=british)
    if low == 0:
        return f"{_below_thousand(high, british=british)} hundred"
    after = f"oh {_ONES[low]}" if low < 10 else _below_thousand(low, british=british)
    return f"{_below_thousand(high, british=british)} {after}"


def decimal(number: str, *, british: bool = False) -> str:
    """ "3.14" → "three point one four"; thousands may have commas."""
    whole, point, after = number.replace(",", "").partition(".")
    said = cardinal(int(whole), british=british) if whole else ""
    return f"{said} point {digits(after)}".strip() if point and after else said


def digits(number: str) -> str:
    """Digit by digit."""
    return " ".join(_ONES[int(d)] for d in number if d.isdigit())


def in_pairs(number: str) -> str:
    """Rooms, flights and buses: "two thirty-seven", "four oh four", "twelve hundred"."""
    if number.startswith("0") or not 3 <= len(number) <= 4:
        return digits(number) if number.startswith("0") else cardinal(int(number))
    high, low = int(number[:-2]), int(number[-2:])
    if low == 0:
        return f"{cardinal(high)} hundred"
    return f"{cardinal(high)} {f'oh {_ONES[low]}' if low < 10 else cardinal(low)}"


def counted(number: str, names: tuple[str, ...], british: bool) -> str:
    """The number with the first of `names` for one, the second for any other."""
    is_one = number.replace(",", "") in {"1", "1.0", "1.00"}
    return f"{decimal(number, british=british)} {names[0] if is_one else names[1]}"
