"""The queue with real processes: workers that are killed, brokers that are away, people who change their minds."""

import signal

import pytest

from accounts.selectors import credits_available
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from rendering.files import attempt_key
from rendering.services import cancel_render
from rendering.states import RenderState
from tests.rendering.queue.arrangement import (
    GRANTED,
    PATIENCE,
    become,
    child_pid,
    eventually,
    is_alive,
    settled,
    state_of,
    stored_clips,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_killed_in_mid_render_costs_one_attempt_and_one_charge(start_worker, render, tmp_path):
    first = start_worker("waiting")
    orphan = child_pid(tmp_path, 1)
    first.kill()
    eventually(lambda: not is_alive(orphan), within=10, what="the child died with its worker")
    start_worker("waiting")
    child_pid(tmp_path, 2, within=PATIENCE)
    (tmp_path / "go").touch()
    become(render, RenderState.PUBLISHED)
    render.refresh_from_db()
    assert render.output_key == attempt_key(render, 2, "clip.mp4")
    assert stored_clips(render) == [2]
    assert [kind for kind, _ in settled(render)] == ["hold", "charge"]
    assert credits_available(render.organization) == GRANTED - 2


def test_a_frozen_worker_that_wakes_up_publishes_nothing(start_worker, render, tmp_path):
    zombie = start_worker("waiting")
    child_pid(tmp_path, 1)
    zombie.send_signal(signal.SIGSTOP)
    start_worker("waiting")
    child_pid(tmp_path, 2, within=PATIENCE)
    (tmp_path / "go").touch()
    become(render, RenderState.PUBLISHED)
    zombie.send_signal(signal.SIGCONT)
    zombie.terminate()
    zombie.wait(PATIENCE)
    render.refresh_from_db()
    assert render.output_key == attempt_key(render, 2, "clip.mp4")
    assert stored_clips(render) == [2]
    assert [kind for kind, _ in settled(render)] == ["hold", "charge"]


def test_cancelling_ends_the_child_within_ten_seconds(start_worker, render, tmp_path):
    start_worker("waiting_deaf")
    pid = child_pid(tmp_path, 1)
    cancel_render(organization=render.organization, acting_user=render.requested_by, render=render)
    eventually(lambda: not is_alive(pid), within=10, what="the child is gone")
    assert state_of(render) == RenderState.CANCELLED
    assert stored_clips(render) == []
    assert credits_available(render.organization) == GRANTED


def test_consent_withdrawn_in_mid_render_publishes_nothing(start_worker, render, tmp_path):
    start_worker("waiting")
    pid = child_pid(tmp_path, 1)
    consent_withdraw(token=receipt_token(ConsentRequest.objects.get()))
    (tmp_path / "go").touch()
    eventually(lambda: not is_alive(pid), within=10, what="the child is gone")
    render.refresh_from_db()
    assert (render.state, render.error_code) == (RenderState.REFUSED, "consent-withdrawn")
    eventually(lambda: stored_clips(render) == [], within=10, what="no file is left")
    assert credits_available(render.organization) == GRANTED


def test_a_worker_told_to_stop_gives_its_render_back_at_once(start_worker, render, tmp_path):
    worker = start_worker("waiting")
    pid = child_pid(tmp_path, 1)
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert not is_alive(pid)
    render.refresh_from_db()
    assert (render.state, render.attempts_used) == (RenderState.QUEUED, 0)


def test_a_broker_that_was_down_at_submission_only_delays(start_worker, render, tmp_path):
    (tmp_path / "go").touch()
    away = start_worker("waiting", DRAMATIQ_BROKER="rabbitmq", RABBITMQ_URL="amqp://127.0.0.1:1/")
    message = render.outbox_messages.get

    eventually(lambda: message().tries > 0, within=PATIENCE, what="the relay tried")
    assert message().sent_at is None
    away.terminate()
    start_worker("waiting")
    become(render, RenderState.PUBLISHED)
    assert [kind for kind, _ in settled(render)] == ["hold", "charge"]
