"""`python -m training.visemes --folder FOLDER`: makes the speech, teaches the network, writes its weights.

On two free CPU cores about an hour; the teaching goes to a GPU where there is one. Needs espeak-ng, and Kokoro's voices
(`manage.py models install kokoro`) unless told to go without. What has been made lies in FOLDER and is used again.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from rendering.engine.speech.ears import BANDS, CLASSES, RATE, STEP, colour, spectra
from training import corpus
from training.lessons import Lesson, lesson_of
from training.microphones import noise
from training.network import MouthShapes, write_weights
from training.speakers import Utterance, espeak_utterances, heart_utterances, kokoro_utterances

WEIGHTS = Path(__file__).parents[1] / "rendering" / "engine" / "speech" / "data" / "mouth_shapes.npz"
LISTENED_TO = ("am_puck", "em_alex")
"""Voices that are never taught: the loss on them tells whether the network has learnt what other voices share."""

_VOICE_RATE = 24_000
_CROP = 200  # answers of 20 ms in one example
_BATCH = 16
_PEAK_RATE = 3e-3
_CLOSURE_WEIGHT, _CLOSURE_RARE = 1.0, 6.0  # of its loss; of the few moments that are one
_SILENCE_WEIGHT, _LIPS_WEIGHT = 0.5, 1.5  # silence is easy, and lips that miss their closure are seen at once
_MICROPHONES = {"kokoro": 6, "heart": 2, "espeak": 1}  # recordings made of each utterance
_SHARES = {"kokoro": 0.5, "heart": 0.18, "espeak": 0.32}  # of what is taught, whatever there is of each
_SILENT = 0.02  # of the examples: a room in which nobody speaks


def main() -> int:
    """Progress on standard output."""
    arguments = _arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    _speak(arguments)
    lessons, unheard = _lessons(arguments.folder, arguments.seed)
    for name, own in lessons.items():
        hours = sum(len(lesson.classes) for lesson in own) * STEP / 3600
        print(f"{name}: {len(own)} recordings, {hours:.1f} hours", flush=True)
    network = teach(lessons, unheard, steps=arguments.steps, seed=arguments.seed)
    write_weights(network, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")
    return 0


def _speak(arguments: argparse.Namespace) -> None:
    """Each engine's corpus up to the length asked for."""
    makers: dict[str, tuple[float, Callable[[np.random.Generator], Iterator[Utterance]]]] = {
        "kokoro": (arguments.kokoro, kokoro_utterances),
        "heart": (arguments.heart, heart_utterances),
        "espeak": (arguments.espeak, espeak_utterances),
    }
    for number, (name, (minutes, make)) in enumerate(makers.items()):
        folder = arguments.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        there = [len(utterance.breath.samples) for utterance in corpus.read(folder)]
        wanted = minutes * 60 * _VOICE_RATE - sum(there)
        utterances = make(np.random.default_rng((arguments.seed, number, len(there))))
        while wanted > 0:
            utterance = next(utterances)
            corpus.write(utterance, folder)
            wanted -= len(utterance.breath.samples)
        print(f"{name}: {len(list(folder.glob('*.npz')))} utterances", flush=True)


def _lessons(folder: Path, seed: int) -> tuple[dict[str, list[Lesson]], list[Lesson]]:
    """What is taught, by engine, and what only shows whether it was learnt."""
    random = np.random.default_rng((seed, 9))
    taught: dict[str, list[Lesson]] = {name: [] for name in _MICROPHONES}
    unheard: list[Lesson] = []
    for name, microphones in _MICROPHONES.items():
        for utterance in corpus.read(folder / name):
            if utterance.voice in LISTENED_TO:
                unheard.append(lesson_of(utterance, random))
            else:
                taught[name] += [lesson_of(utterance, random) for _ in range(microphones)]
    return {name: own for name, own in taught.items() if own}, unheard


