"""Frames of one scene in the frame of a clip that another scene has set: enlarged to it, or whole before a calm blur of
their own picture. Never stretched, never with a smeared border.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

Box = tuple[float, float, float, float]  # x, y, width, height; px

# A piece that was cut for the frame differs from its shape by rounding to even sides alone
_SAME_SHAPE = 0.02
# Of the frame's shorter side; and of the picture's light. Looked at on paintings in wide and tall frames: darker draws
# the eye to the border, lighter to the ground.
_SOFT, _LIGHT = 0.05, 0.62


@dataclass(frozen=True, eq=False)
class Mount:
    """Where a scene's frames, like its `photo` (h, w, 3) uint8, lie in frames of `size` (W, H) px."""

    photo: np.ndarray
    size: tuple[int, int]

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """x, y, width, height, px of the clip's frame."""
        height, width = self.photo.shape[:2]
        scale = min(self.size[0] / width, self.size[1] / height)
        if abs(self.size[0] / self.size[1] / (width / height) - 1) < _SAME_SHAPE:
            return 0, 0, *self.size
        fitted = round(width * scale), round(height * scale)
        return (self.size[0] - fitted[0]) // 2, (self.size[1] - fitted[1]) // 2, *fitted

    @cached_property
    def ground(self) -> np.ndarray:
        """(H, W, 3) uint8: the scene's picture, wide enough for the frame, dimmed and far out of focus."""
        height, width = self.photo.shape[:2]
        scale = max(self.size[0] / width, self.size[1] / height)
        # The blur leaves nothing of fine detail, so it is made small
        small = max(round(self.size[0] / 8), 2), max(round(self.size[1] / 8), 2)
        piece = round(self.size[0] / scale), round(self.size[1] / scale)
        x, y = (width - piece[0]) // 2, (height - piece[1]) // 2
        cut = cv2.resize(self.photo[y : y + piece[1], x : x + piece[0]], small, interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(cut, (0, 0), _SOFT * min(small) * 2, borderType=cv2.BORDER_REPLICATE)
        large = cv2.resize(soft, self.size, interpolation=cv2.INTER_CUBIC)
        return np.clip(large * _LIGHT, 0, 255).astype(np.uint8)

    @property
    def still(self) -> np.ndarray:
        """The photo itself as a frame, (H, W, 3) uint8."""
        return self.mounted(self.photo[None])[0]

    def mounted(self, chunk: np.ndarray) -> np.ndarray:
        """(n, H, W, 3) uint8 of frames (n, h, w, 3) uint8."""
        x, y, width, height = self.box
        if chunk.shape[1:3] == (self.size[1], self.size[0]):
            return chunk
        frames = np.empty((len(chunk), self.size[1], self.size[0], 3), np.uint8)
        if (width, height) != self.size:
            frames[:] = self.ground
        larger = width > chunk.shape[2]
        for frame, target in zip(chunk, frames, strict=True):
            target[y : y + height, x : x + width] = cv2.resize(
                frame, (width, height), interpolation=cv2.INTER_CUBIC if larger else cv2.INTER_AREA
            )
        return frames

    def to_frame(self, box: Box) -> Box:
        """A box in px of the scene's own frame, in px of the clip's."""
        x, y, width, height = self.box
        across, down = width / self.photo.shape[1], height / self.photo.shape[0]
        return x + box[0] * across, y + box[1] * down, box[2] * across, box[3] * down


def faded(before: Iterable[np.ndarray], after: Iterable[np.ndarray], *, first: int, of: int) -> Iterator[np.ndarray]:
    """Frames of a cross-fade of `of` frames, from its frame `first` on: `before` and `after`, each (H, W, 3) uint8, are
    shown at the same time, and the one passes over into the other evenly; no frame is all of one.
    """
    for index, (old, new) in enumerate(zip(before, after, strict=True), first):
        share = (index + 1) / (of + 1)
        yield cv2.addWeighted(new, share, old, 1 - share, 0)
