"""The parent's hold on a rendering child: start it, hear it, weigh it, end it. No database here."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from rendering.spec import PersonReadable, RenderSpec

# The child reads photographs and recordings that strangers made: it gets no password and no key from our environment.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
ENVIRONMENT_PREFIXES = ("PYTHON", "OMP_", "MKL_", "OPENBLAS_", "CUDA_", "NVIDIA_", "TORCH_")

LOG_TAIL = 2000  # bytes of what a child wrote last

GRACE_SECONDS = 3.0
"""Between SIGTERM and SIGKILL: with the parent's poll it stays well under the 10 s promised to somebody who cancels."""


@dataclass(frozen=True)
class Advance:
    """The child reached `fraction` (0..1) of the whole work, in `stage`."""

    stage: str
    fraction: float


@dataclass(frozen=True)
class Finished:
    path: Path


@dataclass(frozen=True)
class Rejected:
    """The input cannot become a clip; a second attempt would say the same."""

    reason: PersonReadable


@dataclass(frozen=True)
class Crashed:
    """The child ended otherwise than it should. `detail` is for the log."""

    detail: str


Event = Advance | Finished | Rejected | Crashed


class Spare:
    """A child that has loaded what it needs and waits for its work, which takes seconds off the next render. It belongs
    to the thread that started it: the kernel ends it with that thread once it works, and without work it ends by itself
    when its parent is gone.
    """

    def __init__(self, *, pipeline: str, root: Path, environment: Mapping[str, str]) -> None:
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the child, in whose hands it is
        self._made_for = (pipeline, root, dict(environment))
        self.process = _start_process(root, environment, self.log, pipeline)

    def fits(self, *, pipeline: str, root: Path, environment: Mapping[str, str]) -> bool:
        """Whether it can be given this work: it is alive, and was started for the like."""
        return self.process.poll() is None and self._made_for == (pipeline, root, dict(environment))

    def end(self) -> None:
        """It is not needed."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.log):
            stream.close()  # type: ignore[union-attr]


class Child:
    """A rendering child in a session of its own. Use as a context manager: leaving it leaves no process behind."""

    def __init__(
        self,
        spec: RenderSpec,
        *,
        pipeline: str,
        root: Path,
        environment: Mapping[str, str],
        spare: Spare | None = None,
    ) -> None:
        """`pipeline` is the dotted name of the function to run, `root` the folder our packages lie in, `environment`
        what it gets besides the harmless part of ours. A `spare` that fits is given the work; else one is started."""
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        if spare is None:
            self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed in stop()
            self._process = _start_process(root, environment, self._log)
        else:
            self._log, self._process = spare.log, spare.process
        self.pid = self._process.pid
        # "parent" is this process as the child sees it; the kernel watches the thread that is starting it, which is the
        # worker's thread and lives as long as the render.
        request = {"spec": json.loads(spec.to_json()), "pipeline": pipeline, "parent": os.getpid()}
        with suppress(BrokenPipeError), self._process.stdin as stdin:  # type: ignore[union-attr]
            stdin.write(json.dumps(request).encode())
        self._listener = threading.Thread(target=self._listen, name=f"child-{self.pid}", daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def next_event(self, *, timeout: float) -> Event | None:
        """What the child said next, or None after `timeout` seconds. Finished, Rejected and Crashed come once, last."""
        with suppress(queue.Empty):
            return self._events.get(timeout=timeout)
        return None

    def resident_bytes(self) -> int:
        """How much memory the child holds now; 0 when it is gone or the system does not tell."""
        with suppress(OSError, StopIteration, ValueError):
            status = Path(f"/proc/{self.pid}/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
            return int(line.split()[1]) * 1024
        return 0

    def stop(self) -> None:
        """End the child and whatever it started: SIGTERM, then after GRACE_SECONDS SIGKILL. Returns when it is gone."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_SECONDS)
        if self._process.poll() is None:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._listener.join(GRACE_SECONDS)
        self._log.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def _listen(self) -> None:
        last: Event | None = None
        with self._process.stdout as lines:  # type: ignore[union-attr]
            for line in lines:
                if event := _parse(line):
                    last = event
                    self._events.put(event)
        code = self._process.wait()
        if last is None or isinstance(last, Advance):
            self._events.put(Crashed(f"the child ended with {code}; it last wrote: {self._log_tail()}"))

    def _log_tail(self) -> str:
        # Read beside the place that the child writes at, which it shares with us.
        end = os.fstat(self._log.fileno()).st_size
        said = os.pread(self._log.fileno(), LOG_TAIL, max(end - LOG_TAIL, 0))
        return said.decode(errors="replace").strip() or "nothing"


def _start_process(
    root: Path, environment: Mapping[str, str], stderr: IO[bytes], load: str = ""
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "rendering.child", *filter(None, [load])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        cwd=root,
        env={**_harmless_environment(), **environment},
        start_new_session=True,
    )


def _harmless_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name in ENVIRONMENT or name.startswith(ENVIRONMENT_PREFIXES)
    }


def _parse(line: bytes) -> Event | None:
    try:
        message: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    match message:
        case {"stage": str(stage), "fraction": float() | int() as fraction}:
            return Advance(stage, min(max(float(fraction), 0.0), 1.0))
        case {"result": {"path": str(path)}}:
            return Finished(Path(path))
        case {"error": {"code": str(code), "message": str(text), "advice": str(advice)}}:
            return Rejected(PersonReadable(code, text, advice))
        case {"crash": {"kind": str(kind), "trace": str(trace)}}:
            return Crashed(f"{kind}\n{trace}")
    return None
