"""A table as people send it: CSV out of any spreadsheet, or JSON. Pure: bytes in, rows out; no database.

Rows are numbered as a spreadsheet numbers them: the heads of the columns are row 1. Nothing in a cell is ever computed.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from projects.batches.template import variable_name

MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_BYTES = 20_000_000
LONGEST_CELL = 20_000
LONGEST_HEAD = 100

_DELIMITERS = (";", ",", "\t", "|")
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class SheetError(Exception):
    """A table that cannot be read. `message` is for a person; `row` as a spreadsheet counts, `column` by its head."""

    def __init__(self, message: str, *, row: int | None = None, column: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column


@dataclass(frozen=True)
class Row:
    """One row: `number` as a spreadsheet shows it, `cells` in the order of the columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: the heads of its columns, and its rows without those that are empty."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(data: bytes, *, name: str = "") -> Sheet:
    """The table in a file. What it is, its bytes say; `name` decides where they leave it open. Raises SheetError."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise SheetError("This file is empty. Choose a CSV or JSON file with a row for each clip.")
    if len(data) > MOST_BYTES:
        raise SheetError(f"This file is bigger than {MOST_BYTES // 1_000_000} MB. Split it into several batches.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SheetError("This is a spreadsheet’s own file. Save it as CSV (“CSV UTF-8” in Excel) and choose that.")
    text = _text_of(data)
    begins = text.lstrip()[:1]
    is_json = begins in {"[", "{"} and (name.lower().endswith(".json") or _is_json(text))
    return _read_json(text) if is_json else _read_csv(text)


def _text_of(data: bytes) -> str:
    """The characters: UTF-16 where it says so, else UTF-8, else what Excel writes in the West (cp1252)."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = "\x00"
    if _CONTROL.search(text):
        raise SheetError("The letters of this file cannot be read. Save it as “CSV UTF-8” and choose it again.")
    return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


# ---------------------------------------------------------------- CSV


def _read_csv(text: str) -> Sheet:
    delimiter = ""
    if match := _SEP_LINE.match(text):
        delimiter, text = match[1], text[match.end() :]
    records = _records(text, delimiter or _delimiter_of(text))
    heads: list[str] | None = None
    rows: list[Row] = []
    for number, record in records:
        if not any(cell.strip() for cell in record):
            continue
        if heads is None:
            heads = _checked_heads(record, number)
            continue
        rows.append(_checked_row(record, heads, number))
        _refuse_many(len(rows))
    return _sheet(heads or [], rows)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records with their numbers. A quotation mark that is never closed is told by where it stands."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, begins = 0, 1
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetError(
                f"Row {number} (line {begins} of the file) cannot be read: {_csv_reason(error)}", row=number
            ) from None
        begins = reader.line_num + 1
        yield number, record


def _csv_reason(error: csv.Error) -> str:
    if "limit" in str(error):
        return "a cell in it is far too long. Perhaps a quotation mark is not closed."
    return "a quotation mark is not closed, or stands in the middle of a cell. Write it twice inside a quoted cell."


