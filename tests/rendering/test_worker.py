import errno
import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from accounts.selectors import credits_available
from rendering import services, worker
from rendering.configuration import scratch_folder
from rendering.files import attempt_key, beside_clip
from rendering.models import Render
from rendering.states import RenderState
from tests.rendering.queue.arrangement import (
    GRANTED,
    PIPELINES,
    child_pid,
    eventually,
    is_alive,
    messages_of,
    queued_render,
    settled,
    state_of,
)

# The heart beats in a thread, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _data_folder(settings, tmp_path):
    settings.LIKENESS_DATA_DIR = tmp_path


@pytest.fixture
def configure(settings):
    def change(pipeline: str, **numbers) -> None:
        settings.LIKENESS_QUEUE = {"pipeline": f"{PIPELINES}.{pipeline}", "beat": 0.2, "lease": 5.0, **numbers}

    return change


def run(render: Render, stop: threading.Event | None = None) -> None:
    worker.run_render(render.id, seen_attempt=render.attempt, stop=stop or threading.Event())


def start(render: Render, stop: threading.Event | None = None) -> threading.Thread:
    thread = threading.Thread(target=run, args=(render, stop), daemon=True)
    thread.start()
    return thread


def finish(thread: threading.Thread) -> None:
    thread.join(20)
    assert not thread.is_alive()


def test_a_render_is_published_with_its_files(configure):
    configure("quick")
    render = queued_render()
    run(render)
    render.refresh_from_db()
    assert render.state == RenderState.PUBLISHED
    assert render.output_key == attempt_key(render, 1, "clip.mp4")
    assert default_storage.open(render.output_key).read() == b"clip of attempt 1"
    assert default_storage.exists(beside_clip(render, "poster.jpg"))
    assert default_storage.exists(beside_clip(render, "report.json"))
    assert render.report == {"duration": 1.6, "frames": 40}
    assert credits_available(render.organization) == GRANTED - 2


def test_the_message_twice_is_one_clip_and_one_charge(configure):
    configure("quick")
    render = queued_render()
    run(render)
    run(render)
    assert [kind for kind, _ in settled(render)] == ["hold", "charge"]
    assert Render.objects.get(pk=render.pk).attempt == 1


def test_no_scratch_folder_is_left(configure):
    configure("quick")
    run(queued_render())
    assert list(scratch_folder().iterdir()) == []


def test_progress_is_seen_while_it_runs(configure, tmp_path):
    configure("waiting")
    render = queued_render(photo=str(tmp_path).encode())
    thread = start(render)
    eventually(
        lambda: Render.objects.filter(pk=render.pk, stage="draw", progress=0.4).exists(), within=20, what="progress"
    )
    (tmp_path / "go").touch()
    finish(thread)
    assert state_of(render) == RenderState.PUBLISHED


def test_bad_input_fails_at_once_with_words_for_a_person(configure):
    configure("refusing")
    render = queued_render()
    run(render)
    render.refresh_from_db()
    assert (render.state, render.error_code, render.attempt) == (RenderState.FAILED, "face-none", 1)
    assert credits_available(render.organization) == GRANTED


@pytest.mark.parametrize("pipeline", ["raising", "dying"])
def test_a_crash_is_tried_again(configure, pipeline):
    configure(pipeline)
    render = queued_render()
    run(render)
    assert state_of(render) == RenderState.QUEUED
    assert messages_of(render) == [0, 1]


@pytest.mark.parametrize(
    ("pipeline", "limit", "code"),
    [("waiting", {"deadline": 1.0}, "took-too-long"), ("greedy", {"memory_mb": 200}, "too-much-memory")],
)
def test_what_goes_over_a_limit_is_stopped_and_paid_back(configure, tmp_path, pipeline, limit, code):
    configure(pipeline, **limit)
    render = queued_render(photo=str(tmp_path).encode())
    run(render)
    render.refresh_from_db()
    assert (render.state, render.error_code) == (RenderState.FAILED, code)
    assert credits_available(render.organization) == GRANTED


