"""Two rows of teeth on the arches of the stored head: rounded crowns in the sizes of grown-up teeth, set in gums."""

from dataclasses import dataclass

import numpy as np

# width, height, depth in mm from the middle outwards (widths and heights: Magne et al. 2003, Ash & Nelson 2010)
_UPPER = ((8.6, 10.2, 6.0), (6.6, 9.0, 5.6), (7.6, 9.8, 7.0), (7.0, 8.2, 8.0), (6.8, 7.6, 8.0), (10.0, 7.0, 9.0))
_LOWER = ((5.3, 8.6, 5.4), (5.8, 8.8, 5.6), (6.8, 9.4, 6.8), (7.0, 8.2, 7.4), (7.1, 7.6, 7.6), (11.0, 7.0, 8.6))
_SHORTER_MM = (0.0, 0.5, 0.0, 0.4)  # how far the edges of the second incisor and of the side teeth stand back
_MM = 0.01  # decimetres
_RISE = 0.06  # dm that the row climbs towards its back end (the curve of Spee, and cheeks that hang lower)
_AROUND, _ALONG = 10, 8  # vertices round a tooth, rings from its edge to its root
_ROUND = 0.45  # exponent of the crowns' outline: 1 is an ellipsoid, 0 a block
_GUM_AROUND, _GUM_ALONG = 10, 36


@dataclass(frozen=True)
class Arch:
    """A row's curve in the stored head, dm: half an ellipse `wide` and `deep` before `back`; its edges at `edge`."""

    wide: float
    deep: float
    back: float
    edge: float
    upper: bool


UPPER_ARCH = Arch(wide=0.30, deep=0.53, back=0.95, edge=6.56, upper=True)
LOWER_ARCH = Arch(wide=0.285, deep=0.475, back=0.95, edge=6.582, upper=False)
"""Measured on the stored head's own coarse rows; the lower edges stand 2 mm above the upper ones, behind them."""


@dataclass(frozen=True)
class Solid:
    """`vertices` (N, 3) dm, `triangles` (T, 3), `tone` (N,) 0..1 how light each vertex is."""

    vertices: np.ndarray
    triangles: np.ndarray
    tone: np.ndarray


def row_of_teeth(arch: Arch) -> Solid:
    """The crowns of one row."""
    sizes = _UPPER if arch.upper else _LOWER
    length, place, outward = _along(arch)
    pieces, at = [], 0.0
    for number, (width, height, depth) in enumerate(sizes):
        middle, at = at + width * _MM / 2, at + width * _MM
        for side in (-1, 1):
            spot = np.array([np.interp(side * middle, length, place[:, axis]) for axis in range(2)])
            out = np.array([np.interp(side * middle, length, outward[:, axis]) for axis in range(2)])
            pieces.append(_crown(arch, spot, out / np.linalg.norm(out), np.array([width, height, depth]), number))
    return _joined(pieces)


def gums(arch: Arch) -> Solid:
    """The ridge that the crowns of one row stand in."""
    length, place, outward = _along(arch)
    reach = np.linspace(length[0] * 0.93, length[-1] * 0.93, _GUM_ALONG)
    root = 0.105 if arch.upper else 0.1
    turn = np.linspace(0, 2 * np.pi, _GUM_AROUND, endpoint=False)
    rows = []
    for s in reach:
        spot = np.array([np.interp(s, length, place[:, axis]) for axis in range(2)])
        out = np.array([np.interp(s, length, outward[:, axis]) for axis in range(2)])
        across = (spot - 0.035 * out) + np.cos(turn)[:, None] * 0.05 * out
        behind = (arch.back + arch.deep - spot[1]) / arch.deep
        height = (root + np.sin(turn) * 0.045) * (1 if arch.upper else -1) + arch.edge + _RISE * behind
        rows.append(np.column_stack([across[:, 0], height, across[:, 1]]))
    vertices = np.concatenate(rows)
    triangles = _tube(_GUM_ALONG, _GUM_AROUND)
    return Solid(vertices, triangles[:, ::-1] if arch.upper else triangles, _depth_tone(arch, vertices))


