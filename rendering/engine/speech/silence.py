"""Silence that is meant: for a picture that moves and says nothing."""

import wave
from pathlib import Path

import numpy as np

from rendering.engine.speech.spoken import Phoneme, Sound, Speech

RATE = 24_000  # Hz


def silence_in(path: Path) -> Speech | None:
    """A speech in which nothing is said, of a WAV file that holds digital silence alone; None for any other file.

    A recording in which somebody forgot to speak holds noise, and is refused elsewhere (recordings.read_recording).
    """
    try:
        with wave.open(str(path), "rb") as file:
            rate, frames = file.getframerate(), file.getnframes()
            if any(file.readframes(frames)):
                return None
    except (wave.Error, EOFError):
        return None
    sound = Sound(np.zeros(frames, np.float32), rate)
    return Speech(sound, (Phoneme("sil", 0.0, sound.duration, 0),), (), "recording")
