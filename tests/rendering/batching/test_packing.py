import csv
import hashlib
import io
import json
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import AuditEvent, Role
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.batches.models import Batch
from projects.batches.services import batch_correct
from projects.batches.sheet import read_sheet
from rendering.batching.asking import batch_consent_ask
from rendering.batching.packing import batch_download, rows_table, safe_name
from rendering.batching.running import check_again, drive
from rendering.files import attempt_key
from rendering.models import Render
from rendering.states import RenderState
from tests.factories import answer, member_of
from tests.factories_batches import invented_portrait, living_portrait
from tests.rendering.batching.arrangement import started_batch

pytestmark = pytest.mark.django_db


def publish_all(batch: Batch) -> None:
    """Every render of the batch is done; its clip's bytes name it."""
    for render in Render.objects.filter(clip__batch_rows__batch=batch):
        key = default_storage.save(attempt_key(render, 1, "clip.mp4"), ContentFile(f"clip {render.pk}".encode()))
        Render.objects.filter(pk=render.pk).update(
            state=RenderState.PUBLISHED, output_key=key, seconds_charged=2, attempt=1, report={"duration": 2.5}
        )


def finished_batch(portrait=None, **values) -> Batch:
    batch = started_batch(portrait, **values)
    drive()
    publish_all(batch)
    return batch


def unpacked(batch: Batch) -> zipfile.ZipFile:
    pieces = batch_download(organization=batch.organization, acting_user=batch.created_by, batch=batch)
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def manifest(archive: zipfile.ZipFile) -> list[dict]:
    return json.loads(archive.read("manifest.json"))["rows"]


def test_the_zip_holds_every_clip_and_a_manifest_that_knows_its_bytes():
    batch = finished_batch()
    archive = unpacked(batch)
    assert archive.testzip() is None
    rows = manifest(archive)
    assert [row["row"] for row in rows] == [2, 3, 4]
    for row in rows:
        content = archive.read(row["file"])
        assert content == f"clip {row['render']}".encode()
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert (row["state"], row["duration_s"], row["bytes"]) == ("done", 2.5, len(content))
        assert len(row["consent_receipts"]) == 1
    assert AuditEvent.objects.get(action="batch.downloaded").data == {"clips": 3}


def test_the_manifest_is_a_table_too_and_no_cell_of_it_is_a_formula():
    batch = finished_batch(table="name,title\nAna,=cmd()\n", script="Hello {{name}}.")
    lines = list(csv.DictReader(io.StringIO(unpacked(batch).read("manifest.csv").decode("utf-8-sig"))))
    assert [line["title"] for line in lines] == ["'=cmd()"]


def test_rows_that_were_not_made_stand_in_the_manifest_without_a_file():
    batch = finished_batch(table="name\nAna\nАнна\n", script="Hello {{name}}.")
    rows = manifest(unpacked(batch))
    assert [(row["state"], bool(row["file"])) for row in rows] == [("done", True), ("wrong", False)]
    assert "Cyrillic" in rows[1]["note"]


def test_what_was_withdrawn_does_not_leave():
    portrait = living_portrait(invented_portrait())
    batch = started_batch(portrait, table="name\nAna\nBo\n", script="Hello {{name}}.", topic="Greetings")
    batch_consent_ask(organization=batch.organization, acting_user=batch.created_by, batch=batch)
    request = ConsentRequest.objects.get()
    answer(request, granted=request.scopes)
    check_again(batch, list(batch.rows.all()))
    drive()
    publish_all(batch)
    assert [row["consent_receipts"] for row in manifest(unpacked(batch))] == [[request.pk], [request.pk]]

    pieces = batch_download(organization=batch.organization, acting_user=batch.created_by, batch=batch)
    got = next(pieces)
    consent_withdraw(token=receipt_token(request))
    archive = zipfile.ZipFile(io.BytesIO(got + b"".join(pieces)))
    assert len(archive.namelist()) == 3  # the one that was on its way, and the manifest twice
    assert [row["state"] for row in manifest(archive)] == ["done", "withdrawn"]


def test_a_file_that_is_gone_does_not_break_the_zip():
    batch = finished_batch()
    default_storage.delete(Render.objects.filter(clip__words__contains="Hello Bo").get().output_key)
    rows = manifest(unpacked(batch))
    assert [row["state"] for row in rows] == ["done", "missing", "done"]


def test_whoever_may_not_download_is_told_at_once():
    batch = finished_batch()
    viewer = member_of(batch.organization, Role.VIEWER)
    with pytest.raises(PermissionDenied):
        batch_download(organization=batch.organization, acting_user=viewer, batch=batch)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("For Ana", "00007-for-ana.mp4"),
        ("../../etc/passwd", "00007-etc-passwd.mp4"),
        ("C:\\Windows\\x.exe", "00007-c-windows-x-exe.mp4"),
        ("CON", "00007.mp4"),
        ("Ünïcode naïve", "00007-unicode-naive.mp4"),
        ("你好", "00007.mp4"),
        ("a\u202egpj.exe", "00007-agpj-exe.mp4"),
        ("x" * 300, f"00007-{'x' * 60}.mp4"),
    ],
)
def test_names_in_the_zip_are_safe_everywhere(title: str, name: str):
    assert safe_name(7, title) == name


def test_the_table_of_rows_comes_back_unchanged():
    batch = finished_batch(table="row,name\n17,=Ana\n18,Bo\n", script="Hello {{name}}.")
    table = b"".join(rows_table(batch))
    assert table.startswith("\ufeffrow,likeness state,likeness reason,name\r\n2,Done,,'=Ana\r\n".encode())
    changed = batch_correct(
        organization=batch.organization, acting_user=batch.created_by, batch=batch, sheet=read_sheet(table)
    )
    assert changed == 0
