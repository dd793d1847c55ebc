"""A script with variables: `Hello {{name}}, welcome to {{city|our town}}!`. Pure: no database.

A variable may have a default after a bar. `\\{{` stands for two braces that are meant as such. Names count without
regard to case, spaces or hyphens, as people write the heads of their columns.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST_CHARACTERS = 20_000
LONGEST_NAME = 60

_PIECE = re.compile(r"\\(?P<escaped>\{\{|\}\})|\{\{(?P<inside>(?:(?!\{\{|\}\}).)*)\}\}|(?P<open>\{\{)", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w .\-]*")
_SSML = re.compile(r"<speak[\s>]")
# What the speech room reads as a mark (rendering.engine.speech.markup). A value is data: it sets no pauses, no stress.
_MARKS = str.maketrans({"<": " ", ">": " ", "[": "(", "]": ")", "*": " "})


class TemplateError(Exception):
    """A script that cannot be read. `message` is for a person; `place` is the line, from 1."""

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class Variable:
    """`name` as it is compared, `written` as it stands; `default` None where there is none."""

    name: str
    written: str
    default: str | None = None


@dataclass(frozen=True)
class Template:
    """A script taken apart: text and variables in their order."""

    pieces: tuple[str | Variable, ...]
    ssml: bool = False

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Each variable once, in the order in which they first stand."""
        found: dict[str, Variable] = {}
        for piece in self.pieces:
            if isinstance(piece, Variable):
                found.setdefault(piece.name, piece)
        return tuple(found.values())

    @property
    def needed(self) -> tuple[Variable, ...]:
        """The variables that stand without a default somewhere."""
        bare = {piece.name for piece in self.pieces if isinstance(piece, Variable) and piece.default is None}
        return tuple(variable for variable in self.variables if variable.name in bare)


@dataclass(frozen=True)
class Filled:
    """The words; `missing` names the variables that have neither a value nor a default, as they are written."""

    words: str
    missing: tuple[str, ...] = ()


def variable_name(written: str) -> str:
    """The name as it is compared: without case, with one underscore for spaces, dots and hyphens."""
    return re.sub(r"[\s.\-_]+", "_", unicodedata.normalize("NFC", written).strip().casefold()).strip("_")


def read_template(text: str) -> Template:
    """Take a script apart. Raises TemplateError."""
    if len(text) > MOST_CHARACTERS:
        raise TemplateError(
            f"The script has {len(text):,} characters; at most {MOST_CHARACTERS:,} can be read.", line=1
        )
    pieces: list[str | Variable] = []
    end = 0
    for match in _PIECE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        pieces.append(text[end : match.start()])
        end = match.end()
        if match["escaped"]:
            pieces.append(match["escaped"])
        elif match["open"]:
            raise TemplateError(
                f"In line {line} of the script “{{{{” is not closed. "
                "Write {{name}}, or \\{{ for the signs themselves.",
                line=line,
            )
        else:
            pieces.append(_variable(match["inside"], line))
    pieces.append(text[end:])
    return Template(tuple(piece for piece in pieces if piece != ""), ssml=bool(_SSML.search(text)))


def _variable(inside: str, line: int) -> Variable:
    written, bar, default = inside.partition("|")
    written = " ".join(written.split())
    if not written:
        raise TemplateError(f"In line {line} of the script a variable has no name: “{{{{{inside}}}}}”.", line=line)
    if len(written) > LONGEST_NAME or not _NAME.fullmatch(written):
        raise TemplateError(
            f"In line {line} of the script “{written[:LONGEST_NAME]}” cannot be a variable. "
            "A name begins with a letter and goes on with letters, digits, spaces, hyphens or underscores.",
            line=line,
        )
    return Variable(variable_name(written), written, default.strip() if bar else None)


def fill(template: Template, values: Mapping[str, str]) -> Filled:
    """The script with these values, by `variable_name`. What stands in a value is said, never read as a mark."""
    words: list[str] = []
    missing: dict[str, None] = {}
    for piece in template.pieces:
        if isinstance(piece, str):
            words.append(piece)
        elif value := " ".join(values.get(piece.name, "").split()):
            words.append(_harmless(value, ssml=template.ssml))
        elif piece.default is not None:
            words.append(piece.default)
        else:
            missing[piece.written] = None
    return Filled("".join(words), tuple(missing))


def unknown_variables(template: Template, columns: Iterable[str]) -> tuple[tuple[Variable, str], ...]:
    """The variables without default that no column fills, each with the most similar column or ""."""
    names = {variable_name(column): column for column in columns}
    unknown = [variable for variable in template.needed if variable.name not in names]
    return tuple((variable, _similar(variable.name, names)) for variable in unknown)


def _similar(name: str, names: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def plain_value(text: str) -> str:
    """The text without anything that the speech room would take for a mark."""
    return text.translate(_MARKS)


def _harmless(value: str, *, ssml: bool) -> str:
    plain = " ".join(plain_value(value).split())
    return plain.replace("&", "&amp;") if ssml else plain
