"""A clip as an independent eye sees it: every frame of the MP4 decoded, the face mesh run on it, pixels sampled.

The mesh that watches is the one that the rig was fitted with; it knows nothing of the commands, but what it cannot
see (the teeth, the colour of a lid) it cannot judge. That is what the contact sheets are for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.signals import Curve
from benchmarks.subjects import Clip
from rendering.engine.faces import Face, find_faces, track_face
from rendering.engine.faces.pose import RIGID_POINTS, fit_rigid
from rendering.engine.restoration.identity import embedding, recogniser_ready

INNER_LIPS, MOUTH_CORNERS = (13, 14), (61, 291)
EYE_CORNERS = (33, 263)
# of either eye: outer and inner corner, then three pairs of upper and lower lid
EYES = ((33, 133, (160, 144), (159, 145), (158, 153)), (263, 362, (387, 373), (386, 374), (385, 380)))
# what speech does not move: forehead, temples, nose, cheekbones
UPPER_FACE = np.unique(
    np.concatenate([RIGID_POINTS, [9, 8, 107, 336, 151, 50, 280, 117, 346, 123, 352, 48, 278, 1, 2]])
)
_BACKGROUND_SAMPLES = 20_000
_MATTE_MARGIN = 0.25  # of the distance between the eyes' outer corners: how far hair may be carried
_BORDER = 2  # px


@dataclass(frozen=True)
class Seen:
    """What was seen in T frames. Frames without a face repeat the one before; `lost` counts them.

    `points` (T, 478, 3) px; `pose` (T, 3) yaw, pitch, roll in degrees; `ground` (T, N, 3) uint8 of fixed places
    outside the person, `border` (T, M, 3) uint8 of the frame's edge; `tracked` (T, K, 2) px of image corners followed
    on forehead and nose by optical flow; `apart` (T,) the distance of each frame's face embedding from the photo's,
    None where no recogniser is installed (requirements/restoration.in).
    """

    points: NDArray[np.float64]
    pose: NDArray[np.float64]
    ground: NDArray[np.uint8]
    border: NDArray[np.uint8]
    tracked: NDArray[np.float64]
    lost: int
    apart: NDArray[np.float64] | None = None

    @property
    def unit_px(self) -> float:
        """Distance of the eyes' outer corners, in depth too."""
        return float(np.linalg.norm(np.subtract(*(self.points[:, corner] for corner in EYE_CORNERS)), axis=1).mean())

    @property
    def gap(self) -> Curve:
        """(T,) the inner lips' distance over the mouth's width."""
        return self._distance(*INNER_LIPS) / self._distance(*MOUTH_CORNERS)

    @property
    def gap_of_face(self) -> Curve:
        """(T,) the inner lips' distance over the distance of the eyes' outer corners: no pucker changes that one."""
        return self._distance(*INNER_LIPS) / self._distance(*EYE_CORNERS)

    @property
    def eye_openness(self) -> Curve:
        """(T,) how far both eyes are open, 1 as far as they mostly are (eye aspect ratio, Soukupová & Čech 2016)."""
        ratios = [
            sum(self._distance(*pair) for pair in pairs) / (3 * self._distance(outer, inner))
            for outer, inner, *pairs in EYES
        ]
        ratio = np.mean(ratios, axis=0)
        return ratio / np.median(ratio)

    def shape_change(self, reference: NDArray[np.float64]) -> Curve:
        """(T,) mean distance of the upper face's points from `reference` (478, 3) after the best rigid fit, in
        hundredths of the distance between the eyes.
        """
        target = reference[UPPER_FACE]
        unit = float(np.linalg.norm(np.subtract(*reference[list(EYE_CORNERS)])))
        return np.array([_shape_distance(frame[UPPER_FACE], target) for frame in self.points]) / unit * 100

    def _distance(self, a: int, b: int) -> Curve:
        return np.linalg.norm(self.points[:, a] - self.points[:, b], axis=1)


