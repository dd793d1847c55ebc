"""Writing: batches and their rows, up to where renders are asked for (rendering.batching).

Nothing is made by anything here: a batch is a plan until somebody starts it, and whatever is changed in a plan leads to
a new dry run with another digest.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.names import visible
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from projects.batches.columns import Target, checked_mapping, column_for
from projects.batches.models import TITLE_LENGTH, Batch, BatchRow, BatchState, RowState, batch_sources
from projects.batches.planning import Defaults
from projects.batches.sheet import Sheet, SheetError, read_sheet
from projects.batches.template import read_template, unknown_variables
from projects.models import Project

_AT_ONCE = 500
NOT_STARTED = (RowState.UNCHECKED, RowState.READY, RowState.CONSENT, RowState.WRONG, RowState.STOPPED)


class BatchConflict(Exception):  # noqa: N818  a state of things, not a fault
    """The batch stands elsewhere by now: somebody else was faster, or it was changed. The text is for a person."""


@transaction.atomic
def batch_create(
    *,
    organization: Organization,
    acting_user: User,
    project: Project,
    name: str,
    template: str,
    sheet: Sheet,
    file_name: str = "",
    file_sha256: str = "",
    defaults: Defaults | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Batch:
    """A new batch, to be checked. Raises TemplateError, MappingError, ValidationError, PermissionDenied."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    if project.organization_id != organization.pk:
        raise ValidationError({"project": "This belongs to another organisation."})
    name = visible(name)[:TITLE_LENGTH]
    if not name:
        raise ValidationError({"name": "Give the batch a name."})
    template = template.replace("\r\n", "\n")
    batch = Batch(
        organization=organization,
        project=project,
        created_by=acting_user,
        name=name,
        template=template,
        file_name=visible(file_name)[:TITLE_LENGTH],
        file_sha256=file_sha256 or sheet_sha256(sheet),
        columns=list(sheet.columns),
        mapping=checked_mapping(sheet.columns, mapping or {}),
        defaults=asdict(defaults or Defaults()),
    )
    batch.problems = _problems(batch)
    batch.save(force_insert=True)
    _insert_rows(batch, sheet)
    _renew_digest(batch)
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="batch.created",
        object_id=batch.pk,
        data={"rows": len(sheet.rows), "file_sha256": batch.file_sha256},
    )
    return batch


