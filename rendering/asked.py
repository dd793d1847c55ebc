"""What the person shown is shown when they are asked: the photo, and where that is not all of it, what it becomes."""

import io

import numpy as np
from PIL import Image, ImageDraw

from projects.parts import Part

_FRAME, _RIM = (255, 154, 107), (30, 20, 15)  # readable on light and on dark
_EMPTY = 190  # grey, before a card darkens it


def asked_picture(part: Part) -> bytes | None:
    """A JPEG of the person before the picture that they would stand before, with a frame around the face that would
    speak where there are several, or where somebody placed it by hand, and beside the original, which comes first,
    where the photo was repaired; beside an empty field with the other's name where two stand in one picture, since
    nobody has said that they may be shown to each other. None where the photo itself says it all.
    """
    clip, portrait, other = part.clip, part.portrait, part.together_with
    framed = len(portrait.faces) > 1 or portrait.placed is not None
    before = portrait.repaired_from
    repaired = before is not None and before.erased_at is None
    if clip.backdrop is None and not repaired and other is None and not (framed and portrait.faces):
        return None
    from rendering.engine.faces import person_matte, read_photo  # noqa: PLC0415  loads models
    from rendering.engine.faces.background import Background, over  # noqa: PLC0415

    with portrait.image.open("rb") as file:
        photo = read_photo(file.read())
    faces = portrait.faces or [{"box": (0.0, 0.0, float(portrait.width), float(portrait.height))}]
    x, y, width, height = faces[portrait.face_index if portrait.placed is None and portrait.faces else 0]["box"]
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
    if before is not None and repaired:
        with before.image.open("rb") as file:
            image = _beside(Image.fromarray(read_photo(file.read())), image)
    if other is not None:
        image = _with_company(image, other.subject.name, is_first=clip.portrait_id == portrait.pk)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _with_company(image: Image.Image, name: str, *, is_first: bool) -> Image.Image:
    """The picture beside an empty one with a name on it, in the order in which they will stand."""
    from rendering.engine.video.cards import draw_card  # noqa: PLC0415

    empty = Image.fromarray(draw_card(name, np.full((image.height, image.width, 3), _EMPTY, np.uint8)))
    both = Image.new("RGB", (2 * image.width, image.height))
    both.paste(image, (0 if is_first else image.width, 0))
    both.paste(empty, (image.width if is_first else 0, 0))
    return both


def _beside(before: Image.Image, after: Image.Image) -> Image.Image:
    """Both, equally tall, with an arrow from the first to the second: it needs no language."""
    before = before.resize((round(before.width * after.height / before.height), after.height), Image.Resampling.LANCZOS)
    gap = max(after.height // 12, 24)
    both = Image.new("RGB", (before.width + gap + after.width, after.height), "white")
    both.paste(before, (0, 0))
    both.paste(after, (before.width + gap, 0))
    x, y, half = before.width + gap // 2, after.height // 2, gap // 4
    ImageDraw.Draw(both).polygon([(x - half, y - half), (x + half, y), (x - half, y + half)], fill=_RIM)
    return both
