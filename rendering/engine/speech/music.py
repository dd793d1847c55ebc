"""A bed of music under speech: quieter while somebody speaks, faded in and out, as long as the clip."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from rendering.engine.errors import SoundError
from rendering.engine.speech.activity import HOP, active, levels_db
from rendering.engine.speech.loudness import limited, loudness_lufs
from rendering.engine.speech.recordings import decoded_sound
from rendering.engine.speech.spoken import Samples, Sound

RATE = 48_000  # Hz: music has more above 12 kHz than a voice
LONGEST = 900.0  # s; a song, not a concert
# Loudness of the bed in LUFS where nobody speaks. Speech is at -16; film mixers keep a bed 12 to 20 LU under it.
LEVELS = {"quiet": -32.0, "medium": -27.0, "loud": -22.0}
DUCK_DB = 9.0  # by so much it goes down while somebody speaks
_BEFORE, _AFTER = 0.25, 0.7  # s that it takes to go down, before the first word, and to come up again
_FADE_IN, _FADE_OUT, _JOIN = 0.6, 1.8, 1.0  # s


def read_music(path: Path) -> Sound:
    """The music in the file at `path`, 48 kHz mono, as it is. Raises SoundError as read_recording does."""
    samples = decoded_sound(path, rate=RATE, longest=LONGEST)
    if not len(samples) or np.abs(samples).max() < 1e-3:
        raise SoundError("recording-silent", "Nothing can be heard in this music.", "Choose another file.")
    return Sound(samples, RATE)


def with_music(speech: Sound, music: Sound, *, level: str) -> Sound:
    """`speech` with `music` under it, 48 kHz, exactly as long as the speech; `level` one of LEVELS.

    Music that is too short begins again, one end running into the other. Raises KeyError for an unknown level.
    """
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import

    shared = int(np.gcd(RATE, speech.rate))
    voice = resample_poly(speech.samples, RATE // shared, speech.rate // shared).astype(np.float32)
    bed = _as_long_as(music.samples, len(voice))
    loudness = loudness_lufs(bed, RATE)
    gain = 10 ** ((LEVELS[level] - loudness) / 20) if np.isfinite(loudness) else 0.0
    curve = 10 ** (-DUCK_DB * ducking(speech, len(voice)) / 20) * _fades(len(voice))
    return Sound(limited((voice + bed * gain * curve).astype(np.float32), RATE), RATE)


def ducking(speech: Sound, length: int) -> NDArray[np.float64]:
    """How far the music is down, (length,) at 48 kHz: 1 while there is speech, 0 in longer pauses, smooth between."""
    speaking = active(levels_db(speech.samples, speech.rate)).astype(np.float64)
    before, after = round(_BEFORE / HOP), round(_AFTER / HOP)
    # down before the word comes, and not up again in every breath
    held = maximum_filter1d(np.pad(speaking, (before + after, before + after)), before + after + 1)
    smooth = uniform_filter1d(held, before + after)[before + after : len(held) - before - after]
    return np.interp(np.arange(length) / RATE, (np.arange(len(smooth)) + 0.5) * HOP, smooth)


def _as_long_as(samples: Samples, length: int) -> Samples:
    join = min(round(_JOIN * RATE), len(samples) // 4)
    step = len(samples) - join
    out = np.zeros(length + len(samples), np.float32)
    ramp = np.sin(np.linspace(0, np.pi / 2, join, dtype=np.float32))  # equal power: no dip where they meet
    for start in range(0, length, max(step, 1)):
        piece = samples.copy()
        if start:
            piece[:join] *= ramp
        piece[len(piece) - join :] *= ramp[::-1]
        out[start : start + len(piece)] += piece
    if length <= step:
        out[:length] = samples[:length]
    return out[:length]


def _fades(length: int) -> NDArray[np.float64]:
    time = np.arange(length) / RATE
    rise = np.clip(time / _FADE_IN, 0, 1)
    fall = np.clip((length / RATE - time) / _FADE_OUT, 0, 1)
    return np.asarray(np.sin(np.pi / 2 * np.minimum(rise, fall)) ** 2)
