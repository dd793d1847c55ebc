import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from django.conf import settings

from rendering.spec import RenderSpec
from rendering.supervisor import Advance, Child, Crashed, Event, Finished, Rejected
from tests.rendering.queue.arrangement import PIPELINES, child_pid, eventually, is_alive


@pytest.fixture
def spec(tmp_path: Path) -> RenderSpec:
    photo = tmp_path / "photo"
    photo.write_text(str(tmp_path))
    return RenderSpec(
        render_id="rnd_1", attempt=1, photo=photo, output=tmp_path / "clip.mp4", keys=tmp_path, words="Hello."
    )


def start(spec: RenderSpec, pipeline: str, **environment: str) -> Child:
    return Child(
        spec,
        pipeline=f"{PIPELINES}.{pipeline}",
        root=settings.BASE_DIR,
        log=spec.output.with_name("child.log"),
        environment=environment,
    )


def last_event(child: Child) -> tuple[list[Advance], Event]:
    """What the child said on its way, and how it ended."""
    advances: list[Advance] = []
    until = monotonic() + 60
    while monotonic() < until:
        event = child.next_event(timeout=1)
        if isinstance(event, Advance):
            advances.append(event)
        elif event is not None:
            return advances, event
    raise AssertionError("the child never ended")


def test_a_child_tells_its_progress_and_its_result(spec):
    with start(spec, "quick") as child:
        assert last_event(child) == ([Advance("draw", 0.5)], Finished(spec.output))
    assert spec.output.read_bytes() == b"clip of attempt 1"
    assert spec.output.with_name("report.json").is_file()


def test_what_libraries_print_does_not_reach_the_parent(spec):
    with start(spec, "chattering") as child:
        assert last_event(child)[1] == Finished(spec.output)


def test_input_that_cannot_become_a_clip_is_rejected_in_words(spec):
    with start(spec, "refusing") as child:
        _, event = last_event(child)
    assert isinstance(event, Rejected)
    assert event.reason.code == "face-none"
    assert event.reason.advice == "Use another one."


@pytest.mark.parametrize(("pipeline", "told"), [("raising", "ZeroDivisionError"), ("dying", "-11")])
def test_everything_else_is_a_crash(spec, pipeline, told):
    with start(spec, pipeline) as child:
        _, event = last_event(child)
    assert isinstance(event, Crashed)
    assert told in event.detail


def test_a_crash_is_told_even_when_its_folder_is_gone(spec):
    child = start(spec, "waiting")
    spec.output.with_name("child.log").unlink()
    child.stop()
    _, event = last_event(child)
    assert isinstance(event, Crashed)


@pytest.mark.parametrize("pipeline", ["waiting", "waiting_deaf"])
def test_leaving_ends_the_child_whatever_it_does(spec, pipeline, tmp_path):
    with start(spec, pipeline) as child:
        pid = child_pid(tmp_path, 1)
        assert pid == child.pid
        assert is_alive(pid)
        began = monotonic()
    assert not is_alive(pid)
    assert monotonic() - began < 10


def test_the_child_sees_no_secret(spec, monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "x")
    monkeypatch.setenv("DATABASE_URL", "x")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with start(spec, "telling_environment", LIKENESS_MODELS_DIR="/models") as child:
        last_event(child)
    seen = (tmp_path / "environment").read_text().split("\n")
    assert {"OMP_NUM_THREADS", "LIKENESS_MODELS_DIR"} <= set(seen)
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(seen)


def test_its_memory_is_known_while_it_lives(spec, tmp_path):
    with start(spec, "greedy") as child:
        child_pid(tmp_path, 1)
        assert child.resident_bytes() > 400_000_000
    assert child.resident_bytes() == 0


def test_a_child_dies_with_its_parent(spec, tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from rendering.spec import RenderSpec; "
        "from rendering.supervisor import Child; "
        "child = Child(RenderSpec.from_json(sys.argv[1]), pipeline=sys.argv[2], root=Path.cwd(), "
        "log=Path(sys.argv[3]), environment={}); time.sleep(60)"
    )
    arguments = [spec.to_json(), f"{PIPELINES}.waiting_deaf", str(tmp_path / "log")]
    with subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=settings.BASE_DIR) as parent:
        pid = child_pid(tmp_path, 1)
        os.kill(parent.pid, signal.SIGKILL)
    eventually(lambda: not is_alive(pid), within=10, what="the child is gone")