@transaction.atomic
def batch_change(
    *,
    organization: Organization,
    acting_user: User,
    batch: Batch,
    template: str | None = None,
    defaults: Defaults | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: Sheet | None = None,
    file_name: str = "",
    file_sha256: str = "",
) -> Batch:
    """Change what the rows are made by, or give another table before anything was started; a new dry run follows.

    Rows that were started stay as they are. Raises TemplateError, MappingError, ValidationError, PermissionDenied,
    BatchConflict.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    batch = batch_locked(batch)
    if sheet is not None and batch.rows.filter(state=RowState.STARTED).exists():
        raise ValidationError(
            {"file": "Clips of this batch are made already. Upload a corrected table of rows instead."}
        )
    if template is not None:
        batch.template = template.replace("\r\n", "\n")
    if defaults is not None:
        batch.defaults = asdict(defaults)
    if sheet is not None:
        batch.columns, batch.file_name = list(sheet.columns), visible(file_name)[:TITLE_LENGTH]
        batch.file_sha256 = file_sha256 or sheet_sha256(sheet)
        batch.rows.all().delete()
        _insert_rows(batch, sheet)
    wanted = {**(batch.mapping if sheet is None else {}), **(mapping or {})}
    batch.mapping = checked_mapping(batch.columns, wanted)
    batch.problems = _problems(batch)
    batch.save()
    batch.rows.filter(state__in=NOT_STARTED).update(state=RowState.UNCHECKED)
    _check_again(batch, acting_user, "batch.changed", rows=batch.rows.filter(state=RowState.UNCHECKED).count())
    return batch


@transaction.atomic
def batch_correct(*, organization: Organization, acting_user: User, batch: Batch, sheet: Sheet) -> int:
    """Take rows from a corrected table, which names them in a column “row”; how many changed. They are checked anew.

    A row that is as it was stays untouched, and so does every row that the table does not name. A row that was made
    already and says something else now will be made again. Raises SheetError, PermissionDenied, BatchConflict.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    batch = batch_locked(batch)
    row_column = column_for(checked_mapping(sheet.columns, {}), Target.ROW)
    if not row_column:
        raise SheetError(
            "A corrected table needs a column “row” that says which rows it is about. Download the rows first."
        )
    known = {row.number: row for row in batch.rows.all()}
    additional = [c for c in sheet.columns if c not in batch.columns and c not in (row_column, *EXPORT_HEADS)]
    seen: set[int] = set()
    changed: list[BatchRow] = []
    for line in sheet.rows:
        cells = dict(zip(sheet.columns, line.cells, strict=True))
        number = _row_number(cells.pop(row_column), line.number, row_column)
        if number not in known:
            raise SheetError(f"Row {line.number}: this batch has no row {number}.", row=line.number, column=row_column)
        if number in seen:
            raise SheetError(f"Row {line.number}: row {number} stands there twice.", row=line.number, column=row_column)
        seen.add(number)
        row = known[number]
        ours = {column: _unquoted(cell) for column, cell in cells.items() if column in (*batch.columns, *additional)}
        if row.cells != {**row.cells, **ours} or row.state in (RowState.SKIPPED, RowState.STOPPED):
            row.cells = {**row.cells, **ours}
            changed.append(row)
    if additional:
        batch.columns = [*batch.columns, *additional]
        batch.mapping = checked_mapping(batch.columns, batch.mapping)
        batch.problems = _problems(batch)
        batch.save()
    for row in changed:
        row.state, row.clip, row.round = RowState.UNCHECKED, None, row.round + 1
    BatchRow.objects.bulk_update(changed, ["cells", "state", "clip", "round"], batch_size=_AT_ONCE)
    if changed:
        _check_again(batch, acting_user, "batch.corrected", rows=len(changed))
    return len(changed)


EXPORT_HEADS = ("row", "likeness state", "likeness reason")
"""What stands before the columns of a table that is downloaded; a correction may leave it there."""


@transaction.atomic
def rows_again(*, organization: Organization, acting_user: User, batch: Batch, rows: QuerySet[BatchRow]) -> int:
    """Have these rows checked once more, to be made anew; how many. Those that are being made are for the caller to
    leave out. Raises PermissionDenied, BatchConflict.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    batch = batch_locked(batch)
    ids = list(rows.filter(batch=batch).values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), _AT_ONCE):
        chosen = BatchRow.objects.filter(pk__in=ids[start : start + _AT_ONCE])
        changed += chosen.update(state=RowState.UNCHECKED, clip=None, round=F("round") + 1)
    if changed:
        _check_again(batch, acting_user, "batch.rows_again", rows=changed)
    return changed


@transaction.atomic
def rows_skip(*, organization: Organization, acting_user: User, batch: Batch, rows: QuerySet[BatchRow]) -> int:
    """Leave these rows out, as far as they are not started; how many."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    batch = batch_locked(batch)
    ids = list(rows.filter(batch=batch, state__in=NOT_STARTED).values_list("pk", flat=True))
    skipped = 0
    for start in range(0, len(ids), _AT_ONCE):
        skipped += BatchRow.objects.filter(pk__in=ids[start : start + _AT_ONCE]).update(state=RowState.SKIPPED)
    if skipped:
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action="batch.rows_skipped",
            object_id=batch.pk,
            data={"rows": skipped},
        )
    return skipped


@transaction.atomic
def batch_recheck(*, organization: Organization, acting_user: User, batch: Batch) -> int:
    """Check once more what is not started: a picture or a voice may be there by now. How many rows."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    batch = batch_locked(batch)
    rows = batch.rows.filter(state__in=NOT_STARTED).update(state=RowState.UNCHECKED)
    if rows:
        _check_again(batch, acting_user, "batch.rechecked", rows=rows)
    return rows


@transaction.atomic
def batch_delete(*, organization: Organization, acting_user: User, batch: Batch) -> None:
    """Forget the script, the table and what became of its rows. Clips that were made stay."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    batch = batch_locked(batch)
    if batch.state == BatchState.RUNNING:
        raise BatchConflict("This batch is running. Cancel it first.")
    audit_record(organization=organization, acting_user=acting_user, action="batch.deleted", object_id=batch.pk)
    batch.delete()


