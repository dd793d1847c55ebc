"""The rig before another ground: the same person, moved the same way, before a blur, a colour, a picture, nothing."""

from dataclasses import replace

import numpy as np

from rendering.engine.faces.background import Background, foreground, ground
from rendering.engine.puppet.rig import Rig

_RIM = 0.2  # looked at on our drawing and three paintings, over white, blue and green


def on_ground(rig: Rig, matte: np.ndarray, background: Background) -> Rig:
    """`rig` with the ground behind the person replaced; `matte` (H, W) 0..1 is the one that it was built with.

    In `rig` the person's layer takes what the matte misjudged along, because the old ground hides it. Over another one
    that would show as scraps of the old: here the layer is the matte itself, with the old ground taken out of each
    pixel's mixture. "remove" leaves the person's own colours behind them, carried on outwards, so that what is
    drawn half transparent has no rim of another colour; its frames are meant for `draw(..., alpha=True)`.
    """
    if background.mode == "keep":
        return rig
    # a matte errs outwards by a part of a pixel: unseen over the old ground, a dark rim over a lighter one
    matte = np.clip((matte - _RIM) / (1 - 1.3 * _RIM), 0, 1)
    share = np.round(255 * matte).astype(np.uint8)
    person = foreground(rig.photo, matte)
    behind = person if background.mode == "remove" else ground(rig.photo, matte, background)
    weight = share[..., None].astype(np.uint16)
    mixed = (person * weight + behind * (255 - weight) + 127) // 255
    return replace(rig, photo=mixed.astype(np.uint8), person=person, matte=share, ground=behind)


def flat(frames: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Frames (n, H, W, 4) uint8 with straight alpha laid over one `colour`, (n, H, W, 3) uint8."""
    result = np.empty((*frames.shape[:3], 3), np.uint8)
    ground_colour = np.array(colour, np.uint16)
    for frame, target in zip(frames, result, strict=True):
        weight = frame[..., 3:].astype(np.uint16)
        target[:] = (frame[..., :3] * weight + ground_colour * (255 - weight) + 127) // 255
    return result
