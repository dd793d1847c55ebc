"""What a clip costs: seconds and processor time of each stage, drawing against encoding, memory against length."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time, time

import numpy as np

from benchmarks.measure import Measure, Target
from benchmarks.subjects import FPS, SAMPLE, SHORT_WORDS, WORDS, Subject, read_subject
from rendering.disclosure import label_overlay
from rendering.engine.motion import STYLES, Performance, perform
from rendering.engine.puppet.draw import draw
from rendering.engine.puppet.rig import Rig
from rendering.engine.speech import Speech, synthesise
from rendering.engine.video.compose import compose
from rendering.engine.video.encoding import encode
from rendering.engine.video.preview import PreviewWriter, piece_name

SHORTER_SIDE = 720  # px
_PREVIEW_WORDS = "Hello there, my name is Mona."
_MEMORY_MB = 1200.0


@dataclass
class Clock:
    """Wall and processor seconds of named blocks; a block that runs again keeps its faster time, as a loaded machine
    only ever adds.
    """

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        wall, cpu = perf_counter(), process_time()
        yield
        self.wall[name] = min(perf_counter() - wall, self.wall.get(name, np.inf))
        self.cpu[name] = min(process_time() - cpu, self.cpu.get(name, np.inf))


def run(sample: Subject, folder: Path, *, quick: bool) -> list[Measure]:
    """The whole chain on the sample as the product frames it, and with 720 px on its shorter side."""
    words = SHORT_WORDS if quick else WORDS
    synthesise(_PREVIEW_WORDS)  # the voice's model is loaded once a process
    return [
        *_analysis(sample.size),
        *(measure for subject in (sample, sample.scaled(SHORTER_SIDE)) for measure in _chain(subject, folder, words)),
        *_first_frame(sample, folder),
    ]


def _subject_name(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


def _analysis(size: tuple[int, int]) -> list[Measure]:
    clock = Clock()
    for _ in range(2):  # the first pass loads the models
        with clock.time("analyse"):
            read_subject(SAMPLE)
    name = _subject_name(size)
    return [
        Measure("speed", name, "analyse (photo, face, matte)", clock.wall["analyse"], "s"),
        Measure("speed", name, "analyse (photo, face, matte): processor", clock.cpu["analyse"], "s"),
    ]


def _chain(subject: Subject, folder: Path, words: str) -> list[Measure]:
    clock, path = Clock(), folder / "speed.mp4"
    with clock.time("rig"):
        rig = subject.rig()
    with clock.time("speak"):
        speech = synthesise(words)
    with clock.time("perform"):
        performance = perform(speech, style=STYLES["presenter"], seed=1, fps=FPS)
    for _ in range(2):
        with clock.time("draw"):
            chunks = list(draw(rig, performance))
    with clock.time("label"):
        chunks = list(_labelled(iter(chunks), subject))
    for _ in range(2):
        with clock.time("encode"):
            encode(path, iter(chunks), size=subject.size, fps=FPS, sound=speech.sound)
        with clock.time("encode with preview"):
            preview = PreviewWriter(folder / "preview", seconds=speech.sound.duration)
            encode(path, iter(chunks), size=subject.size, fps=FPS, sound=speech.sound, preview=preview)
        with clock.time("draw + label + encode"):
            _film(path, rig, performance, speech, subject)
    name, length = _subject_name(subject.size), speech.sound.duration
    both = "draw + label + encode"
    rows: list[tuple[str, float, str, Target | None]] = [("length of the clip", length, "s", None)]
    for stage in ("rig", "speak", "perform", "draw", "label", "encode", both):
        rows += [(stage, clock.wall[stage], "s", None), (f"{stage}: processor", clock.cpu[stage], "s", None)]
    cores = os.cpu_count() or 1
    rows += [
        (f"{both}: × real time", length / clock.wall[both], "×", Target(low=2.0)),
        (f"{both}: × real time, all cores free", length / (clock.cpu[both] / min(cores, 2)), "×", None),
        (
            "preview beside encode: processor",
            clock.cpu["encode with preview"] / clock.cpu["encode"],
            "×",
            Target(high=1.02),
        ),
        ("draw alone: × real time", length / clock.wall["draw"], "×", None),
        (f"{both} over encode", clock.wall[both] / clock.wall["encode"], "×", Target(high=1.5)),
        (f"{both} over encode: processor", clock.cpu[both] / clock.cpu["encode"], "×", None),
        (
            "whole chain after analysis: × real time",
            length / sum(clock.wall[s] for s in ("rig", "speak", "perform", both)),
            "×",
            None,
        ),
    ]
    return [Measure("speed", name, *row) for row in rows]


def _labelled(chunks: Iterator[np.ndarray], subject: Subject) -> Iterator[np.ndarray]:
    return compose(chunks, [label_overlay(subject.size)], fps=FPS)


def _film(path: Path, rig: Rig, performance: Performance, speech: Speech, subject: Subject) -> None:
    chunks = _labelled(draw(rig, performance), subject)
    encode(path, chunks, size=subject.size, fps=FPS, sound=speech.sound)


def _first_frame(subject: Subject, folder: Path) -> list[Measure]:
    """From words to the first picture drawn, and to the first piece that a browser can play, the rig being there and
    the voice's model loaded.
    """
    rig, clock = subject.rig(), Clock()
    for _ in range(2):
        with clock.time("first"):
            speech = synthesise(_PREVIEW_WORDS)
            performance = perform(speech, style=STYLES["presenter"], seed=1, fps=FPS)
            next(iter(draw(rig, performance, chunk=1)))
    played = min(_to_first_piece(rig, subject, folder / f"first-{number}") for number in range(2))
    name = _subject_name(subject.size)
    return [
        Measure("speed", name, "first preview frame of a cached rig", clock.wall["first"], "s", Target(high=1.5)),
        Measure("speed", name, "first piece to play of a cached rig", played, "s", Target(high=1.5)),
    ]


class _Playable(Exception):  # noqa: N818  not an error: there is nothing more to draw for
    pass


def _to_first_piece(rig: Rig, subject: Subject, folder: Path) -> float:
    began, first = time(), folder / piece_name(0)
    speech = synthesise(WORDS)
    performance = perform(speech, style=STYLES["presenter"], seed=1, fps=FPS)

    def until_there() -> Iterator[np.ndarray]:
        for chunk in _labelled(draw(rig, performance), subject):
            if first.exists():
                raise _Playable
            yield chunk

    preview = PreviewWriter(folder, seconds=speech.sound.duration)
    with suppress(_Playable):
        encode(folder.with_suffix(".mp4"), until_there(), size=subject.size, sound=speech.sound, preview=preview)
    return first.stat().st_mtime - began


def memory(*, quick: bool) -> list[Measure]:
    """The most memory that a process holds which makes a short and a long clip with 1080 px on the shorter side."""
    lengths = (4, 12) if quick else (10, 90)
    peaks = [_peak(seconds) for seconds in lengths]
    rows = [
        Measure("memory", f"{seconds} s", "peak", peak["peak_mb"], "MB", Target(high=_MEMORY_MB))
        for seconds, peak in zip(lengths, peaks, strict=True)
    ]
    growth = (peaks[1]["peak_mb"] - peaks[0]["peak_mb"]) / (peaks[1]["seconds"] - peaks[0]["seconds"])
    return [
        *rows,
        *(
            Measure("memory", f"{s} s", "before drawing", p["before_mb"], "MB")
            for s, p in zip(lengths, peaks, strict=True)
        ),
        *(Measure("memory", f"{s} s", "wall time", p["wall_s"], "s") for s, p in zip(lengths, peaks, strict=True)),
        *(
            Measure("memory", f"{s} s", "× real time", p["seconds"] / p["wall_s"], "×")
            for s, p in zip(lengths, peaks, strict=True)
        ),
        # a clip of a few seconds does not fill the encoder's queues yet: growth is judged on long ones only. Sound and
        # curves are held whole: 24 000 floats and 25 × 56 curves a second, 0.2 MB
        Measure("memory", f"{lengths[1]} s", "growth", growth, "MB a second", None if quick else Target(high=0.5)),
    ]


def _peak(seconds: int) -> dict[str, float]:
    """In a process of its own, as a render is."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.long_clip", str(seconds)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    answer: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return answer
