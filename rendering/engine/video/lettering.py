"""Letters on a dark rounded ground, readable on any picture: what the label and the captions are drawn with."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SUPERSAMPLING = 4  # Pillow's own rounded corners are not smoothed


def pill(
    lines: tuple[str, ...],
    *,
    letters: ImageFont.FreeTypeFont,
    padding: tuple[int, int],
    radius: int,
    ground: int,
    line_height: int,
    tracking: int = 0,
    hairline: int = 0,
) -> np.ndarray:
    """White `lines`, centred, on a black ground of opacity `ground` (0..255) with rounded corners: (h, w, 4) uint8.

    `padding` (beside, above) px around the text block, `tracking` px between letters, `line_height` px, `hairline` the
    opacity of a thin white edge (0 for none), which tells the ground from a dark picture.
    """
    widths = [_line_width(line, letters, tracking) for line in lines]
    width, height = max(widths) + 2 * padding[0], len(lines) * line_height + 2 * padding[1]
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    picture.putalpha(rounded((width, height), radius).point(lambda value: value * ground // 255))
    if hairline:
        thickness = max(1, round(height / 40))
        inner = Image.new("L", (width, height), 0)
        inside = (width - 2 * thickness, height - 2 * thickness)
        inner.paste(rounded(inside, radius - thickness), (thickness, thickness))
        outer = np.asarray(rounded((width, height), radius), np.int16)
        edge = Image.fromarray(((outer - np.asarray(inner, np.int16)).clip(0) * hairline // 255).astype(np.uint8))
        picture.alpha_composite(_white(edge))
    ink = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(ink)
    # capitals stand in the middle of their line, whatever descends
    cap_height = -letters.getbbox("H", anchor="ls")[1]
    for number, (line, line_width) in enumerate(zip(lines, widths, strict=True)):
        x = (width - line_width) // 2
        baseline = padding[1] + number * line_height + (line_height + cap_height) // 2
        for piece in line if tracking else (line,):
            draw.text((x, baseline), piece, fill=255, font=letters, anchor="ls")
            x += round(letters.getlength(piece)) + tracking
    picture.alpha_composite(_white(ink))
    return np.array(picture)


def _line_width(line: str, letters: ImageFont.FreeTypeFont, tracking: int) -> int:
    if tracking:
        return sum(round(letters.getlength(letter)) + tracking for letter in line) - tracking
    return round(letters.getlength(line))


def _white(mask: Image.Image) -> Image.Image:
    picture = Image.new("RGBA", mask.size, (255, 255, 255, 0))
    picture.putalpha(mask)
    return picture


def rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """A filled rounded rectangle, (w, h) px, as a smooth mask."""
    large = Image.new("L", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING), 0)
    corner = (large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, *corner), radius=radius * SUPERSAMPLING, fill=255)
    return large.resize(size, Image.Resampling.BOX)
