"""Head and brows: posture by phrases, nods and brows on stressed words, melody in between."""

from collections.abc import Sequence

import numpy as np

from rendering.engine.motion.controls import both
from rendering.engine.motion.easing import Times, ease, pulse, step, steps
from rendering.engine.motion.emphasis import Accent, Phrase, loudness, semitones, strongest
from rendering.engine.motion.styles import Style
from rendering.engine.speech import Prosody

# Shares of the style's limits; tuned by eye so that a presenter's head is never still and never draws the eye.
_POSTURE_YAW, _POSTURE_PITCH, _POSTURE_ROLL = 0.68, 0.25, 0.60
_WANDER = 0.26
_LOOP = 0.8
_NOD_DEGREES = 2.0  # of a presenter's strongest nod
_NOD_ASIDE = 0.5
_PITCH_PER_SEMITONE = 0.26  # degrees; head follows f0 (Munhall et al. 2004), the factor was tuned by eye
_ROLL_PER_DB = 0.04  # degrees
_SMOOTHING = 0.22  # s, of f0 and loudness before they move the head
_RANGE = (-6.0, 6.0)  # semitones and dB that move the head

_POSTURE_SECONDS = (1.8, 3.0)  # between two postures within a phrase
_MOVE_SECONDS = (1.0, 1.7)  # a change of posture takes
_RETURN_PAUSE = 0.6  # s of silence after which the head comes back
_SLOWEST, _FASTEST = 0.10, 0.45  # Hz, of the wander

_BREATH_SHARE = 0.08  # of the pitch limit that a whole in-breath lifts the head

_FADE = 0.7  # s: a clip begins and ends with the head as in the photo

_BROW_EARLY = 0.12  # s before the word (Kim, Cvejic & Davis: brows lead, nods follow)
_BROW_HEIGHT = 0.28


def head(
    t: Times,
    *,
    spoken: Sequence[Phrase],
    accents: Sequence[Accent],
    prosody: Prosody,
    breathing: Times,
    style: Style,
    random: np.random.Generator,
) -> tuple[Times, Times, Times]:
    """Yaw, pitch, roll in degrees, (T,) each: within the style's limits, 0 with no speed at the first and last frame.

    `breathing` (T,) in 0..1 lifts the head a little.
    """
    yaw, pitch, roll = _postures(t, spoken, accents, random)
    yaw = style.head_yaw * (yaw + _WANDER * _wander(t, random))
    pitch = style.head_pitch * (pitch + _WANDER * _wander(t, random))
    roll = style.head_roll * (roll + _WANDER * _wander(t, random))
    # the melody's part shrinks with the style as everything else does
    scale = style.head_pitch / 3.0
    pitch = pitch + scale * _PITCH_PER_SEMITONE * _melody(t, semitones(prosody), prosody.fps)
    voiced = np.where(np.isfinite(semitones(prosody)), loudness(prosody), np.nan)
    roll = roll + style.head_roll / 2.5 * _ROLL_PER_DB * random.choice((-1, 1)) * _melody(t, voiced, prosody.fps)
    down, aside = _nods(t, accents, random)
    nod = style.nods * _NOD_DEGREES
    pitch = pitch - nod * down + _BREATH_SHARE * style.head_pitch * breathing
    yaw = yaw + nod * aside
    roll = roll - 0.6 * nod * aside
    edge = at_rest(t, _FADE)
    return (
        within(yaw * edge, style.head_yaw),
        within(pitch * edge, style.head_pitch),
        within(roll * edge, style.head_roll),
    )


def head_loop(t: Times, *, breathing: Times, style: Style, random: np.random.Generator) -> tuple[Times, Times, Times]:
    """As `head` for a silent clip that repeats: one slow wander that ends where and as it began."""
    yaw = style.head_yaw * _LOOP * _wander_loop(t, random)
    pitch = style.head_pitch * (0.5 * _LOOP * _wander_loop(t, random) + _BREATH_SHARE * breathing)
    roll = style.head_roll * _LOOP * _wander_loop(t, random)
    return within(yaw, style.head_yaw), within(pitch, style.head_pitch), within(roll, style.head_roll)


def brows(t: Times, accents: Sequence[Accent], *, style: Style) -> dict[str, Times]:
    """Brows that rise before the strongest stressed words and peak on them: control → (T,)."""
    raised = np.zeros_like(t)
    for accent in strongest(accents, apart=1.8, least=0.40):
        top = accent.peak
        begin = min(accent.start - _BROW_EARLY, top - 0.20)
        height = _BROW_HEIGHT * accent.strength * style.brows
        raised += height * pulse(t, begin, top, top + 0.08, top + 0.60)
    raised = np.minimum(raised, 0.6) * at_rest(t, 0.3)
    return {"browInnerUp": 0.8 * raised, **dict.fromkeys(both("browOuterUp"), raised)}


def at_rest(t: Times, seconds: float) -> Times:
    """(T,): 0 at the first and last frame, 1 once `seconds` (at most a third of the clip) away from both."""
    seconds = min(seconds, max((t[-1] - t[0]) / 3, 1e-6))
    return ease((t - t[0]) / seconds) * ease((t[-1] - t) / seconds)


