"""Draws the sample portrait, “Ada Wren”, into a PNG: `python -m samples.draw_portrait [--out FILE] [--sharpness N]`.

Ada Wren keeps a bookshop and tells stories. She is invented; the picture is drawn by this program alone, stroke by
stroke, from numbers chosen by hand. The same program draws the same picture.
"""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from samples.drawing import clothes, ears, eyes, face, hair, setting
from samples.drawing.brushes import PAGE, Array, HairPen, Sheet, floats

YAW, ROLL = 7.0, -3.0  # degrees: she turns a little to the right of the picture and leans her head


def draw(sharpness: int) -> Array:
    """The portrait, (1200, 960, 3) uint8 RGB."""
    sheet = Sheet(sharpness)
    # every part has its own chance, so that one can be redrawn without disturbing the others
    for_setting, for_hair, for_body, for_head = np.random.default_rng(1815).spawn(4)
    scene = setting.paint_setting(sheet, for_setting)
    head = face.model_head(sheet)
    turned = turn(sheet, head.relief)
    knot = hair.paint_hair(sheet, hair.bun(), for_hair, base=hair.BUN_BASE)
    fall = hair.paint_hair(sheet, hair.back_hair(), for_hair, base=hair.BACK_BASE)
    for colour, cover in (hair.paint_pencil(sheet), hair.rim_light(sheet, *knot), hair.rim_light(sheet, *fall)):
        scene = over(scene, turned(colour), turned(cover))
    scene = clothes.paint_body(sheet, scene, for_body)
    for colour, cover, throws_shade in paint_head(sheet, head, for_head):
        if throws_shade:
            scene = shade_under(sheet, scene, turned(cover))
        scene = over(scene, turned(colour), turned(cover))
    small = cv2.resize(scene, PAGE, interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(np.clip(small, 0, 1) * 255), np.uint8)


def over(scene: Array, colour: Array, cover: Array) -> Array:
    """A layer whose colour is multiplied by its cover, laid over the scene."""
    return np.asarray(colour + scene * (1 - cover[..., None]), np.float32)


def shade_under(sheet: Sheet, scene: Array, cover: Array) -> Array:
    """The soft shadow that a layer throws on what is close behind it, down and to the right."""
    shadow = sheet.blur(np.roll(cover, (9 * sheet.sharpness, 6 * sheet.sharpness), (0, 1)), 9)
    return np.asarray(scene * (1 - shadow[..., None] * floats([0.38, 0.46, 0.48])), np.float32)


def paint_head(sheet: Sheet, head: face.Head, rng: np.random.Generator) -> list[tuple[Array, Array, bool]]:
    """Face, hair, ears and loose hairs from the front, back to front: (colour · cover, cover, throws shade) of each."""
    for_skin, for_brows, for_eyes, for_locks, for_wisps = rng.spawn(5)
    skin = face.paint_skin(sheet, head, for_skin)
    skin = face.paint_nose(sheet, skin)
    skin = face.paint_mouth(sheet, head, skin, for_skin)
    skin = face.paint_brows(sheet, skin, for_brows, HairPen(sheet, (0.33, 0.16, 0.09), 0.95, 0.38))
    skin = eyes.paint_eyes(sheet, skin, for_eyes)
    ear, ear_cover = ears.paint_ears(sheet)
    # the cheek goes over into the ear without an edge
    ear_cover = ear_cover * (1 - sheet.fill(face.page(face.both_sides(face.OUTLINE) * floats([0.965, 1])), soft=3.5))
    return [
        (skin * head.mask[..., None], head.mask, True),
        (*hair.rim_light(sheet, *hair.paint_hair(sheet, hair.front_hair(), for_locks)), True),
        (ear * ear_cover[..., None], ear_cover, False),
        (*hair.paint_hair(sheet, hair.wisps(), for_wisps), False),
    ]


def turn(sheet: Sheet, relief: Array) -> Callable[[Array], Array]:
    """A function that turns a layer of the head by YAW and ROLL about the nape: what stands out moves most."""
    yaw, roll = math.radians(YAW), math.radians(ROLL)
    depth = sheet.blur(relief, 10) - 60
    pivot = floats([face.CENTRE[0], face.CENTRE[1] + 230])
    x, y = sheet.x - pivot[0], sheet.y - pivot[1]
    x, y = x * math.cos(roll) + y * math.sin(roll), y * math.cos(roll) - x * math.sin(roll)
    source = x.copy()
    for _ in range(12):
        at = ((source + pivot[0]) * sheet.sharpness - 0.5, (y + pivot[1]) * sheet.sharpness - 0.5)
        here = cv2.remap(depth, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        source = (x - here * math.sin(yaw)) / math.cos(yaw)
    map_x = ((source + pivot[0]) * sheet.sharpness - 0.5).astype(np.float32)
    map_y = ((y + pivot[1]) * sheet.sharpness - 0.5).astype(np.float32)
    return lambda layer: floats(cv2.remap(layer, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def main() -> None:
    options = argparse.ArgumentParser(description="Draw the sample portrait.")
    options.add_argument("--out", type=Path, default=Path(__file__).with_name("portrait.png"))
    options.add_argument(
        "--sharpness", type=int, default=2, help="samples a page pixel, each way (1 is a quick sketch)"
    )
    chosen = options.parse_args()
    Image.fromarray(draw(chosen.sharpness)).save(chosen.out, optimize=True)


if __name__ == "__main__":
    main()