def batch_locked(batch: Batch) -> Batch:
    """The batch as it is now, its organisation and itself locked until the transaction ends."""
    organization_lock(batch.organization)
    found = Batch.objects.select_for_update(of=("self",)).select_related("organization", "project").filter(pk=batch.pk)
    if (locked := found.first()) is None:
        raise BatchConflict("This batch was deleted.")
    return locked


def batch_become(batch: Batch, state: BatchState, **fields: Any) -> bool:
    """The one way a batch's state changes: compare and set. False: it may not go there from where it is."""
    return bool(Batch.objects.filter(pk=batch.pk, state__in=batch_sources(state)).update(state=state, **fields))


def sheet_from(data: bytes, name: str) -> tuple[Sheet, str]:
    """The table in an uploaded file, and the file's SHA-256. Raises SheetError."""
    return read_sheet(data, name=name), hashlib.sha256(data).hexdigest()


def sheet_sha256(sheet: Sheet) -> str:
    """SHA-256 of what stands in a table that came without a file."""
    rows = [[row.number, *row.cells] for row in sheet.rows]
    return hashlib.sha256(json.dumps([sheet.columns, rows], ensure_ascii=False).encode()).hexdigest()


def _check_again(batch: Batch, acting_user: User, action: str, *, rows: int) -> None:
    if not batch_become(batch, BatchState.CHECKING, paused_because=""):
        raise BatchConflict("This batch cannot be changed now.")
    batch.state, batch.paused_because = BatchState.CHECKING, ""
    _renew_digest(batch)
    audit_record(
        organization=batch.organization,
        acting_user=acting_user,
        action=action,
        object_id=batch.pk,
        data={"rows": rows},
    )


def _insert_rows(batch: Batch, sheet: Sheet) -> None:
    rows = (
        BatchRow(
            organization_id=batch.organization_id,
            batch=batch,
            number=row.number,
            cells=dict(zip(sheet.columns, row.cells, strict=True)),
        )
        for row in sheet.rows
    )
    BatchRow.objects.bulk_create(rows, batch_size=_AT_ONCE)


def _problems(batch: Batch) -> list[str]:
    """What is wrong with the script as a whole. Raises TemplateError."""
    if not batch.template.strip():
        if column_for(batch.mapping, Target.WORDS):
            return []
        return [
            "There is no script, and no column holds the words. Write a script, or choose the column with the words."
        ]
    used = [column for column in batch.columns if batch.mapping[column] not in (Target.IGNORED, Target.ROW)]
    return [
        f"The script uses {{{{{variable.written}}}}}, and the table has no column “{variable.written}”."
        + (f" Did you mean {{{{{similar}}}}}?" if similar else "")
        for variable, similar in unknown_variables(read_template(batch.template), used)
    ]


def _renew_digest(batch: Batch) -> None:
    """What a dry run looks at, as a hash: whoever starts the batch names it."""
    digest = hashlib.sha256(_canonical([batch.template, batch.columns, batch.mapping, batch.defaults]))
    rows: Iterable[Any] = batch.rows.order_by("number").values_list("number", "cells", "round").iterator(_AT_ONCE)
    for row in rows:
        digest.update(_canonical(row))
    batch.digest = digest.hexdigest()
    Batch.objects.filter(pk=batch.pk).update(digest=batch.digest)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _row_number(cell: str, line: int, column: str) -> int:
    text = cell.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SheetError(
            f"Row {line}, column “{column}”: “{text[:20]}” is no number of a row.", row=line, column=column
        )
    return int(text)


def _unquoted(cell: str) -> str:
    """A cell as it was before it was made safe for a spreadsheet (sheet.safe_cell)."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell
