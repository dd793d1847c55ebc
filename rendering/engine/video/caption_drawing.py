"""Captions as pictures over the frames: three looks, clear of the mouth, the label and what apps lay over a film."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from rendering.engine.video.caption_place import Box, placed
from rendering.engine.video.captions import LINE_LETTERS, Caption, Piece
from rendering.engine.video.compose import Overlay
from rendering.engine.video.fonts import font_for, script_of
from rendering.engine.video.lettering import rounded
from rendering.engine.video.writing import is_right_to_left

SMALLEST_LETTERS = 8  # px
CAP_HEIGHT = 0.711  # em, of Roboto's capitals: they stand in the middle of their line
_TALL_LINE = 1.3  # of the usual line, for scripts that reach far up and down
_TALL_SCRIPTS = {"ARABIC", "DEVANAGARI", "HEBREW"}
_HELD = 0.35  # s: over a shorter pause the last word stays lit
_INK = (255, 255, 255)
_ACCENT, _ON_ACCENT = (255, 214, 64), (20, 20, 20)


@dataclass(frozen=True)
class Look:
    """How captions look. Lengths in em, but `size`, a share of the geometric mean of the frame's sides; opacities
    0..255.

    `ground`: of the dark field behind the letters; `outline`: of the letters, where there is no ground; `lit`: the word
    that is being said is shown in colour.
    """

    id: str
    title: str
    description: str
    weight: str
    size: float
    line_letters: int
    ground: int = 0
    outline: float = 0.0
    lit: bool = False


LOOKS = {
    look.id: look
    for look in (
        Look(
            id="plain",
            title="Plain",
            description="White on a dark ground, two lines: quiet, and easy to read",
            weight="Medium",
            size=0.04,
            line_letters=LINE_LETTERS,
            ground=165,
        ),
        Look(
            id="karaoke",
            title="Karaoke",
            description="The same, with the word that is being said lit up",
            weight="Bold",
            size=0.043,
            line_letters=LINE_LETTERS,
            ground=180,
            lit=True,
        ),
        Look(
            id="social",
            title="Big",
            description="Few words at a time, large and outlined: for a phone with its sound off",
            weight="Black",
            size=0.075,
            line_letters=15,
            outline=0.11,
            lit=True,
        ),
    )
}


def caption_overlays(
    captions: Sequence[Caption],
    size: tuple[int, int],
    *,
    look: str = "plain",
    mouth: Box | None = None,
    label: Box | None = None,
    language: str = "",
) -> tuple[Overlay, ...]:
    """The captions drawn for frames of `size` (W, H) px, one size of letters and one place for all.

    They stand in the lower safe area. Where that would cover `mouth`, the region (x, y, width, height) px in which the
    mouth is in any frame, they get smaller, move down, or stand in the upper safe area below `label`. `language`
    (BCP 47) chooses among the fonts for Chinese characters. Raises EngineError where a font is missing, KeyError for an
    unknown look.
    """
    style = LOOKS[look]
    if not captions:
        return ()
    wanted = style.size * math.sqrt(size[0] * size[1])
    for place in placed(size, mouth=mouth, label=label):
        px = _fitting(captions, style, max(SMALLEST_LETTERS, round(wanted * place.scale)), place.width, language)
        drawings = [_Drawing(caption, style, px, language) for caption in captions]
        if max(drawing.height for drawing in drawings) <= place.bottom - place.top:
            break
    overlays: list[Overlay] = []
    for drawing in drawings:
        y = place.top if place.is_above else place.bottom - drawing.height
        overlays.extend(drawing.overlays((size[0] - drawing.width) // 2, y))
    return tuple(overlays)


def _fitting(captions: Sequence[Caption], style: Look, px: int, width: int, language: str) -> int:
    """`px`, or less where the longest line would be wider than `width` px."""
    widest = max(_Line(line, style, 100, language).width for caption in captions for line in caption.lines)
    em = widest / 100 + 2 * _padding(style, 100)[0] / 100
    return max(SMALLEST_LETTERS, min(px, math.floor(width / em)))


def _padding(style: Look, px: int) -> tuple[int, int]:
    """Beside and above the letters, px."""
    if style.ground:
        return round(0.45 * px), round(0.2 * px)
    return round((style.outline + 0.12) * px), round((style.outline + 0.05) * px)


class _Line:
    """The pieces of a line from left to right: `places` has (piece, x, width, font), x and width in px."""

    def __init__(self, line: Sequence[Piece], style: Look, px: int, language: str) -> None:
        self.height = round(1.22 * px)
        self.places: list[tuple[Piece, float, float, ImageFont.FreeTypeFont]] = []
        x = 0.0
        for index, piece in enumerate(in_order(line)):
            letters = font_for(piece.text, weight=style.weight, px=px, language=language)
            if script_of(piece.text) in _TALL_SCRIPTS:
                self.height = round(1.22 * _TALL_LINE * px)
            if index and (piece.spaced or is_right_to_left(piece.text)):
                x += 0.25 * px
            length = letters.getlength(piece.text)
            self.places.append((piece, x, length, letters))
            x += length
        self.width = x


def in_order(line: Sequence[Piece]) -> list[Piece]:
    """The pieces as they stand from left to right: in a line that is written from right to left, the last one first,
    but words and numbers of the other direction among themselves in their own order.
    """
    if not is_right_to_left(" ".join(piece.text for piece in line)):
        return list(line)
    runs: list[tuple[bool, list[Piece]]] = []
    for piece in line:
        leftwards = is_right_to_left(piece.text)
        if runs and runs[-1][0] == leftwards:
            runs[-1][1].append(piece)
        else:
            runs.append((leftwards, [piece]))
    return [piece for leftwards, run in reversed(runs) for piece in (reversed(run) if leftwards else run)]


class _Drawing:
    """One caption laid out: its size in px, and its pictures."""

    def __init__(self, caption: Caption, style: Look, px: int, language: str) -> None:
        self.caption, self.style, self.px = caption, style, px
        self.lines = [_Line(line, style, px, language) for line in caption.lines]
        self.padding = _padding(style, px)
        self.width = math.ceil(max(line.width for line in self.lines)) + 2 * self.padding[0]
        self.height = sum(line.height for line in self.lines) + 2 * self.padding[1]

    def overlays(self, x: int, y: int) -> Iterator[Overlay]:
        """The caption with its corner at (x, y) px, and over it the words while they are said."""
        yield Overlay(x, y, self._whole(), self.caption.start, self.caption.end)
        if not self.style.lit:
            return
        times = [piece.start for line in self.caption.lines for piece in line] + [self.caption.end]
        ends = {start: min(following, self.caption.end) for start, following in itertools.pairwise(times)}
        for piece, left, baseline, place in self._places():
            following = ends[piece.start]
            end = following if following - piece.end < _HELD else piece.end
            if end > piece.start:
                patch, dx, dy = self._lit(piece, left, baseline, place)
                yield Overlay(x + dx, y + dy, patch, piece.start, end)

    def _places(self) -> Iterator[tuple[Piece, float, int, tuple[float, int, int, ImageFont.FreeTypeFont]]]:
        """Each piece with the left end of its baseline, px; and its width, its line's top and height, its font."""
        top = self.padding[1]
        for line in self.lines:
            left = (self.width - line.width) / 2
            baseline = top + round((line.height + CAP_HEIGHT * self.px) / 2)
            for piece, x, length, letters in line.places:
                yield piece, left + x, baseline, (length, top, line.height, letters)
            top += line.height

    def _whole(self) -> np.ndarray:
        picture = Image.new("RGBA", (self.width, self.height), (0, 0, 0, 0))
        if self.style.ground:
            ground = rounded(picture.size, round(0.35 * self.px)).point(lambda value: value * self.style.ground // 255)
            picture.putalpha(ground)
        else:
            picture.alpha_composite(self._shadow())
        ink = Image.new("L", picture.size, 0)
        draw = ImageDraw.Draw(ink)
        for piece, x, baseline, (_, _, _, letters) in self._places():
            draw.text((round(x), baseline), piece.text, fill=255, font=letters, anchor="ls")
        picture.alpha_composite(_coloured(ink, _INK))
        return np.array(picture)

    def _shadow(self) -> Image.Image:
        """A black outline around all letters, and a soft shadow under it: white letters on a white shirt."""
        outline = Image.new("L", (self.width, self.height), 0)
        draw = ImageDraw.Draw(outline)
        for piece, x, baseline, (_, _, _, letters) in self._places():
            draw.text((round(x), baseline), piece.text, fill=255, font=letters, anchor="ls", stroke_width=self._stroke)
        soft = outline.filter(ImageFilter.GaussianBlur(0.08 * self.px)).point(lambda value: value * 130 // 255)
        picture = _coloured(soft, (0, 0, 0))
        picture.alpha_composite(_coloured(outline, (0, 0, 0)))
        return picture

    @property
    def _stroke(self) -> int:
        return max(1, round(self.style.outline * self.px))

    def _lit(
        self, piece: Piece, x: float, baseline: int, place: tuple[float, int, int, ImageFont.FreeTypeFont]
    ) -> tuple[np.ndarray, int, int]:
        """The word as it is said, and where in the caption that picture lies."""
        length, top, height, letters = place
        beside = round(0.12 * self.px) if self.style.ground and piece.spaced else 0
        if not self.style.ground:
            beside = self._stroke + 1
        left = round(x) - beside
        picture = Image.new("RGBA", (math.ceil(length) + 2 * beside, height), (0, 0, 0, 0))
        at = (round(x) - left, baseline - top)
        ink = Image.new("L", picture.size, 0)
        ImageDraw.Draw(ink).text(at, piece.text, fill=255, font=letters, anchor="ls")
        if self.style.ground:
            picture.alpha_composite(_coloured(rounded(picture.size, round(0.2 * self.px)), _ACCENT))
            picture.alpha_composite(_coloured(ink, _ON_ACCENT))
        else:
            picture.alpha_composite(_coloured(ink, _ACCENT))
        return np.array(picture), left, top


def _coloured(mask: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGBA", mask.size, (*colour, 0))
    picture.putalpha(mask)
    return picture
