"""A title before a clip and a card after it: words on the clip's own picture, darkened and out of focus."""

import math
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rendering.engine.video.caption_drawing import in_order
from rendering.engine.video.captions import Piece
from rendering.engine.video.fonts import font_for
from rendering.engine.video.writing import is_right_to_left, pieces, width

CARD_SECONDS, FADE_SECONDS = 2.6, 0.5
_SIZE, _SMALLEST = 0.075, 14  # of the geometric mean of the frame's sides; px
_WIDE, _HIGH = 0.8, 0.6  # of the frame, for the words
_DARK, _SOFT = 0.38, 0.035  # of the picture's light; of its shorter side


def draw_card(text: str, ground: np.ndarray) -> np.ndarray:
    """`text` in the middle of `ground` (H, W, 3) uint8, as a picture of the same shape. It gets smaller until it fits;
    line breaks stay. Raises EngineError where a font is missing.
    """
    height, frame_width = ground.shape[:2]
    soft = cv2.GaussianBlur(ground, (0, 0), _SOFT * min(height, frame_width))
    picture = Image.fromarray((soft * _DARK).astype(np.uint8))
    px = round(_SIZE * math.sqrt(height * frame_width))
    while True:
        lines = [line for part in text.split("\n") for line in _wrapped(part, px, _WIDE * frame_width)]
        fits = (
            all(_length(line, px) <= _WIDE * frame_width for line in lines) and len(lines) * 1.3 * px <= _HIGH * height
        )
        if fits or px <= _SMALLEST:
            break
        px = max(_SMALLEST, round(px * 0.92))
    draw = ImageDraw.Draw(picture)
    y = (height - len(lines) * 1.3 * px) / 2 + px
    for line in lines:
        x = (frame_width - _length(line, px)) / 2
        for piece in in_order(line):
            letters = _font(piece.text, px)
            draw.text((round(x), round(y)), piece.text, fill=(255, 255, 255), font=letters, anchor="ls")
            x += letters.getlength(piece.text) + _gap(piece, px)
        y += 1.3 * px
    return np.array(picture)


def card_frames(
    card: np.ndarray, scene: np.ndarray, *, fps: float, is_title: bool, chunk: int = 25
) -> Iterator[np.ndarray]:
    """The frames of a card, (n, H, W, 3) uint8: a title passes over into the frame `scene`, an end card comes from
    it.
    """
    total, fade = round(CARD_SECONDS * fps), round(FADE_SECONDS * fps)
    shares = np.minimum(np.arange(total) / fade, 1.0)  # of the card
    shares = shares[::-1] if is_title else shares
    for start in range(0, total, chunk):
        yield np.stack(
            [cv2.addWeighted(card, float(share), scene, float(1 - share), 0) for share in shares[start : start + chunk]]
        )


def _wrapped(text: str, px: int, longest: float) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    for word in text.split() or [""]:
        for index, part in enumerate(pieces(word)):
            piece = Piece(part, 0.0, 0.0, spaced=index == 0)
            if line and _length([*line, piece], px) > longest:
                yield line
                line = []
            line.append(piece)
    yield line


def _length(line: list[Piece], px: int) -> float:
    return sum(_font(piece.text, px).getlength(piece.text) + _gap(piece, px) for piece in line) - (
        _gap(line[-1], px) if line else 0
    )


def _gap(piece: Piece, px: int) -> float:
    """After a piece: a space, but for scripts without."""
    return 0.0 if width(piece.text) > len(piece.text) and not is_right_to_left(piece.text) else 0.25 * px


def _font(text: str, px: int) -> ImageFont.FreeTypeFont:
    return font_for(text, weight="Bold", px=px)
