"""A portrait repaired because a person asked for it: kept beside the original, asked about by itself, thrown away."""

import io
import json
from pathlib import Path

import c2pa
import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from PIL import Image

from accounts.models import AuditEvent, Role
from benchmarks.spoiling import faded
from consent.gate import Action
from projects.models import Portrait
from projects.moderation.models import CaseKind, Verdict
from projects.moderation.opening import case_open
from projects.moderation.selectors import stopped_because
from projects.moderation.services import case_decide
from projects.parts import parts_of
from projects.services import portrait_upload
from rendering import repairing
from rendering.asked import asked_picture
from rendering.disclosure.inputs import read_input_marks
from rendering.engine.errors import PhotoError
from rendering.gating import ask
from rendering.repairing import NothingRepairedError, portrait_repair, repair_discard
from tests.factories import (
    ClipFactory,
    MembershipFactory,
    ProjectFactory,
    SubjectFactory,
    answer,
    member_of,
    request_for,
)
from tests.projects.moderation.test_services import moderator
from tests.rendering.disclosure.photos import XMP

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[2] / "static" / "sample" / "portrait.jpg"
CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/print"


def old_print() -> bytes:
    small = Image.open(SAMPLE).resize((320, 400))
    file = io.BytesIO()
    Image.fromarray(faded(np.asarray(small))).save(file, "PNG")
    marked = io.BytesIO()
    Image.open(file).save(marked, "JPEG", quality=95, xmp=XMP.format(uri=CAPTURED).encode())
    return marked.getvalue()


@pytest.fixture
def portrait(settings, tmp_path) -> Portrait:
    settings.LIKENESS_KEYS_DIR = tmp_path / "keys"
    project = ProjectFactory()
    owned = {"organization": project.organization, "created_by": project.created_by}
    return portrait_upload(
        organization=project.organization,
        acting_user=project.created_by,
        project=project,
        subject=SubjectFactory(**owned),
        name="Mira",
        data=old_print(),
    )


def repaired(portrait: Portrait, *steps: str, by=None) -> Portrait:
    return portrait_repair(
        organization=portrait.organization,
        acting_user=by or portrait.created_by,
        portrait=portrait,
        steps=steps or ("tone",),
    )


def content(portrait: Portrait) -> bytes:
    with portrait.image.open("rb") as file:
        return file.read()


def test_the_repaired_picture_is_one_of_its_own_and_the_original_stays(portrait: Portrait):
    before = content(portrait)
    after = repaired(portrait)
    assert (after.repaired_from, after.root_sha256) == (portrait, portrait.sha256)
    assert after.sha256 != portrait.sha256
    assert content(portrait) == before
    spread = [np.ptp(np.asarray(Image.open(io.BytesIO(data)).convert("L"))) for data in (before, content(after))]
    assert spread[1] > spread[0] + 50
    assert [note["done"] for note in after.repairs["notes"]] == [True]
    assert after.repairs["change"]["moved"] < 0.05
    assert AuditEvent.objects.get(action="portrait.repaired").data["of"] == portrait.pk


def test_it_says_of_itself_what_was_done_and_what_it_came_from(portrait: Portrait):
    after = repaired(portrait)
    marks = read_input_marks(content(after))
    assert marks.credentials == "intact"
    assert any(uri.endswith("algorithmicallyEnhanced") for uri in marks.source_types)
    assert CAPTURED in after.source_types
    with c2pa.Reader("image/png", io.BytesIO(content(after))) as reader:
        store = json.loads(reader.json())
    manifest = store["manifests"][store["active_manifest"]]
    assert CAPTURED in manifest["ingredients"][0]["description"]
    assert b"Secret Street" not in content(after)


def test_the_same_repair_is_made_once(portrait: Portrait):
    assert repaired(portrait, "tone").pk == repaired(portrait, "tone").pk
    assert Portrait.objects.count() == 2


def test_where_nothing_is_wrong_nothing_is_kept(portrait: Portrait):
    with pytest.raises(NothingRepairedError) as nothing:
        repaired(repaired(portrait), "tone")
    assert [note["done"] for note in nothing.value.notes] == [False]
    assert Portrait.objects.count() == 2


