"""Curves of time that start and end at rest.

All are twice differentiable, so that sums and products of them never jerk.
"""

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]


def ease(u: Times) -> Times:
    """0 for u ≤ 0, 1 for u ≥ 1, in between the quintic of least jerk (Flash & Hogan 1985). Any shape."""
    u = np.clip(u, 0.0, 1.0)
    # rounding may carry it a hair past 1, and a closure of more than 1 would part the lips the other way
    return np.minimum(u * u * u * (10.0 + u * (6.0 * u - 15.0)), 1.0)


def step(t: Times, start: float, seconds: float) -> Times:
    """0 before `start`, 1 from `start + seconds` on. All in s."""
    return ease((t - start) / seconds)


def pulse(t: Times, rise: float, top: float, fall: float, rest: float) -> Times:
    """0 until `rise`, exactly 1 from `top` to `fall`, 0 again from `rest` on (s; rise < top ≤ fall < rest)."""
    return np.where(t <= fall, ease((t - rise) / (top - rise)), ease((rest - t) / (rest - fall)))


def steps(t: Times, moves: list[tuple[float, float, float]]) -> Times:
    """A track that goes from value to value: `moves` are (start s, duration s, value to go to) in order of start;
    begins at 0.

    Moves that overlap add up, so that the track stays smooth.
    """
    track = np.zeros_like(t)
    before = 0.0
    for start, seconds, value in moves:
        track += (value - before) * step(t, start, seconds)
        before = value
    return track
