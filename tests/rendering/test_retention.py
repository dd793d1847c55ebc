from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Organization, OrganizationKind
from accounts.selectors import credits_available
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.models import Clip
from projects.retention.files import keys_below
from projects.retention.models import DeletionCause, DeletionCertificate, SweepRun
from projects.retention.policies import hold_lift, hold_place
from projects.retention.sweep import sweep
from rendering.files import attempt_key, folder_of
from rendering.models import Render
from rendering.queue import announce_retention
from rendering.retention import sweep_is_due, sweep_when_due
from rendering.states import RenderState
from tests.factories import PortraitFactory, operator
from tests.rendering.queue.arrangement import GRANTED, queued_render

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("started", "finished", "due"),
    [
        (timedelta(hours=23), timedelta(hours=22), False),
        (timedelta(hours=25), timedelta(hours=24), True),
        (timedelta(minutes=50), None, False),
        (timedelta(minutes=70), None, True),
    ],
)
def test_a_sweep_is_due_after_a_day_or_when_the_last_one_was_cut_short(started, finished, due):
    now = timezone.now()
    SweepRun.objects.create(started_at=now - started, finished_at=now - finished if finished else None)
    assert sweep_is_due() is due


def test_the_daily_round_happens_once_a_day():
    sweep_when_due()
    sweep_when_due()
    assert SweepRun.objects.count() == 1


def test_the_daily_round_reminds_of_consent_that_runs_out(monkeypatch):
    done = []
    monkeypatch.setattr("rendering.retention.reminders_write", lambda: done.append("reminders"))
    monkeypatch.setattr("rendering.retention.letters_send", lambda: done.append("letters"))
    sweep_when_due()
    sweep_when_due()
    assert done == ["reminders", "letters"]


def test_the_round_is_announced_only_when_it_is_due(monkeypatch):
    sent = []
    monkeypatch.setattr("rendering.queue.retention_actor.send", lambda: sent.append("sweep"))
    assert announce_retention() == 1
    sweep_when_due()
    assert announce_retention() == 0
    assert sent == ["sweep"]


def test_a_render_that_is_being_made_is_stopped_and_refunded_when_its_clip_goes():
    render = queued_render()
    organization = render.organization
    organization.kind = OrganizationKind.FAMILY
    organization.save()
    assert sweep(at=timezone.now() + timedelta(days=8)).failed == 0
    assert not Clip.objects.exists()
    assert not Render.objects.exists()
    assert credits_available(organization) == GRANTED


def test_files_of_an_attempt_that_lost_are_orphans_and_those_of_the_published_one_are_not():
    render = queued_render()
    lost, won = (default_storage.save(attempt_key(render, number, "clip.mp4"), ContentFile(b"x")) for number in (1, 2))
    Render.objects.filter(pk=render.pk).update(
        state=RenderState.PUBLISHED, output_key=won, attempt=2, seconds_charged=2, progress=1.0
    )
    PortraitFactory()
    assert sweep(at=timezone.now() + timedelta(days=2)).orphans == [lost]
    assert default_storage.exists(won)


def published_render():
    render = queued_render()
    key = default_storage.save(attempt_key(render, 1, "clip.mp4"), ContentFile(b"a clip"))
    default_storage.save(attempt_key(render, 1, "something-new.webm"), ContentFile(b"a clip"))
    Render.objects.filter(pk=render.pk).update(
        state=RenderState.PUBLISHED, output_key=key, attempt=1, seconds_charged=2, progress=1.0
    )
    return render


def withdraw_all(render):
    consent_withdraw(token=receipt_token(ConsentRequest.objects.get(subject=render.clip.portrait.subject)))


def files_below(render):
    return list(keys_below(folder_of(render)))


def test_a_clip_goes_with_files_of_any_name():
    render = published_render()
    Organization.objects.filter(pk=render.organization_id).update(kind=OrganizationKind.FAMILY)
    sweep(at=timezone.now() + timedelta(days=8))
    assert files_below(render) == []


def test_a_withdrawal_erases_the_clips_files_and_certifies_it(django_capture_on_commit_callbacks):
    render = published_render()
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_all(render)
    assert files_below(render) == []
    certificate = DeletionCertificate.objects.get(object_id=render.pk)
    assert (certificate.cause, len(certificate.files)) == (DeletionCause.WITHDRAWAL, 2)


def test_under_a_legal_hold_a_withdrawn_clip_is_seen_no_more_and_its_files_stay(django_capture_on_commit_callbacks):
    render = published_render()
    somebody = operator()
    hold = hold_place(
        organization=render.organization,
        acting_user=somebody,
        subject=render.clip.portrait.subject,
        reason="Court of Exampleton, 12/26",
    )
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_all(render)
    assert Render.objects.get().state == RenderState.REFUSED
    sweep(at=timezone.now() + timedelta(days=2))
    assert len(files_below(render)) == 2
    hold_lift(acting_user=somebody, hold=hold, reason="It ended.")
    sweep(at=timezone.now() + timedelta(days=2))
    assert files_below(render) == []


def test_a_storage_that_is_away_does_not_undo_a_withdrawal(monkeypatch, django_capture_on_commit_callbacks):
    render = published_render()

    def away(self, name):
        raise ConnectionError("away")

    monkeypatch.setattr("projects.storage.SignedFileStorage.delete", away)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_all(render)
    assert Render.objects.get().state == RenderState.REFUSED
    monkeypatch.undo()
    assert len(sweep(at=timezone.now() + timedelta(days=2)).orphans) == 2
