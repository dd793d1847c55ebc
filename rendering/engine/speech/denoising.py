"""A recording without its steady noise: hiss, hum, a fan, traffic behind a window.

Spectral, after Ephraim and Malah (1985): each band is turned down by how little of it is likely to be speech, told from
the noise in the quiet moments of that band (quantiles, Stahl 2000). A voice in the background stays.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from rendering.engine.speech.spoken import Samples, Sound

_WINDOW = 0.032  # s, overlapping by three quarters
_QUANTILE = 0.15  # of the time even a busy band holds no speech
_SMOOTH = (5, 3)  # frames, bands: over which noise is averaged before its quantile is taken
# The quantile of averaged noise lies below its mean: by this factor, measured on white noise
_BELOW_MEAN = 0.57
_FLOOR_DB = -22.0  # what is left of noise: none at all would pump and sound dead
_MEMORY = 0.98  # of the decision-directed estimate (Ephraim and Malah's own value)
_LEAST_SNR_DB, _MOST_SNR_DB = -25.0, 40.0


def denoised(sound: Sound) -> Sound:
    """`sound` without its steady noise, as long as before; a clean one comes out as it went in, to the ear."""
    from scipy.signal import ShortTimeFFT  # noqa: PLC0415 -- a second to import
    from scipy.special import exp1  # noqa: PLC0415

    length = round(_WINDOW * sound.rate)
    hop = length // 4
    transform = ShortTimeFFT(np.hanning(length + 1)[:-1], hop, fs=sound.rate, mfft=length)
    spectrum = transform.stft(sound.samples.astype(np.float64))  # (F, T)
    power = np.abs(spectrum) ** 2
    noise = noise_power(power)[:, None]  # (F, 1)
    posterior = np.minimum(power / np.maximum(noise, 1e-14), 10 ** (_MOST_SNR_DB / 10))
    least = 10 ** (_LEAST_SNR_DB / 10)
    gain = np.empty_like(power)
    before = np.ones(len(power))
    for t in range(power.shape[1]):
        prior = np.maximum(_MEMORY * before + (1 - _MEMORY) * np.maximum(posterior[:, t] - 1, 0), least)
        share = prior / (1 + prior)
        gain[:, t] = share * np.exp(0.5 * exp1(np.maximum(share * posterior[:, t], 1e-6)))
        before = gain[:, t] ** 2 * posterior[:, t]
    gain = np.clip(gain, 10 ** (_FLOOR_DB / 20), 1.0)
    out = transform.istft(spectrum * gain, k1=len(sound.samples))
    return Sound(out.astype(np.float32), sound.rate)


def noise_power(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean power (F,) of the steady noise in a spectrogram `power` (F, T)."""
    averaged = uniform_filter(power, (_SMOOTH[1], _SMOOTH[0]), mode="nearest")
    return np.asarray(np.quantile(averaged, _QUANTILE, axis=1) / _BELOW_MEAN)


def signal_to_noise_db(clean: Samples, heard: Samples) -> float:
    """Scale-invariant ratio of `clean` (N,) to what else is in `heard` (N,), dB (SI-SDR, Le Roux 2019)."""
    reference, given = clean.astype(np.float64), heard.astype(np.float64)
    wanted = reference * (given @ reference) / (reference @ reference)
    rest = given - wanted
    return float(10 * np.log10((wanted @ wanted) / np.maximum(rest @ rest, 1e-20)))
