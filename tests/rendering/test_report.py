from collections.abc import Iterator

import pytest

from rendering import report
from rendering.report import Stopwatch, peak_memory_mb


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(report, "perf_counter", made)
    return made


def test_blocks_are_timed_in_their_order_and_announced(clock):
    announced: list[str] = []
    watch = Stopwatch(on_stage=announced.append)
    with watch.stage("rig"):
        clock.pass_by(2.0)
    with watch.stage("speak"):
        clock.pass_by(0.5)
    assert announced == ["rig", "speak"]
    assert list(watch.seconds.items()) == [("rig", 2.0), ("speak", 0.5)]


def test_a_chain_of_generators_shares_the_time_out(clock):
    watch = Stopwatch(on_stage=lambda _: None)

    def drawn() -> Iterator[int]:
        for chunk in range(3):
            clock.pass_by(1.0)
            yield chunk

    def composed(chunks: Iterator[int]) -> Iterator[int]:
        for chunk in chunks:
            clock.pass_by(0.25)
            yield chunk

    with watch.rest("encode", inner=("draw", "compose")):
        for _ in watch.iterate("compose", composed(watch.iterate("draw", drawn())), inner="draw"):
            clock.pass_by(0.5)
    assert watch.seconds == {"draw": 3.0, "compose": 0.75, "encode": 1.5}


def test_the_most_memory_ever_held_is_told():
    before = peak_memory_mb()
    ballast = bytearray(200_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    assert before is not None
    assert peak_memory_mb() > 200
    assert peak_memory_mb() >= before
