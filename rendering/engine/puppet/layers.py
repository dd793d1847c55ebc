"""The photo taken apart: what moves with the person, and the ground behind, filled in where the person stood."""

from dataclasses import dataclass

import cv2
import numpy as np

_COVERED = 0.35  # where the person has this share of a pixel or more the ground behind is all painted
_GIVES_WAY = 40.0  # steps of 255
_THIN = 0.12  # below it a colour unmixed from the photo would be mostly noise


@dataclass(frozen=True)
class Layers:
    """The person's own colours `person` and the `ground` behind, (H, W, 3) uint8; `matte` (H, W) uint8 lays one on the
    other.
    """

    person: np.ndarray
    ground: np.ndarray
    matte: np.ndarray


def take_apart(photo: np.ndarray, matte: np.ndarray, margin_px: float) -> Layers:
    """The layers of `photo` (H, W, 3) uint8 by the person's `matte` (H, W) 0..1; laid on each other they give it back.

    Where the person ends the photo shows a mixture. The ground is painted in there and behind the person from what lies
    more than `margin_px` outside; the person's colour is what then remains. When the head moves its rim does not carry
    the old ground along.
    """
    share = np.round(matte * 255)[..., None] / 255  # as it is kept: the layers must add up with it
    filled = fill_behind(photo, share[..., 0], margin_px).astype(np.float32)
    unmixed = np.clip((photo - (1 - share) * filled) / np.maximum(share, _THIN), 0, 255)
    # where no colour of the person explains the photo over this ground, the ground gives way a little
    rest = np.clip((photo - share * unmixed) / np.maximum(1 - share, 1e-3), 0, 255)
    partly = (share > 0) & (share < 1)
    # and where it would have to give way much, the matte is wrong: that is the person's
    wrong = partly & (np.abs(rest - filled).max(axis=-1, keepdims=True) > _GIVES_WAY)
    share = np.where(wrong, 1.0, share)
    partly &= ~wrong
    return Layers(
        person=np.round(np.where(partly, unmixed, photo)).astype(np.uint8),
        ground=np.round(np.where(partly, rest, filled)).astype(np.uint8),
        matte=np.round(share[..., 0] * 255).astype(np.uint8),
    )


def fill_behind(photo: np.ndarray, matte: np.ndarray, margin_px: float) -> np.ndarray:
    """`photo` (H, W, 3) uint8 with the person painted over from the ground around; pixels without person stay as they
    are.

    Only a strip along the outline is ever seen, when the head has moved aside; it is filled by averaging at ever
    coarser scales
    (push-pull, Gortler et al. 1996), which leaves no streaks, and the ground's own grain is laid over it.
    """
    size = 2 * max(round(margin_px), 1) + 1
    person = cv2.dilate((matte > 0.02).astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    known = (1 - person).astype(np.float32)
    if known.sum() < 0.005 * known.size:
        return photo.copy()
    filled = _push_pull(photo.astype(np.float32) * known[..., None], known)
    grain = _grain(photo, known, photo.shape[:2])
    covered = np.clip(matte / _COVERED, 0, 1)[..., None]
    return np.clip(photo * (1 - covered) + (filled + grain) * covered, 0, 255).astype(np.uint8)


def _push_pull(weighted: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Fills where `weight` (H, W) is 0 from `weighted` (H, W, 3), the colours times their weight."""
    height, width = weight.shape
    if min(height, width) <= 2:
        total = max(float(weight.sum()), 1e-6)
        return np.broadcast_to(weighted.sum(axis=(0, 1)) / total, weighted.shape).astype(np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    below = _push_pull(
        cv2.resize(weighted, half, interpolation=cv2.INTER_AREA), cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    )
    coarse = cv2.resize(below, (width, height), interpolation=cv2.INTER_CUBIC)
    share = np.clip(4 * weight, 0, 1)[..., None]  # one known pixel of four is enough: no colour need come from afar
    own = weighted / np.maximum(weight, 1e-6)[..., None]
    return own * share + coarse * (1 - share)


def _grain(photo: np.ndarray, known: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Noise as strong as the known ground's own fine grain: a smooth patch in a grainy picture is seen at once."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = grey - cv2.GaussianBlur(grey, (0, 0), 1.2)
    strength = float(np.median(np.abs(fine[known > 0.5]))) * 1.4826
    noise = np.random.default_rng(0).normal(0, strength, shape).astype(np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 0.7)[..., None] * 1.6
