"""The face a style wears under its words."""

from collections.abc import Sequence

import numpy as np

from rendering.engine.motion.controls import both
from rendering.engine.motion.easing import Times, step
from rendering.engine.motion.emphasis import Phrase
from rendering.engine.motion.head import at_rest
from rendering.engine.motion.styles import Style

# Each at full weight; tuned by eye for faces that are seen for a long time. Names without a side stand for both.
EXPRESSIONS: dict[str, dict[str, float]] = {
    "smile": {"mouthSmile": 0.80, "mouthDimple": 0.10, "cheekSquint": 0.55, "eyeSquint": 0.30},
    "serious": {"browDown": 0.40, "eyeSquint": 0.14, "mouthFrown": 0.06},
    "sad": {"browInnerUp": 0.60, "mouthFrown": 0.50, "mouthShrugLower": 0.16, "eyeSquint": 0.10},
    "surprise": {"browInnerUp": 0.60, "browOuterUp": 0.60, "eyeWide": 0.50},
}
_ONE = frozenset({"browInnerUp", "mouthShrugLower"})

_FADE = 0.9  # s, in and out
_WHILE_SPEAKING = 0.78  # of the weight: lips that speak smile less
_ROUNDED_SMILE = 0.8  # how much of a smile a full pucker takes away


def expression(t: Times, spoken: Sequence[Phrase], *, style: Style) -> dict[str, Times]:
    """The style's expressions added up, control → (T,): from nothing to their weight and back to nothing at the end."""
    presence = at_rest(t, _FADE) * (1 - (1 - _WHILE_SPEAKING) * _speaking(t, spoken))
    return _weighted(presence, style)


def expression_loop(t: Times, *, style: Style) -> dict[str, Times]:
    """As `expression` for a silent clip that repeats: comes and goes once, slowly, with no speed at the ends."""
    phase = (t - t[0]) / max(float(t[-1] - t[0]), 1e-6)
    return _weighted(0.5 - 0.5 * np.cos(2 * np.pi * phase), style)


def yielding(smile: Times, pucker: Times) -> Times:
    """What is left of a smile (T,) while the lips are rounded (T,)."""
    return smile * np.clip(1 - _ROUNDED_SMILE * pucker, 0.0, 1.0)


def _weighted(presence: Times, style: Style) -> dict[str, Times]:
    curves: dict[str, Times] = {}
    for name, controls in EXPRESSIONS.items():
        weight = getattr(style, name)
        for control, amount in controls.items():
            for side in (control,) if control in _ONE else both(control):
                curves[side] = curves.get(side, 0.0) + weight * amount * presence
    return curves


def _speaking(t: Times, spoken: Sequence[Phrase]) -> Times:
    speaking = np.zeros_like(t)
    for phrase in spoken:
        speaking += step(t, phrase.start - 0.3, 0.5) - step(t, phrase.end - 0.1, 0.7)
    return np.clip(speaking, 0.0, 1.0)