def _postures(
    t: Times, spoken: Sequence[Phrase], accents: Sequence[Accent], random: np.random.Generator
) -> tuple[Times, Times, Times]:
    """Shares of the limits, (T,) each:

    a turn of the head at the start of a phrase and every few seconds, back in pauses.
    """
    yaw: list[tuple[float, float, float]] = []
    pitch: list[tuple[float, float, float]] = []
    roll: list[tuple[float, float, float]] = []
    side = float(random.choice((-1.0, 1.0)))
    lean = float(random.choice((-1.0, 1.0)))
    for index, phrase in enumerate(spoken):
        clock = phrase.start - 0.25
        while clock < phrase.end - 0.5:
            side = -side if random.random() < 0.75 else side
            seconds = float(random.uniform(*_MOVE_SECONDS))
            turn = side * random.uniform(0.35, 1.0) * _POSTURE_YAW
            yaw.append((clock, seconds, turn))
            pitch.append((clock, seconds, float(random.uniform(-0.7, 1.0)) * _POSTURE_PITCH))
            # people tilt as they turn, each their own way
            roll.append((clock + 0.08, seconds * 1.1, lean * side * random.uniform(0.1, 1.0) * _POSTURE_ROLL))
            clock = _next_accent(clock + float(random.uniform(*_POSTURE_SECONDS)), accents)
        following = spoken[index + 1].start if index + 1 < len(spoken) else np.inf
        if following - phrase.end >= _RETURN_PAUSE:
            for track in (yaw, pitch, roll):
                track.append((phrase.end - 0.15, 1.1, 0.25 * (track[-1][2] if track else 0.0)))
    return steps(t, yaw), steps(t, pitch), steps(t, roll)


def _next_accent(clock: float, accents: Sequence[Accent]) -> float:
    return next((accent.start for accent in accents if clock <= accent.start <= clock + 0.6), clock)


def _wander(t: Times, random: np.random.Generator) -> Times:
    """Slow band-limited noise of about -1..1, (T,)."""
    waves = 5
    rates = np.geomspace(_SLOWEST, _FASTEST, waves) * random.uniform(0.9, 1.1, waves)
    phases = random.uniform(0, 2 * np.pi, waves)
    sizes = 1 / np.arange(1, waves + 1) ** 0.7
    sizes /= sizes.sum() / 1.6
    return np.asarray((sizes[:, None] * np.sin(2 * np.pi * rates[:, None] * t + phases[:, None])).sum(0))


def _wander_loop(t: Times, random: np.random.Generator) -> Times:
    """(T,) in -1..1: a few whole waves over the clip, 0 with no speed at both ends."""
    angle = 2 * np.pi * (t - t[0]) / max(float(t[-1] - t[0]), 1e-6)
    track = np.zeros_like(t)
    for wave in (1, 2):
        even, odd = random.uniform(-1, 1, 2) / wave
        track += even * (1 - np.cos(wave * angle)) / 2
        track += odd * (np.sin(wave * angle) / wave - np.sin((wave + 1) * angle) / (wave + 1))
    return np.asarray(track / max(float(np.abs(track).max()), 1e-6))


def _melody(t: Times, values: Times, fps: float) -> Times:
    """`values` (F,) at `fps`, NaN where unknown, as a smooth curve at the times t (T,) that falls to 0 where
    nothing is known.
    """
    if not np.isfinite(values).any():
        return np.zeros_like(t)
    reach = max(int(np.ceil(3.5 * _SMOOTHING * fps)), 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (_SMOOTHING * fps)) ** 2)
    kernel /= kernel.sum()
    known = np.isfinite(values)
    clipped = np.where(known, np.clip(values, *_RANGE), 0.0)
    total = np.convolve(clipped, kernel, mode="full")[reach : reach + len(values)]
    share = np.convolve(known.astype(float), kernel, mode="full")[reach : reach + len(values)]
    smooth = total / (share + 0.2)
    return np.interp(t, np.arange(len(values)) / fps, smooth)


def _nods(t: Times, accents: Sequence[Accent], random: np.random.Generator) -> tuple[Times, Times]:
    """Down, and aside either way, as shares of a whole nod, (T,) each.

    A nod starts with the stressed word and is lowest after its vowel; hardly any goes straight down.
    """
    down, aside = np.zeros_like(t), np.zeros_like(t)
    for accent in strongest(accents, apart=0.75, least=0.22):
        lowest = accent.peak + 0.12
        begin = min(accent.start, lowest - 0.28)
        nod = accent.strength * (step(t, begin, lowest - begin) - step(t, lowest, 0.55))
        down += nod
        aside += random.uniform(-_NOD_ASIDE, _NOD_ASIDE) * nod
    return down, aside


def within(angle: Times, limit: float) -> Times:
    """`angle` (T,) that never reaches `limit` on either side, and bends towards it smoothly."""
    return limit * np.tanh(angle / limit) if limit > 0 else np.zeros_like(angle)
