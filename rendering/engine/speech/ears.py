"""Our own small network that hears what a mouth does: every 20 ms a likelihood for each class of sounds, and one for
the middle of a closure of the lips.

Trained on speech of this project's own voices in some seventy languages (training/, docs/voices.md). Log-mel spectra go
through dilated convolutions; numpy is enough to run them.
"""

from dataclasses import dataclass
from functools import cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from rendering.engine.models import model_path
from rendering.engine.speech.spoken import PAUSE, Samples

STEP = 0.02  # s between two answers; answer j is about the moment j * STEP
RATE = 16_000  # Hz
HOP = 160  # samples between two spectra, two to an answer
_WINDOW, _BINS = 400, 512  # samples; of the Fourier transform
BANDS = 48
_LOWEST, _HIGHEST = 60.0, 7_600.0  # Hz
_FLOOR = -10.0  # nats below the loud parts' mean: nothing
_LOUD = 3.5  # nats of power below the loudest tenth: where somebody speaks

CLASSES = (
    PAUSE,
    *("p", "b", "m", "f", "v", "θ", "ð", "t", "d", "ɾ", "k", "ɡ", "ŋ", "x", "h", "ʃ", "ʒ", "tʃ", "dʒ", "s", "z", "ts"),
    *("n", "l", "ɲ", "ɹ", "r", "w", "β", "j"),
    *("i", "ɪ", "y", "e", "ɛ", "æ", "a", "ɑ", "ʌ", "ə", "ɜ", "ɚ", "ɔ", "o", "ø", "ʊ", "u", "ɯ"),
)
"""What it tells apart, each by one symbol of ipa.SYMBOLS."""

KIN = (
    (PAUSE,), ("p", "b", "m"), ("f", "v"), ("θ", "ð"), ("t", "d", "ɾ"), ("k", "ɡ", "ŋ", "x", "h"), ("s", "z", "ts"),
    ("ʃ", "ʒ", "tʃ", "dʒ"), ("n", "l", "ɲ"), ("ɹ", "r", "ɚ"), ("w", "β", "y", "ʊ", "u"), ("j", "i", "ɪ", "ɯ"),
    ("e", "ɛ", "æ", "ɜ"), ("a", "ɑ", "ʌ", "ə"), ("ɔ", "o", "ø"),
)  # fmt: skip
"""The classes by the mouth shape that they have in common."""

_ALIKE = {
    "ʔ": "h", "ɣ": "x", "ç": "x", "ʁ": "x", "ʎ": "ɲ", "dz": "ts", "ɥ": "y", "ɸ": "β", "ɒ": "ɔ", "ɝ": "ɚ", "œ": "ø",
    "ɨ": "ɪ", "ʉ": "u",
}  # fmt: skip
_GLIDES = {
    "eɪ": ("e", "ɪ"), "aɪ": ("a", "ɪ"), "ɔɪ": ("ɔ", "ɪ"), "aʊ": ("a", "ʊ"), "oʊ": ("o", "ʊ"), "əʊ": ("ə", "ʊ"),
}  # fmt: skip
GLIDE = 0.6  # of a diphthong's time is its first part's (Rhubarb Lip Sync)


def classes_of(symbol: str) -> tuple[str, ...]:
    """The classes that a symbol of ipa.SYMBOLS goes through: two for a diphthong, one for any other."""
    return _GLIDES.get(symbol) or (_ALIKE.get(symbol, symbol),)


