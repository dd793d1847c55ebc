from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.selectors import credits_available
from rendering import services
from rendering.configuration import scratch_folder
from rendering.files import attempt_key
from rendering.models import OutboxMessage, Render
from rendering.states import RenderState
from rendering.sweeper import sweep
from tests.rendering.queue.arrangement import GRANTED, messages_of, queued_render, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data_folder(settings, tmp_path):
    settings.LIKENESS_DATA_DIR = tmp_path


def running_render(*, lease: float) -> Render:
    """A render whose worker is silent; its lease ends in `lease` seconds."""
    render = services.claim(render_id=queued_render().id, seen_attempt=0, worker="silent")
    assert render is not None
    Render.objects.filter(pk=render.pk).update(lease_until=timezone.now() + timedelta(seconds=lease))
    return render


def test_a_render_whose_lease_ran_out_is_queued_again():
    render = running_render(lease=-1)
    assert sweep() == 1
    assert state_of(render) == RenderState.QUEUED
    assert messages_of(render) == [0, 1]


def test_a_render_that_is_alive_is_left_alone():
    render = running_render(lease=5)
    assert sweep() == 0
    assert state_of(render) == RenderState.RUNNING


def test_what_the_lost_attempt_had_stored_is_removed():
    render = running_render(lease=-1)
    key = default_storage.save(attempt_key(render, 1, "clip.mp4"), ContentFile(b"half"))
    sweep()
    assert not default_storage.exists(key)


def test_after_the_third_lost_attempt_it_fails_and_is_paid_back():
    render = running_render(lease=-1)
    Render.objects.filter(pk=render.pk).update(attempt=3)
    sweep()
    render.refresh_from_db()
    assert (render.state, render.error_code) == (RenderState.FAILED, "worker-lost")
    assert credits_available(render.organization) == GRANTED


@pytest.mark.parametrize(("sent_ago", "again"), [(61, 1), (1, 0), (None, 0)])
def test_a_message_that_nobody_answered_is_written_again(sent_ago, again):
    render = queued_render()
    if sent_ago is not None:
        OutboxMessage.objects.update(sent_at=timezone.now() - timedelta(seconds=sent_ago))
    assert sweep() == again
    assert messages_of(render) == [0] * (1 + again)


def test_scratch_folders_of_attempts_that_ended_are_removed():
    render = running_render(lease=5)
    for attempt in (0, 1):
        (scratch_folder() / f"{render.id}.{attempt}").mkdir(parents=True)
    sweep()
    assert [folder.name for folder in scratch_folder().iterdir()] == [f"{render.id}.1"]


def test_a_folder_that_is_not_ours_is_left_alone():
    (scratch_folder() / "lost+found").mkdir(parents=True)
    sweep()
    assert [folder.name for folder in scratch_folder().iterdir()] == ["lost+found"]
