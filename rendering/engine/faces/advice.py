"""What a person should know about their photo before anything is made of it, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rendering.engine.errors import PhotoError
from rendering.engine.faces.checks import choose_face
from rendering.engine.faces.measures import (
    LEFT_EYE,
    LIPS,
    RIGHT_EYE,
    Tone,
    blockiness,
    face_blur_px,
    face_detail_px,
    face_expression,
    face_light,
    face_sight,
    noise_sigma,
    photo_tone,
)
from rendering.engine.faces.mesh import Face

Box = tuple[float, float, float, float]


class Severity(StrEnum):
    """How much a piece of advice matters; only a problem keeps a clip from being made."""

    GOOD = "good"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Advice:
    """One thing to know. `code` is kebab-case for programs; `box` (x, y, w, h) px is what it is about."""

    code: str
    severity: Severity
    message: str
    box: Box | None = None


# Tuned on seven painted portraits and our drawing, whole and spoilt: blur, grain, JPEG, light, patches on eyes, mouth.
SMALL_PX, MODEST_PX = 100, 200
POOR_DETAIL_PX, MODEST_DETAIL_PX = 60, 110
POOR_SHARPNESS = 0.6  # of the detail that a face of that size could show
DARK, DIM = 35.0, 45.0  # L* of the lightest skin: in good light dark skin reaches it too
BURNT_MUCH, BURNT_SOME = 0.25, 0.05
ONE_SIDE_MUCH, ONE_SIDE_SOME = 0.7, 0.45  # lightness between the cheeks, by the lightest skin's
GRAINY, SOME_GRAIN = 12.0, 7.0  # levels of 255
BLOCKY, SOME_BLOCKS = 1.85, 1.5  # JPEG at quality 20 gives 1.9 to 2.7, at 50 1.4 to 1.8, at 80 1.1 to 1.4
TURNED_FAR, TURNED = 30.0, 18.0  # degrees
NODDED_FAR, NODDED = 26.0, 18.0
TILTED = 22.0
MOUTH_WIDE, MOUTH_OPEN = 0.3, 0.08
BROAD_SMILE = 0.64
EYE_SHUT = 0.17
UNSURE = 0.008  # whole faces wander by 0.003 to 0.0063, covered ones by 0.006 to 0.018
FLAT_EYE, FLAT_LIPS = 0.2, 0.06  # the flattest uncovered ones had 0.34 and 0.21
_EYES = {"right": RIGHT_EYE, "left": LEFT_EYE}
CAST = 9.0  # whole pictures share up to 5, faded ones 14 to 20


def advise(
    photo: np.ndarray, faces: Sequence[Face], index: int | None = None, *, placed: bool = False
) -> tuple[Advice, ...]:
    """What is to be said of `photo` (H, W, 3) and of face number `index` in it (None: the one that is clearly meant).

    `placed`: a person put the face's points there, on a mug or a dog: skin, covers and expression say nothing then.
    Worst first. Exactly one "good" when there is nothing to warn of. A "problem" has the code of `choose_face` or
    of `refuse_covered`.
    """
    found: list[Advice] = []
    tone = photo_tone(photo)
    try:
        face = choose_face(faces, index)
    except PhotoError as error:
        box = _box_of(faces, index)
        found.append(Advice(error.code, Severity.PROBLEM, str(error), box))
        chosen = faces[index or 0] if box and error.code != "face-choice" else None
        found += [*_of_photo(photo, tone), *(_of_light(photo, chosen) if chosen is not None else ())]
    else:
        found += _of_photo(photo, tone)
        if placed:
            found += _of_detail(face, face_detail_px(face, face_blur_px(photo, face)))
            found += _of_edge(photo, face)
        else:
            found += _of_face(photo, face, tone)
            found += _of_others(faces, face)
    order = list(Severity)
    found.sort(key=lambda advice: -order.index(advice.severity))
    if all(advice.severity in (Severity.GOOD, Severity.NOTE) for advice in found):
        praise = "This photo will do well." if not found else "This photo will do; what follows is good to know."
        found.insert(0, Advice("photo-good", Severity.GOOD, praise))
    return tuple(found)


def usable(advice: Sequence[Advice]) -> bool:
    """Whether a clip can be made of the photo that `advice` is about."""
    return not any(piece.severity == Severity.PROBLEM for piece in advice)


def refuse_covered(photo: np.ndarray, face: Face) -> None:
    """Raises PhotoError("mouth-covered" or "eyes-covered") where the mouth or both eyes of `face` cannot be seen.

    The mesh does not know: it guesses what lies under a mask as surely as it sees a mouth.
    """
    for piece in _of_sight(photo, face, photo_tone(photo)):
        if piece.severity == Severity.PROBLEM:
            told = piece.message.split(": ", 1)[0]
            raise PhotoError(piece.code, f"{told}.", "Use a photo in which nothing covers the eyes and the mouth.")


def _box_of(faces: Sequence[Face], index: int | None) -> Box | None:
    return faces[index or 0].box if faces and 0 <= (index or 0) < len(faces) else None


def _of_others(faces: Sequence[Face], face: Face) -> Iterator[Advice]:
    if len(faces) > 1:
        number = next(i for i, other in enumerate(faces) if other is face) + 1
        yield Advice(
            "faces-several",
            Severity.NOTE,
            f"There are {len(faces)} faces in this picture; number {number} will speak, the others stay still. "
            "Choose another one if that is not who you mean, or cut the others off.",
            face.box,
        )


def _of_photo(photo: np.ndarray, tone: Tone) -> Iterator[Advice]:
    noise, blocks = noise_sigma(photo), blockiness(photo)
    if noise >= SOME_GRAIN:
        severity = Severity.WARNING if noise >= GRAINY else Severity.NOTE
        yield Advice(
            "photo-grainy",
            severity,
            "The picture is grainy. The grain will stand still on the face while it moves, which looks like a dirty "
            "window; the repair “noise” takes most of it out.",
        )
    if blocks >= SOME_BLOCKS:
        strong = blocks >= BLOCKY
        yield Advice(
            "photo-blocks",
            Severity.WARNING if strong else Severity.NOTE,
            ("The picture was saved with very strong compression: small squares show in it. " if strong else "")
            + ("" if strong else "The picture was compressed a good deal when it was saved. ")
            + "Messengers do that; the original from the camera looks better.",
        )
    if tone.faded:
        yield Advice(
            "photo-faded",
            Severity.WARNING,
            "The picture has faded, or a haze lies over it: nothing in it is really dark or really light. "
            "The repair “tone” brings most of that back.",
        )
    if not tone.monochrome and float(np.hypot(*tone.cast)) >= CAST:
        yield Advice(
            "photo-cast",
            Severity.WARNING,
            "A tint of one colour lies over the whole picture, as on old prints. The repair “tone” takes it off.",
        )
    if tone.monochrome:
        yield Advice(
            "photo-one-colour",
            Severity.NOTE,
            "The picture is in shades of one colour. Repairs keep it so; it is not coloured in.",
        )


def _of_face(photo: np.ndarray, face: Face, tone: Tone) -> Iterator[Advice]:
    detail = face_detail_px(face, face_blur_px(photo, face))
    yield from _of_detail(face, detail)
    yield from _of_light(photo, face)
    yield from _of_pose(photo, face)
    if detail >= POOR_DETAIL_PX or detail >= POOR_SHARPNESS * face.size_px:  # blur hides eyes too, and has been told
        yield from _of_sight(photo, face, tone)
    yield from _of_expression(face)


def _of_detail(face: Face, detail: float) -> Iterator[Advice]:
    size = face.size_px
    if size < MODEST_PX:
        small = size < SMALL_PX
        yield Advice(
            "face-small",
            Severity.WARNING if small else Severity.NOTE,
            f"The face is {size:.0f} pixels tall. "
            + (
                "It will speak, but lips and eyes will be coarse; shown large it will look soft. "
                "Use a larger photo, or one taken from nearer."
                if small
                else "That will do for a small clip; 200 pixels or more look better."
            ),
            face.box,
        )
    if detail < POOR_DETAIL_PX and detail < POOR_SHARPNESS * size:
        yield Advice(
            "face-blurred",
            Severity.WARNING,
            f"The face is out of focus or shaken: it shows no more than a sharp face {detail:.0f} pixels tall would. "
            "Lips and lids will have soft edges, and closed lips will be hard to see. Use a sharper photo if you can.",
            face.box,
        )
    elif detail < MODEST_DETAIL_PX and detail < POOR_SHARPNESS * size:
        yield Advice(
            "face-soft",
            Severity.NOTE,
            f"The face is a little soft: it shows about as much as a sharp face {detail:.0f} pixels tall.",
            face.box,
        )


def _of_light(photo: np.ndarray, face: Face) -> Iterator[Advice]:
    light = face_light(photo, face)
    if light.brightest < DIM:
        dark = light.brightest < DARK
        yield Advice(
            "face-dark",
            Severity.WARNING if dark else Severity.NOTE,
            "The face is " + ("very " if dark else "rather ") + "dark: even its lightest parts are. "
            "The repair “tone” lightens it; a photo with light from the front shows more.",
            face.box,
        )
    if light.burnt > BURNT_SOME:
        yield Advice(
            "face-burnt",
            Severity.WARNING if light.burnt > BURNT_MUCH else Severity.NOTE,
            f"{_share(light.burnt)} of the face is plain white: too much light, or a flash. What the photo lacks there "
            "cannot be brought back; folds and shadows will be missing when the face moves.",
            face.box,
        )
    if abs(light.sides) > ONE_SIDE_SOME:
        much = abs(light.sides) > ONE_SIDE_MUCH
        yield Advice(
            "face-half-lit",
            Severity.WARNING if much else Severity.NOTE,
            "One half of the face lies in shadow. It works, and the shadow moves along with the face; "
            + (
                "little will be seen of the dark eye and of that corner of the mouth."
                if much
                else "small turns look best."
            ),
            face.box,
        )


def _of_pose(photo: np.ndarray, face: Face) -> Iterator[Advice]:
    turn = abs(face.yaw)
    if turn > TURNED:
        side = "their left" if face.yaw > 0 else "their right"
        yield Advice(
            "face-turned-some",
            Severity.WARNING if turn > TURNED_FAR else Severity.NOTE,
            f"The face is turned {turn:.0f}° to {side}. "
            + (
                "The far eye and the far corner of the mouth are seen so narrowly that they will move less well."
                if turn > TURNED_FAR
                else "That works; the mouth moves best in a face seen from the front."
            ),
            face.box,
        )
    if abs(face.pitch) > NODDED:
        way = "up" if face.pitch > 0 else "down"
        yield Advice(
            "face-raised" if face.pitch > 0 else "face-lowered",
            Severity.WARNING if abs(face.pitch) > NODDED_FAR else Severity.NOTE,
            f"The face looks {way} by {abs(face.pitch):.0f}°. Lips and lids are foreshortened and will move less well.",
            face.box,
        )
    if abs(face.roll) > TILTED:
        yield Advice(
            "face-tilted-some",
            Severity.NOTE,
            f"The head is tilted by {abs(face.roll):.0f}°. It speaks as well; the neck may stretch when it moves.",
            face.box,
        )
    yield from _of_edge(photo, face)


def _of_edge(photo: np.ndarray, face: Face) -> Iterator[Advice]:
    x, y, w, h = face.box
    if x < 0 or y < 0 or x + w > photo.shape[1] or y + h > photo.shape[0]:
        yield Advice(
            "face-at-edge",
            Severity.WARNING,
            "The edge of the picture cuts into the face. Movements will be small there, so that nothing is torn.",
            face.box,
        )


def _of_sight(photo: np.ndarray, face: Face, tone: Tone) -> Iterator[Advice]:
    sight = face_sight(photo, face, tone)
    eyes = [name for name, seen in (("right", sight.right_eye), ("left", sight.left_eye)) if seen < FLAT_EYE]
    eyes_unsure, mouth_unsure = sight.eyes_doubt > UNSURE, sight.mouth_doubt > UNSURE
    if eyes or eyes_unsure:
        yield Advice(
            "eyes-covered" if eyes else "eyes-unsure",
            Severity.PROBLEM if len(eyes) == 2 else Severity.WARNING if eyes else Severity.NOTE,
            (
                f"{_eyes(eyes)} cannot be seen: dark glasses, hair, or deep shadow. "
                if eyes
                else "We are not sure where the eyes are; something may cover them, or the picture is too soft there. "
            )
            + "Blinks and glances will be guesses there. Nothing behind a cover can be made up truthfully.",
            _around(face, [eye for name, eye in _EYES.items() if not eyes or name in eyes]),
        )
    if mouth_unsure or sight.lip_line < FLAT_LIPS:
        both = mouth_unsure and sight.lip_line < FLAT_LIPS
        yield Advice(
            "mouth-covered" if both else "mouth-unsure",
            Severity.PROBLEM if both else Severity.WARNING,
            (
                "The mouth cannot be seen: a hand, a mask, a microphone? "
                if both
                else "We are not sure where the lips are; something may cover them, or the picture is too soft there. "
            )
            + "The lips will be moved where they are guessed to be, and what covers them will be bent with them.",
            _around(face, [LIPS]),
        )


def _of_expression(face: Face) -> Iterator[Advice]:
    seen = face_expression(face)
    if seen.mouth_open > MOUTH_OPEN:
        wide = seen.mouth_open > MOUTH_WIDE
        yield Advice(
            "mouth-open",
            Severity.WARNING if wide else Severity.NOTE,
            (
                "The mouth is wide open. Closing it for p, b and m squeezes the face; a closed mouth looks far better."
                if wide
                else "The mouth is a little open. Teeth that show are kept; a closed mouth gives cleaner p, b and m."
            ),
            _around(face, [LIPS]),
        )
    if seen.smile > BROAD_SMILE:
        yield Advice(
            "face-smiling",
            Severity.NOTE,
            "A broad smile stays in every word of the clip. A calm face can show more.",
            _around(face, [LIPS]),
        )
    shut = [name for name, openness in zip(("right", "left"), seen.eyes_open, strict=True) if openness < EYE_SHUT]
    if shut:
        yield Advice(
            "eyes-shut",
            Severity.WARNING,
            f"{_eyes(shut)} {'are' if len(shut) == 2 else 'is'} closed, and will stay so: "
            "what lies behind a lid is not in the photo.",
            _around(face, [_EYES[name] for name in shut]),
        )


def _around(face: Face, parts: Sequence[Sequence[int]]) -> Box:
    """The box around these parts of the face, with some room."""
    points = face.points[[index for part in parts for index in part], :2]
    room = 0.05 * face.size_px
    low, high = points.min(axis=0) - room, points.max(axis=0) + room
    return (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def _eyes(names: Sequence[str]) -> str:
    return "Both eyes" if len(names) == 2 else f"The person’s {names[0]} eye"


def _share(part: float) -> str:
    return f"{100 * part:.0f} %" if part < 0.5 else "More than half"
