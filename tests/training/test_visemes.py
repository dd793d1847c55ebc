"""Teaching teaches."""

import numpy as np
import torch

from rendering.engine.speech.ears import BANDS, CLASSES, colour
from training.lessons import Lesson
from training.visemes import teach


def a_lesson(seed: int) -> Lesson:
    """4 s in which one sound is loud in the low bands and another in the high ones, half a second each in turn."""
    classes = np.repeat(np.tile([CLASSES.index("a"), CLASSES.index("s")], 4), 25).astype(np.uint8)
    high = np.repeat(classes == CLASSES.index("s"), 2)[:, None]
    bands = np.arange(BANDS) >= BANDS // 2
    mel = np.where(high == bands, 0.0, -8.0) + np.random.default_rng(seed).normal(0, 0.3, (400, BANDS))
    mel = mel.astype(np.float32)
    return Lesson(mel.astype(np.float16), colour(mel), classes, np.zeros(200, np.float16))


def test_two_sounds_that_differ_are_told_apart(capsys):
    torch.manual_seed(0)
    network = teach({"heart": [a_lesson(seed) for seed in range(4)]}, [], steps=25, seed=0)
    unheard = a_lesson(9)
    mel = unheard.mel.astype(np.float32)
    given = torch.from_numpy(np.concatenate([mel, mel - unheard.colour], axis=1).T[None] / 3)
    with torch.no_grad():
        told = network(given)[0, :-1].argmax(dim=0).numpy()
    assert np.mean(told == unheard.classes) > 0.85
