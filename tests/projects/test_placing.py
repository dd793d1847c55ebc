"""Points placed by hand on a kept picture: seen moving, kept, and asked about by themselves."""

import io

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from PIL import Image

from accounts.models import AuditEvent, Role
from consent.gate import SubjectKind
from projects import placing
from projects.models import Portrait
from projects.placing import first_points, portrait_place
from projects.services import portrait_upload
from rendering.engine.errors import PhotoError
from tests.factories import (
    ClipFactory,
    MembershipFactory,
    ProjectFactory,
    SubjectFactory,
    answer,
    member_of,
    request_for,
)
from tests.rendering.engine.faces.drawings import MUG, mug
from tests.rendering.engine.faces.files import encoded

pytestmark = pytest.mark.django_db

MOVED = {**MUG, "chin": (231.0, 350.0)}


def placed_portrait(kind: str = SubjectKind.BRAND) -> Portrait:
    project = ProjectFactory()
    owned = {"organization": project.organization, "created_by": project.created_by}
    return portrait_upload(
        organization=project.organization,
        acting_user=project.created_by,
        project=project,
        subject=SubjectFactory(**owned, kind=kind),
        name="Mug",
        data=encoded(Image.fromarray(mug()), "PNG"),
        placed=MUG,
    )


def place(portrait: Portrait, points=MOVED, by=None) -> Portrait:
    return portrait_place(
        organization=portrait.organization,
        acting_user=by or portrait.created_by,
        portrait=portrait,
        points=points,
    )


def sent(points) -> dict[str, float]:
    return {f"{name}_{axis}": xy[k] for name, xy in points.items() for k, axis in enumerate("xy") if "size" not in name}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def frames(picture: bytes) -> list[np.ndarray]:
    image = Image.open(io.BytesIO(picture))
    found = []
    for number in range(image.n_frames):
        image.seek(number)
        found.append(np.asarray(image.convert("RGB")).astype(int))
    return found


def test_a_picture_without_clips_keeps_its_new_points_itself():
    portrait = placed_portrait()
    again = place(portrait)
    assert (again.pk, Portrait.objects.count()) == (portrait.pk, 1)
    assert again.placed["chin"] == [231.0, 350.0]
    assert AuditEvent.objects.filter(action="portrait.placed", object_id=portrait.pk).exists()


def test_a_picture_with_a_clip_stays_what_it_is_and_a_second_one_is_kept():
    portrait = placed_portrait()
    clip = ClipFactory(organization=portrait.organization, created_by=portrait.created_by, portrait=portrait)
    other = place(portrait)
    assert other.pk != portrait.pk
    assert Portrait.objects.get(pk=portrait.pk).placed["chin"] == [230.0, 356.0]
    assert (other.sha256, clip.portrait_id) == (portrait.sha256, portrait.pk)
    with portrait.image.open() as first, other.image.open() as second:
        assert first.read() == second.read()
    assert place(portrait).pk == other.pk  # a second click


def test_points_that_make_no_face_are_refused_in_words():
    with pytest.raises(PhotoError, match="chin is not below the mouth"):
        place(placed_portrait(), {**MUG, "chin": (230.0, 240.0)})


def test_who_may_not_make_anything_may_not_place_points():
    portrait = placed_portrait()
    with pytest.raises(PermissionDenied):
        place(portrait, by=member_of(portrait.organization, Role.VIEWER))


def test_the_page_begins_with_the_points_that_there_are():
    portrait = placed_portrait()
    assert first_points(portrait)["mouth_left"] == (270.0, 284.0)
    page = client_of(portrait.created_by).get(f"/portraits/{portrait.pk}/points/")
    assert page.context["form"]["left_eye_x"].value() == 274.0
    assert page.context["form"]["eye_height"].value() == 34.0


def test_a_trial_opens_the_mouth_and_a_bad_face_is_told_in_words():
    portrait = placed_portrait()
    client = client_of(portrait.created_by)
    address = f"/portraits/{portrait.pk}/points/trial/"
    answered = client.post(address, sent(MUG))
    assert answered["Content-Type"] == "image/webp"
    closed, _, wide, *_ = frames(answered.content)
    assert np.abs(closed - wide).max() > 60
    bad = client.post(address, sent({**MUG, "chin": (230, 240)}))
    assert (bad.status_code, b"chin is not below" in bad.content) == (422, True)
    assert client.post(address, {"left_eye_x": "nan"}).status_code == 422


def test_nobody_living_is_moved_before_they_agree():
    portrait = placed_portrait(SubjectKind.OTHER)
    assert len(frames(placing.trial(portrait, MUG))) == 1
    clip = ClipFactory(organization=portrait.organization, created_by=portrait.created_by, portrait=portrait)
    request = request_for(clip)
    type(request).objects.filter(pk=request.pk).update(photo_sha256=portrait.sha256)
    request.refresh_from_db()
    answer(request)
    assert len(frames(placing.trial(portrait, MUG))) > 1


def test_while_one_trial_is_drawn_the_next_one_waits_its_turn(monkeypatch):
    portrait = placed_portrait()
    monkeypatch.setattr(placing, "_TRIAL_PATIENCE", 0.01)
    with placing._one_trial:
        answered = client_of(portrait.created_by).post(f"/portraits/{portrait.pk}/points/trial/", sent(MUG))
    assert (answered.status_code, answered["Retry-After"]) == (503, "1")


@pytest.mark.parametrize("address", ["points/", "points/trial/"])
def test_a_stranger_finds_no_points(address: str):
    portrait = placed_portrait()
    stranger = client_of(MembershipFactory().user)
    assert stranger.post(f"/portraits/{portrait.pk}/{address}", sent(MUG)).status_code == 404


def test_an_upload_without_a_face_leads_to_points_and_with_them_it_is_kept():
    member = MembershipFactory()
    client = client_of(member.user)
    data = encoded(Image.fromarray(mug()), "PNG")
    values = {"kind": "fictional", "name": "Mug", "statement": "Ours."}
    refused = client.post("/portraits/", {**values, "photo": io.BytesIO(data)})
    assert refused.status_code == 422
    form = refused.context["picture_form"]
    assert (form.placing.width, len(form.placing.points.handles())) == (480, 7)
    kept = client.post("/portraits/", {**values, **sent(MUG), "photo": io.BytesIO(data)})
    assert kept.status_code == 302
    assert Portrait.objects.get().placed["chin"] == [230.0, 356.0]
