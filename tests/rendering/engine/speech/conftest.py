from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from rendering.engine.speech import Sound, Speech, synthesise

SENTENCES = (
    "Happy people keep a paper cup upon a copper table, and the baby rubbed a rubber ball about the cabin.",
    "A summer hammer, a human memory, a lemon and some money; pay attention to the magician above the apartment.",
    "She saw six ships sail across the sea. The lazy zebra was easy to see because his nose was rosy!",
)


@pytest.fixture(scope="session")
def spoken() -> tuple[Speech, ...]:
    return tuple(synthesise(sentence) for sentence in SENTENCES)


def tone(seconds: float, *, hz: float = 220.0, level: float = 0.3, rate: int = 24_000) -> Sound:
    time = np.arange(round(seconds * rate)) / rate
    return Sound((level * np.sin(2 * np.pi * hz * time)).astype(np.float32), rate)


SaveSound = Callable[..., Path]


@pytest.fixture
def save_sound(tmp_path: Path) -> SaveSound:
    """Writes a sound to a file: save_sound(sound, "a.mp3", codec="libmp3lame")."""

    def save(sound: Sound | np.ndarray, name: str, *, codec: str = "pcm_s16le", rate: int = 48_000) -> Path:
        path = tmp_path / name
        samples = sound.samples if isinstance(sound, Sound) else sound
        stereo = np.atleast_2d(samples) if samples.ndim == 2 else np.stack([samples, samples])
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=rate, layout="stereo")
            assert isinstance(stream, av.AudioStream)
            resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=rate)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(stereo, dtype=np.float32), format="fltp", layout="stereo"
            )
            frame.sample_rate = 24_000
            for piece in (*resampler.resample(frame), *resampler.resample(None)):
                container.mux(stream.encode(piece))
            container.mux(stream.encode(None))
        return path

    return save
