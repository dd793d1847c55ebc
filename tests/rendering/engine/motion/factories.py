"""Speeches written by hand: "p:80 a:120' sil:400" is a p of 80 ms, a stressed a of 120 ms, and a pause."""

import numpy as np

from rendering.engine.motion import STYLES, Performance, perform
from rendering.engine.speech import Phoneme, Prosody, Sound, Speech, Word

RATE = 24_000


def phonemes(script: str) -> tuple[Phoneme, ...]:
    found: list[Phoneme] = []
    clock = 0.0
    for item in script.split():
        symbol, _, length = item.partition(":")
        end = clock + int(length.rstrip("'") or 100) / 1000
        found.append(Phoneme(symbol, clock, end, 2 if item.endswith("'") else 0))
        clock = end
    return tuple(found)


def speech(script: str, *, words: tuple[Word, ...] = ()) -> Speech:
    spoken = phonemes(script)
    silence = np.zeros(round(spoken[-1].end * RATE), np.float32)
    return Speech(sound=Sound(silence, RATE), phonemes=spoken, words=words, voice="recording")


def silence(seconds: float) -> Speech:
    return speech(f"sil:{round(seconds * 1000)}")


def played(script: str, *, style: str = "neutral", seed: int = 1, fps: float = 25.0) -> Performance:
    return perform(speech(script), style=STYLES[style], seed=seed, fps=fps)


def melody(seconds: float, *, f0: float = 120.0, loudness: float = -20.0, fps: float = 25.0) -> Prosody:
    frames = round(seconds * fps)
    return Prosody(np.full(frames, f0, np.float32), np.full(frames, loudness, np.float32), fps)


def frames_within(start: float, end: float, fps: float = 25.0) -> slice:
    """The frames whose time lies in [start, end)."""
    return slice(int(np.ceil(start * fps - 1e-9)), int(np.ceil(end * fps - 1e-9)))
