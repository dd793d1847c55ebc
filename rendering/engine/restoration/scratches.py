"""Scratches and dust on a print: found as thin marks that belong to nothing in the picture, filled from beside them.

Thin marks are everywhere in a portrait: strands of hair, lashes, threads. What tells damage from drawing: it is as
light as paper or as dark as dirt, it stands alone where hair and cloth come in crowds, and long scratches are straight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from rendering.engine.faces import Face
from rendering.engine.faces.measures import LEFT_BROW, LEFT_EYE, LIPS, OVAL, RIGHT_BROW, RIGHT_EYE

# Tuned on eight portraits without damage (what may not be found) and on scratches and dust drawn over them (what must).
# How wide a scratch may be and how long it must be, by the longer side, and L* by which a speck so wide stands out.
# Wider marks are things; broad short ones and broad faint specks are folds of cloth, and flakes of old paint.
_SIZES = ((0.006, 0.035, 18.0), (0.009, 0.07, 30.0))
_CLEAR = 14.0  # L* that a mark stands out by at its clearest, and
_FAINT = 6.0  # along its way
_STARK = 40.0  # L* at which a speck needs no other sign
_STRAIGHT = 0.03  # how far a scratch leaves the line between its ends, by its length
_VERY_LONG, _RULED = 0.09, 0.012
_DIRECTIONS = 8
_EVEN = 0.3  # how much the lightness varies along a scratch, by how far it stands out
_UNBROKEN = 0.8  # share of a scratch that stands out by itself
_SAME_SIDES = 0.6  # how much lighter one side of a scratch may be than the other, by how far the scratch stands out;
_PARTING = 0.5  # the share of its way on which it may be more, where it crosses something
_ALONE = 0.1  # share of other thin marks in the surroundings of a scratch
_NOSE_HOLES = [98, 97, 2, 326, 327, 294, 64]


def find_scratches(photo: np.ndarray, faces: Sequence[Face]) -> np.ndarray:
    """Where `photo` (H, W, 3) uint8 is damaged: (H, W) bool. The features of `faces` are left alone."""
    longer = max(photo.shape[:2])
    lab = cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    lightness = cv2.GaussianBlur(lab[..., 0], (0, 0), 0.6)
    black, white = np.quantile(lightness, (0.01, 0.99))
    features, skin = _face_masks(photo.shape[:2], faces)
    damage = np.zeros(photo.shape[:2], bool)
    for light in (True, False):
        # as light as paper, as dark as dirt: in the last third of the scale
        reach = 0.3 * (white - black)
        extreme = lightness > white - reach if light else lightness < black + reach
        if light:
            extreme &= chroma < 28
        # dark specks on skin are moles and freckles
        spared = np.zeros_like(skin) if light else skin
        around = _Around(lightness, extreme, features, spared)
        for number, (widest, shortest, clear) in enumerate(_SIZES):
            width = 2 * max(round(widest * longer / 2), 2 + number) + 1  # px, odd
            element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
            standing_out = cv2.morphologyEx(lightness, cv2.MORPH_TOPHAT if light else cv2.MORPH_BLACKHAT, element)
            damage |= _specks(standing_out, around, width, clear)
            damage |= _scratches(standing_out, around, width, shortest * longer)
    return damage


def fill_scratches(photo: np.ndarray, damage: np.ndarray) -> np.ndarray:
    """`photo` with `damage` (H, W) bool filled from what lies beside it (Telea 2004)."""
    grown = cv2.dilate(damage.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    return np.asarray(cv2.inpaint(photo, grown, 4, cv2.INPAINT_TELEA))


@dataclass(frozen=True)
class _Around:
    """What the photo says about each of its pixels, (H, W) each."""

    lightness: np.ndarray  # L*
    extreme: np.ndarray  # bool: as light as paper, or as dark as dirt
    features: np.ndarray  # bool: eyes, brows, lips, nostrils
    spared: np.ndarray  # bool: where specks may be moles


def _candidates(standing_out: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """What stands out more than is usual there, (H, W) 0/1, and how much of the surroundings of each pixel does."""
    usual = cv2.blur(standing_out, (8 * width + 1, 8 * width + 1))
    faint = (standing_out > np.maximum(_FAINT, 2.2 * usual)).astype(np.uint8)
    return faint, cv2.blur(faint.astype(np.float32), (6 * width + 1, 6 * width + 1))


def _scratches(standing_out: np.ndarray, around: _Around, width: int, shortest: float) -> np.ndarray:
    """Scratches (H, W) bool among what stands out from its surroundings by `standing_out` (H, W) L*."""
    faint, crowd = _candidates(standing_out, width)
    damage = np.zeros(faint.shape, bool)
    angles = _directions(standing_out)
    parting = _between_sides(around.lightness, angles, width) > _SAME_SIDES * standing_out
    for direction in range(_DIRECTIONS):
        middle = direction * np.pi / _DIRECTIONS
        off = np.abs((angles - middle + np.pi / 2) % np.pi - np.pi / 2)
        strokes = (faint.astype(bool) & (off < np.pi / _DIRECTIONS)).astype(np.uint8)
        # where two scratches cross, and in gaps, a stroke goes on
        joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, _line(middle, 3 * width))
        damage |= _strokes(standing_out, joined, faint, crowd, parting, around, (width, shortest))
    return damage


def _strokes(
    standing_out: np.ndarray,
    candidates: np.ndarray,
    faint: np.ndarray,
    crowd: np.ndarray,
    parting: np.ndarray,
    around: _Around,
    size: tuple[int, float],
) -> np.ndarray:
    """Scratches: straight, even, and alone. `size`: how wide one may be and how long it must be, px."""
    width, shortest = size
    longer = max(standing_out.shape)
    marks = _Marks.of(candidates, standing_out, longer_than=shortest)
    light = marks.mean(around.lightness)
    uneven = np.sqrt(np.maximum(marks.mean(around.lightness**2) - light**2, 0)) / np.maximum(marks.peak, 1)
    own = np.minimum(marks.areas / marks.length, width) / (6 * width + 1)  # what a mark adds to the crowd around it
    alone = marks.mean(crowd) - own < _ALONE
    thin = marks.areas <= width * marks.length
    fits = (marks.length >= shortest) & (marks.peak > _CLEAR) & alone & thin & (uneven < _EVEN)
    # The picture goes on beside a scratch as if it were not there; a rail or a hem parts two things.
    fits &= marks.mean(parting) < _PARTING
    fits &= (marks.mean(around.features) <= 0.3) & (marks.share(faint) > _UNBROKEN)
    at_end = marks.mean(around.extreme) > 0.6
    damage = np.zeros(standing_out.shape, bool)
    for label in np.flatnonzero(fits).tolist():
        here, piece = marks.piece(label)
        bend = _bend(piece)
        # what is very long and straight needs no other sign; a short mark must be as light as paper or as dark as dirt
        if (bend < _RULED and marks.length[label] > _VERY_LONG * longer) or (bend < _STRAIGHT and at_end[label]):
            damage[here] |= piece
    return damage


def _specks(standing_out: np.ndarray, around: _Around, width: int, clear: float) -> np.ndarray:
    """Dust: specks by themselves that stand out by `clear` L*."""
    candidates, crowd = _candidates(standing_out, width)
    marks = _Marks.of(candidates, standing_out)
    alone = marks.mean(crowd) - marks.areas / (6 * width + 1) ** 2 < 0.05
    seen = (marks.peak > _STARK) | ((marks.peak > clear) & (marks.mean(around.extreme) > 0.55))
    fits = (marks.length <= 3 * width) & (marks.areas >= 3) & seen & alone
    fits &= (marks.mean(around.features) == 0) & (marks.mean(around.spared) == 0)
    return np.asarray(fits[marks.labels])


@dataclass(frozen=True)
class _Marks:
    """Connected marks, number 0 being what lies between them; `labels` (H, W), the rest (N,)."""

    labels: np.ndarray
    boxes: np.ndarray  # (N, 4) x, y, w, h
    areas: np.ndarray  # px
    length: np.ndarray  # px
    peak: np.ndarray  # L* by which a mark stands out at its clearest; 0 for number 0
    inside: np.ndarray  # indices of the marks' pixels in a flattened picture
    strength: np.ndarray  # L* of those pixels

    @classmethod
    def of(cls, candidates: np.ndarray, standing_out: np.ndarray, *, longer_than: float = 0) -> "_Marks":
        """The marks among `candidates` (H, W) uint8; those shorter than `longer_than` px count as what lies between."""
        count, labels, stats, _ = cv2.connectedComponentsWithStats(candidates, connectivity=8)
        lengths = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
        kept = np.flatnonzero(lengths >= longer_than)
        kept = kept[kept > 0]
        renumbered = np.zeros(count, np.int32)
        renumbered[kept] = np.arange(1, len(kept) + 1)
        labels, stats, count = renumbered[labels], stats[np.concatenate([[0], kept])], len(kept) + 1
        inside = np.flatnonzero(labels)
        strength = standing_out.ravel()[inside]
        peak = np.zeros(count)
        np.maximum.at(peak, labels.ravel()[inside], strength)
        length = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
        return cls(labels, stats[:, :4], stats[:, cv2.CC_STAT_AREA], length, peak, inside, strength)

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Of each mark, weighted by how clearly its pixels stand out: its soft rim hardly counts."""
        flat = self.labels.ravel()[self.inside]
        weights = np.bincount(flat, weights=self.strength, minlength=len(self.areas))
        total = np.bincount(flat, weights=self.strength * values.ravel()[self.inside], minlength=len(self.areas))
        return np.asarray(total / np.maximum(weights, 1e-6))

    def share(self, where: np.ndarray) -> np.ndarray:
        """Of each mark's pixels, how many lie in `where` (H, W) bool or 0/1."""
        flat = self.labels.ravel()[self.inside]
        counted = np.bincount(flat, weights=where.ravel()[self.inside], minlength=len(self.areas))
        return np.asarray(counted / self.areas)

    def piece(self, label: int) -> tuple[tuple[slice, slice], np.ndarray]:
        """Where mark `label` lies, and its shape there."""
        x, y, w, h = self.boxes[label]
        here = (slice(y, y + h), slice(x, x + w))
        return here, self.labels[here] == label