def _shape_distance(source: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    rotation, scale, shift = fit_rigid(source, target)
    return float(np.linalg.norm(scale * source @ rotation.T + shift - target, axis=1).mean())


def shape_distance(a: Face, b: Face) -> float:
    """How far apart two faces are by `Seen.shape_change`."""
    unit = float(np.linalg.norm(np.subtract(*b.points[list(EYE_CORNERS)])))
    return (
        _shape_distance(a.points[UPPER_FACE].astype(np.float64), b.points[UPPER_FACE].astype(np.float64)) / unit * 100
    )


def decoded(path: Path) -> Iterator[np.ndarray]:
    """The pictures (H, W, 3) uint8 sRGB of the clip at `path`, in order."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def watch(clip: Clip) -> Seen:
    """Decode the clip and look at every frame."""
    ground, border = outside(clip.subject.matte, clip.unit_px), edge(clip.subject.matte.shape)
    face: Face | None = None
    points, pose, grounds, borders, grey, apart = [], [], [], [], [], []
    own = embedding(clip.subject.photo, clip.subject.face) if recogniser_ready() else None
    lost = 0
    follower: _Follower | None = None
    for picture in decoded(clip.path):
        found = track_face(picture, face) if face else None
        if found is None:
            found = next(iter(find_faces(picture)), None)
        if found is None:
            lost += 1
            found = face or clip.subject.face
        face = found
        points.append(face.points)
        pose.append((face.yaw, face.pitch, face.roll))
        grounds.append(picture[ground])
        borders.append(picture[border])
        shade = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        follower = follower or _Follower(shade, face)
        grey.append(follower.follow(shade))
        if own is not None:
            apart.append(np.linalg.norm(embedding(picture, face) - own))
    return Seen(
        points=np.asarray(points, np.float64),
        pose=np.asarray(pose, np.float64),
        ground=np.asarray(grounds),
        border=np.asarray(borders),
        tracked=np.asarray(grey, np.float64),
        lost=lost,
        apart=np.asarray(apart, np.float64) if own is not None else None,
    )


def outside(matte: np.ndarray, unit_px: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of up to 20 000 places that lie well outside the person and off the label."""
    radius = max(round(_MATTE_MARGIN * unit_px), 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    free = cv2.dilate((matte > 0.02).astype(np.uint8), disc) == 0
    height, width = matte.shape
    free[: round(0.08 * min(width, height)), width // 2 :] = False  # the label's corner
    rows, columns = np.nonzero(free)
    chosen = np.random.default_rng(0).permutation(len(rows))[:_BACKGROUND_SAMPLES]
    return rows[chosen], columns[chosen]


def edge(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the outermost 2 px of a frame of `shape` (H, W)."""
    ring = np.ones(shape[:2], bool)
    ring[_BORDER:-_BORDER, _BORDER:-_BORDER] = False
    rows, columns = np.nonzero(ring)
    return rows, columns


class _Follower:
    """Follows image corners of forehead, nose and cheekbones from the first frame, each time from that first frame,
    so that nothing adds up.
    """

    def __init__(self, first: np.ndarray, face: Face) -> None:
        mask = np.zeros(first.shape, np.uint8)
        hull = cv2.convexHull(np.round(face.points[[109, 338, 8, 197, 4, 117, 346, 9, 151], :2]).astype(np.int32))
        cv2.fillConvexPoly(mask, hull, 255)
        eyes = [
            np.round(face.points[[a, b, *(p for pair in pairs for p in pair)], :2]).astype(np.int32)
            for a, b, *pairs in EYES
        ]
        for eye in eyes:
            x, y, w, h = cv2.boundingRect(eye)
            cv2.rectangle(mask, (x, y - 2 * h), (x + w, y + 2 * h), 0, -1)  # lids and brows move on their own
        spots = cv2.goodFeaturesToTrack(first, 40, 0.01, 6, mask=mask)
        self.first = first
        self.start = spots if spots is not None else np.empty((0, 1, 2), np.float32)
        self.last = self.start

    def follow(self, picture: np.ndarray) -> np.ndarray:
        """(K, 2) px."""
        if len(self.start):
            criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 0.002)
            found, ok, _ = cv2.calcOpticalFlowPyrLK(
                self.first,
                picture,
                self.start,
                self.last.copy(),
                winSize=(21, 21),
                maxLevel=1,
                criteria=criteria,
                flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
            )
            self.last = np.where(ok[..., None] > 0, found, self.last)
        return self.last[:, 0]
