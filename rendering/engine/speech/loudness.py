"""Loudness after ITU-R BS.1770-5, and setting it without clipping."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from rendering.engine.speech.spoken import Samples

TARGET_LUFS = -16.0  # what the web and podcasts use for mono speech
CEILING_DB = -1.5  # half a dB below -1 dBFS: the AAC encoder overshoots a little
MOST_GAIN_DB = 30.0  # beyond it a recording's noise would be what is heard
_LOOK_AHEAD = 0.005  # s


def loudness_lufs(samples: Samples, rate: int) -> float:
    """Gated loudness of mono `samples` (N,) at `rate` Hz, in LUFS; -inf for silence.

    BS.1770-5: K-weighting, blocks of 400 ms every 100 ms, gates at -70 LUFS and 10 LU below the mean. A sound shorter
    than one block counts as one.
    """
    power = _k_weighted(samples, rate) ** 2
    block, hop = min(round(0.4 * rate), len(power)), round(0.1 * rate)
    if block == 0:
        return -np.inf
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - block + 1, hop)
    blocks = (sums[starts + block] - sums[starts]) / block
    for gate in (lambda kept: -70.0, lambda kept: _lufs(kept.mean()) - 10.0):
        blocks = blocks[_lufs(blocks) > gate(blocks)] if len(blocks) else blocks
    return float(_lufs(blocks.mean())) if len(blocks) else -np.inf


def set_loudness(samples: Samples, rate: int, *, target_lufs: float = TARGET_LUFS) -> Samples:
    """`samples` (N,) at `target_lufs`, peaks held below CEILING_DB by a limiter that looks ahead. Silence stays
    silence.
    """
    loudness = loudness_lufs(samples, rate)
    if not np.isfinite(loudness):
        return samples
    for _ in range(2):  # the limiter takes a little loudness away: once more gives it back
        gain_db = min(target_lufs - loudness, MOST_GAIN_DB)
        samples = limited(samples * np.float32(10 ** (gain_db / 20)), rate)
        loudness = loudness_lufs(samples, rate)
    return samples


def limited(samples: Samples, rate: int) -> Samples:
    """`samples` (N,) with peaks held below CEILING_DB by a gain that looks ahead."""
    ceiling = 10 ** (CEILING_DB / 20)
    reach = 2 * round(_LOOK_AHEAD * rate) + 1
    needed = np.minimum(1.0, ceiling / np.maximum(np.abs(samples), 1e-9))
    # the mean of minima over the same reach never exceeds the gain that the middle sample needs
    gain = uniform_filter1d(minimum_filter1d(needed, reach), reach, mode="nearest")
    return np.clip(samples * gain, -ceiling, ceiling).astype(np.float32)


def _lufs(power: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))


def _k_weighted(samples: Samples, rate: int) -> NDArray[np.float64]:
    """BS.1770's two filters, designed anew for `rate` (the standard lists coefficients for 48 kHz only).

    Corner frequencies, gain and Q: the analogue prototype behind the listed coefficients (Mansbridge 2012, pyloudnorm).
    """
    from scipy.signal import lfilter  # noqa: PLC0415 -- a second to import: not for every process that knows the voices

    shelf_hz, shelf_db, shelf_q = 1681.974, 3.999844, 0.7071752
    k, v = np.tan(np.pi * shelf_hz / rate), 10 ** (shelf_db / 20)
    vb = v**0.4996667741545416
    a0 = 1 + k / shelf_q + k * k
    shelf = (
        np.array([v + vb * k / shelf_q + k * k, 2 * (k * k - v), v - vb * k / shelf_q + k * k]) / a0,
        np.array([1.0, 2 * (k * k - 1) / a0, (1 - k / shelf_q + k * k) / a0]),
    )
    high_hz, high_q = 38.13547, 0.5003270
    k = np.tan(np.pi * high_hz / rate)
    a0 = 1 + k / high_q + k * k
    high = np.array([1.0, -2.0, 1.0]), np.array([1.0, 2 * (k * k - 1) / a0, (1 - k / high_q + k * k) / a0])
    weighted = lfilter(*high, lfilter(*shelf, samples.astype(np.float64)))
    return np.asarray(weighted, dtype=np.float64)
