"""What a clip needs of its photo alone, and of its words alone: made once, kept for the next take.

Kept files lie in the folder `RenderSpec.keep`, one folder a portrait, and in a folder for each clip within it; who
fetched the photo says where (rendering.takes), and clears them away with the portrait and the clip.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import rendering.engine
from rendering.engine.faces import Face, choose_face, find_faces, person_matte, read_photo
from rendering.engine.faces.placed import place_face
from rendering.engine.keeping import find_kept, keep
from rendering.engine.puppet import Rig, build_rig
from rendering.engine.puppet.expression import Expression
from rendering.engine.puppet.eyes import Eye
from rendering.engine.puppet.fields import Grid
from rendering.engine.puppet.head import HeadField
from rendering.engine.puppet.mouth import Mouth
from rendering.engine.speech import Phoneme, Sound, Speech, Word
from rendering.engine.video.framing import Framing, apply_framing, fit_photo, frame_photo
from rendering.spec import MOST_SCENES, RenderSpec

MOST_KEPT = 6  # framings of one portrait, or takes of one scene's words
MOST_KEPT_OF_WORDS = 2 * MOST_SCENES  # one portrait may speak in all scenes of a clip


@dataclass(frozen=True)
class Scene:
    """What the photo gives: the framed picture (H, W, 3) uint8, the face in its px, and which part of the photo it
    is.
    """

    photo: np.ndarray
    face: Face
    framing: Framing


@dataclass(frozen=True)
class Prepared:
    """A scene, the person's `matte` (H, W) float32 0..1 in it, and the rig on the photo's own ground."""

    scene: Scene
    matte: np.ndarray
    rig: Rig


_CLASSES = (Prepared, Scene, Face, Framing, Rig, HeadField, Expression, Eye, Mouth, Grid, Speech, Sound, Phoneme, Word)


def prepare(spec: RenderSpec, *, stage: Callable[[str], AbstractContextManager[None]]) -> Prepared:
    """Analyse the photo and build its rig, or take both from the last take. Raises PhotoError.

    The two parts of the work are done inside `stage("analyse")` and `stage("rig")`.
    """
    path = spec.keep and spec.keep / _name(
        "rig", _digest(spec.photo), spec.face_index, spec.placed, spec.aspect, *(spec.frame or ())
    )
    with stage("analyse"):
        kept: Prepared | None = find_kept(path, _CLASSES) if path else None
        scene = kept.scene if kept else analyse(spec)
    with stage("rig"):
        if kept:
            return kept
        matte = person_matte(scene.photo, scene.face.box)
        made = Prepared(scene, matte, build_rig(scene.photo, scene.face, matte=matte))
        if path:
            _keep(path, made, most=MOST_KEPT)
        return made


def spoken(spec: RenderSpec, make: Callable[[], Speech], *asked: Any) -> Speech:
    """The speech that `make` makes of the words or the recording, or the last take's; `asked` is all it depends on
    besides them, in plain values.
    """
    if spec.keep_words is None:
        return make()
    of = _digest(spec.recording) if spec.recording else spec.words
    path = spec.keep_words / _name("speech", of, spec.voice, spec.seed, *asked)
    kept: Speech | None = find_kept(path, _CLASSES)
    if kept:
        return kept
    made = make()
    _keep(path, made, most=MOST_KEPT_OF_WORDS)
    return made


def analyse(spec: RenderSpec) -> Scene:
    """Read the photo, choose the face, frame them. Raises PhotoError."""
    photo = read_photo(spec.photo.read_bytes())
    if spec.placed is not None:
        face = place_face({name: (x, y) for name, (x, y) in spec.placed.items()}, (photo.shape[1], photo.shape[0]))
    else:
        face = choose_face(find_faces(photo), spec.face_index)
    size = photo.shape[1], photo.shape[0]
    framing = fit_photo(size, face.box, spec.frame) if spec.frame else frame_photo(size, face.box, spec.aspect)
    return Scene(apply_framing(photo, framing), _in_frame(face, framing), framing)


def _keep(path: Path, made: Prepared | Speech, *, most: int) -> None:
    keep(path, made)
    for old in sorted(path.parent.glob("*.npz"), key=_used_at, reverse=True)[most:]:
        old.unlink(missing_ok=True)


def _used_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another take has just cleared it away
        return 0.0


def _name(kind: str, *values: Any) -> str:
    """A file's name for what depends on `values` and on the engine's code, in a form that tells nothing of them."""
    text = json.dumps([_engine(), *values], sort_keys=True)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"


@cache
def _engine() -> str:
    """A digest of the engine's code and data: after an update nothing old is taken for new."""
    folder, digest = Path(rendering.engine.__file__).parent, hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.npz")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


def _in_frame(face: Face, framing: Framing) -> Face:
    corners = framing.to_frame(np.array([face.box[:2], np.add(face.box[:2], face.box[2:])]))
    (x, y), (right, bottom) = corners.tolist()
    return replace(face, box=(x, y, right - x, bottom - y), points=framing.to_frame(face.points).astype(np.float32))
