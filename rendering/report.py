"""How a clip was made, in numbers: what `--report` writes and what the pages show."""

import platform
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from rendering.engine.models import MODELS
from rendering.engine.motion import Direction, Performance
from rendering.engine.speech import Speech
from rendering.engine.video.encoding import Encoded
from rendering.spec import RenderSpec

LIBRARIES = ("torch", "numpy", "av", "scipy", "pillow", "ai-edge-litert", "onnxruntime", "hibari-tts", "c2pa-python")

T = TypeVar("T")


class Stopwatch:
    """Seconds of wall clock for each stage. Stages that are iterators are timed while they work, not while they
    wait.
    """

    def __init__(self, *, on_stage: Callable[[str], None]) -> None:
        """`on_stage` is called with the name of each block that begins."""
        self._on_stage = on_stage
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> dict[str, float]:
        """By stage, s, in the order in which the stages began."""
        return {stage: round(seconds, 4) for stage, seconds in self._seconds.items()}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block as `name`."""
        self._on_stage(name)
        began = perf_counter()
        yield
        self._add(name, perf_counter() - began)

    def iterate(self, name: str, items: Iterator[T], *, inner: str = "") -> Iterator[T]:
        """Pass `items` on, and time what making them takes as `name`, less what `inner`, which feeds them, took."""
        while True:
            began, fed = perf_counter(), self._seconds.get(inner, 0.0)
            item = next(items, None)
            self._add(name, perf_counter() - began - (self._seconds.get(inner, 0.0) - fed))
            if item is None:
                return
            yield item

    @contextmanager
    def rest(self, name: str, *, inner: tuple[str, ...]) -> Iterator[None]:
        """Time a block as `name`, less what the stages `inner` took inside it."""
        began, before = perf_counter(), self._sum(inner)
        yield
        self._add(name, perf_counter() - began - (self._sum(inner) - before))

    def _sum(self, stages: tuple[str, ...]) -> float:
        return sum(self._seconds.get(stage, 0.0) for stage in stages)

    def _add(self, stage: str, seconds: float) -> None:
        self._seconds[stage] = self._seconds.get(stage, 0.0) + seconds


def render_report(
    spec: RenderSpec,
    *,
    encoded: Encoded,
    speech: Speech,
    performance: Performance,
    direction: Direction,
    seconds: dict[str, float],
) -> dict[str, Any]:
    """Everything about one clip. Times in `phonemes` and `words` are s of the clip; `controls` has one value a frame
    for each ARKit control (0..1), the pose (degrees) and the breath (0..1)."""
    return {
        "render": spec.render_id,
        "attempt": spec.attempt,
        "duration": round(encoded.duration, 4),
        "frames": encoded.frames,
        "fps": encoded.fps,
        "resolution": list(encoded.size),
        "stages": seconds,
        "seconds": round(sum(seconds.values()), 4),
        "peak_memory_mb": peak_memory_mb(),
        "seed": spec.seed,
        "voice": speech.voice,
        "style": spec.style,
        "direction": {
            "text": spec.direction,
            "understood": list(direction.understood),
            "unknown": list(direction.unknown),
        },
        "aspect": spec.aspect,
        "captions": spec.captions,
        "caption_look": spec.caption_look if spec.captions else "",
        "background": spec.background_colour or spec.background,
        "head": spec.head,
        "device": spec.device,
        "versions": versions(),
        "phonemes": [{"symbol": p.symbol, "start": p.start, "end": p.end} for p in speech.phonemes],
        "words": [{"text": w.text, "start": w.start, "end": w.end} for w in speech.words],
        "controls": {name: [round(float(v), 5) for v in curve] for name, curve in performance.controls.items()},
    }


def peak_memory_mb() -> float | None:
    """The most memory this process ever held resident, MB; None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return round(int(line.split()[1]) * 1024 / 1e6, 1)


def versions() -> dict[str, Any]:
    """Of Likeness, Python, the libraries that a frame depends on, and the model files (their sha256)."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    return {
        "likeness": project["version"],
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "models": {name: model.sha256 for name, model in MODELS.items()},
    }
