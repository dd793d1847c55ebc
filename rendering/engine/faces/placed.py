"""A face that no detector knows, from a few points that a person placed: a pet, a mug, a drawing, a statue.

The canonical face is laid over the points: a similarity for the whole, a thin-plate spline for the proportions, and
eyes and mouth each in their own measure, so that a wide grin does not stretch the nose. What comes out has the same
478 points as a face that was found, so all that follows is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RBFInterpolator

from rendering.engine.faces.mesh import Face
from rendering.engine.faces.placed_points import BROWS, Points, check_places, check_shape, check_size, read_points
from rendering.engine.faces.pose import canonical_points
from rendering.engine.puppet.topology import (
    CHIN,
    INNER_LOWER,
    INNER_UPPER,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    LOWER_LIP,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
    UPPER_LIP,
    mid_lip_line,
)

__all__ = ["place_face", "read_points"]

_FOREHEAD, _NOSE_TIP = 10, 4
_BROWS: dict[str, tuple[int, ...]] = dict(
    zip(BROWS, ((296, 334, 293, 295, 282, 283), (66, 105, 63, 65, 52, 53)), strict=True)
)
_EYES = {
    "right": tuple(sorted({*RIGHT_UPPER_LID, *RIGHT_LOWER_LID})),
    "left": tuple(sorted({*LEFT_UPPER_LID, *LEFT_LOWER_LID})),
}
_IRIS_SHARE = 0.226  # radius of an iris over the width of its eye: 5.9 of 26 mm
_WIDEST_EYE = 0.75  # of the distance between the eyes' middles
_THINNEST_LIP = 0.08  # of half the mouth's width: a mouth drawn as a line still needs an edge to move


def place_face(points: Points, photo_size: tuple[int, int]) -> Face:
    """The face that lies on `points` (see placed_points, px) in a picture of `photo_size` (w, h) px.

    It is taken to look straight at the viewer; its roll is that of the eyes. Raises PhotoError: points-missing,
    points-outside, points-swapped, points-order (the chin above the mouth …), points-shape, face-tilted,
    face-too-small.
    """
    check_places(points, photo_size)
    frame = _Frame.of(points)
    upright = {name: frame.to_upright(place) for name, place in points.items() if not name.endswith("_size")}
    check_shape(upright, roll_deg=frame.roll_deg)
    layout = _Layout.of(upright, points)
    flat, depth = layout.points()
    placed = np.column_stack([frame.to_photo(flat), depth]).astype(np.float32)
    low, high = placed[:, :2].min(axis=0), placed[:, :2].max(axis=0)
    box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    check_size(box)
    return Face(box=box, points=placed, yaw=0.0, pitch=0.0, roll=frame.roll_deg, score=1.0)


@dataclass(frozen=True)
class _Frame:
    """The face's own upright axes: `origin` (2,) px between the eyes, `across` (2,) towards its left eye."""

    origin: np.ndarray
    across: np.ndarray

    @classmethod
    def of(cls, points: Points) -> "_Frame":
        left, right = np.array(points["left_eye"], float), np.array(points["right_eye"], float)
        return cls((left + right) / 2, (left - right) / np.linalg.norm(left - right))

    @property
    def roll_deg(self) -> float:
        """Degrees, > 0 to the face's left shoulder."""
        return float(np.degrees(np.arctan2(self.across[1], self.across[0])))

    def to_upright(self, place: tuple[float, float]) -> np.ndarray:
        """(2,) px across and down from between the eyes."""
        offset = np.array(place, float) - self.origin
        return np.array([offset @ self.across, offset @ [-self.across[1], self.across[0]]])

    def to_photo(self, upright: np.ndarray) -> np.ndarray:
        """(N, 2) px of the picture."""
        down = np.array([-self.across[1], self.across[0]])
        return np.asarray(self.origin + upright[:, :1] * self.across + upright[:, 1:] * down)


@dataclass(frozen=True)
class _Mouth:
    """`middle` (2,) px between the corners, `along` (2,) from its right to its left, `half` its half width; `sag` how
    far the lips' line hangs in the middle; `upper`, `lower` the lips' thickness there; all px."""

    middle: np.ndarray
    along: np.ndarray
    half: float
    sag: float
    upper: float
    lower: float