def _directions(standing_out: np.ndarray) -> np.ndarray:
    """Which way ridges run, (H, W) radians: the direction in which the picture changes least (structure tensor)."""
    dx, dy = cv2.Sobel(standing_out, cv2.CV_32F, 1, 0), cv2.Sobel(standing_out, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(product, (0, 0), 2.0) for product in (dx * dx, dy * dy, dx * dy))
    return np.asarray(0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2)


def _between_sides(lightness: np.ndarray, angles: np.ndarray, width: int) -> np.ndarray:
    """How much lighter one side of ridges that run at `angles` is than the other, `width` px away: (H, W) L*."""
    soft = cv2.GaussianBlur(lightness, (0, 0), 0.2 * width)
    rows, columns = np.indices(lightness.shape, np.float32)
    dx, dy = (width * -np.sin(angles)).astype(np.float32), (width * np.cos(angles)).astype(np.float32)
    sides = [
        cv2.remap(soft, columns + sign * dx, rows + sign * dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for sign in (-1, 1)
    ]
    return np.abs(sides[0] - sides[1])


def _line(angle: float, length: int) -> np.ndarray:
    """A structuring element: a line of `length` px at `angle`."""
    half = length // 2
    element = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    dx, dy = round(half * np.cos(angle)), round(half * np.sin(angle))
    cv2.line(element, (half - dx, half - dy), (half + dx, half + dy), 1)
    return element


def _bend(piece: np.ndarray) -> float:
    """How far a mark (h, w) bool leaves a straight line, by its length."""
    ys, xs = np.nonzero(piece)
    places = np.stack([xs, ys], axis=1).astype(np.float64)
    places -= places.mean(axis=0)
    _, spread, axes = np.linalg.svd(places, full_matrices=False)
    if spread[0] == 0:
        return 1.0
    along, across = places @ axes[0], places @ axes[1]
    return float(np.quantile(np.abs(across), 0.9) / max(np.ptp(along), 1e-6))


def _face_masks(shape: tuple[int, ...], faces: Sequence[Face]) -> tuple[np.ndarray, np.ndarray]:
    """Eyes, brows, lips and nostrils with some room around them, and the whole faces; both (H, W) bool."""
    features, skin = np.zeros(shape[:2], np.uint8), np.zeros(shape[:2], np.uint8)
    for face in faces:
        points = np.rint(face.points[:, :2]).astype(np.int32)
        drawn = np.zeros(shape[:2], np.uint8)
        for outline in (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LIPS, _NOSE_HOLES):
            cv2.fillConvexPoly(drawn, cv2.convexHull(points[outline]), 1)
        reach = 2 * max(round(0.02 * face.size_px), 1) + 1
        features |= cv2.dilate(drawn, np.ones((reach, reach), np.uint8))
        cv2.fillConvexPoly(skin, cv2.convexHull(points[OVAL]), 1)
    return features.astype(bool), skin.astype(bool)
