import hashlib
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, OrganizationKind
from consent.models import ConsentRequest
from projects.models import Clip, Portrait, Recording
from projects.retention import registry
from projects.retention.certificates import certificate_breaks
from projects.retention.models import DeletionCause, DeletionCertificate, RetentionPolicy, SweepRun
from projects.retention.policies import hold_lift, hold_place, policy_set
from projects.retention.sweep import sweep
from projects.storage import SignedFileStorage
from tests.factories import (
    ClipFactory,
    OrganizationFactory,
    PortraitFactory,
    ProjectFactory,
    RecordingFactory,
    member_of,
    operator,
    request_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    return OrganizationFactory(kind=OrganizationKind.FAMILY)


def after(days: float):
    return timezone.now() + timedelta(days=days)


def test_what_is_not_over_its_date_stays(family):
    clip = ClipFactory(organization=family)
    assert sweep(at=after(6.9)).erased == 0
    assert Clip.objects.filter(pk=clip.pk).exists()


def test_clip_picture_and_recording_go_with_rows_and_files(family):
    portrait, recording = PortraitFactory(organization=family), RecordingFactory(organization=family)
    ClipFactory(organization=family, portrait=portrait)
    keys = [portrait.image.name, recording.file.name]
    sweep(at=after(7.1))
    assert not Clip.objects.exists()
    assert not Portrait.objects.exists()
    assert not Recording.objects.exists()
    assert [key for key in keys if default_storage.exists(key)] == []


def test_a_picture_that_a_clip_still_needs_loses_face_measures_and_name_but_not_its_row(family):
    clip = ClipFactory(organization=family)
    owner = member_of(family)
    policy_set(organization=family, acting_user=owner, days={"draft": 30})
    sweep(at=after(8))
    portrait = Portrait.objects.get()
    assert clip.portrait_id == portrait.pk
    assert (portrait.faces, portrait.name) == ([], "(erased)")
    assert b"photo" not in default_storage.open(portrait.image.name).read()
    sweep(at=after(31))
    assert not Portrait.objects.exists()
    assert not default_storage.exists(portrait.image.name)


def test_a_picture_that_somebody_was_asked_about_leaves_an_empty_one_on_their_page(family):
    clip = ClipFactory(organization=family)
    key = request_for(clip).photo_key
    sweep(at=after(8))
    assert not Portrait.objects.exists()
    assert default_storage.open(key).read().startswith(b"\x89PNG")


def test_the_evidence_of_consent_outlives_the_picture_by_three_years(family):
    request = request_for(ClipFactory(organization=family))
    sweep(at=request.holds_until + timedelta(days=1094))
    assert ConsentRequest.objects.get().words == "Good morning from the museum."
    sweep(at=request.holds_until + timedelta(days=1096))
    emptied = ConsentRequest.objects.get()
    assert (emptied.words, emptied.subject_name, emptied.email) == ("(erased)", "(erased)", "")
    assert not default_storage.exists(emptied.photo_key)
    assert emptied.subject.name == "(erased)"


def test_a_dry_run_names_what_is_due_and_deletes_nothing(family):
    clip = ClipFactory(organization=family)
    report = sweep(at=after(8), dry_run=True)
    assert ("draft", clip.pk) in report.things
    assert Clip.objects.exists()
    assert not SweepRun.objects.exists()
    assert not DeletionCertificate.objects.exists()


def test_a_second_sweep_finds_nothing(family):
    ClipFactory(organization=family)
    assert sweep(at=after(8)).erased > 0
    certificates = DeletionCertificate.objects.count()
    assert sweep(at=after(8)).erased == 0
    assert DeletionCertificate.objects.count() == certificates


def test_a_storage_that_is_away_stops_one_thing_only_and_the_next_sweep_goes_on(family, monkeypatch):
    first, _ = sorted(PortraitFactory.create_batch(2, organization=family), key=lambda made: made.pk)
    delete = SignedFileStorage.delete

    def broken(self, name):
        if name == first.image.name:
            raise OSError("away")
        return delete(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(SignedFileStorage, "delete", broken)
        report = sweep(at=after(8))
    assert report.failed == 1
    assert [portrait.pk for portrait in Portrait.objects.all()] == [first.pk]
    sweep(at=after(8))
    assert not Portrait.objects.exists()


def test_a_legal_hold_keeps_a_thing_until_it_is_lifted(family):
    clip = ClipFactory(organization=family)
    hold = hold_place(
        organization=family, acting_user=operator(), subject=clip.portrait.subject, reason="Court of Exampleton, 12/26"
    )
    other = PortraitFactory(organization=family)
    report = sweep(at=after(8))
    assert report.held > 0
    assert Clip.objects.filter(pk=clip.pk).exists()
    assert not Portrait.objects.filter(pk=other.pk).exists()
    hold_lift(acting_user=operator(), hold=hold, reason="It ended.")
    sweep(at=after(8))
    assert not Clip.objects.exists()


def test_a_project_may_keep_things_for_another_time_than_its_organization(family):
    kept, gone = PortraitFactory(organization=family), PortraitFactory(organization=family)
    policy_set(organization=family, acting_user=member_of(family), project=kept.project, days={"photo": 30})
    sweep(at=after(8))
    assert Portrait.objects.filter(pk=kept.pk).exists()
    assert not Portrait.objects.filter(pk=gone.pk).exists()


def test_the_certificate_holds_ids_and_hashes_and_neither_name_nor_file(family):
    portrait = PortraitFactory(organization=family, name="Aunt Ada")
    sweep(at=after(8))
    certificate = DeletionCertificate.objects.get(object_id=portrait.pk)
    assert certificate.files == [{"sha256": hashlib.sha256(b"photo").hexdigest(), "bytes": 5, "versions": 1}]
    assert "Ada" not in str(certificate.signed)
    assert certificate_breaks(family) == []
    assert AuditEvent.objects.filter(action="retention.erased", object_id=portrait.pk).exists()


def test_a_certificate_cannot_be_changed_and_a_forged_one_is_seen(family):
    PortraitFactory(organization=family)
    sweep(at=after(8))
    with pytest.raises(DatabaseError), transaction.atomic():
        DeletionCertificate.objects.update(object_id="por_other")
    forged = DeletionCertificate.objects.order_by("-sequence")[0]
    forged.pk, forged.sequence = "crt_forged", forged.sequence + 1
    forged.save(force_insert=True)
    assert certificate_breaks(family) == [forged.sequence]


def test_old_files_of_no_row_are_removed_and_young_ones_and_known_ones_stay(family):
    portrait = PortraitFactory(organization=family)
    stray = default_storage.save(f"org/{family.pk}/portraits/por_gone.png", ContentFile(b"stray"))
    assert sweep().orphans == []
    policy_set(organization=family, acting_user=member_of(family), days={"photo": 30})
    report = sweep(at=after(2))
    assert report.orphans == [stray]
    assert not default_storage.exists(stray)
    assert default_storage.exists(portrait.image.name)


def test_a_row_whose_file_is_gone_is_named(family):
    portrait = PortraitFactory(organization=family)
    default_storage.delete(portrait.image.name)
    assert sweep().missing == [portrait.image.name]


def test_a_hold_on_a_person_keeps_the_recording_that_speaks_in_their_clip(family):
    recording = RecordingFactory(organization=family)
    clip = ClipFactory(organization=family, recording=recording, words="", voice="recording")
    hold_place(organization=family, acting_user=operator(), subject=clip.portrait.subject, reason="Court, 12/26")
    sweep(at=after(8))
    assert default_storage.exists(recording.file.name)


def test_under_a_hold_not_even_orphans_go(family):
    stray = default_storage.save(f"org/{family.pk}/renders/rnd_gone/1/clip.mp4", ContentFile(b"stray"))
    hold = hold_place(organization=family, acting_user=operator(), reason="Court, 12/26")
    assert sweep(at=after(8)).orphans == []
    hold_lift(acting_user=operator(), hold=hold, reason="It ended.")
    assert sweep(at=after(8)).orphans == [stray]
    certificate = DeletionCertificate.objects.get(cause=DeletionCause.ORPHAN)
    assert (certificate.object_id, certificate.files[0]["bytes"]) == ("rnd_gone", 5)


def test_a_project_that_a_hold_once_named_loses_its_name_and_stops_no_sweep(family):
    project = ProjectFactory(organization=family, name="Aunt Ada")
    hold_lift(
        acting_user=operator(),
        hold=hold_place(organization=family, acting_user=operator(), project=project, reason="Court, 12/26"),
        reason="It ended.",
    )
    assert sweep(at=after(8)).failed == 0
    project.refresh_from_db()
    assert project.name == "(erased)"
    assert sweep(at=after(8)).erased == 0


@pytest.mark.parametrize("day", [date.max, timezone.localdate() + timedelta(days=1097)])
def test_a_project_that_never_ends_is_refused(family, day):
    project = ProjectFactory(organization=family)
    with pytest.raises(ValidationError, match="three years ahead"):
        policy_set(organization=family, acting_user=member_of(family), project=project, days={}, ends_on=day)


def test_one_organizations_broken_policy_stops_no_others_sweep(family):
    school = OrganizationFactory(kind=OrganizationKind.SCHOOL)
    RetentionPolicy.objects.create(organization=school, days={}, ends_on=date.max)
    ProjectFactory(organization=school)
    portrait = PortraitFactory(organization=family)
    assert sweep(at=after(8)).failed > 0
    assert not Portrait.objects.filter(pk=portrait.pk).exists()


def test_a_purge_that_breaks_stops_no_other(family, monkeypatch):
    def broken(at):
        raise DatabaseError("no")

    stray = default_storage.save(f"org/{family.pk}/portraits/por_gone.png", ContentFile(b"stray"))
    purges = tuple(replace(purge, purge=broken) for purge in registry.purges())
    monkeypatch.setattr("projects.retention.sweep.purges", lambda: purges)
    report = sweep(at=after(2))
    assert report.failed == len(purges)
    assert report.orphans == [stray]


def test_a_certificate_signed_with_another_key_is_seen(family, settings, tmp_path):
    PortraitFactory(organization=family)
    with other_keys(settings, tmp_path):
        sweep(at=after(8))
        assert certificate_breaks(family) == []
    assert certificate_breaks(family) != []


@contextmanager
def other_keys(settings, folder):
    before, settings.LIKENESS_KEYS_DIR = settings.LIKENESS_KEYS_DIR, folder
    yield
    settings.LIKENESS_KEYS_DIR = before


def test_the_command_says_what_it_would_delete(family, capsys):
    portrait = PortraitFactory(organization=family, created_at=timezone.now() - timedelta(days=8))
    call_command("sweep", "--dry-run")
    assert f"photo\t{portrait.pk}" in capsys.readouterr().out
    assert Portrait.objects.exists()
