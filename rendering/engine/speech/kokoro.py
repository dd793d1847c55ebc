"""Kokoro-82M on onnxruntime: 54 voices in nine languages, 24 kHz, about as slow as it speaks on one CPU core.

Its model and voice vectors lie in the operator's models folder (`manage.py models install kokoro`).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from rendering.engine.errors import EngineError
from rendering.engine.models import model_path
from rendering.engine.speech.graph import duration_session
from rendering.engine.speech.hibari import tokens_of, told_durations
from rendering.engine.speech.kokoro_voices import KOKORO_VOICES
from rendering.engine.speech.readers import reader_of
from rendering.engine.speech.speaker import Breath, Reading
from rendering.engine.speech.spoken import RATE
from rendering.engine.speech.timing import segments
from rendering.engine.speech.voices import Voice

_DURATIONS = "/encoder/Clip_output_0"
_ROWS, _WIDTH = 510, 256  # of one voice's vectors: one for each number of tokens


class KokoroSpeaker:
    """Speaks the language of its voice. Raises EngineError("reader-missing") where nothing here can read it."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._reader = reader_of(voice.language)

    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        return self._reader.read(words)

    def say(self, readings: Sequence[Reading], *, rate: float, rng: np.random.Generator) -> Breath:
        return said_with(voice_vectors()[KOKORO_VOICES.index(self._voice)], readings, rate=rate, voice=self._voice)


def said_with(vectors: np.ndarray, readings: Sequence[Reading], *, rate: float, voice: Voice) -> Breath:
    """`readings` said by whatever speaker `vectors` float32 (510, 256) describe; `voice` is named in errors."""
    session = duration_session(model_path("kokoro"), _DURATIONS)
    tokens, sources, ids = tokens_of(readings)
    style = vectors[min(len(tokens), _ROWS) - 1]
    given = {"tokens": ids, "style": style[None], "speed": np.array([rate], dtype=np.float32)}
    sound, units = session.run(None, given)
    samples = np.asarray(sound, np.float32).ravel()
    told = told_durations(units, len(samples), voice=voice)
    return Breath(samples, segments(tokens, sources, told, samples, lag=lag_samples(rate)))


def lag_samples(rate: float) -> int:
    """By how much the voice is heard before its durations say, in samples.

    Measured like hibari's, on three sentences full of hisses in six voices: 58 ms at rate 0.7, 48 at 1, 38 at 1.5,
    between voices 5 ms up and down.
    """
    return round((0.022 + 0.026 / rate) * RATE)


def voice_vectors() -> np.ndarray:
    """float32 (54, 510, 256), in the order of KOKORO_VOICES: one vector for each number of tokens."""
    return _vectors(model_path("kokoro-voices"))


@cache
def _vectors(path: Path) -> np.ndarray:
    if path.stat().st_size != len(KOKORO_VOICES) * _ROWS * _WIDTH * 4:
        raise EngineError(
            "model-changed",
            f"The file of Kokoro's voices does not hold {len(KOKORO_VOICES)} voices.",
            "Run `manage.py models install kokoro` again.",
        )
    vectors: np.ndarray = np.memmap(path, np.float32, "r", shape=(len(KOKORO_VOICES), _ROWS, _WIDTH))
    return vectors
