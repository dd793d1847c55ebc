"""Recognisable bytes in a photo and in the words go through a render and are nowhere when their date is over."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts.models import OrganizationKind
from accounts.services import credits_grant
from projects.retention.closing import organization_close
from projects.retention.policies import policy_set
from projects.retention.sweep import sweep
from rendering import worker
from rendering.models import Render
from rendering.services import request_render
from rendering.states import RenderState
from tests.factories import ClipFactory, PortraitFactory, SubjectFactory, member_of, statement_for

# The worker's heart beats in a thread, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

FACE = "planted-face-7f3a91"
NAME = "planted-name-2b66c0"
WORDS = "planted words 91d4e8"
PLANTED = (FACE, NAME, WORDS)


@pytest.fixture
def rendered(settings, tmp_path) -> Render:
    """A published render of a family's drawing, with something to recognise in photo, name and words."""
    settings.LIKENESS_DATA_DIR = tmp_path
    settings.LIKENESS_QUEUE = {"pipeline": "tests.projects.retention.pipelines.echo", "beat": 0.2}
    subject = SubjectFactory(organization__kind=OrganizationKind.FAMILY, kind="fictional", name="Bear")
    portrait = PortraitFactory(
        organization=subject.organization,
        created_by=subject.created_by,
        subject=subject,
        name=NAME,
        image=ContentFile(FACE.encode(), name=f"org/{subject.organization_id}/portraits/photo.png"),
    )
    clip = ClipFactory(
        organization=subject.organization, created_by=subject.created_by, portrait=portrait, words=WORDS, title=NAME
    )
    statement_for(subject)
    credits_grant(organization=clip.organization, seconds=60, reason="test")
    render = request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
    worker.run_render(render.pk, seen_attempt=0, stop=threading.Event())
    render.refresh_from_db()
    assert render.state == RenderState.PUBLISHED
    return render


def everything(storage: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the storage and every row of every table, with where it stands."""
    for path in storage.rglob("*"):
        if path.is_file():
            yield str(path), path.name.encode() + path.read_bytes()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            yield table, repr(cursor.fetchall()).encode()


def found(storage: Path) -> set[str]:
    return {planted for _, content in everything(storage) for planted in PLANTED if planted.encode() in content}


def test_planted_bytes_are_nowhere_once_their_date_is_over(rendered, storage_folder):
    assert found(storage_folder) == set(PLANTED)
    sweep(at=timezone.now() + timedelta(days=6))
    assert found(storage_folder) == set(PLANTED)
    report = sweep(at=timezone.now() + timedelta(days=7, minutes=1))
    assert report.failed == 0
    assert found(storage_folder) == set()


def test_planted_bytes_are_nowhere_after_the_account_was_closed(rendered, storage_folder):
    owner = member_of(rendered.organization)
    closed = organization_close(organization=rendered.organization, acting_user=owner)
    assert closed.held == 0
    assert found(storage_folder) == set()


def test_a_photo_that_goes_before_its_clip_leaves_only_the_clip(rendered, storage_folder):
    owner = member_of(rendered.organization)
    policy_set(organization=rendered.organization, acting_user=owner, days={"clip": 30, "photo": 1})
    sweep(at=timezone.now() + timedelta(days=2))
    places = {place for place, content in everything(storage_folder) if FACE.encode() in content}
    assert {Path(place).name for place in places} == {"clip.mp4", "poster.jpg", "report.json", "rendering_render"}
