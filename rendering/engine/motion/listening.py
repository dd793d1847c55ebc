"""Somebody who listens: turned a little towards who speaks, with a look and a nod now and then."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rendering.engine.motion.easing import Times, step, steps
from rendering.engine.motion.emphasis import Phrase
from rendering.engine.motion.head import at_rest
from rendering.engine.motion.styles import Style

# Shares of the style's limits and degrees, tuned by eye on two paintings in one picture.
_TURN = 0.62
_LOOK = 2.6  # degrees that the eyes go further than the head, towards the other
_LOOKS_FOR = (1.4, 2.8)  # s before the eyes come back to the viewer
_LATE = 0.35  # s after the other begins
_MOVE = 0.9  # s that the head takes
_NOD = 1.7  # degrees, of an ordinary nod
_NOD_SECONDS = (0.26, 0.42)  # down, and up again
_SHORTEST_NOD = 0.8  # s of speech that deserves one
_NODS = 0.75  # how often it gets one
_APART = 2.4  # s between two nods at least
_EDGE = 0.7  # s: at rest at both ends of a clip


@dataclass(frozen=True)
class Listening:
    """What is added to a performance, (T,) each, in degrees: `yaw`, `pitch` and `roll` of the head, `left` of the
    eyes.
    """

    yaw: Times
    pitch: Times
    roll: Times
    left: Times


def listening(
    t: Times, heard: Sequence[Phrase], *, toward: float, style: Style, random: np.random.Generator
) -> Listening:
    """How somebody whose own speech is silent listens to the phrases `heard` of another one, who is seen to their left
    (`toward` 1) or right (-1). All is at rest at both ends.
    """
    turns: list[tuple[float, float, float]] = []
    looks: list[tuple[float, float, float]] = []
    nods: list[tuple[float, float]] = []
    last_nod = -np.inf
    for stretch in _stretches(heard):
        begin, end = stretch[0].start + _LATE, stretch[-1].end
        turns.append((begin, _MOVE, toward * style.head_yaw * _TURN * random.uniform(0.7, 1.0)))
        turns.append((end - 0.1, _MOVE, 0.0))
        looks.append((begin - 0.12, 0.05, toward * _LOOK))
        looks.append((min(begin + random.uniform(*_LOOKS_FOR), end), 0.05, 0.0))
        for phrase in stretch:
            wanted = random.random() < _NODS and phrase.end - phrase.start >= _SHORTEST_NOD
            if wanted and phrase.end - last_nod >= _APART:
                last_nod = phrase.end
                nods.append((phrase.end - random.uniform(0.05, 0.3), random.uniform(0.6, 1.0)))
    pitch = np.zeros_like(t)
    down, up = _NOD_SECONDS
    for begin, size in nods:
        pitch -= style.nods * _NOD * size * (step(t, begin, down) - step(t, begin + down, up))
    yaw = steps(t, turns)
    edge = at_rest(t, _EDGE)
    # a head that turns tilts a little with it
    return Listening(yaw * edge, pitch * edge, -0.18 * yaw * edge, steps(t, looks) * edge)


def _stretches(heard: Sequence[Phrase]) -> list[list[Phrase]]:
    """The phrases, together where no more than a breath lies between them."""
    found: list[list[Phrase]] = []
    for phrase in heard:
        if found and phrase.start - found[-1][-1].end < 1.2:
            found[-1].append(phrase)
        else:
            found.append([phrase])
    return found
