"""Pictures laid over frames: the label that is always there, captions that come and go."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

# Times are compared with a frame's own time, k / fps; a thousandth of a frame forgives the rounding of both.
TIME_SLACK = 1e-3


@dataclass(frozen=True, eq=False)
class Overlay:
    """A picture `rgba` (h, w, 4) uint8, straight alpha, whose top left corner lies at (`x`, `y`) px of the frame.

    It is shown on the frames whose time t satisfies `start` <= t < `end` (s); None means from the first, to the last.
    What reaches over the frame's border is cut off.
    """

    x: int
    y: int
    rgba: np.ndarray
    start: float | None = None
    end: float | None = None


def compose(frames: Iterable[np.ndarray], overlays: Iterable[Overlay], *, fps: float) -> Iterator[np.ndarray]:
    """Lay `overlays`, in order, over the chunks `frames`, each (n, H, W, 3) uint8 RGB; yields chunks of the same shape.

    Chunks (n, H, W, 4) have straight alpha, and keep it: an overlay stands on what is transparent as on anything else.
    A chunk that may be written to is changed in place and passed on; a read-only one is copied. Only the rectangles
    under the overlays are touched. Raises ValueError on another shape or type.
    """
    layers = [_Layer(overlay, fps) for overlay in overlays]
    shown = 0
    for chunk in frames:
        if chunk.ndim != 4 or chunk.shape[3] not in (3, 4) or chunk.dtype != np.uint8:
            raise ValueError(f"chunks are (n, H, W, 3 or 4) uint8, not {chunk.shape} {chunk.dtype}")
        canvas = chunk if chunk.flags.writeable else chunk.copy()
        for layer in layers:
            layer.blend(canvas, first=shown)
        shown += len(chunk)
        layers = [layer for layer in layers if layer.stop is None or layer.stop > shown]
        yield canvas


class _Layer:
    """An overlay made ready for integer blending: colour × alpha, and what of the frame remains."""

    def __init__(self, overlay: Overlay, fps: float) -> None:
        if overlay.rgba.ndim != 3 or overlay.rgba.shape[2] != 4 or overlay.rgba.dtype != np.uint8:
            raise ValueError(f"an overlay is (h, w, 4) uint8, not {overlay.rgba.shape} {overlay.rgba.dtype}")
        self.rgba = overlay.rgba
        self.x, self.y = overlay.x, overlay.y
        self.first = 0 if overlay.start is None else math.ceil(overlay.start * fps - TIME_SLACK)
        self.stop = None if overlay.end is None else math.ceil(overlay.end * fps - TIME_SLACK)

    @cached_property
    def weighted(self) -> np.ndarray:
        """(h, w, 3): made when it is first shown; a long clip has hundreds of words."""
        # 255 · 255 + 128 still fits into 16 bits, so the blend needs no wider type
        return self.rgba[..., :3] * self.rgba[..., 3:].astype(np.uint16) + np.uint16(128)

    @cached_property
    def remaining(self) -> np.ndarray:
        """(h, w, 1)."""
        return np.uint16(255) - self.rgba[..., 3:].astype(np.uint16)

    def blend(self, canvas: np.ndarray, *, first: int) -> None:
        """Blend into `canvas` (n, H, W, 3), whose frame 0 is the clip's frame `first`."""
        begin = max(self.first - first, 0)
        stop = len(canvas) if self.stop is None else min(self.stop - first, len(canvas))
        height, width = self.rgba.shape[:2]
        top, left = max(self.y, 0), max(self.x, 0)
        bottom, right = min(self.y + height, canvas.shape[1]), min(self.x + width, canvas.shape[2])
        if begin >= stop or top >= bottom or left >= right:
            return
        inside = np.s_[top - self.y : bottom - self.y, left - self.x : right - self.x]
        if canvas.shape[3] == 4:
            for frame in canvas[begin:stop, top:bottom, left:right]:
                frame[:] = _over_transparent(frame, self.rgba[inside])
            return
        weighted, remaining = self.weighted[inside], self.remaining[inside]
        # one frame at a time: its rectangle stays in the processor's cache
        for frame in canvas[begin:stop, top:bottom, left:right]:
            total = frame * remaining
            total += weighted
            total += total >> 8  # with the 128 above: exact rounding of a division by 255
            total >>= 8
            frame[:] = total


def _over_transparent(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """`above` over `below`, both (h, w, 4) uint8 with straight alpha (Porter and Duff 1984, "over")."""
    share = above[..., 3:].astype(np.float32) / 255
    kept = below[..., 3:].astype(np.float32) / 255 * (1 - share)
    alpha = share + kept
    colour = (above[..., :3] * share + below[..., :3] * kept) / np.maximum(alpha, 1e-6)
    # where nothing at all is seen the colour below stays: an encoder smooths over the border to what is seen
    colour = np.where(alpha > 0, colour, below[..., :3])
    return np.rint(np.concatenate([colour, 255 * alpha], axis=-1)).astype(np.uint8)
