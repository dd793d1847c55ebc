"""Where somebody speaks: told from the sound's level, whatever its noise."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_opening

from rendering.engine.speech.spoken import Samples

HOP = 0.01  # s
_BELOW_LOUD_DB = 35.0  # speech spans about 30 dB; what lies further below its loud parts is the room
_SILENT_DB = -65.0  # below full scale: nobody hears it
_STEADY_DB = 8.0
_SHORTEST_SOUND = 0.03  # s; shorter is a click
SHORTEST_SILENCE = 0.12  # s; shorter is a plosive's closure (Rhubarb's limit for a pause)


def levels_db(samples: Samples, rate: int) -> NDArray[np.float64]:
    """RMS of the 30 ms around every 10 ms, dB below full scale; (H,), H = ceil(seconds × 100), at least 1."""
    hop = round(HOP * rate)
    count = max(1, -(-len(samples) // hop))
    energy = np.concatenate(
        [[0.0], np.cumsum((samples - samples.mean() if len(samples) else samples).astype(np.float64) ** 2)]
    )
    starts = np.clip(np.arange(-1, count - 1) * hop, 0, len(samples))
    ends = np.clip(np.arange(2, count + 2) * hop, 0, len(samples))
    return 10 * np.log10((energy[ends] - energy[starts]) / np.maximum(ends - starts, 1) + 1e-12)


def active(level: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which hops of `level` (H,) dB are sound and not silence; gaps shorter than SHORTEST_SILENCE count as sound.

    The threshold lies 35 dB below the loud parts, or where the noise of the room is nearer, 9 dB above it or a third
    of the way up. A level that hardly changes is one sound, not noise.
    """
    loud, floor = np.percentile(level, 95), np.percentile(level, 5)
    threshold = max(loud - _BELOW_LOUD_DB, _SILENT_DB)
    if loud - floor > _STEADY_DB:
        threshold = max(threshold, floor + min(9.0, (loud - floor) / 3))
    sounding = binary_opening(level > threshold, np.ones(round(_SHORTEST_SOUND / HOP)))
    pad = round(SHORTEST_SILENCE / HOP)
    return np.asarray(binary_closing(np.pad(sounding, pad), np.ones(pad))[pad:-pad])
