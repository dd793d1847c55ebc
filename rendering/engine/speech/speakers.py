"""Whether two recordings are of one speaker: GE2E embeddings (Wan 2018) with the weights that Resemblyzer carries.

Run with torch and numpy alone. It tells voices apart; it does not tell a living voice from a copy of it (a synthetic
copy scores as high as the voice itself), so whoever relies on it also asks for words that nobody knew before.
"""

from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rendering.engine.errors import EngineError, SoundError
from rendering.engine.models import model_path
from rendering.engine.speech.activity import HOP, active, levels_db
from rendering.engine.speech.spoken import Samples, Sound

# Ten real speakers, a sample of 20 s against 8 s, clean: the same voice scored 0.918 on average and 0.863 at the least,
# another one 0.555 and 0.742 at the most. A telephone's band and noise bring the same voice down to 0.654.
SAME_FROM, DIFFERENT_BELOW = 0.75, 0.65
SHORTEST = 1.6  # s of speech: one window of the network

_RATE = 16_000  # Hz
_WINDOW, _STEP, _MELS = 400, 160, 40  # samples, samples: what the network was trained with
_FRAMES = 160  # of one window of the network
_EVERY = round(_RATE / 1.3 / _STEP)  # frames from one window to the next: 1.3 a second
_COVERED = 0.75  # of a last window that must be sound
_LEVEL_DB = -30.0  # RMS below full scale, to which quiet sound is brought


class Likeness(StrEnum):
    """What the ear of the machine says of two voices."""

    SAME = "same"
    UNSURE = "unsure"
    DIFFERENT = "different"


def missing_speaker_check() -> str:
    """What to do so that speakers can be compared here; "" when they can."""
    try:
        model_path("speaker-check")
    except EngineError as error:
        return error.advice
    return ""


def speaker_likeness(one: Sound, other: Sound) -> float:
    """How alike the voices in two recordings are: the cosine of their embeddings, 0..1.

    Raises EngineError("model-missing"), SoundError("recording-too-short") under SHORTEST seconds of speech.
    """
    return float(embedding(one) @ embedding(other))


def judged(likeness: float) -> Likeness:
    """What `likeness` stands for; between the two thresholds a person has to listen."""
    if likeness >= SAME_FROM:
        return Likeness.SAME
    return Likeness.UNSURE if likeness >= DIFFERENT_BELOW else Likeness.DIFFERENT


def embedding(sound: Sound) -> NDArray[np.float32]:
    """The voice in `sound` as a direction: float32 (256,), of length 1, nothing negative."""
    import torch  # noqa: PLC0415

    network = _network()
    mels = _mels(_speech_only(sound))  # (T, 40)
    starts = list(range(0, max(1, len(mels) - _FRAMES + _EVERY + 1), _EVERY))
    if len(starts) > 1 and len(mels) - starts[-1] < _COVERED * _FRAMES:
        starts.pop()
    mels = np.pad(mels, ((0, max(0, starts[-1] + _FRAMES - len(mels))), (0, 0)))
    windows = np.stack([mels[start : start + _FRAMES] for start in starts])  # (W, 160, 40)
    with torch.inference_mode():
        _, (hidden, _) = network.lstm(torch.from_numpy(windows))
        raw = torch.relu(network.linear(hidden[-1]))
        each = (raw / raw.norm(dim=1, keepdim=True)).numpy()
    mean = each.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def _speech_only(sound: Sound) -> Samples:
    """At 16 kHz, without its pauses, and loud enough. Raises SoundError."""
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import

    shared = int(np.gcd(_RATE, sound.rate))
    samples = resample_poly(sound.samples, _RATE // shared, sound.rate // shared).astype(np.float32)
    sounding = np.repeat(active(levels_db(samples, _RATE)), round(HOP * _RATE))[: len(samples)]
    samples = samples[: len(sounding)][sounding]
    if len(samples) < SHORTEST * _RATE:
        raise SoundError(
            "recording-too-short",
            f"There is only {len(samples) / _RATE:.1f} s of speech in the recording.",
            f"At least {SHORTEST:.0f} seconds are needed to know a voice; ten are better.",
        )
    level = 10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-12)
    return np.asarray(samples * 10 ** (max(0.0, _LEVEL_DB - level) / 20), np.float32)


def _mels(samples: Samples) -> NDArray[np.float32]:
    """Power in 40 mel bands, (T, 40); frames of 25 ms every 10 ms, the first around the first sample."""
    padded = np.pad(samples, _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_STEP]  # (T, 400)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2  # (T, 201)
    return np.asarray(power @ _mel_filters().T, np.float32)


@cache
def _mel_filters() -> NDArray[np.float64]:
    """(40, 201) triangles of equal area on Slaney's mel scale (1998): linear below 1 kHz, logarithmic above."""
    step = np.log(6.4) / 27
    top = 15 + np.log(_RATE / 2 / 1000) / step
    mel = np.linspace(0, top, _MELS + 2)
    edges = np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(step * (mel - 15)))  # Hz
    hz = np.linspace(0, _RATE / 2, _WINDOW // 2 + 1)
    rising = (hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - hz) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None])


@cache
def _network() -> Any:
    """The network with its weights, once a process."""
    import torch  # noqa: PLC0415

    network = torch.nn.Module()
    network.lstm = torch.nn.LSTM(_MELS, 256, 3, batch_first=True)
    network.linear = torch.nn.Linear(256, 256)
    weights = torch.load(model_path("speaker-check"), map_location="cpu", weights_only=True)["model_state"]
    network.load_state_dict(weights, strict=False)  # it also holds what only its training needed
    return network.eval()
