"""What the pages show of a picture: the advice in words, and marks on the picture for what is about a part of it."""

from dataclasses import dataclass

from projects.models import Portrait

Box = tuple[float, float, float, float]

_NUMBERS = 22  # a number is one in so many of the picture's longer side


@dataclass(frozen=True)
class Line:
    """A piece of advice; `number` of its mark on the picture, 0 where it has none."""

    severity: str
    message: str
    number: int


@dataclass(frozen=True)
class Mark:
    """A rectangle on the picture, px, with the numbers of the lines that are about it."""

    x: float
    y: float
    width: float
    height: float
    numbers: str
    severity: str


@dataclass(frozen=True)
class Looked:
    """The advice on a portrait: `lines` worst first, `marks`, how large their numbers are written (px of the picture),
    and what the file says of its own origin, in words.
    """

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    type_px: int
    origin: tuple[str, ...]


_ORIGINS = {
    "trainedAlgorithmicMedia": "made by AI",
    "compositeWithTrainedAlgorithmicMedia": "partly made by AI",
    "compositeSynthetic": "put together with something made by AI",
    "algorithmicMedia": "made by a program",
    "algorithmicallyEnhanced": "cleaned up by a program",
    "digitalCapture": "taken with a digital camera",
    "computationalCapture": "taken with a camera that merges several shots",
    "negativeFilm": "scanned from a negative",
    "positiveFilm": "scanned from a slide",
    "print": "scanned from a print",
    "minorHumanEdits": "a photo with small changes by a person",
    "humanEdits": "a photo changed by a person",
    "compositeCapture": "put together from photos",
    "digitalCreation": "drawn on a computer",
    "digitalArt": "drawn on a computer",
    "virtualRecording": "recorded in a virtual world",
    "screenCapture": "a picture of a screen",
}


def looked_at(portrait: Portrait) -> Looked:
    """What to show of this portrait's advice."""
    lines: list[Line] = []
    marks: dict[Box, Mark] = {}
    for piece in portrait.advice:
        number = 0
        if piece.get("box") and piece["severity"] != "good":
            number = 1 + max((line.number for line in lines), default=0)
            x, y, width, height = piece["box"]
            box = (x, y, width, height)
            # One mark a place: its severity is that of the worst line, which came first.
            before = marks.get(box)
            numbers = f"{before.numbers}, {number}" if before else str(number)
            marks[box] = Mark(x, y, width, height, numbers, before.severity if before else piece["severity"])
        lines.append(Line(piece["severity"], piece["message"], number))
    largest_first = sorted(marks.values(), key=lambda mark: -mark.width * mark.height)
    type_px = max(portrait.width, portrait.height) // _NUMBERS
    return Looked(tuple(lines), tuple(largest_first), type_px, _origin_of(portrait))


def _origin_of(portrait: Portrait) -> tuple[str, ...]:
    names = [str(uri).rstrip("/").rsplit("/", 1)[-1] for uri in portrait.source_types]
    return tuple(_ORIGINS.get(name, name) for name in names)
