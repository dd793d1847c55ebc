"""The ears, behind the cheeks and before the hair that is tucked behind them, each with a brass bead."""

import numpy as np

from samples.drawing.brushes import Array, Sheet, facing, floats, inflate, lay, ramp, spline
from samples.drawing.face import CENTRE, LIGHT, OUTLINE, SKIN, both_sides, page


def paint_ears(sheet: Sheet) -> tuple[Array, Array]:
    """Both ears: colour and cover."""
    colour = np.zeros((*sheet.x.shape, 3), np.float32)
    cover = np.zeros_like(sheet.x)
    for side in (-1, 1):
        outline = page(spline([(side * 152, -34), (side * 176, -44), (side * 192, -34), (side * 196, -6),
            (side * 189, 28), (side * 181, 58), (side * 168, 72), (side * 156, 66), (side * 148, 30)],
            closed=True))  # fmt: skip
        hollow = page(spline([(side * 174, -28), (side * 183, -20), (side * 183, 6), (side * 175, 34),
            (side * 165, 34), (side * 164, -4)], closed=True))  # fmt: skip
        fold = page(spline([(side * 160, -14), (side * 172, 2), (side * 173, 24), (side * 166, 40)]))
        relief = inflate(sheet, outline, depth=14, spread=2) - 8 * sheet.fill(hollow, soft=2.5)
        relief = relief + 5 * sheet.stroke(fold, (2, 5, 5, 2), soft=1.5)
        light = 0.10 + 0.72 * np.clip((facing(sheet, sheet.blur(relief, 1.2)) @ LIGHT + 0.3) / 1.3, 0, 1)
        skin = ramp(np.clip(light - (0.10 if side > 0 else 0.0), 0, 1), SKIN) * floats([1.0, 0.87, 0.84])
        skin = lay(skin, skin * floats([0.62, 0.45, 0.42]), 0.7 * sheet.fill(hollow, soft=3))
        # a small brass bead
        bead = (CENTRE[0] + side * 174, CENTRE[1] + 60)
        skin = lay(skin, (0.58, 0.38, 0.16), np.clip(5 * sheet.dab(*bead, 3, 3) - 1.8, 0, 1))
        skin = lay(skin, (1.0, 0.92, 0.70), sheet.dab(bead[0] - 1.3, bead[1] - 1.4, 1.3, 1.2))
        # shade where the ear meets the cheek
        skin = lay(skin, (0.55, 0.25, 0.18), 0.42 * sheet.fill(page(both_sides(OUTLINE)), soft=4))
        mask = sheet.fill(outline, soft=0.6)
        colour = lay(colour, skin, mask)
        cover = np.maximum(cover, mask)
    return colour, cover