def _delimiter_of(text: str) -> str:
    """What separates the heads: the sign that the first line holds most often outside of quotation marks."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    quoted = False
    for character in text.lstrip("\r\n"):
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "\r\n":
            break
        elif not quoted and character in counts:
            counts[character] += 1
    best = max(_DELIMITERS, key=lambda sign: counts[sign])
    return best if counts[best] else ","


def _checked_heads(record: list[str], number: int) -> list[str]:
    heads = [" ".join(cell.split()) for cell in record]
    while heads and not heads[-1]:
        heads.pop()
    if len(heads) > MOST_COLUMNS:
        raise SheetError(f"This table has {len(heads)} columns; at most {MOST_COLUMNS} can be read.", row=number)
    seen: dict[str, str] = {}
    for place, head in enumerate(heads):
        letter = column_letter(place)
        if not head:
            raise SheetError(
                f"Column {letter} has no name. Write one into row {number}, or take the column out.",
                row=number,
                column=letter,
            )
        if len(head) > LONGEST_HEAD:
            raise SheetError(
                f"The name of column {letter} is longer than {LONGEST_HEAD} characters. Is row {number} really the one "
                "with the names of the columns?",
                row=number,
                column=letter,
            )
        key = variable_name(head)
        if key in seen:
            raise SheetError(
                f"Two columns are called “{head}”: {seen[key]} and {letter}. Give each its own name.",
                row=number,
                column=letter,
            )
        seen[key] = letter
    return heads


def _checked_row(record: list[str], heads: list[str], number: int) -> Row:
    extra = [cell for cell in record[len(heads) :] if cell.strip()]
    if extra:
        letter = column_letter(len(heads))
        raise SheetError(
            f"Row {number} has more cells than there are columns: “{extra[0][:40]}” stands in column {letter}, which "
            "has no name. Perhaps a cell with the separating sign in it has no quotation marks.",
            row=number,
            column=letter,
        )
    cells = [*record[: len(heads)], *[""] * (len(heads) - len(record))]
    return Row(number, tuple(_checked_cell(cell, heads[place], number) for place, cell in enumerate(cells)))


def _checked_cell(cell: str, head: str, number: int) -> str:
    if len(cell) > LONGEST_CELL:
        raise SheetError(
            f"Row {number}, column “{head}”: the cell has {len(cell):,} characters; {LONGEST_CELL:,} can be read.",
            row=number,
            column=head,
        )
    if _CONTROL.search(cell):
        raise SheetError(
            f"Row {number}, column “{head}”: the cell holds signs that no text has. Save the table again as CSV UTF-8.",
            row=number,
            column=head,
        )
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def column_letter(place: int) -> str:
    """The letter over the column in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# ---------------------------------------------------------------- JSON


def _read_json(text: str) -> Sheet:
    try:
        loaded: Any = json.loads(text)
    except RecursionError:
        raise SheetError("This JSON is nested too deeply. A list of objects is expected, one for each clip.") from None
    except json.JSONDecodeError as error:
        raise SheetError(f"This is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    entries = loaded.get("rows") if isinstance(loaded, dict) else loaded
    if not isinstance(entries, list):
        raise SheetError(
            "A JSON file is a list of objects, one for each clip, or an object with such a list as “rows”."
        )
    _refuse_many(len(entries))
    return sheet_of(entries)


def sheet_of(entries: list[Any]) -> Sheet:
    """The table of a list of objects, as JSON holds them. The columns are in the order in which they first appear."""
    heads: dict[str, str] = {}
    for number, entry in enumerate(entries, start=2):
        if not isinstance(entry, dict):
            raise SheetError(f"Row {number} is not an object with a value for each column.", row=number)
        for head in entry:
            written = " ".join(str(head).split())
            if heads.setdefault(variable_name(written), written) != written:
                raise SheetError(
                    f"Row {number}: “{written}” is called “{heads[variable_name(written)]}” before. Use one name.",
                    row=number,
                    column=written,
                )
    columns = _checked_heads(list(heads.values()), 1)
    rows = [
        Row(number, tuple(_checked_cell(cell, head, number) for head, cell in zip(columns, cells, strict=True)))
        for number, entry in enumerate(entries, start=2)
        if any(cells := [_json_cell(entry, head, number) for head in columns])
    ]
    return _sheet(columns, rows)


def _json_cell(entry: dict[str, Any], head: str, number: int) -> str:
    value = next((value for key, value in entry.items() if " ".join(str(key).split()) == head), None)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    raise SheetError(f"Row {number}, “{head}”: a text or a number is expected, not a list or an object.",
                     row=number, column=head)  # fmt: skip


# ---------------------------------------------------------------- both


def _sheet(heads: list[str], rows: list[Row]) -> Sheet:
    if not heads or not rows:
        raise SheetError("This table has no rows. The first row names the columns, and each further row is one clip.")
    return Sheet(tuple(heads), tuple(rows))


def _refuse_many(count: int) -> None:
    if count > MOST_ROWS:
        raise SheetError(f"This table has more than {MOST_ROWS:,} rows. Split it into several batches.")


# ---------------------------------------------------------------- written


def safe_cell(value: object) -> str:
    """A value for a CSV that a spreadsheet will open: what it would take for a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
