"""Curves compared: how alike, how late, how restless, and which dips in them are blinks."""

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]


def correlation(a: Curve, b: Curve) -> float:
    """Pearson's, of two curves (T,); 0 where one of them does not move."""
    a, b = a - a.mean(), b - b.mean()
    power = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / power if power > 0 else 0.0


def lag(commanded: Curve, measured: Curve, *, reach: int = 10) -> float:
    """By how many frames `measured` (T,) runs behind `commanded` (T,): > 0 is late.

    The peak of the correlation over shifts of up to `reach` frames, refined by a parabola through its neighbours.
    """
    shifts = range(-reach, reach + 1)
    total = len(commanded)
    scores = np.array(
        [
            correlation(commanded[max(0, -s) : total - max(0, s)], measured[max(0, s) : total + min(0, s)])
            for s in shifts
        ]
    )
    best = int(np.argmax(scores))
    if best in (0, len(shifts) - 1):
        return float(shifts[best])
    before, here, after = scores[best - 1 : best + 2]
    bend = before - 2 * here + after
    return float(shifts[best] + (0.5 * (before - after) / bend if bend < 0 else 0.0))


def restlessness(curves: Curve, still: NDArray[np.bool_], *, width: int = 7) -> float | None:
    """Standard deviation of what is faster than about `width` frames, over the frames that are `still` (T,).

    `curves` (T, …); None when fewer than `width` frames are still.
    """
    if still.sum() < width:
        return None
    flat = curves.reshape(len(curves), -1)
    kernel = np.full(width, 1 / width)
    padded = np.pad(flat, ((width // 2, width // 2), (0, 0)), mode="edge")
    slow = np.stack([np.convolve(column, kernel, "valid") for column in padded.T], axis=1)
    return float(np.sqrt(((flat - slow)[still] ** 2).mean()))


def dips(curve: NDArray[np.floating], *, below: float, apart: int = 5) -> list[int]:
    """Frames at which `curve` (T,) is lowest in each stretch below `below`; of two closer than `apart` one counts."""
    low = np.flatnonzero(np.diff(np.pad((curve < below).astype(int), 1)))
    found: list[int] = []
    for start, end in zip(low[::2], low[1::2], strict=True):
        lowest = int(start + np.argmin(curve[start:end]))
        if found and lowest - found[-1] < apart:
            continue
        found.append(lowest)
    return found


def matched(commanded: list[int], measured: list[int], *, within: int = 4) -> int:
    """How many of `commanded` have one of `measured` within so many frames."""
    return sum(any(abs(a - b) <= within for b in measured) for a in commanded)


def spread(mask: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """`mask` (T,), true also `frames` before and after."""
    return np.convolve(mask.astype(int), np.ones(2 * frames + 1, int), "same") > 0
