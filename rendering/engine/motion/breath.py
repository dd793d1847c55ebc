"""Breath: cycles at rest, an in-breath before each phrase, spent while it is spoken."""

from collections.abc import Sequence

import numpy as np

from rendering.engine.motion.easing import Times, ease, steps
from rendering.engine.motion.emphasis import Phrase
from rendering.engine.motion.styles import Style

_IN_SHARE = 0.4  # of a cycle at rest
_IN_BREATH = (0.3, 0.8)  # s before a phrase
_NEEDED_PAUSE = 0.25  # s between phrases for a breath
_SHALLOW, _PER_SECOND = 0.55, 0.12  # depth of the breath before a phrase, and by its length

Moves = list[tuple[float, float, float]]


def breath(t: Times, spoken: Sequence[Phrase], *, style: Style, random: np.random.Generator) -> Times:
    """0 out ..

    1 in, (T,). Begins breathed out; in-breaths fall into the pauses before phrases, rest is `style`'s rate.
    """
    seconds = float(t[-1])
    moves: Moves = []
    free_from = 0.0
    for index, phrase in enumerate(spoken):
        if index and phrase.start - spoken[index - 1].end < _NEEDED_PAUSE:
            continue
        begin = max(free_from, phrase.start - _IN_BREATH[1])
        moves += _cycles(free_from, begin, style=style, random=random)
        inhaled = max(phrase.start - begin, _IN_BREATH[0])
        ends = _breath_ends(spoken, index)
        depth = min(_SHALLOW + _PER_SECOND * (ends - phrase.start), 1.0) * style.breath_depth
        moves.append((begin, inhaled, depth))
        exhale = max(ends - begin - inhaled, 0.6)
        moves.append((begin + inhaled, exhale, 0.0))
        free_from = begin + inhaled + exhale
    moves += _cycles(free_from, seconds, style=style, random=random)
    return np.clip(steps(t, moves), 0.0, 1.0)


def breath_loop(t: Times, *, style: Style) -> Times:
    """A whole number of equal cycles over the clip, (T,): 0 with no speed at the first and last frame."""
    seconds = max(float(t[-1]), 1e-6)
    cycles = max(round(seconds * style.breaths_per_minute / 60), 1)
    phase = np.mod(t / seconds * cycles, 1.0)
    return style.breath_depth * np.minimum(ease(phase / _IN_SHARE), ease((1 - phase) / (1 - _IN_SHARE)))


def _breath_ends(spoken: Sequence[Phrase], index: int) -> float:
    """Where the breath taken before phrase `index` is spent:

    at the end of its last phrase without a pause to breathe in.
    """
    while index + 1 < len(spoken) and spoken[index + 1].start - spoken[index].end < _NEEDED_PAUSE:
        index += 1
    return spoken[index].end


def _cycles(start: float, end: float, *, style: Style, random: np.random.Generator) -> Moves:
    moves: Moves = []
    if style.breaths_per_minute <= 0:
        return moves
    period = 60 / style.breaths_per_minute
    while True:
        length = period * float(random.uniform(0.9, 1.1))
        if start + length > end:
            return moves
        depth = style.breath_depth * float(random.uniform(0.75, 1.0))
        moves += [(start, _IN_SHARE * length, depth), (start + _IN_SHARE * length, (1 - _IN_SHARE) * length, 0.0)]
        start += length
