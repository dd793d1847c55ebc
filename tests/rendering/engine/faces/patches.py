"""Patches laid over parts of a face."""

import cv2
import numpy as np


def covered(photo: np.ndarray, points: np.ndarray, *, grow: float, colour: tuple[int, int, int]) -> np.ndarray:
    """`photo` with the hull of `points` (N, 2+), grown about its middle, painted over in one colour."""
    hull = cv2.convexHull(points[:, :2].astype(np.float32))[:, 0]
    middle = hull.mean(axis=0)
    painted = photo.copy()
    cv2.fillPoly(painted, [np.rint(middle + (hull - middle) * grow).astype(np.int32)], colour)
    return painted
