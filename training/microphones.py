"""What happens to a voice before it is a recording: another throat, a room, a microphone, noise, a telephone."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import butter, resample_poly, sosfilt

from rendering.engine.speech.ears import RATE

Samples = NDArray[np.float32]
_NYQUIST = RATE / 2


def recorded(voice: Samples, rate: int, random: np.random.Generator) -> tuple[Samples, float]:
    """`voice` (N,) at `rate` as some microphone hears it: (M,) at 16 kHz, and by how much times are stretched."""
    throat = random.uniform(0.82, 1.22) if random.random() < 0.6 else 1.0
    change = Fraction(RATE / rate * throat).limit_denominator(60)
    sound = resample_poly(voice, change.numerator, change.denominator).astype(np.float32)
    stretch = float(change) * rate / RATE
    sound = _filtered(sound, random)
    sound = sound / max(float(np.sqrt(np.mean(sound**2))), 1e-6)
    if random.random() < 0.8:
        sound = sound + noise(len(sound), random) * 10 ** (-random.uniform(3, 40) / 20)
    kind = random.random()
    if kind < 0.12:
        sound = sosfilt(butter(4, [300, 3_400], "band", fs=RATE, output="sos"), sound)
    elif kind < 0.24:
        sound = sosfilt(butter(4, random.uniform(2_800, 7_000), "low", fs=RATE, output="sos"), sound)
    elif kind < 0.3:
        sound = np.clip(sound, -1.5, 1.5)
    elif kind < 0.36:  # a coarse codec: 8 bits, by the law that telephones use
        loudest = np.abs(sound).max()
        squeezed = np.sign(sound) * np.log1p(255 * np.abs(sound) / loudest) / np.log(256)
        sound = np.sign(squeezed) * (256 ** np.abs(np.round(squeezed * 32) / 32) - 1) / 255 * loudest
    return np.asarray(sound, np.float32), stretch


def _filtered(sound: Samples, random: np.random.Generator) -> Samples:
    """Through a room half of the time, and through a microphone that colours."""
    size = next_fast_len(len(sound) + RATE // 2)
    spectrum = rfft(sound, size)
    hz = np.linspace(0, _NYQUIST, len(spectrum))
    if random.random() < 0.5:
        seconds = random.uniform(0.1, 0.8)  # until the echo has fallen by 60 dB
        time = np.arange(min(int(seconds * RATE), RATE // 2)) / RATE
        echo = random.standard_normal(len(time)) * 10 ** (-3 * time / seconds)
        echo *= 10 ** (-random.uniform(-1, 15) / 20) / np.sqrt((echo**2).sum())
        echo[: int(0.002 * RATE)] = 0
        echo[0] = 1.0
        spectrum = spectrum * rfft(echo, size)
    if random.random() < 0.8:
        knots = random.normal(0, 4, 7).cumsum() * 0.6  # dB at 0, 250, 500, 1000, 2000, 4000, 8000 Hz
        curve = np.interp(hz, [0, 250, 500, 1_000, 2_000, 4_000, 8_000], knots - knots.mean())
        spectrum = spectrum * 10 ** (curve / 20)
    return np.asarray(irfft(spectrum, size)[: len(sound)], np.float32)


def noise(length: int, random: np.random.Generator) -> Samples:
    """Of power 1: from white over pink to brown, now and then with a hum, with beats as of traffic or talk."""
    size = next_fast_len(length)
    spectrum = rfft(random.standard_normal(size))
    hz = np.maximum(np.linspace(0, _NYQUIST, len(spectrum)), 40)
    sound = irfft(spectrum * (hz / 1_000) ** (-random.uniform(0, 1.2)), size)[:length]
    time = np.arange(length) / RATE
    if random.random() < 0.3:  # unsteady
        sound = sound * (1 + 0.7 * np.sin(2 * np.pi * random.uniform(0.3, 5) * time + random.uniform(0, 6)))
    sound = sound / np.sqrt(np.mean(sound**2))
    if random.random() < 0.2:
        base = random.choice([50, 60, 100, 120])
        sound = sound + sum(np.sin(2 * np.pi * base * k * time + k) * random.uniform(0, 1) for k in range(1, 6))
    return np.asarray(sound / np.sqrt(np.mean(sound**2)), np.float32)