def teach(lessons: dict[str, list[Lesson]], unheard: list[Lesson], *, steps: int, seed: int) -> MouthShapes:
    """A network that has seen `steps` batches of the `lessons`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    random = np.random.default_rng(seed)
    network = MouthShapes().to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_PEAK_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _PEAK_RATE, total_steps=steps, pct_start=0.08)
    lately: list[float] = []
    for step in range(steps):
        batch = [
            _crop(_silent(random) if random.random() < _SILENT else _drawn(lessons, random), random)
            for _ in range(_BATCH)
        ]
        given, classes, closures = (torch.from_numpy(np.stack(part)).to(device) for part in zip(*batch, strict=True))
        loss = _loss(network(given), classes, closures)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        lately.append(loss.item())
        if step % 100 == 99:
            print(f"step {step + 1}: loss {np.mean(lately):.3f}, {_judged(network, unheard, device)}", flush=True)
            lately.clear()
    return network.eval().cpu()


def _drawn(lessons: dict[str, list[Lesson]], random: np.random.Generator) -> Lesson:
    names = list(lessons)
    shares = np.array([_SHARES[name] for name in names])
    own = lessons[names[int(random.choice(len(names), p=shares / shares.sum()))]]
    return own[int(random.integers(len(own)))]


def _silent(random: np.random.Generator) -> Lesson:
    """Nothing but a room."""
    mel = spectra(noise(int(_CROP * STEP * RATE), random), RATE)
    silence = np.zeros(len(mel) // 2)
    return Lesson(mel.astype(np.float16), colour(mel), silence.astype(np.uint8), silence.astype(np.float16))


def _loss(told: Tensor, classes: Tensor, closures: Tensor) -> Tensor:
    weights = torch.ones(len(CLASSES), device=told.device)
    weights[0] = _SILENCE_WEIGHT
    weights[[CLASSES.index(symbol) for symbol in "pbm"]] = _LIPS_WEIGHT
    shapes = F.cross_entropy(told[:, :-1], classes, weight=weights, label_smoothing=0.05)
    events = F.binary_cross_entropy_with_logits(told[:, -1], closures, weight=1 + _CLOSURE_RARE * closures)
    return shapes + _CLOSURE_WEIGHT * events


def _crop(
    lesson: Lesson, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """Spectra (2 BANDS, 2 _CROP) of some place in `lesson`, bent, tilted and with holes; its classes and closures
    (_CROP,).
    """
    start = int(random.integers(max(1, len(lesson.classes) - _CROP + 1)))
    mel = lesson.mel[2 * start : 2 * (start + _CROP)].astype(np.float32)
    classes = lesson.classes[start : start + _CROP].astype(np.int64)
    closures = lesson.closures[start : start + _CROP].astype(np.float32)
    even = mel - lesson.colour
    if random.random() < 0.5:  # a longer or shorter throat, without another pitch
        places = np.arange(BANDS) * random.uniform(0.92, 1.08)
        low = np.clip(places.astype(int), 0, BANDS - 2)
        share = np.clip(places - low, 0, 1).astype(np.float32)
        mel, even = (each[:, low] * (1 - share) + each[:, low + 1] * share for each in (mel, even))
    both = np.concatenate([mel + random.normal(0, 0.3), even], axis=1) / 3
    if random.random() < 0.5:
        band, width = int(random.integers(BANDS)), int(random.integers(2, 8))
        both[:, band : band + width] = both[:, BANDS + band : BANDS + band + width] = -1
    both = np.pad(both, ((0, 2 * _CROP - len(both)), (0, 0)), constant_values=-10 / 3)
    missing = _CROP - len(classes)
    return both.T.copy().astype(np.float32), np.pad(classes, (0, missing)), np.pad(closures, (0, missing))


@torch.no_grad()
def _judged(network: MouthShapes, unheard: list[Lesson], device: str) -> str:
    network.eval()
    right, sounding, found, true = 0, 0, [], []
    for lesson in unheard[:120]:
        mel = lesson.mel.astype(np.float32)
        both = np.concatenate([mel, mel - lesson.colour], axis=1) / 3
        told = network(torch.from_numpy(both.T[None].copy()).to(device))[0].cpu().numpy()
        speaking = lesson.classes > 0
        right += int((told[:-1].argmax(axis=0) == lesson.classes)[speaking].sum())
        sounding += int(speaking.sum())
        said, heard = _peaks(lesson.closures.astype(np.float32), 0.5), _peaks(1 / (1 + np.exp(-told[-1])), 0.4)
        found += [bool(len(heard)) and np.abs(heard - moment).min() <= 2 for moment in said]
        true += [bool(len(said)) and np.abs(said - moment).min() <= 2 for moment in heard]
    network.train()
    if not found or not sounding:
        return "nothing to judge by"
    return (
        f"unheard voices: classes {right / sounding:.3f}, closures found {np.mean(found):.3f}, true {np.mean(true):.3f}"
    )


def _peaks(curve: NDArray[np.float32], least: float) -> NDArray[np.intp]:
    padded = np.pad(curve, 1)
    return np.flatnonzero((curve >= least) & (curve >= padded[:-2]) & (curve > padded[2:]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.visemes", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the speech is kept")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go (default: into the engine)")
    parser.add_argument("--espeak", type=float, default=600, metavar="MINUTES", help="speech by espeak")
    parser.add_argument("--heart", type=float, default=60, metavar="MINUTES", help="by the built-in voice")
    parser.add_argument("--kokoro", type=float, default=20, metavar="MINUTES", help="by Kokoro; 0 where it is missing")
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
