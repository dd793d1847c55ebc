"""The doors: every kind of object, seen from inside and outside its organisation."""

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.ids import new_id
from accounts.models import Role
from accounts.permissions import Act
from consent.selectors import access_consent_request, access_subject
from projects.selectors import (
    access_clip,
    access_portrait,
    access_project,
    access_recording,
    clips_of,
    portraits_of,
    projects_of,
    recordings_of,
)
from tests.factories import (
    ClipFactory,
    PortraitFactory,
    ProjectFactory,
    RecordingFactory,
    SubjectFactory,
    member_of,
    request_for,
)

pytestmark = pytest.mark.django_db

DOORS = {
    "project": (access_project, ProjectFactory, "prj"),
    "portrait": (access_portrait, PortraitFactory, "por"),
    "recording": (access_recording, RecordingFactory, "rec"),
    "clip": (access_clip, ClipFactory, "clp"),
    "subject": (access_subject, SubjectFactory, "sub"),
    "consent request": (access_consent_request, lambda: request_for(ClipFactory()), "crq"),
}
each_door = pytest.mark.parametrize(("door", "make", "prefix"), DOORS.values(), ids=DOORS)


@each_door
def test_a_member_gets_in(door, make, prefix):
    thing = make()

    assert door(member_of(thing.organization, Role.VIEWER), thing.pk) == thing


@each_door
def test_a_stranger_does_not(door, make, prefix):
    thing, another = make(), make()

    with pytest.raises(Http404):
        door(member_of(another.organization), thing.pk)


@each_door
def test_a_member_whose_role_may_not_does_not_either(door, make, prefix):
    thing = make()

    with pytest.raises(Http404):
        door(member_of(thing.organization, Role.VIEWER), thing.pk, act=Act.RENDER)


@each_door
def test_missing_and_misshapen_ids_lead_nowhere(door, make, prefix):
    user = member_of(make().organization)

    for object_id in (new_id(prefix), new_id("xyz"), "", "'; DROP TABLE"):
        with pytest.raises(Http404):
            door(user, object_id)


def test_lists_hold_what_belongs_to_the_project_and_nothing_else():
    clip = ClipFactory()
    recording = RecordingFactory(organization=clip.organization, project=clip.project)
    ClipFactory(organization=clip.organization)
    RecordingFactory()

    assert list(clips_of(clip.project)) == [clip]
    assert list(portraits_of(clip.project)) == [clip.portrait]
    assert list(recordings_of(clip.project)) == [recording]
    assert clip.project in projects_of(clip.organization)
    assert projects_of(recording.organization).count() == 2


def test_lists_leave_out_what_was_erased():
    clip = ClipFactory(portrait__erased_at=timezone.now())
    RecordingFactory(organization=clip.organization, project=clip.project, erased_at=timezone.now())

    assert not portraits_of(clip.project)
    assert not recordings_of(clip.project)
