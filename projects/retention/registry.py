"""Every model with personal data says here of which class it is and how it is erased; the apps above register theirs.

A model is either a `Holding` (erased by date, row by row), `Purged` (it has a clock of its own), `Kept` (with the
reason why it is not erased), or in `projects.retention.declarations.WITHOUT_PERSONAL_DATA`. A test holds this complete.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from projects.retention.classes import DataClass
from projects.retention.files import ErasedFile


@dataclass
class Erased:
    """What an eraser did, for the certificate. `method` is said in a few words; `rows` are ids."""

    method: str
    files: list[ErasedFile] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    def add(self, *files: ErasedFile | None) -> None:
        self.files += [file for file in files if file is not None]


@dataclass(frozen=True)
class Holding:
    """Rows that are erased when their date is over.

    `made`, `project`, `organization` are paths of fields from a row, `subjects` those to the persons who hang on it;
    empty where it has none. `standing` says which rows there is still something to erase of. `erase` removes files
    first and rows last, and may be called again after it broke off.
    """

    model: type[Model]
    data_class: DataClass
    erase: Callable[[Any, datetime], Erased]
    made: str = "created_at"
    project: str = ""
    subjects: tuple[str, ...] = ()
    organization: str = "organization"
    standing: Q = field(default_factory=Q)


@dataclass(frozen=True)
class Purged:
    """Rows whose own date stands in them; `purge(at)` deletes or empties what is over, and says how many."""

    model: type[Model]
    data_class: DataClass
    purge: Callable[[datetime], int]


@dataclass(frozen=True)
class Kept:
    """Rows that no date ends, and why."""

    model: type[Model]
    data_class: DataClass
    reason: str


Declaration = Holding | Purged | Kept

_declarations: list[Declaration] = []


@dataclass(frozen=True)
class Files:
    """One app's files: which of these keys it knows, each key that it expects to be there, and how what it keeps
    outside of the storage of things that are gone is cleared away, saying how much.
    """

    known: Callable[[list[str]], set[str]]
    expected: Callable[[], Iterable[str]]
    clear_copies: Callable[[], int] = lambda: 0


_files: list[Files] = []


def declare(*declarations: Declaration) -> None:
    """Register, in the order in which the sweep shall go: what hangs on other things before those."""
    _declarations.extend(_new(declarations))


def declare_first(*declarations: Declaration) -> None:
    """Register what hangs on everything that was registered before."""
    _declarations[:0] = _new(declarations)


def _new(declarations: Iterable[Declaration]) -> list[Declaration]:
    there = {(known.model, known.data_class) for known in _declarations}
    return [each for each in declarations if (each.model, each.data_class) not in there]


def declare_files(files: Files) -> None:
    """Register an app's files for the comparison of storage and database."""
    if files not in _files:
        _files.append(files)


def declarations() -> tuple[Declaration, ...]:
    return tuple(_declarations)


def holdings() -> tuple[Holding, ...]:
    return tuple(declaration for declaration in _declarations if isinstance(declaration, Holding))


def purges() -> tuple[Purged, ...]:
    return tuple(declaration for declaration in _declarations if isinstance(declaration, Purged))


def files_of_apps() -> tuple[Files, ...]:
    return tuple(_files)
