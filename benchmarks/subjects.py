"""The portraits that the benchmarks play, and the clips that they make of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from rendering.disclosure import label_overlay
from rendering.engine.faces import Face, choose_face, find_faces, person_matte, read_photo
from rendering.engine.motion import STYLES, Performance, perform
from rendering.engine.puppet.draw import draw
from rendering.engine.puppet.rig import Rig, build_rig
from rendering.engine.speech import Speech, synthesise
from rendering.engine.video.compose import compose
from rendering.engine.video.encoding import encode
from rendering.engine.video.framing import apply_framing, frame_photo

SAMPLE = Path(__file__).parents[1] / "samples" / "portrait.png"
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
FPS = 25.0
# Every lip shape that matters, and one pause of half a second.
WORDS = (
    "Please meet my mother, a beautiful woman from Bombay. "
    "We have five cups of coffee, and he moved to the far beach above the pool."
)
SHORT_WORDS = "Please meet my mother. We have five cups of coffee by the pool."


@dataclass(frozen=True)
class Subject:
    """A portrait framed as the product frames it: `photo` (H, W, 3) uint8, its `face` and `matte` (H, W) 0..1."""

    name: str
    photo: np.ndarray
    face: Face
    matte: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return self.photo.shape[1], self.photo.shape[0]

    def rig(self) -> Rig:
        return build_rig(self.photo, self.face, matte=self.matte)

    def scaled(self, shorter_side: int) -> "Subject":
        """The same with `shorter_side` px on its shorter side; sizes stay even."""
        scale = shorter_side / min(self.size)
        size = (round(self.size[0] * scale / 2) * 2, round(self.size[1] * scale / 2) * 2)
        photo = cv2.resize(self.photo, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        matte = cv2.resize(self.matte, size, interpolation=cv2.INTER_LINEAR)
        x, y, w, h = self.face.box
        box = (x * scale, y * scale, w * scale, h * scale)
        face = replace(self.face, points=(self.face.points * scale).astype(np.float32), box=box)
        return Subject(f"{self.name} {min(size)}", photo, face, matte)


@dataclass(frozen=True)
class Clip:
    """A clip on disk and everything that was asked of it."""

    path: Path
    subject: Subject
    speech: Speech
    performance: Performance
    unit_px: float


def portraits(folder: Path | None) -> list[Path]:
    """The project's own sample, and every picture in `folder`."""
    more = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES) if folder else []
    return [SAMPLE, *more]


def subject_name(path: Path) -> str:
    """What the portrait at `path` is called in tables."""
    return "sample" if path == SAMPLE else path.stem


def read_subject(path: Path) -> Subject:
    """The largest face of the picture at `path`, framed in the photo's own shape. Raises PhotoError."""
    photo = read_photo(path.read_bytes())
    face = choose_face(find_faces(photo), 0)
    framing = frame_photo((photo.shape[1], photo.shape[0]), face.box, "photo")
    x, y, w, h = face.box
    corner = framing.to_frame(np.array([[x, y]]))[0]
    box = (float(corner[0]), float(corner[1]), w * framing.scale, h * framing.scale)
    framed = replace(face, box=box, points=framing.to_frame(face.points).astype(np.float32))
    picture = apply_framing(photo, framing)
    return Subject(subject_name(path), picture, framed, person_matte(picture, framed.box))


def make_clip(
    subject: Subject,
    path: Path,
    *,
    words: str = WORDS,
    style: str = "presenter",
    seed: int = 1,
    watch: Callable[[np.ndarray], None] | None = None,
) -> Clip:
    """Render `words` with `subject` to an MP4 at `path`. `watch` sees each chunk as drawn, before the label."""
    speech = synthesise(words)
    performance = perform(speech, style=STYLES[style], seed=seed, fps=FPS)
    rig = subject.rig()
    frames = _watched(draw(rig, performance), watch) if watch else draw(rig, performance)
    labelled = compose(frames, [label_overlay(subject.size)], fps=FPS)
    encode(path, labelled, size=subject.size, fps=FPS, sound=speech.sound)
    return Clip(path, subject, speech, performance, rig.unit_px)


def _watched(chunks: Iterator[np.ndarray], watch: Callable[[np.ndarray], None]) -> Iterator[np.ndarray]:
    for chunk in chunks:
        watch(chunk)
        yield chunk
