"""Where she stands: a bookshop out of focus, a window on the left, small lamps on the right."""

import cv2
import numpy as np

from samples.drawing.brushes import PAGE, Array, Sheet, floats, lay

SPINES = ((0.43, 0.20, 0.15), (0.16, 0.28, 0.29), (0.52, 0.38, 0.20), (0.28, 0.20, 0.17),
    (0.20, 0.24, 0.20), (0.40, 0.29, 0.24), (0.13, 0.19, 0.24), (0.58, 0.48, 0.34), (0.34, 0.13, 0.12))  # fmt: skip


def paint_setting(sheet: Sheet, rng: np.random.Generator) -> Array:
    height, width = sheet.x.shape
    wall: Array = np.zeros((PAGE[1], PAGE[0], 3), np.float32) + floats([0.10, 0.115, 0.11])
    for shelf in range(-40, PAGE[1], 205):
        edge = -10.0
        while edge < PAGE[0]:
            thick, tall = rng.uniform(16, 44), rng.uniform(118, 172)
            if rng.random() < 0.1:
                edge += rng.uniform(10, 50)
                continue
            colour = floats(SPINES[rng.integers(len(SPINES))]) * rng.uniform(0.7, 1.15)
            left, right, top = int(edge), int(edge + thick), int(shelf + 185 - tall)
            cv2.rectangle(wall, (left, top), (right, shelf + 185), colour.tolist(), -1)
            band = top + int(rng.uniform(14, 40))
            cv2.rectangle(wall, (left, band), (right, band + 6), (colour * 1.5).tolist(), -1)
            cv2.rectangle(wall, (right - 3, top), (right, shelf + 185), (colour * 0.5).tolist(), -1)
            edge += thick
        cv2.rectangle(wall, (0, shelf + 185), (PAGE[0], shelf + 205), (0.27, 0.18, 0.12), -1)
    wall = np.asarray(cv2.resize(wall, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    wall = sheet.blur(wall, 11)
    x, y = sheet.x / PAGE[0], sheet.y / PAGE[1]
    # daylight from the left dies away over the shelves
    day = np.exp(-2.6 * np.clip(x, 0, 1))[..., None] * floats([0.75, 0.82, 0.74])
    wall = wall * (0.42 + 1.0 * day) + 0.15 * day**2
    wall = lay(wall, garden(sheet, rng), 0.9 * window(sheet))
    wall = lamps(sheet, wall, rng)
    return np.asarray(wall * (1 - 0.35 * np.clip(np.hypot(x - 0.45, y - 0.42) - 0.35, 0, 1))[..., None], np.float32)


def window(sheet: Sheet) -> Array:
    panes = np.zeros_like(sheet.x)
    for top in (-60, 190, 440):
        panes = np.maximum(panes, sheet.fill([(-40, top), (112, top), (112, top + 225), (-40, top + 225)]))
    return sheet.blur(panes, 17)


def garden(sheet: Sheet, rng: np.random.Generator) -> Array:
    """What is seen through the panes: a bright sky and leaves, far out of focus."""
    view = np.zeros((*sheet.x.shape, 3), np.float32) + floats([0.97, 0.96, 0.88])
    leaves = np.clip(0.5 + 0.6 * sheet.grain(rng, 90) + (sheet.y - 420) / 500, 0, 1)
    return lay(view, (0.70, 0.80, 0.60), 0.6 * sheet.blur(leaves, 12))


def lamps(sheet: Sheet, wall: Array, rng: np.random.Generator) -> Array:
    """Bokeh: discs of warm light, a little brighter at the rim."""
    for x, y, r, strength in ((742, 92, 34, 0.5), (830, 150, 28, 0.42), (905, 118, 38, 0.45),
            (690, 180, 20, 0.30), (880, 262, 22, 0.3), (938, 330, 30, 0.35), (800, 330, 16, 0.2),
            (912, 520, 18, 0.2)):  # fmt: skip
        away = np.hypot(sheet.x - x, sheet.y - y)
        disc = np.clip((r - away) / 3 + 0.5, 0, 1) * (0.72 + 0.28 * np.clip(away / r, 0, 1) ** 3)
        halo = np.exp(-0.5 * (away / (2.2 * r)) ** 2)
        colour = floats([1.0, 0.76, 0.42]) * rng.uniform(0.9, 1.05)
        wall = wall + colour * (strength * (0.75 * disc + 0.28 * halo))[..., None]
    return np.clip(wall, 0, 1)
