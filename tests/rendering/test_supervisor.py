import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from django.conf import settings

from rendering.spec import RenderSpec
from rendering.supervisor import Advance, Child, Crashed, Event, Finished, Rejected, Spare
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


def test_a_child_that_was_ended_in_the_middle_counts_as_a_crash(spec):
    child = start(spec, "waiting")
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
        "environment={}); time.sleep(60)"
    )
    arguments = [spec.to_json(), f"{PIPELINES}.waiting_deaf"]
    with subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=settings.BASE_DIR) as parent:
        pid = child_pid(tmp_path, 1)
        os.kill(parent.pid, signal.SIGKILL)
    eventually(lambda: not is_alive(pid), within=10, what="the child is gone")


FOR_WAITING = {"pipeline": f"{PIPELINES}.waiting", "root": settings.BASE_DIR, "environment": {}}


def test_a_spare_child_does_the_work_that_it_is_given(spec, tmp_path):
    spare = Spare(**FOR_WAITING)
    assert spare.fits(**FOR_WAITING)
    (tmp_path / "go").touch()
    with Child(spec, **FOR_WAITING, spare=spare) as child:
        assert last_event(child)[1] == Finished(spec.output)
    assert int((tmp_path / "began-1").read_text()) == spare.process.pid


def test_a_spare_child_that_breaks_says_what_it_last_wrote(spec):
    for_raising = FOR_WAITING | {"pipeline": f"{PIPELINES}.dying"}
    spare = Spare(**for_raising)
    with Child(spec, **for_raising, spare=spare) as child:
        event = last_event(child)[1]
    assert isinstance(event, Crashed)
    assert f"ended with {-signal.SIGSEGV}" in event.detail


@pytest.mark.parametrize("change", [{"pipeline": f"{PIPELINES}.quick"}, {"environment": {"LIKENESS_MODELS_DIR": "/"}}])
def test_a_spare_child_fits_only_what_it_was_started_for(change):
    spare = Spare(**FOR_WAITING)
    assert not spare.fits(**FOR_WAITING | change)
    spare.end()
    assert not spare.fits(**FOR_WAITING)
    assert not is_alive(spare.process.pid)


def test_a_spare_child_that_could_not_load_its_pipeline_does_not_fit():
    spare = Spare(**FOR_WAITING | {"pipeline": f"{PIPELINES}.no_such_thing"})
    assert spare.process.wait(60) != 0
    assert not spare.fits(**FOR_WAITING | {"pipeline": f"{PIPELINES}.no_such_thing"})
    spare.end()


def test_a_spare_child_ends_when_its_parent_is_gone():
    program = (
        "import sys, time; from pathlib import Path; from rendering.supervisor import Spare; "
        "spare = Spare(pipeline=sys.argv[1], root=Path.cwd(), environment={}); "
        "print(spare.process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, FOR_WAITING["pipeline"]]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    eventually(lambda: not is_alive(pid), within=30, what="the spare is gone")
