"""Fading and colour casts undone, dark faces lightened; black and white and sepia stay what they are."""

import cv2
import numpy as np

from rendering.engine.faces import Face
from rendering.engine.faces.advice import CAST, DIM
from rendering.engine.faces.measures import face_light, photo_tone

_LOW, _HIGH = 0.003, 0.997  # quantiles that become black and white: a few specks may be darker and lighter
_BLACK, _WHITE = 8.0, 246.0  # levels of 255 they become
_MOST_GAIN = 4.0  # beyond it grain and JPEG blocks are all that grows
_MOST_BALANCE = 1.35  # how much more one channel may gain than another: dyes of old prints fade apart by about that
_WISHED_BRIGHTEST = 72.0  # L* of the lightest skin after lightening
_STRONGEST_GAMMA = 0.5
_LONGEST_EXPOSURE = 12.0  # times


def restore_tone(photo: np.ndarray, face: Face | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """`photo` (H, W, 3) uint8 with its scale from black to white given back; what was done: "faded", "cast", "dark".

    Nothing is done where nothing is wrong. A picture of one colour is changed in its lightness only.
    """
    tone = photo_tone(photo)
    cast = not tone.monochrome and float(np.hypot(*tone.cast)) >= CAST
    done: list[str] = []
    if tone.faded or cast:
        photo = _stretched_lightness(photo) if tone.monochrome else _stretched_channels(photo, cast=cast)
        done += [name for name, was in (("faded", tone.faded), ("cast", cast)) if was]
    if face is not None and (brightest := face_light(photo, face).brightest) < DIM:
        photo = _lightened(photo, brightest)
        done.append("dark")
    return photo, tuple(done)


def _stretched_lightness(photo: np.ndarray) -> np.ndarray:
    """Levels on L*, with a* and b* as they were: sepia stays sepia."""
    lab = cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    low, high = np.quantile(lab[..., 0], (_LOW, _HIGH))
    gain = min(93.0 / max(float(high - low), 1.0), _MOST_GAIN)
    lab[..., 0] = np.clip(3 + (lab[..., 0] - low) * gain, 0, 100)
    return _eight_bits(255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))


def _stretched_channels(photo: np.ndarray, *, cast: bool) -> np.ndarray:
    """Levels on each channel: black becomes black in all three, white as far as the cast speaks for it."""
    values = photo.astype(np.float32)
    low, high = np.quantile(values.reshape(-1, 3), (_LOW, _HIGH), axis=0)
    if not cast:  # a haze without colour: what tint there is belongs to the picture
        low = np.full(3, low.min())
    span = np.maximum(high - low, 1.0)
    # half of the way to white lights: the rest is the picture's own warmth, or the sky's blue
    balance = np.clip(np.sqrt(span.max() / span), 1.0, _MOST_BALANCE) if cast else np.ones(3)
    gain = np.minimum((_WHITE - _BLACK) / float(span.max()) * balance, _MOST_GAIN)
    return _eight_bits(_BLACK + (values - low) * gain)


def _lightened(photo: np.ndarray, brightest: float) -> np.ndarray:
    """`photo` with its lightest skin, of lightness `brightest`, brought up: as a longer exposure would have, until the
    lights are white, and the rest by a gamma on L*; shadows stay deep, colours keep their hue.
    """
    linear = np.where(photo <= 10, photo / 3294.6, ((photo / 255 + 0.055) / 1.055) ** 2.4)  # sRGB, IEC 61966-2-1
    room = 1 / max(float(np.quantile(linear.max(axis=2), _HIGH)), 1e-3)
    gain = float(np.clip(min(_luminance(_WISHED_BRIGHTEST) / _luminance(brightest), room), 1, _LONGEST_EXPOSURE))
    linear = np.clip(linear * gain, 0, 1)
    exposed = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-6) ** (1 / 2.4) - 0.055)
    photo, brightest = _eight_bits(255 * exposed), _lightness(_luminance(brightest) * gain)
    gamma = np.log(_WISHED_BRIGHTEST / 100) / np.log(max(brightest, 1.0) / 100)
    gamma = float(np.clip(gamma, _STRONGEST_GAMMA, 1.0))
    lab = cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    before = np.maximum(lab[..., 0], 0.5)
    after = 100 * (before / 100) ** gamma
    lab[..., 0] = after
    # a* and b* grow with lightness, or the face turns to ash; less in the shadows, where they are noise
    lab[..., 1:] *= np.clip((after / before) ** 0.7, 1, 2.2)[..., None]
    return _eight_bits(255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))


def _luminance(lightness: float) -> float:
    """Y (0..1) of L* (CIE 1976), above the straight piece near black."""
    return ((max(lightness, 8.0) + 16) / 116) ** 3


def _lightness(luminance: float) -> float:
    return float(116 * np.cbrt(luminance) - 16)


def _eight_bits(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
