"""Contact sheets: the moments of a clip at which a puppet fails, to be looked at by a person."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.closed_loop import Watched
from benchmarks.signals import dips
from benchmarks.watching import decoded
from rendering.engine.motion import lip_opening
from rendering.engine.motion.visemes import targets

SHEETS = Path(__file__).parent / "sheets"
_ZOOM = 4
_WIDEST = 640  # px of one magnified tile
_FRAME_HEIGHT = 420  # px of a whole frame on its sheet
_SPOKEN = (("PP", 3), ("FF", 2), ("aa", 2), ("ou", 2), ("ih", 2), ("SS", 1), ("CH", 1))


@dataclass(frozen=True)
class Moment:
    """A frame worth looking at, and why."""

    frame: int
    title: str


Crop = tuple[int, int, int, int]
"""x, y, w, h in px."""


def write_sheets(watched: Watched, folder: Path = SHEETS) -> list[Path]:
    """Four PNGs of one clip: whole frames, the head at its furthest turns, the mouth ×4 and the eyes ×4 (or as large as
    640 px allow).
    """
    folder.mkdir(parents=True, exist_ok=True)
    mouths, eyes, heads = spoken_moments(watched), blink_moments(watched), head_moments(watched)
    wanted = {moment.frame for moment in (*mouths, *eyes, *heads)}
    frames = {index: picture for index, picture in enumerate(decoded(watched.clip.path)) if index in wanted}
    name, points = watched.clip.subject.name, watched.seen.points
    unit = watched.seen.unit_px
    pages = {
        "frames": [_whole(frames[m.frame], m.title) for m in (*heads, *mouths)],
        "head": [
            _magnified(frames[m.frame], _head(points[m.frame], unit), m.title) for m in (Moment(0, "rest"), *heads)
        ],
        "mouth": [
            _magnified(frames[m.frame], _around(points[m.frame], (61, 291, 13, 14), 0.40 * unit, 0.30 * unit), m.title)
            for m in mouths
        ],
        "eyes": [
            _magnified(frames[m.frame], _around(points[m.frame], (33, 263, 168), 0.62 * unit, 0.30 * unit), m.title)
            for m in eyes
        ],
    }
    written = []
    for page, tiles in pages.items():
        path = folder / f"{name}-{page}.png"
        cv2.imwrite(str(path), _grid(tiles, columns=6 if page == "frames" else 3)[..., ::-1])
        written.append(path)
    return written


def spoken_moments(watched: Watched) -> list[Moment]:
    """The first frame, the apex of lip shapes that matter, and the middle of the longest pause."""
    clip, gap = watched.clip, watched.seen.gap
    controls, fps = clip.performance.controls, clip.performance.fps
    opening = lip_opening(controls)
    best = {"PP": -opening, "FF": controls["mouthRollLower"], "ou": controls["mouthPucker"]}
    chosen = [Moment(0, "rest")]
    for viseme, times in _SPOKEN:
        spoken = [p for p in clip.speech.phonemes if p.symbol != "sil" and targets(p.symbol)[0].viseme == viseme]
        spoken.sort(key=lambda p: p.start - p.end)  # the longest show best
        for phoneme in spoken[:times]:
            first, last = int(np.ceil(phoneme.start * fps)), int(phoneme.end * fps) + 1
            curve = best.get(viseme, opening)[first : max(last, first + 1)]
            frame = min(first + int(np.argmax(curve)), len(opening) - 1)
            seen = f"asked {opening[frame]:.2f} seen {100 * gap[frame]:.0f}%"
            chosen.append(Moment(frame, f"{viseme} {frame / fps:.2f}s {seen}"))
    pauses = [p for p in clip.speech.phonemes[1:-1] if p.symbol == "sil"]
    if pauses:
        pause = max(pauses, key=lambda p: p.end - p.start)
        frame = int((pause.start + pause.end) / 2 * fps)
        chosen.append(Moment(frame, f"pause {frame / fps:.2f}s seen {100 * gap[frame]:.0f}%"))
    return chosen


def blink_moments(watched: Watched) -> list[Moment]:
    """A blink frame by frame, the eye as it is between blinks, the furthest glances, and further blinks shut."""
    controls = watched.clip.performance.controls
    lids, openness = np.asarray(controls["eyeBlinkLeft"]), watched.seen.eye_openness
    shut = dips(1 - lids, below=0.5)
    chosen = [Moment(0, "rest")]
    glance = controls["eyeLookOutLeft"] - controls["eyeLookInLeft"]
    for frame in {int(np.argmax(glance)), int(np.argmin(glance))}:
        chosen.append(Moment(frame, f"glance {25 * glance[frame]:+.1f} deg"))
    frames = [frame for first in shut[:1] for frame in range(first - 2, first + 5)] + shut[1:4]
    for frame in frames:
        if 0 <= frame < len(lids):
            chosen.append(Moment(frame, f"lid {lids[frame]:.2f} seen open {openness[frame]:.2f}"))
    return chosen


def head_moments(watched: Watched) -> list[Moment]:
    """Both ends of turn, nod and tilt."""
    controls = watched.clip.performance.controls
    return [
        Moment(int(pick(controls[name])), f"{name} {controls[name][int(pick(controls[name]))]:+.1f}")
        for name in ("headYaw", "headPitch", "headRoll")
        for pick in (np.argmin, np.argmax)
    ]


def _around(points: np.ndarray, indices: tuple[int, ...], beside: float, above: float) -> Crop:
    spots = points[list(indices), :2]
    low, high = spots.min(axis=0) - [beside, above], spots.max(axis=0) + [beside, above]
    if len(indices) == 3:  # the eyes: their corners stand for both
        low[0], high[0] = spots[:, 0].min() - 0.15 * beside, spots[:, 0].max() + 0.15 * beside
    else:
        low[0], high[0] = spots[:, 0].min() - 0.4 * beside, spots[:, 0].max() + 0.4 * beside
    x, y = (max(int(v), 0) for v in low)
    return x, y, int(high[0]) - x, int(high[1]) - y


def _head(points: np.ndarray, unit: float) -> Crop:
    """Head, hair and shoulders."""
    centre = points[:468, :2].mean(axis=0)
    x, y = max(int(centre[0] - 1.6 * unit), 0), max(int(centre[1] - 1.8 * unit), 0)
    return x, y, int(centre[0] + 1.6 * unit) - x, int(centre[1] + 1.9 * unit) - y


def _magnified(picture: np.ndarray, crop: Crop, title: str) -> np.ndarray:
    x, y, w, h = crop
    piece = picture[y : y + h, x : x + w]
    zoom = min(_ZOOM, _WIDEST / piece.shape[1])
    size = (round(piece.shape[1] * zoom), round(piece.shape[0] * zoom))
    return _titled(cv2.resize(piece, size, interpolation=cv2.INTER_CUBIC), f"{title} x{zoom:.1f}")


def _whole(picture: np.ndarray, title: str) -> np.ndarray:
    width = round(picture.shape[1] * _FRAME_HEIGHT / picture.shape[0])
    return _titled(cv2.resize(picture, (width, _FRAME_HEIGHT), interpolation=cv2.INTER_AREA), title)


def _titled(tile: np.ndarray, title: str) -> np.ndarray:
    strip = np.zeros((22, tile.shape[1], 3), np.uint8)
    cv2.putText(strip, title, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return np.vstack([strip, tile])


def _grid(tiles: list[np.ndarray], *, columns: int) -> np.ndarray:
    height, width = (max(tile.shape[side] for tile in tiles) + 4 for side in (0, 1))
    rows = -(-len(tiles) // columns)
    sheet = np.full((rows * height, min(columns, len(tiles)) * width, 3), 40, np.uint8)
    for index, tile in enumerate(tiles):
        y, x = index // columns * height, index % columns * width
        sheet[y : y + tile.shape[0], x : x + tile.shape[1]] = tile
    return sheet
