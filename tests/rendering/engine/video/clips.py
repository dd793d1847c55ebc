"""Small clips and sounds to encode, made of plain arithmetic."""

from collections.abc import Iterator

import numpy as np

from rendering.engine.speech import Sound

SIZE = (64, 96)  # px
FPS = 25


def grey_chunks(levels: list[int], *, size: tuple[int, int] = SIZE, chunk: int = 25) -> Iterator[np.ndarray]:
    """Plain grey frames, one for each of `levels`, in chunks (n, H, W, 3) uint8."""
    for first in range(0, len(levels), chunk):
        column = np.array(levels[first : first + chunk], np.uint8)[:, None, None, None]
        yield np.ascontiguousarray(np.broadcast_to(column, (len(column), size[1], size[0], 3)))


def silence(seconds: float, *, rate: int = 24_000) -> Sound:
    """Nothing to hear."""
    return Sound(np.zeros(round(seconds * rate), np.float32), rate)


def clicks(times: list[float], *, seconds: float, rate: int = 24_000) -> Sound:
    """Silence with a click of 2 ms that begins at each of `times` (s)."""
    samples = np.zeros(round(seconds * rate), np.float32)
    for time in times:
        samples[round(time * rate) : round((time + 0.002) * rate)] = 0.9
    return Sound(samples, rate)