def test_a_cancelled_render_ends_its_child_within_ten_seconds(configure, tmp_path):
    configure("waiting_deaf", beat=2.0)
    render = queued_render(photo=str(tmp_path).encode())
    thread = start(render)
    pid = child_pid(tmp_path, 1)
    services.cancel_render(organization=render.organization, acting_user=render.requested_by, render=render)
    eventually(lambda: not is_alive(pid), within=10, what="the child is gone")
    finish(thread)
    assert state_of(render) == RenderState.CANCELLED
    assert credits_available(render.organization) == GRANTED


def test_a_worker_that_shuts_down_gives_its_render_back(configure, tmp_path):
    configure("waiting")
    render = queued_render(photo=str(tmp_path).encode())
    stop = threading.Event()
    thread = start(render, stop)
    pid = child_pid(tmp_path, 1)
    stop.set()
    finish(thread)
    assert not is_alive(pid)
    render.refresh_from_db()
    assert (render.state, render.attempts_used) == (RenderState.QUEUED, 0)
    assert messages_of(render) == [0, 1]


def test_a_stopping_worker_takes_nothing_new(configure):
    configure("quick")
    render = queued_render()
    stop = threading.Event()
    stop.set()
    run(render, stop)
    assert state_of(render) == RenderState.QUEUED


def test_an_attempt_that_was_overtaken_publishes_nothing_and_leaves_no_file(configure, tmp_path):
    configure("waiting", beat=60.0)
    render = queued_render(photo=str(tmp_path).encode())
    thread = start(render)
    child_pid(tmp_path, 1)
    services.lose_attempt(render_id=render.id, attempt=1)
    (tmp_path / "go").touch()
    finish(thread)
    render.refresh_from_db()
    assert (render.state, render.attempt) == (RenderState.QUEUED, 1)
    assert not default_storage.exists(attempt_key(render, 1, "clip.mp4"))


def test_a_photo_that_is_gone_from_the_storage_costs_an_attempt_only(configure):
    configure("quick")
    render = queued_render()
    default_storage.delete(render.clip.portrait.image.name)
    with pytest.raises(FileNotFoundError):
        run(render)
    assert state_of(render) == RenderState.QUEUED
    assert not Path(scratch_folder() / f"{render.id}.1").exists()


@pytest.mark.parametrize(
    ("number", "state"),
    [(errno.ENOSPC, RenderState.FAILED), (errno.EROFS, RenderState.FAILED), (5, RenderState.QUEUED)],
)
def test_a_full_disk_ends_the_render_at_once_and_another_mishap_does_not(configure, monkeypatch, number, state):
    def refuse(*given):
        raise OSError(number, "no")

    configure("quick")
    monkeypatch.setattr(worker.files, "put_away", refuse)
    render = queued_render()
    with pytest.raises(OSError, match="no"):
        run(render)
    render.refresh_from_db()
    assert render.state == state
    assert (render.error_code == "no-room") == (state == RenderState.FAILED)


def test_a_thread_that_has_made_a_clip_keeps_a_child_ready_for_the_next(configure, tmp_path):
    configure("waiting", spare=True)
    (tmp_path / "go").touch()
    first, second = (queued_render(photo=str(tmp_path).encode()) for _ in range(2))
    try:
        run(first)
        ready = worker._own.spare.process.pid
        (tmp_path / "began-1").unlink()
        run(second)
        assert int((tmp_path / "began-1").read_text()) == ready
        assert worker._own.spare.process.pid != ready
        assert {state_of(first), state_of(second)} == {RenderState.PUBLISHED}
    finally:
        worker._own.spare.end()
        worker._own.spare = None


def test_a_child_that_was_kept_for_another_pipeline_is_not_used(configure, tmp_path):
    configure("quick", spare=True)
    run(queued_render())
    kept = worker._own.spare.process.pid
    configure("refusing")
    run(queued_render())
    assert not is_alive(kept)
    assert worker._own.spare is None


def test_a_worker_that_stops_keeps_no_child(configure, tmp_path, monkeypatch):
    kept: list[dict[str, object]] = []
    monkeypatch.setattr(worker, "Spare", lambda **asked: kept.append(asked))
    configure("waiting", spare=True)
    render = queued_render(photo=str(tmp_path).encode())
    stop = threading.Event()
    thread = start(render, stop)
    child_pid(tmp_path, 1)
    stop.set()
    finish(thread)
    assert (state_of(render), kept) == (RenderState.QUEUED, [])