def test_consent_to_the_original_is_none_to_the_repaired_one_and_the_person_sees_both(portrait: Portrait):
    owned = {"organization": portrait.organization, "created_by": portrait.created_by}
    first = ClipFactory(**owned, portrait=portrait)
    answer(request_for(first))
    second = ClipFactory(**owned, portrait=repaired(portrait))
    assert ask(first, Action.SUBMIT).allowed
    assert not ask(second, Action.SUBMIT).allowed
    shown = Image.open(io.BytesIO(asked_picture(parts_of(second)[0]) or b""))
    assert shown.width > 2 * second.portrait.width
    answer(request_for(second))
    assert ask(second, Action.SUBMIT).allowed


def test_a_repair_is_no_way_around_a_block(portrait: Portrait):
    clip = ClipFactory(organization=portrait.organization, created_by=portrait.created_by, portrait=repaired(portrait))
    assert stopped_because(clip, Action.VIEW) == ()
    case = case_open(
        key="test",
        kind=CaseKind.PHOTO,
        risk=3,
        summary="A test.",
        organization=portrait.organization,
        portrait=portrait,
    )
    case_decide(acting_user=moderator(), case=case, verdict=Verdict.TAKE_DOWN, reason="Because of a rule.")
    assert stopped_because(clip, Action.VIEW) != ()


def test_it_can_be_thrown_away_until_something_hangs_on_it(portrait: Portrait):
    after = repaired(portrait)
    key, storage = after.image.name, after.image.storage
    owned = {"organization": portrait.organization, "acting_user": portrait.created_by}
    clip = ClipFactory(organization=portrait.organization, created_by=portrait.created_by, portrait=after)
    with pytest.raises(ValidationError, match="Clips or questions"):
        repair_discard(**owned, portrait=after)
    clip.delete()
    repair_discard(**owned, portrait=after)
    assert list(Portrait.objects.all()) == [portrait]
    with pytest.raises(ValidationError, match="no repaired picture"):
        repair_discard(**owned, portrait=portrait)
    assert key
    assert storage.exists(portrait.image.name)


def test_steps_that_there_are_not_and_people_who_may_not_are_refused(portrait: Portrait):
    with pytest.raises(ValidationError, match="Choose one or more"):
        repaired(portrait, "gfpgan")
    with pytest.raises(PermissionDenied):
        repaired(portrait, by=member_of(portrait.organization, Role.VIEWER))


def test_while_one_is_repaired_the_next_waits_and_is_told(portrait: Portrait, monkeypatch):
    monkeypatch.setattr(repairing, "PATIENCE", 0.01)
    with repairing._one_repair, pytest.raises(PhotoError, match="being repaired just now"):
        repaired(portrait)


@pytest.mark.parametrize(("child", "code"), [("tests.rendering.no_such_child", "repair-failed")])
def test_a_child_that_dies_leaves_the_photo_as_it_was(portrait: Portrait, monkeypatch, child: str, code: str):
    monkeypatch.setattr(repairing, "CHILD", child)
    with pytest.raises(PhotoError) as failed:
        repaired(portrait)
    assert (failed.value.code, Portrait.objects.count()) == (code, 1)


def test_a_repair_that_takes_too_long_is_stopped(portrait: Portrait, monkeypatch):
    monkeypatch.setattr(repairing, "DEADLINE", 0.01)
    with pytest.raises(PhotoError, match="took too long"):
        repaired(portrait)


def test_the_pages_offer_compare_and_go_back(portrait: Portrait):
    client = Client()
    client.force_login(portrait.created_by)
    offered = client.get(f"/portraits/{portrait.pk}/repair/")
    assert [step["id"] for step in offered.context["steps"] if step["advised"]] == ["tone", "enlarge"]
    assert "gfpgan" not in [step["id"] for step in offered.context["steps"]]
    nothing = client.post(f"/portraits/{portrait.pk}/repair/", {})
    assert nothing.status_code == 422
    made = client.post(f"/portraits/{portrait.pk}/repair/", {"steps": ["tone"]})
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "Its shape moved by" in page
    assert "No face recogniser is installed here" in page or "A face recogniser sees" in page
    stranger = Client()
    stranger.force_login(MembershipFactory().user)
    assert stranger.get(made["Location"]).status_code == 404
    assert stranger.post(made["Location"].replace("compare", "discard")).status_code == 404
    back = client.post(made["Location"].replace("compare", "discard"))
    assert back["Location"] == f"/portraits/{portrait.pk}/"
    assert list(Portrait.objects.all()) == [portrait]
