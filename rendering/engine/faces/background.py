"""What lies behind the person: kept, blurred, a colour or a picture. Pure functions on a photo and its matte.

Of a pixel at the person's edge the photo shows a mixture of hair and what was behind it. Laid over something else as it
is, the old ground shines through as a halo; so the ground is first estimated behind the person, and taken out of the
mixture.
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from PIL import Image, ImageOps

from rendering.engine.errors import PhotoError

Mode = Literal["keep", "blur", "colour", "picture", "remove"]
MODES: tuple[Mode, ...] = get_args(Mode)
GREEN = (0, 177, 64)  # the chroma key colour that keying programs expect first
_BLUR = 0.025  # radius by the photo's longer side: shapes stay, things are no longer told apart
_KNOWN = 0.02  # share of the person below which a pixel shows the ground alone
_AWAY = 0.012  # of the longer side
_SMALL_PX = 256  # longer side at which what lies behind the person is filled in: it is soft anyway


@dataclass(frozen=True)
class Background:
    """What is wished: `mode`, for "colour" its `colour` (r, g, b), for "picture" the `picture` (h, w, 3) uint8."""

    mode: Mode = "keep"
    colour: tuple[int, int, int] = GREEN
    picture: np.ndarray | None = None


def read_colour(text: str) -> tuple[int, int, int]:
    """The colour "#rrggbb". Raises PhotoError("background-colour")."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise PhotoError(
            "background-colour", f"“{text[:20]}” is not a colour.", "Give it as #rrggbb, for example #e8e6e1."
        )
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def ground(photo: np.ndarray, matte: np.ndarray, background: Background) -> np.ndarray:
    """The picture (H, W, 3) uint8 that lies behind the person of `photo` (H, W, 3) uint8 with `matte` (H, W) 0..1.

    "keep": the photo with the person filled in from around them, "blur": that, blurred, "colour" and "remove": one
    colour all over ("remove" for a green screen; see `cut_out` for transparency), "picture": the picture, filling the
    frame and cropped at its middle. The person is in none of them. Raises ValueError when a picture is wished for and
    none is given.
    """
    if background.mode in ("colour", "remove"):
        return np.broadcast_to(np.array(background.colour, np.uint8), photo.shape).copy()
    if background.mode == "picture":
        if background.picture is None:
            raise ValueError("A picture as background needs a picture.")
        size = (photo.shape[1], photo.shape[0])
        return np.asarray(ImageOps.fit(Image.fromarray(background.picture), size, Image.Resampling.LANCZOS))
    behind = filled_in(photo, matte)
    if background.mode == "keep":
        return behind
    sigma = _BLUR * max(photo.shape[:2])
    return np.asarray(cv2.GaussianBlur(behind, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def over(photo: np.ndarray, matte: np.ndarray, background: Background) -> np.ndarray:
    """`photo` (H, W, 3) uint8 with its ground replaced; "keep" hands the photo back as it is."""
    if background.mode == "keep":
        return photo
    behind = ground(photo, matte, background).astype(np.float32)
    share = matte[..., None].astype(np.float32)
    person = foreground(photo, matte).astype(np.float32)
    return np.clip(np.rint(person * share + behind * (1 - share)), 0, 255).astype(np.uint8)


def cut_out(photo: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """The person alone: (H, W, 4) uint8, colour not multiplied by alpha."""
    alpha = np.clip(np.rint(255 * matte), 0, 255).astype(np.uint8)
    return np.dstack([foreground(photo, matte), alpha])


def foreground(photo: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """The person's own colour (H, W, 3) uint8: what is left of each pixel of `photo` when the ground's share is out.

    From photo = matte · person + (1 - matte) · ground; where the person has next to no share, the nearest colour of
    theirs stands in, for dividing by little makes sparks.
    """
    share = matte[..., None].astype(np.float32)
    behind = filled_in(photo, matte).astype(np.float32)
    apart = (photo - (1 - share) * behind) / np.maximum(share, 0.1)
    near = _spread(photo, matte > 0.95).astype(np.float32)
    trust = np.clip((share - 0.1) / 0.6, 0, 1)
    person = near + (apart - near) * trust
    # an estimate further from both than they are from each other is a wrong one
    low, high = np.minimum(near, photo) - 24, np.maximum(near, photo) + 24
    person = np.where(share > 0.98, photo, np.clip(person, low, high))
    return np.clip(np.rint(person), 0, 255).astype(np.uint8)


def filled_in(photo: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """`photo` (H, W, 3) uint8 without the person: what is around them drawn on behind them, softly."""
    # a little away from the person: what is nearest to them is half theirs, and would colour all that is filled in
    reach = 2 * max(round(_AWAY * max(photo.shape[:2])), 1) + 1
    near = cv2.dilate((matte >= _KNOWN).astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    known = near == 0
    if not known.any():
        return np.broadcast_to(np.median(photo.reshape(-1, 3), axis=0).astype(np.uint8), photo.shape).copy()
    spread = _spread(photo, known)
    # ground that the photo shows stays as it is, up to a soft rim
    rim = cv2.GaussianBlur(known.astype(np.float32), (0, 0), max(0.003 * max(photo.shape[:2]), 0.7))
    share = (np.clip(2 * rim - 1, 0, 1) * known)[..., None]
    return np.clip(np.rint(photo * share + spread * (1 - share)), 0, 255).astype(np.uint8)


def _spread(photo: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The colours of `photo` where it is `known` (H, W) bool, carried on into the rest (pull-push, Gortler 1996)."""
    if not known.any():
        return photo
    scale = min(1.0, _SMALL_PX / max(photo.shape[:2]))
    size = (max(round(photo.shape[1] * scale), 1), max(round(photo.shape[0] * scale), 1))
    weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(photo * known[..., None].astype(np.float32), size, interpolation=cv2.INTER_AREA)
    filled = _pull_push(colour, weight)
    return np.asarray(cv2.resize(filled, photo.shape[1::-1], interpolation=cv2.INTER_LINEAR))


def _pull_push(colour: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Colour (h, w, 3) whose share `weight` (h, w) is known, known everywhere; `colour` comes multiplied by it."""
    if max(weight.shape) <= 2:
        return np.asarray(colour.sum(axis=(0, 1)) / max(float(weight.sum()), 1e-6) + np.zeros_like(colour))
    half = (max((weight.shape[1] + 1) // 2, 1), max((weight.shape[0] + 1) // 2, 1))
    coarser = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    # a coarse pixel is known as soon as a part of it is: otherwise what is far away wins over what is near
    gain = np.minimum(coarser * 4, 1) / np.maximum(coarser, 1e-6)
    below = _pull_push(cv2.resize(colour, half, interpolation=cv2.INTER_AREA) * gain[..., None], coarser * gain)
    back = cv2.resize(below, weight.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(colour + back * (1 - weight[..., None]))
