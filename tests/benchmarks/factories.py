"""Clips that were never rendered: what was said, what was asked, and a curve somebody saw."""

from pathlib import Path

import numpy as np

from benchmarks.subjects import Clip, Subject
from rendering.engine.faces import Face
from rendering.engine.motion import empty_performance
from rendering.engine.speech import Phoneme, Sound, Speech


def speech(*spoken: tuple[str, float]) -> Speech:
    """speech(("sil", 0.4), ("m", 0.08)): symbols and their lengths in s, one after the other."""
    found: list[Phoneme] = []
    clock = 0.0
    for symbol, seconds in spoken:
        found.append(Phoneme(symbol, clock, clock + seconds))
        clock += seconds
    return Speech(Sound(np.zeros(round(clock * 24_000), np.float32), 24_000), tuple(found), (), "heart")


def subject(*, size: tuple[int, int] = (96, 64)) -> Subject:
    width, height = size
    points = np.zeros((478, 3), np.float32)
    points[263, 0] = 20.0
    matte = np.zeros((height, width), np.float32)
    matte[height // 4 :, width // 3 : width // 2] = 1
    face = Face(box=(30.0, 20.0, 20.0, 30.0), points=points, yaw=0.0, pitch=0.0, roll=0.0, score=1.0)
    return Subject("somebody", np.full((height, width, 3), 90, np.uint8), face, matte)


def clip(*spoken: tuple[str, float]) -> Clip:
    said = speech(*spoken)
    frames = int(np.ceil(round(said.sound.duration * 25, 6)))
    return Clip(Path("never.mp4"), subject(), said, empty_performance(frames), 20.0)
