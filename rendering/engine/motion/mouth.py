"""Phonemes to the curves of jaw and lips.

Jaw and lips are blended apart (JALI, Edwards et al. 2016): every sound has a window in time for the jaw, for the
rounding and for the spreading of the lips; at each moment the shapes of all open windows are averaged by how firmly
each insists. What must touch (lips on p b m and in silence, lower lip and teeth on f v) is laid over that average,
and nothing is smoothed after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rendering.engine.motion.controls import both
from rendering.engine.motion.easing import Times, ease, pulse
from rendering.engine.motion.styles import Style
from rendering.engine.motion.visemes import VISEMES, Contact, Target, Viseme, targets
from rendering.engine.speech import Phoneme

# s; JALI's onset and decay, with the longer ones for protruded lips, and the apex held for three quarters of the sound
_LEAD, _LAG = 0.12, 0.12
_ROUND_LEAD, _ROUND_LAG = 0.15, 0.15
_TONGUE = (0.08, 0.06)  # quicker than lips; tuned
_HELD = 0.75
_ROUNDING = ("funnel", "pucker")

# s; Rhubarb Lip Sync: shortest shape, how long before a plosive its closure begins, and what becomes of pauses
_SHORTEST = 0.07
_OCCLUSION = (0.04, 0.12)
_PAUSE_KEPT, PAUSE_RELAXED = 0.12, 0.35

# s; how soon a mouth is shut once speech has stopped, and how long before it starts again it may part
_SHUT_BEFORE, _SHUT_AFTER = 0.04, 0.10
_PART_BEFORE, _PARTED_AFTER = 0.10, 0.04

_CONTACT_HELD = 0.85  # of p b m f v, tuned: three quarters for the closure, the rest as slow as lips part
_SPARED = 0.12  # s of a sound before a contact that lend it no second frame
_BORROWED = 0.25  # of the rest: what a contact too short to be seen may take of it
_RELEASE = (0.04, 0.07)  # s in which lips part, by half of the sound after
_JAW_LIMIT = 0.45  # of jawOpen, however loud and stressed; tuned by eye: beyond it speech looks like shouting
_STRESS_JAW = (0.86, 1.0, 1.12)  # by stress none, secondary, primary
_STRESS_LIPS = (0.90, 1.0, 1.08)
_REST_HOLD = 0.06  # how firmly the face at rest insists
_TEETH_SEAL = 0.9  # how much of the opening f and v take away


@dataclass(frozen=True)
class Gesture:
    """One shape in time: `start` and `end` in s, `jaw` its jawOpen, `lips` the scale of its lip weights."""

    viseme: Viseme
    start: float
    end: float
    jaw: float
    lips: float
    vowel: bool = False
    shut: bool = False  # a silence long enough for the mouth to close

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def rounds(self) -> bool:
        return self.viseme.pucker > 0.2

    @property
    def held_until(self) -> float:
        return self.start + max(_HELD * self.seconds, min(_SHORTEST, self.seconds))


def mouth(t: Times, phonemes: Sequence[Phoneme], gains: Sequence[float], *, style: Style) -> dict[str, Times]:
    """Curves of jaw, lips and tongue at the times `t` (s, evenly spaced): control name → (T,) float64 in 0..1.

    `gains` has one number a phoneme by which its jaw opens more (> 1) or less than usual, from loudness.
    Wherever a closure is complete, mouthClose equals jawOpen and nothing else parts the lips.
    """
    gestures = plan(phonemes, gains, style=style)
    frame = float(t[1] - t[0]) if len(t) > 1 else 0.04
    jaw = np.minimum(_blend(t, gestures, "jaw"), 1.0)
    lips = {
        name: _blend(t, gestures, name) for name in ("funnel", "pucker", "stretch", "smile", "lower_down", "upper_up")
    }
    phone_shut, silence_shut, teeth = _contacts(t, gestures, frame)
    shut = 1 - (1 - phone_shut) * (1 - silence_shut)
    parted = 1 - shut
    teeth = teeth * parted
    inside = np.ones_like(t)
    for gesture in gestures:
        if gesture.viseme.tongue:
            inside *= 1 - gesture.viseme.tongue * gesture.lips * _window(t, gesture, *_TONGUE)
    curves = {
        "jawOpen": jaw,
        "mouthClose": jaw * (1 - parted * (1 - _TEETH_SEAL * teeth)),
        "mouthFunnel": lips["funnel"] * parted * (1 - 0.8 * teeth),
        "mouthPucker": lips["pucker"],
        "mouthRollLower": 0.38 * teeth + 0.12 * phone_shut,
        "mouthRollUpper": 0.10 * phone_shut,
        "tongueOut": (1 - inside) * parted,
    }
    pairs = {
        "mouthStretch": lips["stretch"] * (1 - silence_shut),
        "mouthSmile": lips["smile"] * (1 - silence_shut),
        "mouthLowerDown": (lips["lower_down"] * (1 - teeth) + 0.08 * teeth) * parted,
        # a lip on the teeth is only seen as such when the teeth are: the upper lip clears them
        "mouthUpperUp": (lips["upper_up"] * (1 - teeth) + 0.36 * teeth) * parted,
        "mouthPress": 0.20 * phone_shut,
    }
    for name, curve in pairs.items():
        curves |= dict.fromkeys(both(name), curve)
    return curves


def plan(phonemes: Sequence[Phoneme], gains: Sequence[float], *, style: Style) -> list[Gesture]:
    """What the mouth does, one after the other: sounds split into their shapes, pauses sorted by length (Rhubarb).

    A pause under 120 ms belongs to the sound before it; up to 350 ms the mouth relaxes; longer, and before the first
    and after the last sound, it shuts.
    """
    marked = any(phoneme.stress for phoneme in phonemes)
    gestures: list[Gesture] = []
    for phoneme, gain in zip(phonemes, gains, strict=True):
        begin = phoneme.start
        for target in targets(phoneme.symbol):
            end = begin + target.share * (phoneme.end - phoneme.start)
            stress = phoneme.stress if marked else 1
            gestures.append(_gesture(target, begin, end, stress=stress, gain=gain, style=style))
            begin = end
    return _with_pauses(gestures)


def _gesture(target: Target, start: float, end: float, *, stress: int, gain: float, style: Style) -> Gesture:
    viseme = VISEMES[target.viseme]
    jaw = viseme.jaw * target.jaw * style.jaw
    lips = target.lips * style.lips
    if target.vowel:
        jaw *= _STRESS_JAW[stress] * gain
        lips *= _STRESS_LIPS[stress]
    limit = _JAW_LIMIT * max(style.jaw, 1.0)
    return Gesture(viseme, start, end, min(jaw, limit), lips, vowel=target.vowel)


def _with_pauses(gestures: list[Gesture]) -> list[Gesture]:
    silent = VISEMES["sil"]
    merged: list[Gesture] = []
    for gesture in gestures:
        if merged and gesture.viseme is silent and merged[-1].viseme is silent:
            merged[-1] = replace(merged[-1], end=gesture.end)
        else:
            merged.append(gesture)
    planned: list[Gesture] = []
    for index, gesture in enumerate(merged):
        if gesture.viseme is not silent:
            planned.append(gesture)
        elif gesture.seconds > PAUSE_RELAXED or index in (0, len(merged) - 1):
            planned.append(replace(gesture, jaw=0.0, shut=True))
        elif gesture.seconds >= _PAUSE_KEPT:
            planned.append(gesture)
        elif planned[-1].viseme.contact is Contact.NONE:
            planned[-1] = replace(planned[-1], end=gesture.end)
    return planned


def _window(t: Times, gesture: Gesture, lead: float, lag: float) -> Times:
    apex = gesture.start + (min(0.25 * gesture.seconds, 0.05) if gesture.vowel else 0.0)
    return pulse(t, gesture.start - lead, apex, max(gesture.held_until, apex), gesture.end + lag)


def _blend(t: Times, gestures: list[Gesture], part: str) -> Times:
    total = np.zeros_like(t)
    weight = np.full_like(t, _REST_HOLD)
    absent = np.ones_like(t)
    for gesture in gestures:
        rounding = part in _ROUNDING and gesture.rounds
        lead, lag = (_ROUND_LEAD, _ROUND_LAG) if rounding else (_LEAD, _LAG)
        first, last = np.searchsorted(t, (gesture.start - lead, gesture.end + lag))
        hold = gesture.viseme.jaw_hold if part == "jaw" else gesture.viseme.lips_hold
        value = gesture.jaw if part == "jaw" else getattr(gesture.viseme, part) * gesture.lips
        window = _window(t[first:last], gesture, lead, lag)
        # squared: a neighbour that is still on its way counts for less than one that has arrived
        pull = hold * window**2
        total[first:last] += pull * value
        weight[first:last] += pull
        absent[first:last] *= (1 - window * rounding) ** 2
    # among sounds that leave the lips alone a rounded one would win at once; lips need its whole lead to protrude
    return total / weight * (1 - absent) if part in _ROUNDING else total / weight


def _contacts(t: Times, gestures: list[Gesture], frame: float) -> tuple[Times, Times, Times]:
    """(T,) each, 1 where complete: lips shut for a sound, lips shut for a silence, lower lip on the teeth."""
    opened = {Contact.LIPS: np.ones_like(t), Contact.TEETH: np.ones_like(t)}
    silence = np.ones_like(t)
    for index, gesture in enumerate(gestures):
        if gesture.shut:
            silence *= 1 - _silence(t, gesture, begins=index == 0, ends=index == len(gestures) - 1)
    if gestures and not gestures[-1].shut:
        silence *= 1 - ease((t - t[-1] + _SHUT_AFTER) / _SHUT_AFTER)
    for contact, first, last in _runs(gestures):
        before = gestures[first - 1].seconds if first else _OCCLUSION[1]
        after = gestures[last + 1].seconds if last + 1 < len(gestures) else _OCCLUSION[1]
        # A video shows no closure that falls between its frames. The frame on show at the middle of a sound and the one
        # nearest to it are shut, however short the sound; two frames are where the sound before has room for them.
        held_until = max(
            gestures[last].start + _CONTACT_HELD * gestures[last].seconds, gestures[last].middle + frame / 2
        )
        least = 1.5 * frame + min(frame / 2, _BORROWED * max(before - _SPARED, 0.0))
        top = min(gestures[first].start, gestures[first].middle - frame, held_until - least)
        rise = top - float(np.clip(before / 2, *_OCCLUSION))
        release = float(np.clip(after / 2, *_RELEASE))
        opened[contact] *= 1 - pulse(t, rise, top, held_until, held_until + release)
    return 1 - opened[Contact.LIPS], 1 - silence, 1 - opened[Contact.TEETH]


def _silence(t: Times, gesture: Gesture, *, begins: bool, ends: bool) -> Times:
    """1 while a long silence keeps the mouth shut, (T,). The silences that begin and end a clip have one edge only."""
    shut = np.ones_like(t)
    if not begins:
        # a clip that stops soon after its last sound still stops with its mouth shut
        complete = min(gesture.start + _SHUT_AFTER, float(t[-1])) if ends else gesture.start + _SHUT_AFTER
        shut *= ease((t - complete + _SHUT_BEFORE + _SHUT_AFTER) / (_SHUT_BEFORE + _SHUT_AFTER))
    if not ends:
        parts = max(gesture.end - _PART_BEFORE, gesture.start)
        shut *= ease((gesture.end + _PARTED_AFTER - t) / (gesture.end + _PARTED_AFTER - parts))
    return shut


def _runs(gestures: list[Gesture]) -> list[tuple[Contact, int, int]]:
    """Sounds in a row with the same contact hold it as one: (contact, first, last index)."""
    runs: list[tuple[Contact, int, int]] = []
    for index, gesture in enumerate(gestures):
        contact = gesture.viseme.contact
        if contact is Contact.NONE:
            continue
        if runs and runs[-1][0] is contact and runs[-1][2] == index - 1:
            runs[-1] = (contact, runs[-1][1], index)
        else:
            runs.append((contact, index, index))
    return runs
