"""Blinks and glances."""

from collections.abc import Sequence

import numpy as np

from rendering.engine.motion.controls import GAZE_DEGREES, both
from rendering.engine.motion.easing import Times, ease, steps
from rendering.engine.motion.styles import Style

_CLOSING = 0.075  # s, VanderWerf et al. 2003
_REOPENING = (0.14, 0.20)  # s, same; slower towards the end
_DOUBLE_SHARE = 0.15  # of blinks that a second one follows at once
_DOUBLE_GAP = (0.32, 0.42)  # s between the two
_INTERVAL_SIGMA = 0.55  # of the logarithm: intervals are log-normal (Bentivoglio 1997); the spread was tuned by eye
_SHORTEST_INTERVAL = 0.8  # s
_FIRST_BLINK = 0.4  # s; a clip never starts on one
_DRAWN_TO = 0.7  # s; how far a blink moves to fall on the end of a phrase or on a large glance

_SACCADE_BASE, _SACCADE_PER_DEGREE = 0.025, 0.0024  # s, s per degree (Lee, Badler & Badler 2002)
_AT_VIEWER = 3.1  # s at a time while talking, same
_LARGE_GLANCE = 1.4  # degrees in a portrait; blinks come with those (Evinger 1994)


def blink_times(
    seconds: float, *, style: Style, anchors: Sequence[float], random: np.random.Generator
) -> list[tuple[float, float]]:
    """When blinks start and how long they take to reopen: [(s, s)], none in the first 0.4 s, all over before the end.

    `anchors` (s) are moments that invite a blink. Doubles count as two, so that the rate is the style's.
    """
    if style.blinks_per_minute <= 0:
        return []
    mean = 60 / style.blinks_per_minute * (1 + _DOUBLE_SHARE)
    location = np.log(mean) - _INTERVAL_SIGMA**2 / 2
    last = seconds - (_CLOSING + 0.04 + _REOPENING[1] + 0.04)
    places = np.asarray(sorted(anchors), np.float64)
    blinks: list[tuple[float, float]] = []
    # into the middle of an interval, as if the person had blinked before the clip; early enough for a clip of a few
    # seconds
    clock = _FIRST_BLINK + float(random.uniform(0.15, 0.6)) * min(mean, 4.0)
    while clock <= last:
        begin = _drawn(clock, places, after=blinks[-1][0] + _SHORTEST_INTERVAL if blinks else _FIRST_BLINK, before=last)
        blinks.append((begin, float(random.uniform(*_REOPENING))))
        second = begin + float(random.uniform(*_DOUBLE_GAP))
        if random.random() < _DOUBLE_SHARE and second <= last:
            blinks.append((second, float(random.uniform(*_REOPENING))))
        clock = begin + max(float(random.lognormal(location, _INTERVAL_SIGMA)), _SHORTEST_INTERVAL + 0.45)
    return blinks


def _drawn(clock: float, places: Times, *, after: float, before: float) -> float:
    near = places[(np.abs(places - clock) <= _DRAWN_TO) & (places >= after) & (places <= before)]
    if len(near) == 0:
        return max(clock, after)
    return float(near[np.argmin(np.abs(near - clock))])


def blink_curve(t: Times, blinks: Sequence[tuple[float, float]]) -> Times:
    """eyeBlink of either eye: (T,) in 0..1. Reaches 1 for a frame, then opens fast at first and slowly at last."""
    shut = np.zeros_like(t)
    held = max(float(t[1] - t[0]) if len(t) > 1 else 0.0, 0.03) + 0.002
    for start, reopening in blinks:
        first, last = np.searchsorted(t, (start, start + _CLOSING + held + reopening))
        near = t[first:last]
        down = ease((near - start) / _CLOSING)
        u = np.clip((near - start - _CLOSING - held) / reopening, 0.0, 1.0)
        shut[first:last] = np.maximum(shut[first:last], down * (1 - u) ** 3 * (1 + 3 * u))
    return shut


