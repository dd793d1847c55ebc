"""What other languages say in the place of money, dates, times, measures, addresses and signs.

Numbers stay digits: the readers of these languages know them. What they do not know is that the coin comes after the
number, which month the “5” is, and what a sign is called.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rendering.engine.speech import addresses

_NUMBER = r"\d{1,3}(?:[. \u00a0]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"


@dataclass(frozen=True)
class Tongue:
    """`coins`: sign → one, several. `date`: with {day}, {month}, {year}; `first`: the first of a month. `clock`: with
    {hour}, {minute}; `hour` alone on the full hour.
    """

    months: tuple[str, ...]
    coins: dict[str, tuple[str, str]]
    joint: str  # between whole coins and hundredths
    date: str
    first: str
    clock: str
    hour: str
    one_hour: str
    point: str  # in decimal numbers
    signs: dict[str, str]
    units: dict[str, str]
    abbreviations: dict[str, str]
    minus: str
    big: dict[str, str]  # what goes between a million and its coin


_TONGUES = {
    "es": Tongue(
        months=(
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre",
        ),
        coins={"€": ("euro", "euros"), "$": ("dólar", "dólares"), "£": ("libra", "libras"), "¥": ("yen", "yenes")},
        joint=" con ", date="{day} de {month} de {year}", first="uno", clock="{hour} y {minute}",
                              hour="{hour} en punto",
        one_hour="una", point=" coma ",
        signs={"%": "por ciento", "&": "y", "+": "más", "=": "igual a", "°": "grados", "@": "arroba",
               "×": "por",
               "#": "almohadilla", "§": "párrafo", "~": "unos"},
        units={"km": "kilómetros", "m": "metros", "cm": "centímetros", "kg": "kilos", "g": "gramos", "l": "litros",
               "km/h": "kilómetros por hora", "°C": "grados", "min": "minutos", "h": "horas", "m²": "metros cuadrados"},
        abbreviations={"Sr.": "Señor", "Sra.": "Señora", "Srta.": "Señorita", "Dr.": "Doctor", "Dra.": "Doctora",
                       "Ud.": "usted", "Uds.": "ustedes", "p. ej.": "por ejemplo", "etc.": "etcétera",
                       "EE. UU.": "Estados Unidos", "n.º": "número", "pág.": "página", "tel.": "teléfono",
                       "Avda.": "avenida", "a. C.": "antes de Cristo", "d. C.": "después de Cristo"},
        minus="menos", big={"millón": "de ", "millones": "de ", "mil millones": "de ", "mil": ""},
    ),
    "fr": Tongue(
        months=(
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre",
        ),
        coins={"€": ("euro", "euros"), "$": ("dollar", "dollars"), "£": ("livre", "livres"), "¥": ("yen", "yens")},
        joint=" ", date="{day} {month} {year}", first="premier", clock="{hour} heures {minute}", hour="{hour} heures",
        one_hour="une heure", point=" virgule ",
        signs={"%": "pour cent", "&": "et", "+": "plus", "=": "égale", "°": "degrés", "@": "arobase", "×": "fois",
               "#": "dièse", "§": "paragraphe", "~": "environ"},
        units={"km": "kilomètres", "m": "mètres", "cm": "centimètres", "kg": "kilos", "g": "grammes", "l": "litres",
               "km/h": "kilomètres heure", "°C": "degrés", "min": "minutes", "h": "heures", "m²": "mètres carrés"},
        abbreviations={"M.": "Monsieur", "MM.": "Messieurs", "Mme": "Madame", "Mlle": "Mademoiselle", "Dr": "Docteur",
                       "etc.": "et cetera", "p. ex.": "par exemple", "n°": "numéro", "av. J.-C.": "avant Jésus-Christ",
                       "apr. J.-C.": "après Jésus-Christ", "c.-à-d.": "c'est-à-dire", "1er": "premier",
                       "1re": "première",
                       "2e": "deuxième", "3e": "troisième", "tél.": "téléphone", "St": "Saint", "Ste": "Sainte"},
        minus="moins", big={"million": "d'", "millions": "d'", "milliard": "d'", "milliards": "d'", "mille": ""},
    ),
    "it": Tongue(
        months=(
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
            "novembre", "dicembre",
        ),
        coins={"€": ("euro", "euro"), "$": ("dollaro", "dollari"), "£": ("sterlina", "sterline"), "¥": ("yen", "yen")},
        joint=" e ", date="{day} {month} {year}", first="primo", clock="{hour} e {minute}", hour="{hour} in punto",
        one_hour="una", point=" virgola ",
        signs={"%": "per cento", "&": "e", "+": "più", "=": "uguale a", "°": "gradi", "@": "chiocciola", "×": "per",
               "#": "cancelletto", "§": "paragrafo", "~": "circa"},
        units={"km": "chilometri", "m": "metri", "cm": "centimetri", "kg": "chili", "g": "grammi", "l": "litri",
               "km/h": "chilometri all'ora", "°C": "gradi", "min": "minuti", "h": "ore", "m²": "metri quadrati"},
        abbreviations={"Sig.": "Signor", "Sig.ra": "Signora", "Sig.na": "Signorina", "Dott.": "Dottor",
                       "Dott.ssa": "Dottoressa", "Prof.": "Professor", "ecc.": "eccetera", "p. es.": "per esempio",
                       "n.": "numero", "pag.": "pagina", "tel.": "telefono", "a.C.": "avanti Cristo",
                       "d.C.": "dopo Cristo"},
        minus="meno", big={"milione": "di ", "milioni": "di ", "miliardo": "di ", "miliardi": "di ", "mila": ""},
    ),
    "pt": Tongue(
        months=(
            "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
            "novembro", "dezembro",
        ),
        coins={"R$": ("real", "reais"), "€": ("euro", "euros"), "$": ("dólar", "dólares"), "£": ("libra", "libras"),
               "¥": ("iene", "ienes")},
        joint=" e ", date="{day} de {month} de {year}", first="primeiro", clock="{hour} e {minute}",
                            hour="{hour} horas",
        one_hour="uma hora", point=" vírgula ",
        signs={"%": "por cento", "&": "e", "+": "mais", "=": "igual a", "°": "graus", "@": "arroba", "×": "vezes",
               "#": "cerquilha", "§": "parágrafo", "~": "cerca de"},
        units={"km": "quilômetros", "m": "metros", "cm": "centímetros", "kg": "quilos", "g": "gramas", "l": "litros",
               "km/h": "quilômetros por hora", "°C": "graus", "min": "minutos", "h": "horas", "m²": "metros quadrados"},
        abbreviations={"Sr.": "Senhor", "Sra.": "Senhora", "Dr.": "Doutor", "Dra.": "Doutora", "etc.": "et cetera",
                       "p. ex.": "por exemplo", "n.º": "número", "nº": "número", "pág.": "página", "tel.": "telefone",
                       "Av.": "avenida", "a.C.": "antes de Cristo", "d.C.": "depois de Cristo"},
        minus="menos", big={"milhão": "de ", "milhões": "de ", "bilhão": "de ", "bilhões": "de ", "mil": ""},
    ),
    "de": Tongue(
        months=(
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember",
        ),
        coins={"€": ("Euro", "Euro"), "$": ("Dollar", "Dollar"), "£": ("Pfund", "Pfund"), "¥": ("Yen", "Yen"),
               "CHF": ("Franken", "Franken")},
        joint=" ", date="{day}. {month} {year}", first="ersten", clock="{hour} Uhr {minute}", hour="{hour} Uhr",
        one_hour="ein Uhr", point=" Komma ",
        signs={"%": "Prozent", "&": "und", "+": "plus", "=": "gleich", "°": "Grad", "@": "at", "×": "mal", "#": "Raute",
               "§": "Paragraf", "~": "etwa"},
        units={"km": "Kilometer", "m": "Meter", "cm": "Zentimeter", "kg": "Kilo", "g": "Gramm", "l": "Liter",
               "km/h": "Kilometer pro Stunde", "°C": "Grad", "min": "Minuten", "h": "Stunden", "m²": "Quadratmeter"},
        abbreviations={"z. B.": "zum Beispiel", "z.B.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt",
                       "u. a.": "unter anderem", "usw.": "und so weiter", "bzw.": "beziehungsweise", "ca.": "circa",
                       "Dr.": "Doktor", "Prof.": "Professor", "Nr.": "Nummer", "Str.": "Straße", "Tel.": "Telefon",
                       "v. Chr.": "vor Christus", "n. Chr.": "nach Christus", "evtl.": "eventuell",
                       "inkl.": "inklusive",
                       "Hr.": "Herr", "Fr.": "Frau", "St.": "Sankt", "Mio.": "Millionen", "Mrd.": "Milliarden"},
        minus="minus", big={"Million": "", "Millionen": "", "Mio.": "", "Milliarde": "", "Milliarden": "", "Mrd.": "",
                            "Tausend": ""},
    ),
}  # fmt: skip

Say = Callable[[re.Match[str], Tongue], str | None]


def swaps(text: str, *, language: str) -> Iterator[tuple[int, int, str]]:
    """Characters `start`..`end` of `text` and what is said for them; earlier rules go before later ones. Nothing for a
    language that is not known here.
    """
    short = language.lower().split("-")[0]
    if short not in _TONGUES:
        return
    tongue = _TONGUES[short]
    for match in addresses.ADDRESS.finditer(text):
        kept, said = addresses.in_words(match, language=short)
        yield match.start(), match.start() + kept, said
    for pattern, say in _rules(tongue):
        for match in re.finditer(pattern, text):
            words = say(match, tongue)
            if words is not None:
                yield *match.span(), words


def _rules(tongue: Tongue) -> tuple[tuple[str, Say], ...]:
    coin = "|".join(sorted(map(re.escape, tongue.coins), key=len, reverse=True))
    units = "|".join(sorted(map(re.escape, tongue.units), key=len, reverse=True))
    short = "|".join(sorted(map(re.escape, tongue.abbreviations), key=len, reverse=True))
    starts = "|".join(re.escape(each.capitalize()) for each in tongue.abbreviations if each.islower() and len(each) > 2)
    big = "|".join(sorted(map(re.escape, tongue.big), key=len, reverse=True))
    return (
        (r"(?<![\w./-])(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?![\w-])", _date),
        (r"(?<![\w./-])(?P<d>\d{1,2})([/.])(?P<m>\d{1,2})\2(?P<y>\d{4}|\d{2})(?![\w/])", _date),
        (r"(?<![\w.:])(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?:\s?(?:Uhr|h|horas|ore)\b)?(?![\d:])", _time),
        (rf"(?P<coin>{coin})\s?(?P<number>{_NUMBER})(?:\s(?P<big>{big})(?!\w))?(?![\w%])", _money),
        (rf"(?<![\w.,])(?P<number>{_NUMBER})(?:\s(?P<big>{big}))?\s?(?P<coin>{coin})(?!\w)", _money),
        (rf"(?<![\w.,])(?P<minus>[-−])?(?P<number>{_NUMBER})\s?(?P<unit>{units})(?![\w/])", _measure),
        (rf"(?<![\w.])(?P<short>{short})(?!\w)", lambda match, tongue: tongue.abbreviations[match["short"]]),
        (
            rf"(?<![\w.])(?P<short>{starts})(?!\w)",
            lambda m, tongue: tongue.abbreviations[m["short"].lower()].capitalize(),
        ),
        (rf"(?<!\w)(?P<coin>{coin})(?!\w)", lambda match, tongue: tongue.coins[match["coin"]][1]),
        (r"(?<![\w.,])(\d+)\s?[-–]\s?(\d+)(?![\w-])", _range),
        (rf"(?<![\w.,])(?P<minus>[-−])?(?P<number>{_NUMBER})(?!\w|[.,]\d)", _decimal),
        ("|".join(map(re.escape, tongue.signs)), lambda match, tongue: f" {tongue.signs[match[0]]} "),
    )


def _begun_with(match: re.Match[str], tongue: Tongue) -> str:
    return tongue.abbreviations[match["short"].lower()].capitalize()


def _date(match: re.Match[str], tongue: Tongue) -> str | None:
    day, month = int(match["d"]), int(match["m"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = match["y"] if len(match["y"]) == 4 else f"{'19' if int(match['y']) > 40 else '20'}{match['y']}"
    if day == 1:
        return tongue.date.replace("{day}.", "{day}").format(
            day=tongue.first, month=tongue.months[month - 1], year=year
        )
    return tongue.date.format(day=day, month=tongue.months[month - 1], year=year)


def _time(match: re.Match[str], tongue: Tongue) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59:
        return None
    if not minute:
        return tongue.one_hour if hour == 1 else tongue.hour.format(hour=hour)
    said = tongue.clock.format(hour=hour, minute=minute)
    return said.replace("1 ", f"{tongue.one_hour.split()[0]} ", 1) if hour == 1 else said


def _money(match: re.Match[str], tongue: Tongue) -> str:
    names = tongue.coins[match["coin"]]
    if match["big"]:
        big = tongue.abbreviations.get(match["big"], match["big"])
        link = tongue.big[match["big"]] if names[1][0] in "aeiou" or tongue.big[match["big"]] != "d'" else "de "
        return f"{_number(match['number'], tongue)} {big} {link}{names[1]}"
    whole, small = _split(match["number"])
    said = f"{whole} {names[0] if whole == '1' else names[1]}"
    if not small or not int(small):
        return said
    return f"{said}{tongue.joint}{int(small.ljust(2, '0')[:2])}"


def _split(number: str) -> tuple[str, str]:
    """Whole part without marks of thousands, and decimals: "1.234,50" and "1 234,50" both; "3.50" too."""
    number = re.sub(r"[ \u00a0]", "", number)
    match = re.fullmatch(r"(.*?)[.,](\d{1,2}|\d{4,})", number)
    whole, small = (match[1], match[2]) if match else (number, "")
    return re.sub(r"[.,]", "", whole), small


def _number(number: str, tongue: Tongue) -> str:
    whole, small = _split(number)
    if not small:
        return whole
    return f"{whole}{tongue.point}{small if not small.startswith('0') else ' '.join(small)}"


def _measure(match: re.Match[str], tongue: Tongue) -> str:
    minus = f"{tongue.minus} " if match["minus"] else ""
    return f"{minus}{_number(match['number'], tongue)} {tongue.units[match['unit']]}"


def _range(match: re.Match[str], tongue: Tongue) -> str:
    word = {"menos": "a", "moins": "à", "meno": "a", "minus": "bis"}[tongue.minus]
    return f"{match[1]} {word} {match[2]}"


def _decimal(match: re.Match[str], tongue: Tongue) -> str | None:
    said = _number(match["number"], tongue)
    minus = f"{tongue.minus} " if match["minus"] else ""
    return None if not minus and said == match["number"] else minus + said
