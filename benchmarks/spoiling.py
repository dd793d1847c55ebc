"""What time, cheap cameras and messengers do to photographs, done on purpose."""

from collections.abc import Callable

import cv2
import numpy as np

PAPER, DIRT = (238, 235, 228), (18, 15, 14)


def blurred(photo: np.ndarray, sigma: float = 4.0) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), sigma))


def grainy(photo: np.ndarray, sigma: float = 20.0) -> np.ndarray:
    grain = np.random.default_rng(0).normal(0, sigma, photo.shape)
    return np.clip(np.rint(photo + grain), 0, 255).astype(np.uint8)


def compressed(photo: np.ndarray, quality: int = 20) -> np.ndarray:
    _, packed = cv2.imencode(".jpg", photo[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1])


def faded(photo: np.ndarray) -> np.ndarray:
    """A colour print that has hung in the sun: dyes gone apart, black become brown."""
    return np.clip(photo * [0.45, 0.42, 0.35] + [105, 85, 60], 0, 255).astype(np.uint8)


def darkened(photo: np.ndarray, factor: float = 0.25) -> np.ndarray:
    return (photo * factor).astype(np.uint8)


def grey(photo: np.ndarray) -> np.ndarray:
    return np.repeat(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def sepia(photo: np.ndarray) -> np.ndarray:
    return np.clip(grey(photo) * [1.05, 0.88, 0.66] + [20, 12, 5], 0, 255).astype(np.uint8)


def small(photo: np.ndarray, scale: float = 0.25) -> np.ndarray:
    return np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def scratched(photo: np.ndarray, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """`photo` with nine scratches and forty specks of dust, and where they are, (H, W) bool."""
    dice = np.random.default_rng(seed)
    height, width = photo.shape[:2]
    marks = np.zeros((height, width), np.uint8)  # 1 paper, 2 dirt
    for number in range(9):
        start, angle, length = dice.uniform(0, 1, 2) * [width, height], dice.uniform(0, np.pi), dice.uniform(0.2, 0.7)
        along = np.array([np.cos(angle), np.sin(angle)]) * length * height
        wander = np.cumsum(dice.normal(0, 0.002, 24))[:, None] * along[::-1] * [-1, 1]
        way = start + np.linspace(0, 1, 24)[:, None] * along + wander
        kind = 2 if number % 3 == 2 else 1
        cv2.polylines(marks, [np.rint(way).astype(np.int32)], False, kind, int(dice.integers(1, 4)))
    for number in range(40):
        x, y = (int(v) for v in dice.uniform(0, 1, 2) * [width, height])
        cv2.circle(marks, (x, y), int(dice.integers(1, 4)), 1 + number % 2, -1)
    spoilt = photo.copy()
    spoilt[marks == 1], spoilt[marks == 2] = PAPER, DIRT
    soft = cv2.addWeighted(spoilt, 0.85, cv2.GaussianBlur(spoilt, (0, 0), 0.8), 0.15, 0)
    return np.asarray(soft), marks > 0


def old(photo: np.ndarray) -> np.ndarray:
    """Everything at once: a grainy print, scratched and faded."""
    return faded(scratched(grainy(photo, 12))[0])


CONDITIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "whole": lambda photo: photo,
    "blur": blurred,
    "noise": grainy,
    "jpeg 20": compressed,
    "fade": faded,
    "scratch": lambda photo: scratched(photo)[0],
    "dark": darkened,
    "sepia, faded": lambda photo: compressed(faded(sepia(photo)), 60),
    "old": old,
    "small": small,
}