Glances = list[tuple[float, float, float]]


def glance_times(seconds: float, *, style: Style, random: np.random.Generator) -> Glances:
    """Where the eyes look and from when: [(s, degrees to the subject's left, degrees up)]; at the viewer when it ends.

    About 3.1 s at the viewer, then away for `style.gaze_away` of the time, within `style.gaze` degrees and half of that
    up or down. While at the viewer the look shifts a little, as between a listener's eyes.
    """
    glances: Glances = []
    if style.gaze <= 0:
        return glances
    away_mean = _AT_VIEWER * style.gaze_away / max(1 - style.gaze_away, 0.1)
    clock = float(random.uniform(0.9, 1.8))
    side = float(random.choice((-1.0, 1.0)))
    while True:
        stay = float(random.gamma(6.0, _AT_VIEWER / 6.0))
        until = clock + stay
        shift = clock + float(random.uniform(0.7, 1.5))
        while shift < until - 0.4:
            _add(
                glances,
                shift,
                0.22 * style.gaze * random.uniform(-1, 1),
                0.12 * style.gaze * random.uniform(-1, 1),
                seconds,
            )
            shift += float(random.uniform(0.7, 1.6))
        away = float(random.gamma(5.0, away_mean / 5.0)) + 0.1
        if until + away > seconds - 0.5:
            break
        # the same side twice in a row looks as if something was there
        side = -side if random.random() < 0.7 else side
        size = style.gaze * random.uniform(0.55, 1.0)
        _add(glances, until, side * size, 0.5 * size * random.uniform(-1, 0.8), seconds)
        _add(glances, until + away, 0.0, 0.0, seconds)
        clock = until + away
    if glances:
        glances.append((max(seconds - 0.45, 0.0), 0.0, 0.0))
    return glances


def _add(glances: Glances, start: float, yaw: float, pitch: float, seconds: float) -> None:
    if start < seconds - 0.5:
        glances.append((start, float(yaw), float(pitch)))


def large_glances(glances: Glances) -> list[float]:
    """Starts (s) of the shifts that a blink likes to accompany, 50 ms before them."""
    found = []
    before = (0.0, 0.0)
    for start, yaw, pitch in glances:
        if np.hypot(yaw - before[0], pitch - before[1]) >= _LARGE_GLANCE:
            found.append(start - 0.05)
        before = (yaw, pitch)
    return found


def gaze_angles(t: Times, glances: Glances) -> tuple[Times, Times]:
    """Degrees to the subject's left and degrees up: (T,) each. A saccade takes 25 ms and 2.4 ms a degree."""
    yaw: list[tuple[float, float, float]] = []
    pitch: list[tuple[float, float, float]] = []
    before = (0.0, 0.0)
    for start, left, up in glances:
        seconds = _SACCADE_BASE + _SACCADE_PER_DEGREE * float(np.hypot(left - before[0], up - before[1]))
        yaw.append((start, seconds, left))
        pitch.append((start, seconds, up))
        before = (left, up)
    return steps(t, yaw), steps(t, pitch)


def gaze_curves(yaw: Times, pitch: Times) -> dict[str, Times]:
    """The eight eyeLook controls for both eyes turned alike:

    `yaw`, `pitch` in degrees (T,); 1 stands for GAZE_DEGREES.
    """
    left, right = np.maximum(yaw, 0) / GAZE_DEGREES, np.maximum(-yaw, 0) / GAZE_DEGREES
    curves = {"eyeLookOutLeft": left, "eyeLookInRight": left, "eyeLookInLeft": right, "eyeLookOutRight": right}
    curves |= dict.fromkeys(both("eyeLookUp"), np.maximum(pitch, 0) / GAZE_DEGREES)
    curves |= dict.fromkeys(both("eyeLookDown"), np.maximum(-pitch, 0) / GAZE_DEGREES)
    return curves
