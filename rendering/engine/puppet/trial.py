"""A quick look at a face with points placed by hand: a few small frames of the real rig, before anything is kept."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from rendering.engine.faces.placed import place_face
from rendering.engine.motion.controls import both, empty_performance
from rendering.engine.puppet.draw import draw
from rendering.engine.puppet.rig import build_rig

FACE_PX = 150  # as tall as the face is drawn: half a second on one core, and lips that can be judged
_MOST_PX = 480
_ROOM = 0.45  # of the face's height, on each side
# closed, opening, open, round, closed, and a blink
_JAW = (0.0, 0.35, 0.7, 0.35, 0.0, 0.0, 0.0)
_ROUND = (0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0)
_BLINK = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def trial_frames(photo: np.ndarray, points: Mapping[str, tuple[float, float]]) -> np.ndarray:
    """Frames (7, h, w, 3) uint8 of the face that lies on `points` (px of `photo`, (H, W, 3) uint8): it opens its mouth,
    rounds it, closes it and blinks; the head keeps still, so that nothing has to be known of the ground.

    Raises PhotoError as `place_face` does.
    """
    face = place_face(points, (photo.shape[1], photo.shape[0]))
    x, y, w, h = face.box
    room = _ROOM * max(w, h)
    left, top = max(x - room, 0.0), max(y - room, 0.0)
    right, bottom = min(x + w + room, float(photo.shape[1])), min(y + h + room, float(photo.shape[0]))
    scale = min(FACE_PX / max(w, h), _MOST_PX / max(right - left, bottom - top))
    size = (max(round((right - left) * scale), 16), max(round((bottom - top) * scale), 16))
    piece = Image.fromarray(photo).resize(size, Image.Resampling.LANCZOS, box=(left, top, right, bottom))
    moved = {
        name: (a * scale, b * scale) if name.endswith("_size") else ((a - left) * scale, (b - top) * scale)
        for name, (a, b) in points.items()
    }
    small = np.asarray(piece)
    rig = build_rig(small, place_face(moved, size), matte=np.ones(small.shape[:2], np.float32))
    played = empty_performance(len(_JAW))
    played.controls["jawOpen"][:] = _JAW
    played.controls["mouthFunnel"][:] = _ROUND
    for name in both("eyeBlink"):
        played.controls[name][:] = _BLINK
    return np.concatenate(list(draw(rig, played)))