@dataclass(frozen=True)
class _Layout:
    """Where eyes, mouth and the rest of the face go, upright; `scale` px per cm of the canonical face."""

    canonical: np.ndarray  # (468, 2) cm, x to the face's left, y down, from between the eyes
    depth: np.ndarray  # (468,) cm, away from the viewer
    scale: float
    targets: dict[int | tuple[int, ...], np.ndarray]
    eyes: dict[str, tuple[np.ndarray, float, float]]  # middle (2,), width, height
    mouth: _Mouth

    @classmethod
    def of(cls, upright: Mapping[str, np.ndarray], points: Points) -> "_Layout":
        canonical, depth = _canonical()
        targets: dict[int | tuple[int, ...], np.ndarray] = {
            _EYES["left"]: upright["left_eye"],
            _EYES["right"]: upright["right_eye"],
            291: upright["mouth_left"],
            61: upright["mouth_right"],
            CHIN: upright["chin"],
        }
        own = np.array([_middle(canonical, where) for where in targets])
        scale = float((own * np.array(list(targets.values()))).sum() / (own**2).sum())
        if "nose" in upright:
            targets[_NOSE_TIP] = upright["nose"]
        for name, where in _BROWS.items():
            if name in upright:
                targets[where] = upright[name]
        targets[_FOREHEAD] = scale * canonical[_FOREHEAD]
        distance = 2 * float(upright["left_eye"][0])
        eyes = {}
        for side, where in _EYES.items():
            usual = np.ptp(canonical[list(where)], axis=0) * min(scale, distance / (2 * _middle(canonical, where)[0]))
            width, height = points.get(f"{side}_eye_size", (abs(usual[0]), abs(usual[1])))
            widest = _WIDEST_EYE * distance
            eyes[side] = (upright[f"{side}_eye"], min(width, widest), height)
        return cls(canonical, depth, scale, targets, eyes, _mouth_of(upright, canonical))

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """The 478 points, upright (478, 2) px, and how deep they lie (478,) px."""
        flat = self._spline()
        for side in _EYES:
            flat = self._eye_laid(side, flat)
        flat = self._mouth_laid(flat)
        depth = self.scale * self.depth
        irises = [self._iris(side) for side in ("right", "left")]
        behind = [np.full(5, depth[list(_EYES[side])].mean()) for side in ("right", "left")]
        return np.concatenate([flat, *irises]), np.concatenate([depth, *behind])

    def _spline(self) -> np.ndarray:
        """(468, 2): the canonical face with the targets at their places."""
        sites = np.array([_middle(self.canonical, where) for where in self.targets])
        places = np.array(list(self.targets.values()))
        spline = RBFInterpolator(sites, places - self.scale * sites, kernel="thin_plate_spline", degree=1)
        return np.asarray(self.scale * self.canonical + spline(self.canonical))

    def _eye_laid(self, side: str, flat: np.ndarray) -> np.ndarray:
        """`flat` with one eye in its own width and height, and the skin around it following."""
        own = self.canonical[list(_EYES[side])]
        middle, usual = own.mean(axis=0), np.ptp(own, axis=0)
        place, width, height = self.eyes[side]
        offset = self.canonical - middle
        beyond = np.clip(np.abs(offset[:, 1]) - usual[1] / 2, 0, None)
        tall = np.clip(np.abs(offset[:, 1]), None, usual[1] / 2) * height / usual[1] + beyond * self.scale
        # a human eye is an almond; the rounder one is, the more its lids follow an ellipse
        lids = list(_EYES[side])
        along = np.clip(np.abs(offset[lids, 0]) / (usual[0] / 2), 0, 1)
        round_share = float(np.clip((height / width - 0.35) / 0.35, 0, 1))
        tall[lids] += (height / 2 * np.sqrt(1 - along**2) - tall[lids]) * round_share
        laid = place + np.column_stack([offset[:, 0] * width / usual[0], np.sign(offset[:, 1]) * tall])
        reach = np.hypot(offset[:, 0] / (usual[0] / 2), offset[:, 1] / (0.8 * usual[0] / 2))
        return flat + (laid - flat) * _fading(reach, 1.15, 2.1)[:, None]

    def _mouth_laid(self, flat: np.ndarray) -> np.ndarray:
        """`flat` with the lips along the mouth's own line, touching, and the skin around them following."""
        mouth, canonical = self.mouth, self.canonical
        corners, line = canonical[[61, 291]], mid_lip_line(canonical)
        centre, half = corners.mean(axis=0), np.ptp(corners[:, 0]) / 2
        zoom = mouth.half / half
        share = (canonical[:, 0] - centre[0]) / half
        level = np.interp(canonical[:, 0], line[:, 0], line[:, 1])
        hang = mouth.sag * np.clip(1 - share**2, 0, None)
        down = (canonical[:, 1] - level) * zoom
        upper, lower = _lip_thickness(canonical)
        down += (
            np.where(down < 0, -1, 1)
            * _fading(np.abs(share), 0.6, 1.2)
            * np.where(down < 0, mouth.upper - upper * zoom, mouth.lower - lower * zoom)
        )
        for lip, inner, thick, own, sign in (
            (UPPER_LIP, INNER_UPPER, mouth.upper, upper, -1),
            (LOWER_LIP, INNER_LOWER, mouth.lower, lower, 1),
        ):
            gap = np.abs(canonical[list(inner), 1] - line[:, 1])
            for ring in lip:
                points = list(ring)
                height = np.abs(canonical[points, 1] - np.interp(canonical[points, 0], line[:, 0], line[:, 1]))
                down[points] = sign * np.clip(height - gap, 0, None) * thick / own
                down[[ring[0], ring[-1]]] = 0
        across = np.array([-mouth.along[1], mouth.along[0]])
        laid = mouth.middle + (share * mouth.half)[:, None] * mouth.along + (hang + down)[:, None] * across
        reach = np.hypot(share / 1.2, (canonical[:, 1] - centre[1]) / (0.75 * half))
        return flat + (laid - flat) * _fading(reach, 1.0, 1.9)[:, None]

    def _iris(self, side: str) -> np.ndarray:
        """Centre and four points (5, 2) on the rim."""
        place, width, _ = self.eyes[side]
        return place + _IRIS_SHARE * width * np.array([[0, 0], [1, 0], [0, -1], [-1, 0], [0, 1]])


