"""What the room speaks of: a sound, the phonemes and words in it, and its melody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PAUSE = "sil"
RATE = 24_000  # Hz: the rate of every sound that this room makes

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sound:
    """Mono sound. `samples`: float32 (N,) in -1..1, read-only; `rate`: Hz."""

    samples: Samples
    rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32:
            raise ValueError(f"a Sound is float32 (N,), not {self.samples.dtype} {self.samples.shape}")
        self.samples.setflags(write=False)

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.rate


@dataclass(frozen=True)
class Phoneme:
    """`symbol`: IPA, one of `ipa.SYMBOLS`, "sil" for a pause. `start`, `end`: s. `stress` of a vowel: 0, 1 secondary,
    2 primary.
    """

    symbol: str
    start: float
    end: float
    stress: int = 0


@dataclass(frozen=True)
class Word:
    """A word as it is written, with its punctuation; `start`, `end`: s."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Speech:
    """A sound and what is said in it. `phonemes` tile 0..duration: each starts where the one before it ends."""

    sound: Sound
    phonemes: tuple[Phoneme, ...]
    words: tuple[Word, ...]
    voice: str


@dataclass(frozen=True, eq=False)
class Prosody:
    """The melody, one value a video frame: `f0_hz` float32 (T,), 0 where unvoiced; `loudness_db` float32 (T,), dB
    below full scale.
    """

    f0_hz: NDArray[np.float32]
    loudness_db: NDArray[np.float32]
    fps: float
