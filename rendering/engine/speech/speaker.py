"""What every engine of voices offers, so that the rest of the room need not know which one speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rendering.engine.speech.spoken import Samples
from rendering.engine.speech.timing import Segment


@dataclass(frozen=True)
class Manner:
    """How a stretch is said, beside what the voice does by itself. `rate` 0.5..2 scales the tempo; `pitch` in
    semitones; `gain_db`; `emphasis`: "none", "reduced", "moderate" or "strong".
    """

    rate: float = 1.0
    pitch: float = 0.0
    gain_db: float = 0.0
    emphasis: str = "none"


PLAIN = Manner()


@dataclass(frozen=True)
class Reading:
    """How one token is said: `phonemes` in the engine's own alphabet (for engines that read by themselves: the word);
    `space`: a space follows. `word`: which of the words that were given it belongs to. `pause`: s of silence asked
    for after it.
    """

    text: str
    phonemes: str
    space: bool
    word: int = 0
    manner: Manner = PLAIN
    pause: float = 0.0

    @property
    def said(self) -> str:
        """The phonemes with the space after them."""
        return self.phonemes + (" " if self.space else "")


@dataclass(frozen=True, eq=False)
class Breath:
    """What is said in one go. `samples` float32 (N,) at 24 kHz; `parts` tile it, each with the index of its reading."""

    samples: Samples
    parts: tuple[Segment, ...]


class Speaker(Protocol):
    """One voice, ready to speak."""

    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        """How the words of one sentence are said; no reading for a word without a sound. Raises WordsError."""

    def say(self, readings: Sequence[Reading], *, rate: float, rng: np.random.Generator) -> Breath:
        """Say them in one breath at `rate`. Same arguments, same samples."""
