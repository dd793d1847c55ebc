"""Where captions may stand: inside the safe area of the frame's shape, never over the mouth or the label."""

from collections.abc import Iterator
from dataclasses import dataclass

Box = tuple[float, float, float, float]  # x, y, width, height; px

# Tall clips are watched inside apps that lay names, buttons and captions of their own over them: a fifth below, an
# eighth above, a tenth at the sides is what TikTok, Reels and Shorts leave free between them.
_TALL_FROM = 1.5  # height : width
_TALL_SAFE = {"below": 0.19, "above": 0.12, "beside": 0.1}
_SAFE = {"below": 0.07, "above": 0.06, "beside": 0.05}  # EBU R 95: 5 % of the height and of the width, and a little
LOWEST = 0.015  # of the frame's height, below a caption that has no other place
_SCALES = (1.0, 0.85, 0.7)  # of the letters, before the safe area is left
_CLEAR = 0.012  # of the frame's height, between captions and what they keep away from


@dataclass(frozen=True)
class Place:
    """A band `top`..`bottom` px, `width` px wide, for letters of `scale` times their usual size. `is_above`: captions
    hang from its top; otherwise they stand on its bottom.
    """

    top: int
    bottom: int
    width: int
    scale: float
    is_above: bool = False


def placed(size: tuple[int, int], *, mouth: Box | None, label: Box | None) -> Iterator[Place]:
    """The places for captions on frames of `size` (W, H) px, the best one first; the last one is for whatever fits
    nowhere else.
    """
    width, height = size
    safe = _TALL_SAFE if height >= _TALL_FROM * width else _SAFE
    inside = round(width * (1 - 2 * safe["beside"]))
    clear = _CLEAR * height
    highest = 0.6 * height  # above it captions would no longer be below the face's middle
    if mouth is not None:
        highest = mouth[1] + mouth[3] + clear
    under_label = max(safe["above"] * height, label[1] + label[3] + clear if label is not None else 0.0)
    above_mouth = mouth[1] - clear if mouth is not None else 0.4 * height
    floor, lowest = round(height * (1 - safe["below"])), round(height * (1 - LOWEST))
    for bottom in (floor, lowest):
        for scale in _SCALES:
            yield Place(round(highest + 0.5), bottom, inside, scale)
    for scale in _SCALES:
        yield Place(round(under_label + 0.5), int(above_mouth), inside, scale, is_above=True)
    yield Place(0, lowest, inside, 0.5)