def spectra(samples: Samples, rate: int) -> NDArray[np.float32]:
    """Log-mel power of `samples` (N,): float32 (2 T, BANDS), spectrum i around the moment i * HOP / RATE, T = ceil(N /
    (rate * STEP)). In nats around the mean of where somebody speaks, never below -10.
    """
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import: not for every process that knows the voices

    shared = gcd(RATE, rate)
    sound = samples if rate == RATE else resample_poly(samples, RATE // shared, rate // shared)
    count = 2 * max(1, -(-len(sound) // (2 * HOP)))
    padded = np.zeros((count - 1) * HOP + _WINDOW, np.float32)
    head = _WINDOW // 2
    kept = sound[: len(padded) - head]
    padded[head : head + len(kept)] = kept
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), _BINS)) ** 2  # (2 T, 257)
    mel = np.log(power @ _mel() + 1e-10)
    return np.maximum(mel - mel[_loud(mel)].mean(), _FLOOR).astype(np.float32)


def evened(mel: NDArray[np.float32]) -> NDArray[np.float32]:
    """`spectra` (2 T, BANDS) beside themselves without the colour of the microphone: (2 T, 2 BANDS), about -3..1."""
    return (np.concatenate([mel, mel - colour(mel)], axis=1) / 3).astype(np.float32)


def colour(mel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each band's mean (BANDS,) where somebody speaks."""
    return np.asarray(mel[_loud(mel)].mean(axis=0))


def _loud(mel: NDArray[np.floating]) -> NDArray[np.bool_]:
    level = mel.max(axis=1)
    return np.asarray(level >= np.percentile(level, 90) - _LOUD)


@cache
def _mel() -> NDArray[np.float32]:
    """Triangles (257, BANDS) evenly spaced on the mel scale."""
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST, _HIGHEST))
    edges = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2) / 2595) - 1)
    hz = np.linspace(0, RATE / 2, _BINS // 2 + 1)[:, None]
    rising = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Heard:
    """`likelihoods` float32 (T, len(CLASSES)): logarithms, each row's sum 1; `closures` float32 (T,) 0..1: whether here
    is the middle of a closure of the lips. One row every STEP.
    """

    likelihoods: NDArray[np.float32]
    closures: NDArray[np.float32]


def hear(samples: Samples, rate: int) -> Heard:
    """What the network hears in `samples` (N,), of any length. Raises EngineError where its file is missing."""
    answers = _run(evened(spectra(samples, rate)))
    classes = answers[:, : len(CLASSES)]
    classes = classes - classes.max(axis=1, keepdims=True)
    likelihoods = classes - np.log(np.exp(classes).sum(axis=1, keepdims=True))
    closures = 1 / (1 + np.exp(-answers[:, len(CLASSES)]))
    return Heard(likelihoods.astype(np.float32), closures.astype(np.float32))


def _run(given: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2 T, 2 BANDS) → (T, len(CLASSES) + 1), before softmax and sigmoid."""
    layers = _weights()
    state = _convolved(given, layers["first.weight"], layers["first.bias"], stride=2)
    for index, dilation in enumerate(layers["dilations"].tolist()):
        weight, bias = layers[f"block{index}.weight"], layers[f"block{index}.bias"]
        state = state + _convolved(np.maximum(state, 0), weight, bias, dilation=dilation)
    return np.asarray(np.maximum(state, 0) @ layers["last.weight"].T + layers["last.bias"])


def _convolved(
    given: NDArray[np.float32],
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
    *,
    stride: int = 1,
    dilation: int = 1,
) -> NDArray[np.float32]:
    """`given` (T, I) with `weight` (O, I, K), zeros around it: (T / stride, O)."""
    length, taps = len(given), weight.shape[2]
    reach = dilation * (taps - 1) // 2
    padded = np.pad(given, ((reach, reach), (0, 0)))
    out = np.broadcast_to(bias, (-(-length // stride), len(bias))).copy()
    for tap in range(taps):
        out += padded[tap * dilation : tap * dilation + length : stride] @ weight[:, :, tap].T
    return out


@cache
def _weights() -> dict[str, NDArray[np.float32]]:
    """Loaded once a process."""
    with np.load(model_path("mouth-shapes")) as kept:
        return {name: kept[name].astype(np.float32 if kept[name].dtype.kind == "f" else int) for name in kept.files}
