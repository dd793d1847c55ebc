"""What leaves a batch: its clips as one ZIP with a manifest, its rows as a table, its questions as a list of links.

The ZIP is written while it is sent: nothing is stored, and the gate is asked for each file just before it goes.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.scopes import within
from accounts.services import audit_record, authorize
from consent.gate import Action
from projects.batches.columns import Target
from projects.batches.models import Batch, BatchRow
from projects.batches.services import EXPORT_HEADS
from projects.batches.sheet import safe_cell
from rendering.batching.asking import Question
from rendering.batching.standing import badge_of, complaints_of, group_of, rows_in, rows_standing
from rendering.gating import ask, receipts
from rendering.models import Render
from rendering.selectors import with_inputs
from rendering.states import RenderState

_CHUNK = 1 << 20
NAME_CHARACTERS = 60
MANIFEST_FIELDS = (
    "row", "reference", "title", "state", "clip", "render", "file", "sha256", "bytes", "duration_s", "subject",
    "consent_receipts", "note",
)  # fmt: skip
# Names that Windows keeps for devices.
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})


def batch_download(*, organization: Organization, acting_user: User, batch: Batch) -> Iterator[bytes]:
    """The ZIP with all clips of the batch that may leave, in pieces. Raises PermissionDenied at once."""
    authorize(organization=organization, acting_user=acting_user, act=Act.DOWNLOAD)
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="batch.downloaded",
        object_id=batch.pk,
        data={"clips": rows_in(batch, "done").count()},
    )
    return _scoped(batch.organization, _packed(batch))


def _packed(batch: Batch) -> Iterator[bytes]:
    pipe = _Pipe()
    entries: list[dict[str, Any]] = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for row in rows_standing(batch).iterator(chunk_size=200):
            entry = _entry(row)
            render = _leaving(row, entry)
            if render is not None:
                yield from _write_clip(archive, pipe, render, row, entry)
            entries.append(entry)
        made_at = timezone.now().astimezone(UTC).isoformat(timespec="seconds")
        manifest = {"batch": batch.pk, "name": batch.name, "made_at": made_at, "rows": entries}
        archive.writestr(_info("manifest.json"), json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.writestr(_info("manifest.csv"), _manifest_csv(entries))
        yield pipe.take()
    yield pipe.take()


def _entry(row: BatchRow) -> dict[str, Any]:
    entry: dict[str, Any] = dict.fromkeys(MANIFEST_FIELDS, "")
    entry |= {"row": row.number, "reference": row.reference, "title": row.title, "state": group_of(row)}
    entry |= {"bytes": None, "duration_s": None, "consent_receipts": []}
    entry["clip"] = row.clip_id or ""
    entry["subject"] = row.portrait.subject.name if row.portrait else ""
    entry["note"] = " ".join(complaint["message"] for complaint in complaints_of(row))
    return entry


def _leaving(row: BatchRow, entry: dict[str, Any]) -> Render | None:
    """The row's render, if its file may leave now; else what the manifest says instead."""
    render_id = row.render_id  # type: ignore[attr-defined]
    if not render_id or group_of(row) != "done":
        return None
    # As it stands at this moment, not when the list was read: the ZIP may have been on its way for an hour.
    render = with_inputs().filter(pk=render_id).first()
    if render is None or render.state != RenderState.PUBLISHED:
        entry |= {"state": "withdrawn", "note": "It was taken back."}
        return None
    decision = ask(render.clip, Action.DOWNLOAD, made_at=render.created_at)
    if not decision.allowed:
        entry |= {"state": "withheld", "note": " ".join(decision.reasons)}
        return None
    entry["render"] = render.pk
    entry["duration_s"] = render.report.get("duration")
    entry["consent_receipts"] = receipts(render.clip)
    return render


def _write_clip(
    archive: zipfile.ZipFile, pipe: "_Pipe", render: Render, row: BatchRow, entry: dict[str, Any]
) -> Iterator[bytes]:
    name = safe_name(row.number, row.reference or row.title)
    digest, size = hashlib.sha256(), 0
    try:
        source = default_storage.open(render.output_key, "rb")
    except OSError:
        entry |= {"state": "missing", "note": "The file could not be read. Ask whoever runs this installation."}
        return
    with source, archive.open(_info(name, render.finished_at), "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
            yield pipe.take()
    entry |= {"file": name, "sha256": digest.hexdigest(), "bytes": size}


def safe_name(number: int, title: str) -> str:
    """A file's name that every system takes, that stays in its folder, and that no other row has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:NAME_CHARACTERS].strip("-")
    stem = f"{number:05d}-{words}" if words and words not in _RESERVED else f"{number:05d}"
    return f"{stem}.mp4"


def _info(name: str, at: datetime | None = None) -> zipfile.ZipInfo:
    when = (at or timezone.now()).astimezone(UTC)
    info = zipfile.ZipInfo(name, (max(1980, when.year), *when.timetuple()[1:6]))
    info.external_attr = 0o644 << 16
    return info


def _manifest_csv(entries: list[dict[str, Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(MANIFEST_FIELDS)
    for entry in entries:
        values = {**entry, "consent_receipts": " ".join(entry["consent_receipts"])}
        writer.writerow([safe_cell(values[name]) for name in MANIFEST_FIELDS])
    return buffer.getvalue().encode("utf-8-sig")


class _Pipe(io.RawIOBase):
    """A file that cannot be sought, out of which what was written is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _scoped(organization: Organization, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, each made within the organisation: they are sent when the request's own scope is over."""
    while True:
        with within(organization):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def rows_table(batch: Batch, group: str = "") -> Iterator[bytes]:
    """The rows of a group as CSV, to be corrected and sent back; a formula in a cell stays a text."""
    return _scoped(batch.organization, _rows_written(batch, group))


def _rows_written(batch: Batch, group: str) -> Iterator[bytes]:
    # The table's own column of row numbers counts something else.
    columns = [column for column in batch.columns if batch.mapping.get(column) != Target.ROW]
    yield b"\xef\xbb\xbf" + _line([*EXPORT_HEADS, *columns])
    for row in rows_in(batch, group).iterator(chunk_size=500):
        reasons = " ".join(
            f"{complaint['column']}: {complaint['message']}" if complaint["column"] else complaint["message"]
            for complaint in complaints_of(row)
        )
        yield _line([row.number, badge_of(row).label, reasons, *(row.cells.get(column, "") for column in columns)])


def links_table(questions: tuple[Question, ...]) -> bytes:
    """Who is asked, and where they answer, as CSV: for a letter to each of them."""
    lines = [_line(["who", "link", "rows"])]
    lines += [_line([asked.subject, asked.link, " ".join(map(str, asked.rows))]) for asked in questions]
    return b"\xef\xbb\xbf" + b"".join(lines)


def _line(values: list[Any]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([safe_cell(value) for value in values])
    return buffer.getvalue().encode()
