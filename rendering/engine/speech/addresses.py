"""Web and mail addresses, handles and tags: where they are, and their parts in words."""

import re

ADDRESS = re.compile(
    r"(?P<mail>[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,})"
    r"|(?:https?://|\bwww\.)(?P<link>[\w.@-]+(?::\d+)?(?:/[^\s<>“”\"]*)?)"
    r"|(?<![\w@/.-])(?P<bare>(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|co\.uk|info|ai|app|dev|de|fr|es|it|eu)\b"
    r"(?:/[^\s<>“”\"]*)?)",
    re.IGNORECASE,
)
# endings of addresses that are said as a word; other endings of two letters are spelt
_SAID_ENDINGS = frozenset({"co", "me", "so", "to", "be", "my"})
_SIGNS = {
    "en": {".": "dot", "/": "slash", "-": "dash", "_": "underscore", "@": "at", "+": "plus", "~": "tilde",
           ":": "colon"},
    "es": {".": "punto", "/": "barra", "-": "guion", "_": "guion bajo", "@": "arroba", "+": "más", ":": "dos puntos"},
    "fr": {".": "point", "/": "barre", "-": "tiret", "_": "tiret bas", "@": "arobase", "+": "plus", ":": "deux points"},
    "it": {".": "punto", "/": "barra", "-": "trattino", "_": "trattino basso", "@": "chiocciola", "+": "più",
           ":": "due punti"},
    "pt": {".": "ponto", "/": "barra", "-": "hífen", "_": "sublinhado", "@": "arroba", "+": "mais", ":": "dois pontos"},
    "de": {".": "Punkt", "/": "Schrägstrich", "-": "Bindestrich", "_": "Unterstrich", "@": "at", "+": "plus",
           ":": "Doppelpunkt"},
}  # fmt: skip


def in_words(match: re.Match[str], *, language: str = "en") -> tuple[int, str]:
    """How many characters of the match of ADDRESS are the address (punctuation after it is the sentence's), and how it
    is said: the question after “?” and the part after “#” are left out.
    """
    address = match.group()
    kept = len(re.sub(r"[.,;:!?…)\]'’—-]*$", "", address))
    address = re.sub(r"^https?://", "", address[:kept], flags=re.IGNORECASE)
    host, slash, path = re.split(r"[?#]", address)[0].rstrip("/").partition("/")
    labels = host.removeprefix("www.").split(".")
    if len(labels[-1]) == 2 and labels[-1].lower() not in _SAID_ENDINGS:
        labels[-1] = " ".join(labels[-1].upper())
    signs = _SIGNS.get(language, _SIGNS["en"])
    said = "".join(
        f" {signs[c]} " if c in signs else c if c.isalnum() or c == " " else " "
        for c in ".".join(labels) + slash + path
    )
    return kept, re.sub(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])", " ", " ".join(said.split()))
