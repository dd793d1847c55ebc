"""What was commanded against what is seen in the finished MP4."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measure, Target
from benchmarks.signals import Curve, correlation, dips, lag, matched, restlessness, spread
from benchmarks.subjects import Clip, Subject, make_clip
from benchmarks.watching import Seen, edge, outside, shape_distance, watch
from rendering.engine.motion import POSE, STYLES, lip_opening
from rendering.engine.motion.mouth import PAUSE_RELAXED
from rendering.engine.restoration.identity import MOST_APART

CLOSED = 0.04  # of the mouth's width
BLINK_SEEN = 0.65  # of the open eye: the lid is past the middle of the pupil
BLINK_ASKED = 0.5
_LID_MOVES = 0.02  # of eyeBlink
_STILL_DEGREES = 0.06  # a frame: slower than this a commanded head is still
_SETTLED = 0.14  # s after a pause begins and before it ends in which the lips still move
_LIPS = {"p", "b", "m"}


@dataclass
class Drawn:
    """What is told of frames before they are encoded: how far ground, border and the first frame, in which nothing has
    moved yet, differ from the photo, 1/255.
    """

    photo: np.ndarray
    ground: tuple[np.ndarray, np.ndarray]
    border: tuple[np.ndarray, np.ndarray]
    frames: int = 0
    ground_sum: float = 0.0
    border_most: float = 0.0
    first_mean: float = 0.0
    first_most: float = 0.0

    def look(self, chunk: np.ndarray) -> None:
        """Take in (n, H, W, 3) uint8."""
        if not self.frames:
            change = np.abs(chunk[0].astype(np.int16) - self.photo).max(axis=-1)
            self.first_mean, self.first_most = float(change.mean()), float(change.max())
        self.frames += len(chunk)
        if len(self.ground[0]):
            at = (slice(None), *self.ground)
            self.ground_sum += float(np.abs(chunk[at].astype(int) - self.photo[self.ground]).mean()) * len(chunk)
        at_edge = (slice(None), *self.border)
        moved = float(np.abs(chunk[at_edge].astype(int) - self.photo[self.border]).max())
        self.border_most = max(self.border_most, moved)

    @property
    def ground_change(self) -> float | None:
        return self.ground_sum / self.frames if len(self.ground[0]) else None


@dataclass(frozen=True)
class Watched:
    """A clip, what was seen of it, and what it was before the encoder."""

    clip: Clip
    seen: Seen
    drawn: Drawn


def run(subject: Subject, folder: Path, *, words: str, others: list[Subject]) -> tuple[list[Measure], Watched]:
    """Render, decode, look, compare. `others` are further faces, to say what a small change of a face is."""
    rig_unit = float(np.linalg.norm(np.subtract(*subject.face.points[[33, 263]])))
    drawn = Drawn(subject.photo, outside(subject.matte, rig_unit), edge(subject.matte.shape))
    clip = make_clip(subject, folder / f"{subject.name}.mp4", words=words, watch=drawn.look)
    watched = Watched(clip, watch(clip), drawn)
    return measures(watched, others), watched


def measures(watched: Watched, others: list[Subject]) -> list[Measure]:
    """All numbers of one clip."""
    clip, seen = watched.clip, watched.seen
    return [
        Measure("closed_loop", clip.subject.name, name, value, unit, target)
        for name, value, unit, target in (
            *_mouth(clip, seen),
            *_eyes(clip, seen),
            *_head(clip, seen),
            *_stillness(watched),
            *_identity(watched, others),
        )
    ]


Row = tuple[str, float | None, str, Target | None]


def _mouth(clip: Clip, seen: Seen) -> list[Row]:
    asked = lip_opening(clip.performance.controls).astype(np.float64)
    closures, pauses = lip_closures(clip, seen.gap), pauses_kept(clip, seen.gap)
    in_pauses = np.concatenate([seen.gap[frames] for frames in pauses]) if pauses else np.empty(0)
    return [
        ("faces lost", seen.lost, "frames", Target(high=0)),
        ("mouth: correlation", correlation(asked, seen.gap), "", Target(low=0.95)),
        ("mouth: correlation by face size", correlation(asked, seen.gap_of_face), "", Target(low=0.95)),
        ("mouth: lag", lag(asked, seen.gap), "frames", Target(-1, 1)),
        ("mouth: widest gap seen", 100 * float(seen.gap.max()), "% of width", None),
        ("mouth: gap at rest", 100 * float(seen.gap[0]), "% of width", None),
        ("p b m closed", _share(closures < CLOSED), "share", Target(low=0.95)),
        ("p b m: gap, worst", 100 * float(closures.max()) if len(closures) else None, "% of width", None),
        ("p b m: gap, median", 100 * float(np.median(closures)) if len(closures) else None, "% of width", None),
        ("pauses closed", _share(np.array([seen.gap[f].max() < CLOSED for f in pauses])), "share", Target(low=1.0)),
        ("pauses: gap, worst", 100 * float(in_pauses.max()) if len(in_pauses) else None, "% of width", None),
    ]


def lip_closures(clip: Clip, gap: Curve) -> NDArray[np.float64]:
    """The smallest gap seen during each p, b, m and one frame either side of it."""
    fps = clip.performance.fps
    found = []
    for phoneme in clip.speech.phonemes:
        if phoneme.symbol in _LIPS:
            first, last = int(phoneme.start * fps), int(np.ceil(phoneme.end * fps)) + 1
            found.append(float(gap[max(first, 0) : last + 1].min()))
    return np.array(found)


def pauses_kept(clip: Clip, gap: Curve) -> list[slice]:
    """The frames of every pause over 350 ms in which the lips have arrived and not yet left."""
    fps, frames = clip.performance.fps, len(gap)
    found = []
    for phoneme in clip.speech.phonemes:
        if phoneme.symbol == "sil" and phoneme.end - phoneme.start > PAUSE_RELAXED:
            first = 0 if phoneme.start == 0 else int(np.ceil((phoneme.start + _SETTLED) * fps))
            last = frames if phoneme is clip.speech.phonemes[-1] else int((phoneme.end - _SETTLED) * fps) + 1
            found.append(slice(first, max(last, first + 1)))
    return found


def _share(hits: NDArray[np.bool_]) -> float | None:
    return float(hits.mean()) if len(hits) else None


def _eyes(clip: Clip, seen: Seen) -> list[Row]:
    lids = np.asarray(clip.performance.controls["eyeBlinkLeft"], np.float64)
    asked = dips(1 - lids, below=1 - BLINK_ASKED)
    found = dips(seen.eye_openness, below=BLINK_SEEN)
    minutes = len(lids) / clip.performance.fps / 60
    depth = [float(seen.eye_openness[max(frame - 2, 0) : frame + 3].min()) for frame in asked]
    return [
        ("blinks asked", len(asked) / minutes, "a minute", None),
        ("blinks seen", len(found) / minutes, "a minute", Target(10.5, 32.5)),
        ("blinks asked and seen", matched(asked, found) / len(asked) if asked else None, "share", Target(low=0.95)),
        (
            "blinks: eye at its most closed",
            float(np.median(depth)) if depth else None,
            "of open",
            Target(high=BLINK_SEEN),
        ),
    ]


def _head(clip: Clip, seen: Seen) -> list[Row]:
    # to the mesh a closing lid looks like a nod of up to three degrees
    awake = ~spread(np.asarray(clip.performance.controls["eyeBlinkLeft"]) > _LID_MOVES, 2)
    turned = (seen.pose - seen.pose[0])[awake]
    style = STYLES["presenter"]
    limits = {"headYaw": style.head_yaw, "headPitch": style.head_pitch, "headRoll": style.head_roll}
    rows: list[Row] = []
    for axis, name in enumerate(POSE):
        asked = np.asarray(clip.performance.controls[name], np.float64)[awake]
        reach = float(np.abs(turned[:, axis]).max())
        # the mesh is sure of a pose to about a degree
        rows += [
            (f"{name}: furthest asked", float(np.abs(asked).max()), "°", None),
            (f"{name}: furthest seen", reach, "°", Target(high=limits[name] + 1.0)),
            (f"{name}: correlation", correlation(asked, turned[:, axis]), "", None),
            (f"{name}: degrees seen for one asked", _slope(asked, turned[:, axis]), "", None),
        ]
    return rows


def _slope(asked: Curve, found: Curve) -> float | None:
    return float(np.polyfit(asked, found, 1)[0]) if np.ptp(asked) > 0 else None


def _stillness(watched: Watched) -> list[Row]:
    clip, seen, drawn = watched.clip, watched.seen, watched.drawn
    controls = clip.performance.controls
    speed = np.max([np.abs(np.gradient(np.asarray(controls[name], np.float64))) for name in POSE], axis=0)
    busy = spread(np.asarray(controls["eyeBlinkLeft"]) > _LID_MOVES, 3)
    still = (speed < _STILL_DEGREES) & ~busy
    rigid = seen.points[:, [10, 151, 9, 8, 168, 6, 197, 195, 5, 4], :2]
    ground = seen.ground.astype(np.float32) if seen.ground.shape[1] else None
    change = float(np.abs(ground - ground.mean(axis=0)).mean()) if ground is not None else None
    flicker = float(np.sqrt((np.diff(ground, axis=0) ** 2).mean() / 2)) if ground is not None else None
    border = seen.border.astype(np.float32)
    return [
        ("first frame: mean change from the photo", drawn.first_mean, "1/255", None),
        ("first frame: largest change from the photo", drawn.first_most, "1/255", Target(high=8.0)),
        ("still frames", int(still.sum()), "frames", None),
        ("jitter of the face mesh", restlessness(rigid, still), "px", Target(high=0.3)),
        ("jitter of tracked skin", restlessness(seen.tracked, still), "px", Target(high=0.3)),
        ("background: change as drawn", drawn.ground_change, "1/255", Target(high=1.0)),
        ("background: change in the MP4", change, "1/255", Target(high=1.0)),
        ("background: flicker in the MP4", flicker, "1/255", None),
        ("border: change as drawn, most", drawn.border_most, "1/255", Target(high=0.0)),
        ("border: change in the MP4", float(np.abs(border - border.mean(axis=0)).mean()), "1/255", Target(high=1.0)),
    ]


def _identity(watched: Watched, others: list[Subject]) -> list[Row]:
    """By a recogniser's embedding where one is installed, and by the shape of the upper face.

    The shape has no target. Two faces often lie no further apart, by this measure, than one face that blinks: it would
    show a face that is pulled out of shape or drifts, not that a likeness is lost.
    """
    face = watched.clip.subject.face
    changes = watched.seen.shape_change(face.points.astype(np.float64))
    strangers = [shape_distance(other.face, face) for other in others if other.name != watched.clip.subject.name]
    nearest = min(strangers) if strangers else None
    apart = watched.seen.apart
    return [
        ("face embedding: mean distance from the photo", float(apart.mean()) if apart is not None else None, "", None),
        (
            "face embedding: largest distance from the photo",
            float(apart.max()) if apart is not None else None,
            "",
            Target(high=MOST_APART),
        ),
        ("shape of upper face: mean change", float(changes.mean()), "% of eyes", None),
        ("shape of upper face: largest change", float(changes.max()), "% of eyes", None),
        ("shape of upper face: nearest stranger", nearest, "% of eyes", None),
    ]
