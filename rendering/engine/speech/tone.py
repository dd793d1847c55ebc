"""How a style of performance sounds: its pitch, its warmth and its pauses. The tempo is the style's own number."""

from dataclasses import dataclass

import numpy as np

from rendering.engine.speech.spoken import Samples


@dataclass(frozen=True)
class Tone:
    """`pitch` in semitones; `warmth` in dB: the lows lifted and the highs lowered by so much; `pauses` scales the
    silence between sentences and paragraphs.
    """

    pitch: float = 0.0
    warmth: float = 0.0
    pauses: float = 1.0


PLAIN_TONE = Tone()
# Pitch stays within a semitone, so that the voice remains the same one; a memorial is slow and soft.
TONES = {
    "neutral": PLAIN_TONE,
    "presenter": Tone(pauses=0.95),
    "social": Tone(pitch=0.4, warmth=-0.5, pauses=0.8),
    "birthday": Tone(pitch=0.5, pauses=0.9),
    "anniversary": Tone(pitch=-0.2, warmth=1.5, pauses=1.15),
    "memorial": Tone(pitch=-0.6, warmth=2.5, pauses=1.5),
    "living-portrait": Tone(warmth=1.0, pauses=1.2),
}
"""By the id of the style (see rendering.engine.motion)."""

_LOW_HZ, _HIGH_HZ = 300.0, 3_500.0


def warmed(samples: Samples, rate: int, warmth: float) -> Samples:
    """`samples` (N,) with `warmth` dB more below 300 Hz and as much less above 3.5 kHz; first-order shelves, so that no
    pre-echo or ringing is heard.
    """
    if not warmth:
        return samples
    from scipy.signal import lfilter  # noqa: PLC0415 -- a second to import

    gain = 10 ** (warmth / 20)
    out = samples.astype(np.float64)
    for hz, low, high in ((_LOW_HZ, gain, 1.0), (_HIGH_HZ, 1.0, 1 / gain)):
        k = np.tan(np.pi * hz / rate)
        # H(s) = (high · s + low · w) / (s + w), by the bilinear transform
        out = lfilter([high + low * k, low * k - high], [1 + k, k - 1], out)
    return out.astype(np.float32)
