"""The melody of speech: pitch and loudness, one value a video frame."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from rendering.engine.speech.spoken import Prosody, Sound

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0  # from a low man's creak to a child's squeal
QUIETEST_DB = -80.0
_RATE = 8_000  # Hz: the first harmonics are enough for pitch
_HOP = 80  # samples at _RATE, 10 ms
_WINDOW = 320  # samples, 40 ms: two periods and more of all but the lowest voices
_APERIODIC = 0.35  # cumulative mean normalised difference above which a hop is unvoiced (tuned on speech and noise)
_FIRST_DIP = 0.15  # the first lag that dips below it is the period (de Cheveigné & Kawahara 2002 use 0.1)
_VOICED_DB = 35.0  # a hop that much below the loud ones has no voice worth following
_BATCH = 2_000  # hops at a time, so that memory stays small


def prosody(sound: Sound, *, fps: float) -> Prosody:
    """Pitch and loudness of `sound`, T = ceil(duration × fps) values, each for the span [i / fps, (i + 1) / fps).

    f0 by YIN (de Cheveigné & Kawahara 2002) every 10 ms, 60..500 Hz, smoothed by a median over 50 ms; 0 where
    unvoiced. The median of a frame's voiced hops is its pitch, if at least half of them are voiced. Loudness: RMS of
    the span and as much on either side, dB below full scale, at least -80.
    """
    frames = max(1, int(np.ceil(sound.duration * fps - 1e-9)))
    hops = pitch_hz(sound)  # (H,)
    f0 = np.zeros(frames, np.float32)
    edges = np.clip(np.round(np.arange(frames + 1) / fps * _RATE / _HOP).astype(int), 0, len(hops))
    for index in range(frames):
        span = hops[edges[index] : max(edges[index] + 1, edges[index + 1])]
        voiced = span[span > 0]
        if len(voiced) and 2 * len(voiced) >= len(span):
            f0[index] = np.median(voiced)
    return Prosody(f0, _loudness(sound, frames, fps), fps)


def _loudness(sound: Sound, frames: int, fps: float) -> NDArray[np.float32]:
    energy = np.concatenate([[0.0], np.cumsum(sound.samples.astype(np.float64) ** 2)])
    centres = (np.arange(frames) + 0.5) / fps * sound.rate
    reach = sound.rate / fps
    first = np.clip(np.round(centres - reach), 0, len(sound.samples)).astype(int)
    last = np.clip(np.round(centres + reach), 0, len(sound.samples)).astype(int)
    power = (energy[last] - energy[first]) / np.maximum(last - first, 1)
    return np.maximum(10 * np.log10(np.maximum(power, 1e-12)), QUIETEST_DB).astype(np.float32)


def pitch_hz(sound: Sound) -> NDArray[np.float32]:
    """f0 every 10 ms (H,), Hz, 0 where unvoiced; hop i is centred at (i + 0.5) × 10 ms."""
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import: not for every process that knows the voices

    shared = np.gcd(_RATE, sound.rate)
    samples = resample_poly(sound.samples.astype(np.float64), _RATE // shared, sound.rate // shared)
    longest = int(_RATE / LOWEST_HZ) + 1
    reach = _WINDOW + longest
    hops = max(1, len(samples) // _HOP)
    before = (reach - _HOP) // 2
    padded = np.pad(samples, (before, reach + _HOP))
    windows = sliding_window_view(padded, reach)[::_HOP][:hops]  # (H, reach)
    batches = [_yin(windows[start : start + _BATCH], longest) for start in range(0, hops, _BATCH)]
    f0, level = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    loud = np.percentile(level, 95)
    f0[(level < loud - _VOICED_DB) | (level < QUIETEST_DB)] = 0
    return _smoothed(f0).astype(np.float32)


def _yin(windows: NDArray[np.float64], longest: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pitch (H,) and level in dB (H,) of `windows` (H, _WINDOW + longest)."""
    head = windows[:, :_WINDOW]
    size = 1 << (windows.shape[1] - 1).bit_length()
    spectrum = np.fft.rfft(windows, size) * np.conj(np.fft.rfft(head, size))
    correlation = np.fft.irfft(spectrum, size)[:, : longest + 1]  # (H, lags)
    energy = np.concatenate([np.zeros((len(windows), 1)), np.cumsum(windows**2, axis=1)], axis=1)
    lags = np.arange(longest + 1)
    shifted = energy[:, lags + _WINDOW] - energy[:, lags]
    difference = np.maximum(shifted[:, :1] + shifted - 2 * correlation, 0)
    running = np.cumsum(difference[:, 1:], axis=1) / lags[1:]
    normalised = np.ones_like(difference)
    normalised[:, 1:] = difference[:, 1:] / np.maximum(running, 1e-12)
    shortest = int(_RATE / HIGHEST_HZ)
    lag = _period(normalised, shortest)
    rows = np.arange(len(windows))
    left, middle, right = (normalised[rows, np.clip(lag + step, 1, longest)] for step in (-1, 0, 1))
    curvature = left - 2 * middle + right
    offset = np.where(np.abs(curvature) > 1e-9, 0.5 * (left - right) / np.where(curvature == 0, 1, curvature), 0.0)
    f0 = np.where(middle < _APERIODIC, _RATE / (lag + np.clip(offset, -0.5, 0.5)), 0.0)
    return f0, 10 * np.log10(shifted[:, 0] / _WINDOW + 1e-12)


def _period(normalised: NDArray[np.float64], shortest: int) -> NDArray[np.int64]:
    """The bottom of the first dip below _FIRST_DIP, else the lowest point; (H,) lags."""
    inner = normalised[:, shortest:-1]
    is_bottom = (inner <= normalised[:, shortest - 1 : -2]) & (inner < normalised[:, shortest + 1 :])
    good = is_bottom & (inner < _FIRST_DIP)
    first, lowest = np.argmax(good, axis=1), np.argmin(inner, axis=1)
    return np.where(good.any(axis=1), first, lowest) + shortest


def _smoothed(f0: NDArray[np.float64]) -> NDArray[np.float64]:
    """A median over 50 ms removes single octave jumps; voiced islands and gaps of one hop go with it."""
    voiced = median_filter((f0 > 0).astype(np.uint8), 3, mode="nearest").astype(bool)
    filled = np.where(f0 > 0, f0, np.nan)
    around = sliding_window_view(np.pad(filled, 2, constant_values=np.nan), 5)  # (H, 5)
    count = np.isfinite(around).sum(axis=1)
    ordered = np.sort(around, axis=1)  # NaN goes last
    middle = ordered[np.arange(len(f0)), np.maximum(count - 1, 0) // 2]
    return np.where(voiced & (count > 0), np.nan_to_num(middle), 0.0)
