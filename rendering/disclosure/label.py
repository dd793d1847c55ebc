"""The label that people see: at the top right, from the first frame to the last, on any picture.

Place, wording and first exposure follow the European Commission's Code of Practice on marking and labelling
AI-generated content (2026), which applies Article 50(4) of the AI Act.
"""

from typing import Literal

import numpy as np

from rendering.engine.video.compose import Overlay
from rendering.engine.video.fonts import font
from rendering.engine.video.lettering import pill

Kind = Literal["generated", "modified"]
LABELS: dict[Kind, str] = {"generated": "AI GENERATED", "modified": "AI MODIFIED"}
HEIGHT = 0.042  # of the frame's shorter side
SMALLEST_HEIGHT = 18  # px; below it the letters close up
MARGIN = 0.025  # of the shorter side, to the frame's edges
GROUND, HAIRLINE = 170, 90  # opacities; white on this ground over pure white still has a contrast of 7:1


def label_overlay(size: tuple[int, int], kind: Kind = "generated") -> Overlay:
    """The label for frames of `size` (W, H) px, as an overlay without end.

    On a frame too narrow for the words it says "AI" alone.
    """
    shorter = min(size)
    height = max(SMALLEST_HEIGHT, round(HEIGHT * shorter))
    margin = max(4, round(MARGIN * shorter))
    picture = _words(LABELS[kind], height)
    if picture.shape[1] > size[0] - 2 * margin:
        picture = _words("AI", height)
    return Overlay(x=size[0] - margin - picture.shape[1], y=margin, rgba=picture)


def _words(text: str, height: int) -> np.ndarray:
    letters = font("Bold", round(height * 0.54))
    return pill(
        (text,),
        letters=letters,
        padding=(round(height * 0.42), 0),
        radius=height // 2,
        ground=GROUND,
        line_height=height,
        tracking=max(1, round(height * 0.035)),
        hairline=HAIRLINE,
    )
