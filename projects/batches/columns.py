"""What the columns of a table mean: guessed from their heads, changed by hand. Pure.

A column that means nothing particular is a variable of the script. The others can be used as variables too.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from projects.batches.template import variable_name


class Target(StrEnum):
    """What a column is for."""

    VARIABLE = "variable"
    WORDS = "words"
    PORTRAIT = "portrait"
    VOICE = "voice"
    LANGUAGE = "language"
    STYLE = "style"
    ASPECT = "aspect"
    DIRECTION = "direction"
    CAPTIONS = "captions"
    TITLE = "title"
    TOPIC = "topic"
    COMMERCIAL = "commercial"
    PUBLIC = "public"
    REFERENCE = "reference"
    ROW = "row"
    IGNORED = "ignored"


TARGET_LABELS = {
    Target.VARIABLE: "A variable of the script",
    Target.WORDS: "The words, instead of the script",
    Target.PORTRAIT: "The picture",
    Target.VOICE: "The voice",
    Target.LANGUAGE: "The language",
    Target.STYLE: "The style",
    Target.ASPECT: "The shape",
    Target.DIRECTION: "A direction",
    Target.CAPTIONS: "Captions, yes or no",
    Target.TITLE: "The clip’s title",
    Target.TOPIC: "The topic that consent covers",
    Target.COMMERCIAL: "For advertising, yes or no",
    Target.PUBLIC: "Posted publicly, yes or no",
    Target.REFERENCE: "Your own number for the row",
    Target.ROW: "The row of the first table",
    Target.IGNORED: "Not used",
}

# Heads that people write, as variable_name compares them.
_HEADS: dict[Target, tuple[str, ...]] = {
    Target.WORDS: ("words", "text", "script", "speech", "says", "wording", "texto", "texte", "worte"),
    Target.PORTRAIT: ("portrait", "picture", "photo", "image", "portrait_id", "foto", "bild", "imagen", "avatar"),
    Target.VOICE: ("voice", "voice_id", "stimme", "voz", "voix"),
    Target.LANGUAGE: ("language", "lang", "locale", "sprache", "idioma", "langue"),
    Target.STYLE: ("style", "stil", "estilo"),
    Target.ASPECT: ("aspect", "format", "shape", "aspect_ratio", "ratio", "formato"),
    Target.DIRECTION: ("direction", "directions", "manner"),
    Target.CAPTIONS: ("captions", "subtitles", "untertitel"),
    Target.TITLE: ("title", "clip_title", "titel", "titulo", "titre"),
    Target.TOPIC: ("topic", "thema", "tema", "sujet"),
    Target.COMMERCIAL: ("commercial", "advertising", "advertisement"),
    Target.PUBLIC: ("public", "publicly", "posted"),
    Target.REFERENCE: ("reference", "ref", "id", "key", "external_id", "number", "customer_number"),
    Target.ROW: ("row",),
}
_BY_HEAD = {head: target for target, heads in _HEADS.items() for head in heads}
ROW_HEAD = "row"


def guess_mapping(columns: Sequence[str]) -> dict[str, str]:
    """What each column seems to be for. Of two that seem to be the same, the first is."""
    mapping: dict[str, str] = {}
    taken: set[Target] = set()
    for column in columns:
        target = _BY_HEAD.get(variable_name(column), Target.VARIABLE)
        if target is not Target.VARIABLE and target in taken:
            target = Target.VARIABLE
        taken.add(target)
        mapping[column] = target.value
    return mapping


class MappingError(Exception):
    """What the columns are said to be for does not go together."""

    def __init__(self, message: str, *, column: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column


def checked_mapping(columns: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The whole mapping: what is wanted, and guesses for columns that nothing is said of. Raises MappingError."""
    guessed = guess_mapping(columns)
    mapping: dict[str, str] = {}
    users: dict[Target, str] = {}
    for column in columns:
        said = wanted.get(column, guessed[column])
        if said not in tuple(Target):
            raise MappingError(f"“{column}” cannot be “{said}”. Choose one of: {', '.join(Target)}.", column=column)
        target = Target(said)
        if column not in wanted and (target in users or target in wanted.values()):
            target = Target.VARIABLE
        if target not in (Target.VARIABLE, Target.IGNORED):
            if target in users:
                raise MappingError(
                    f"“{users[target]}” and “{column}” cannot both be: {TARGET_LABELS[target].lower()}.", column=column
                )
            users[target] = column
        mapping[column] = target.value
    return mapping


def column_for(mapping: Mapping[str, str], target: Target) -> str:
    """The column that is for `target`, or ""."""
    return next((column for column, said in mapping.items() if said == target), "")


def values_of(cells: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, str]:
    """What the variables of the script stand for in a row, by `variable_name`."""
    used = (column for column in cells if mapping.get(column) not in (Target.IGNORED, Target.ROW))
    return {variable_name(column): cells[column] for column in used}