def _along(arch: Arch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Length (n,) along the arch from its middle, place (n, 2) x and z, and outward direction (n, 2) there."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 401)
    place = np.column_stack([arch.wide * np.sin(angle), arch.back + arch.deep * np.cos(angle)])
    steps = np.linalg.norm(np.diff(place, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    outward = np.column_stack([np.sin(angle) / arch.wide, np.cos(angle) / arch.deep])
    return length - length[200], place, outward / np.linalg.norm(outward, axis=1, keepdims=True)


def _crown(arch: Arch, spot: np.ndarray, out: np.ndarray, size_mm: np.ndarray, number: int) -> Solid:
    """One tooth whose outer face stands at `spot` (x, z), facing `out`."""
    width, height, depth = size_mm * _MM
    turn = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False) + np.pi / _AROUND
    rings = np.linspace(-np.pi / 2, np.pi / 2, _ALONG + 2)[1:-1]
    along = np.array([-out[1], out[0]]) * -1  # to the person's left, seen from before
    cutting = number < 3  # incisors and canines end in an edge, the others in a chewing face
    behind = (arch.back + arch.deep - spot[1]) / arch.deep
    vertices, tone = [], []
    for ring in rings:
        rise = float(_rounded(np.sin(ring)))  # -1 at the cutting edge .. 1 at the root
        wide = abs(np.cos(ring)) ** _ROUND
        thick = wide * (0.35 + 0.65 * (rise + 1) / 2 if cutting else 0.85 + 0.15 * (rise + 1) / 2)
        narrow = 1 - 0.16 * max(rise, 0)  # towards the neck
        x = _rounded(np.cos(turn)) * width / 2 * 0.985 * wide * narrow
        z = _rounded(np.sin(turn)) * depth / 2 * thick
        # the outer face stays on the arch, the inner one comes towards it at the edge
        centre = spot - out * depth / 2 * (0.55 + 0.45 * (1 - rise) / 2 if cutting else 1.0)
        ground = centre + x[:, None] * along + z[:, None] * out
        up = (rise + 1) / 2 * height + _SHORTER_MM[min(number, 3)] * _MM * (1 - rise) / 2
        level = arch.edge + _RISE * behind + up * (1 if arch.upper else -1)
        vertices.append(np.column_stack([ground[:, 0], np.full(_AROUND, level), ground[:, 1]]))
        tone.append((0.7 + 0.3 * np.clip(np.sin(turn), 0, 1) ** 0.7) * (0.88 + 0.12 * np.sin(np.pi * (rise + 1) / 2)))
    ends = [vertices[0].mean(axis=0), vertices[-1].mean(axis=0)]
    every = np.concatenate([*vertices, np.array(ends)])
    triangles = _closed_tube(_ALONG, _AROUND)
    tones = np.concatenate([*tone, [tone[0].mean(), tone[-1].mean()]]) * _depth_tone(arch, every)
    return Solid(every, triangles if not arch.upper else triangles[:, ::-1], tones)


def _depth_tone(arch: Arch, vertices: np.ndarray) -> np.ndarray:
    """Light falls off towards the back of the mouth."""
    behind = (arch.back + arch.deep - vertices[:, 2]) / arch.deep
    return 1 - 0.8 * np.clip(behind, 0, 1) ** 1.1


def _rounded(value: np.ndarray) -> np.ndarray:
    return np.asarray(np.sign(value) * np.abs(value) ** _ROUND)


def _tube(rows: int, around: int) -> np.ndarray:
    """Triangles of `rows` rings of `around` vertices."""
    ring, spot = np.meshgrid(np.arange(rows - 1), np.arange(around), indexing="ij")
    a, b = ring * around + spot, ring * around + (spot + 1) % around
    c, d = a + around, b + around
    return np.stack([np.stack([a, b, c], axis=-1), np.stack([b, d, c], axis=-1)], axis=2).reshape(-1, 3)


def _closed_tube(rows: int, around: int) -> np.ndarray:
    """The same with a vertex at each end, after all rings."""
    spot = np.arange(around)
    following, first, last = (spot + 1) % around, rows * around, rows * around + 1
    start = np.column_stack([np.full(around, first), following, spot])
    end = (rows - 1) * around + np.column_stack([spot, following, np.zeros(around, int)])
    end[:, 2] = last
    return np.concatenate([_tube(rows, around), start, end])


def _joined(pieces: list[Solid]) -> Solid:
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces[:-1])])
    return Solid(
        np.concatenate([piece.vertices for piece in pieces]),
        np.concatenate([piece.triangles + start for piece, start in zip(pieces, starts, strict=True)]),
        np.concatenate([piece.tone for piece in pieces]),
    )
