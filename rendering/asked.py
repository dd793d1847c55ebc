"""What the person shown is shown when they are asked: the photo, and where that is not all of it, what it becomes."""

import io

import numpy as np
from PIL import Image, ImageDraw

from projects.models import Clip

_FRAME, _RIM = (255, 154, 107), (30, 20, 15)  # readable on light and on dark


def asked_picture(clip: Clip) -> bytes | None:
    """A JPEG of the person before the picture that they would stand before, with a frame around the face that would
    speak where there are several, or where somebody placed it by hand; None where the photo itself says it all.
    """
    portrait = clip.portrait
    framed = len(portrait.faces) > 1 or portrait.placed is not None
    if clip.backdrop is None and not (framed and portrait.faces):
        return None
    from rendering.engine.faces import person_matte, read_photo  # noqa: PLC0415  loads models
    from rendering.engine.faces.background import Background, over  # noqa: PLC0415

    with portrait.image.open("rb") as file:
        photo = read_photo(file.read())
    x, y, width, height = portrait.faces[portrait.face_index if portrait.placed is None else 0]["box"]
    if clip.backdrop is not None:
        with clip.backdrop.image.open("rb") as file:
            behind = read_photo(file.read())
        photo = over(photo, person_matte(photo, (x, y, width, height)), Background("picture", picture=behind))
    image = Image.fromarray(np.ascontiguousarray(photo))
    if framed:
        thick = max(max(image.size) // 200, 2)
        box = (x - thick, y - thick, x + width + thick, y + height + thick)
        draw = ImageDraw.Draw(image)
        draw.rectangle(box, outline=_RIM, width=2 * thick)
        draw.rectangle(box, outline=_FRAME, width=thick)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