def _mouth_of(upright: Mapping[str, np.ndarray], canonical: np.ndarray) -> _Mouth:
    left, right = upright["mouth_left"], upright["mouth_right"]
    middle, half = (left + right) / 2, float(np.linalg.norm(left - right)) / 2
    along = (left - right) / (2 * half)
    across = np.array([-along[1], along[0]])
    zoom = half / (np.ptp(canonical[[61, 291], 0]) / 2)
    upper, lower = (zoom * thickness for thickness in _lip_thickness(canonical))
    corners, line = canonical[[61, 291], 1].mean(), mid_lip_line(canonical)[5, 1]
    sag = zoom * float(line - corners)
    top, bottom = (
        float((upright[name] - middle) @ across) if name in upright else None for name in ("mouth_top", "mouth_bottom")
    )
    if top is not None and bottom is not None:
        sag = top + (bottom - top) * upper / (upper + lower)
        upper, lower = sag - top, bottom - sag
    elif top is not None:
        sag, upper = max(sag, top), max(sag - top, 0.0)
    elif bottom is not None:
        sag, lower = min(sag, bottom), max(bottom - sag, 0.0)
    thinnest = _THINNEST_LIP * half
    return _Mouth(middle, along, half, sag, max(upper, thinnest), max(lower, thinnest))


def _canonical() -> tuple[np.ndarray, np.ndarray]:
    """The canonical face as seen: (468, 2) cm across and down from between the eyes, and (468,) cm away."""
    points = canonical_points().astype(np.float64)
    flat = points[:, :2] * [1, -1]
    between = flat[[*_EYES["left"], *_EYES["right"]]].mean(axis=0)
    return flat - between, -points[:, 2]


def _lip_thickness(canonical: np.ndarray) -> tuple[float, float]:
    """Of the canonical upper and lower lip in the middle, cm."""
    upper, lower = (abs(float(canonical[lip[-1][5], 1] - canonical[lip[0][5], 1])) for lip in (UPPER_LIP, LOWER_LIP))
    return upper, lower


def _middle(points: np.ndarray, where: int | tuple[int, ...]) -> np.ndarray:
    return np.asarray(points[[where] if isinstance(where, int) else list(where)].mean(axis=0))


def _fading(reach: np.ndarray, near: float, far: float) -> np.ndarray:
    """1 up to `near`, smoothly 0 from `far` on."""
    t = np.clip((far - reach) / (far - near), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
