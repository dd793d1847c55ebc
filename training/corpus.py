"""Speech kept on disk: making it takes longer than learning from it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np

from rendering.engine.speech.speaker import Breath
from rendering.engine.speech.timing import Segment
from training.speakers import Utterance


def write(utterance: Utterance, folder: Path) -> None:
    """One file more in `folder`."""
    parts = utterance.breath.parts
    name = next(name for n in count(len(list(folder.glob("*.npz")))) if not (name := folder / f"{n:06}.npz").exists())
    np.savez(
        name,
        samples=(np.clip(utterance.breath.samples, -1, 1) * 32767).astype(np.int16),
        symbols=np.array([part.symbol for part in parts]),
        edges=np.array([(part.start, part.end) for part in parts]),
        of=np.array([utterance.voice, utterance.language]),
    )


def read(folder: Path) -> Iterator[Utterance]:
    """Everything in `folder`, in the order in which it was made."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as kept:
            samples = kept["samples"].astype(np.float32) / 32767
            edges = kept["edges"].tolist()
            parts = tuple(Segment(s, a, b) for s, (a, b) in zip(kept["symbols"].tolist(), edges, strict=True))
            voice, language = kept["of"].tolist()
        yield Utterance(Breath(samples, parts), voice, language)
