"""One photo through the repairs that a person chose, each kept only if the person in it stays the same."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rendering.engine.faces import Face, find_faces
from rendering.engine.models import model_path
from rendering.engine.restoration.gfpgan import gfpgan_ready, restore_face, weights_path
from rendering.engine.restoration.identity import Change, face_change
from rendering.engine.restoration.noise import remove_noise
from rendering.engine.restoration.scratches import fill_scratches, find_scratches
from rendering.engine.restoration.sharpening import enlarge, sharpen_faces
from rendering.engine.restoration.tone import restore_tone
from rendering.engine.restoration.upscaling import WEIGHTS, too_spoilt, upscale, upscaler_ready

CLASSICAL = ("tone", "scratches", "noise", "enlarge", "sharpen")
DRAWN = frozenset({"upscale", "gfpgan"})  # with these a network draws what the photo does not show
# In the order in which they are done, whatever the order they are asked for in: a scratch is seen best in full contrast
STEPS = ("tone", "scratches", "noise", "upscale", "enlarge", "sharpen", "gfpgan")
_LEAST_DAMAGE = 2e-5  # share of the photo


@dataclass(frozen=True)
class Note:
    """What became of one `step`: whether it was `done`, in words, and how far it changed the face."""

    step: str
    done: bool
    message: str
    change: Change | None = None


@dataclass(frozen=True)
class Repaired:
    """`photo` (H, W, 3) uint8, the `faces` in it, a note for each step, and how far its main face changed in all."""

    photo: np.ndarray
    faces: tuple[Face, ...]
    notes: tuple[Note, ...]
    change: Change | None

    @property
    def changed(self) -> bool:
        return any(note.done for note in self.notes)


_Outcome = tuple[np.ndarray, str]  # the photo and what was done to it, in words; no words: nothing


def available_steps(models: Path | None = None) -> tuple[str, ...]:
    """The steps that this installation can do; `models` is the operator's models folder."""
    missing = {"gfpgan": not gfpgan_ready(models), "upscale": not upscaler_ready(models)}
    return tuple(step for step in STEPS if not missing.get(step, False))


def repair(
    photo: np.ndarray, faces: Sequence[Face], *, steps: Iterable[str] = CLASSICAL, models: Path | None = None
) -> Repaired:
    """`photo` (H, W, 3) uint8 after `steps`; each does only what it finds to do.

    A step after which the main face is no longer found, or is another person's by shape or by the recogniser, is taken
    back, and its note says so. Raises ValueError on a step that there is not, EngineError where a network was asked for
    that is not here.
    """
    asked = set(steps)
    if unknown := asked - set(STEPS):
        raise ValueError(f"There is no repair called {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}.")
    original, found = photo, tuple(faces)
    notes: list[Note] = []
    for step in (name for name in STEPS if name in asked):
        after, told = _STEPS[step](photo, found, models)
        if not told:
            notes.append(Note(step, False, _NOTHING[step]))
            continue
        note, photo, found = _kept_or_not(step, told, photo, found, after)
        notes.append(note)
    change = face_change(original, faces[0], photo) if faces else None
    if change is not None and not change.same_person:
        # each step stayed within bounds and all together do not
        taken_back = tuple(Note(n.step, False, _REFUSED.format(change), n.change) if n.done else n for n in notes)
        return Repaired(original, tuple(faces), taken_back, change)
    return Repaired(photo, found, tuple(notes), change)


def _kept_or_not(
    step: str, told: str, before: np.ndarray, faces: tuple[Face, ...], after: np.ndarray
) -> tuple[Note, np.ndarray, tuple[Face, ...]]:
    if not faces:
        return Note(step, True, told), after, find_faces(after)
    change = face_change(before, faces[0], after)
    if change is None:
        return Note(step, False, "Left out: the face could no longer be found after it."), before, faces
    if not change.same_person:
        return Note(step, False, _REFUSED.format(change), change), before, faces
    return Note(step, True, told, change), after, find_faces(after) or faces


def _scratches(photo: np.ndarray, faces: Sequence[Face], _: Path | None) -> _Outcome:
    damage = find_scratches(photo, faces)
    if damage.mean() < _LEAST_DAMAGE:
        return photo, ""
    return fill_scratches(photo, damage), f"Scratches and specks filled: {_per_cent(damage.mean())} of the picture."


def _noise(photo: np.ndarray, _: Sequence[Face], __: Path | None) -> _Outcome:
    after, done = remove_noise(photo)
    words = {"blocks": "the squares of strong compression softened", "grain": "grain taken out"}
    return after, _sentence(words[name] for name in done)


def _tone(photo: np.ndarray, faces: Sequence[Face], _: Path | None) -> _Outcome:
    after, done = restore_tone(photo, faces[0] if faces else None)
    words = {"faded": "black and white given back", "cast": "the tint taken off", "dark": "the face lightened"}
    return after, _sentence(words[name] for name in done)


def _upscale(photo: np.ndarray, faces: Sequence[Face], models: Path | None) -> _Outcome:
    weights = model_path(WEIGHTS, folder=models)
    if too_spoilt(photo):
        return photo, ""
    after, scale = upscale(photo, faces, weights=weights)
    if scale == 1:
        return photo, ""
    return after, f"Enlarged {scale:.1f} times, the face drawn by a network: fine lines in it are guesses."


def _enlarge(photo: np.ndarray, faces: Sequence[Face], _: Path | None) -> _Outcome:
    after, scale = enlarge(photo, faces)
    told = f"Enlarged {scale:.1f} times. That makes the picture larger, not richer." if scale > 1 else ""
    return after, told


def _sharpen(photo: np.ndarray, faces: Sequence[Face], _: Path | None) -> _Outcome:
    after, changed = sharpen_faces(photo, faces)
    return after, "Face sharpened." if changed else ""


def _gfpgan(photo: np.ndarray, faces: Sequence[Face], models: Path | None) -> _Outcome:
    if not faces:
        return photo, ""
    after = restore_face(photo, faces[0], weights=weights_path(models))
    return after, "Face drawn anew by GFPGAN: details that the photo did not show are guesses."


_STEPS: dict[str, Callable[[np.ndarray, Sequence[Face], Path | None], _Outcome]] = {
    "scratches": _scratches,
    "noise": _noise,
    "tone": _tone,
    "upscale": _upscale,
    "enlarge": _enlarge,
    "sharpen": _sharpen,
    "gfpgan": _gfpgan,
}
_NOTHING = {
    "scratches": "No scratches or dust found.",
    "noise": "No more grain than a good photo has.",
    "tone": "Light and colours are as they should be.",
    "upscale": "The face is large enough, or the picture too grainy or compressed: grain would be drawn as lines.",
    "enlarge": "The face is large enough.",
    "sharpen": "The face is sharp already, or too grainy or blurred to be sharpened.",
    "gfpgan": "No face to be drawn anew.",
}
_REFUSED = "Left out, because it would have changed who is seen: {}."


def _sentence(parts: Iterable[str]) -> str:
    told = ", ".join(parts)
    return f"{told[0].upper()}{told[1:]}." if told else ""


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.001 else "less than 0.1 %"
