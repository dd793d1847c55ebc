"""The skin's texture: the photo where it saw the head, its other side where not, and calm colours elsewhere."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.sparse import coo_array, diags_array
from scipy.sparse.linalg import spsolve

from rendering.engine.puppet.head3d.fit import FittedHead
from rendering.engine.puppet.head3d.hair import scalp_distance
from rendering.engine.puppet.head3d.model import HeadModel
from rendering.engine.puppet.head3d.raster import Raster, rasterise
from rendering.engine.puppet.sampling import look_up

_FACING = (0.12, 0.40)  # cosine to the camera: below the first the photo would smear, above the second it is believed
_SEEN_PX = 480  # height of the head in the picture in which it is worked out what hides what
_BEHIND_DM = 0.06  # deeper than that behind what is seen there is hidden
_NECK_DM = (0.05, 0.35)  # below the chin the photo fades: the head's neck goes where the photo's does not
_GUTTER_PX = 6
_DEEPEST = 0.3  # light left in the depth of a fold
_HOLD, _MEAN = 50.0, 0.3  # pulls on a vertex, beside its neighbours' of about 1 / 0.05 dm each


@dataclass(frozen=True)
class Colouring:
    """`texture` (S, S, 3) uint8 sRGB; `plain` (V, 3) 0..255, a calm colour for each vertex."""

    texture: np.ndarray
    plain: np.ndarray


def colour_head(head: FittedHead, photo: np.ndarray, matte: np.ndarray, *, size: int) -> Colouring:
    """The colours of `head`, as a texture `size` px wide.

    From `photo` (H, W, 3) uint8, of which `matte` (H, W) 0..1 is the person's.
    """
    view = _View.of(head, photo, matte)
    plain = _plain(head, view)
    skin = head.model.triangles["skin"]
    spots = rasterise(head.model.texture * size - 0.5, np.zeros(len(head.vertices)), skin, (size, size))
    filled = spots.filled
    triangles, weights = skin[spots.triangle[filled]], spots.weights[filled]
    colour, share = view.colour_of(triangles, weights)
    # what the camera did not see looks much like the same place on the other side
    mirrored, mirrored_share = view.colour_of(head.model.mirror[triangles], weights)
    calm = np.einsum("nc,ncx->nx", weights, plain[triangles] * _soft_light(head)[triangles, None])
    share, mirrored_share = _softened(share, filled), _softened(mirrored_share, filled)
    rest = 1 - share
    other = rest * mirrored_share * np.einsum("nc,nc->n", weights, _face_share(head)[triangles])
    mixed = colour * share[:, None] + mirrored * other[:, None] + calm * (rest - other)[:, None]
    texture = np.zeros((size, size, 3), np.float32)
    texture[filled] = mixed
    return Colouring(_with_gutter(texture, filled), plain)


@dataclass(frozen=True)
class _View:
    """The photo as a source of colour: how each vertex (V, 3) faces the camera, and what is in front of what."""

    head: FittedHead
    photo: np.ndarray
    matte: np.ndarray
    normals: np.ndarray
    nearest: Raster
    corner: np.ndarray
    zoom: float

    @classmethod
    def of(cls, head: FittedHead, photo: np.ndarray, matte: np.ndarray) -> "_View":
        skin = head.model.triangles["skin"]
        places = head.in_photo
        low, high = places[np.unique(skin), :2].min(axis=0), places[np.unique(skin), :2].max(axis=0)
        zoom = _SEEN_PX / float(high[1] - low[1])
        size = (int(np.ceil((high[1] - low[1]) * zoom)) + 1, int(np.ceil((high[0] - low[0]) * zoom)) + 1)
        nearest = rasterise((places[:, :2] - low) * zoom, places[:, 2], skin, size)
        normals = vertex_normals(places * [1, -1, 1], skin, head.model.same)
        # the matte's own edge is mixed with the ground
        solid = cv2.erode(matte.astype(np.float32), np.ones((3, 3)), iterations=max(round(0.02 * head.scale), 1))
        return cls(head, photo, solid, normals, nearest, low, zoom)

    def colour_of(self, triangles: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Colours (N, 3) of spots, `weights` (N, 3) on `triangles` (N, 3), and how far to believe them (N,)."""
        places = np.einsum("nc,ncx->nx", weights, self.head.in_photo[triangles])
        normal = np.einsum("nc,nc->n", weights, self.normals[triangles, 2])
        colour = _values_at(self.photo, places[:, :2])
        inside = _values_at(self.matte, places[:, :2])
        share = _ramp(normal, *_FACING) * _ramp(inside, 0.6, 1.0) * self._in_front(places)
        kept = (1 - _ramp(self._below_chin(), *_NECK_DM)) * (1 - _ear_share(self.head))
        return colour, share * np.einsum("nc,nc->n", weights, kept[triangles])

    def _in_front(self, places: np.ndarray) -> np.ndarray:
        depth = np.where(self.nearest.filled, self.nearest.depth, places[:, 2].min()).astype(np.float32)
        behind = (_values_at(depth, (places[:, :2] - self.corner) * self.zoom) - places[:, 2]) / self.head.scale
        return 1 - _ramp(behind, _BEHIND_DM / 2, _BEHIND_DM)

    def _below_chin(self) -> np.ndarray:
        """How far each vertex (V,) lies below the jaw's edge, dm: along the throat the edge rises towards the ears."""
        vertices = self.head.vertices
        chin, ear = self.head.model.spots_of(vertices)[[152, 234]]
        edge = chin[1] + (ear[1] - chin[1]) * np.clip((chin[2] - vertices[:, 2]) / (chin[2] - ear[2]), 0, 1) ** 2 * 0.6
        return np.asarray(edge - vertices[:, 1])


def _values_at(picture: np.ndarray, spots: np.ndarray) -> np.ndarray:
    """The values (N[, C]) of `picture` (H, W[, C]) at `spots` (N, 2) px; 0 outside of it."""
    wide = 1024  # OpenCV looks up in pictures only, of less than 32,768 px a side
    rows = -(-len(spots) // wide)
    laid = np.zeros((rows * wide, 2), np.float32)
    laid[: len(spots)] = spots
    values = look_up(picture, laid.reshape(rows, wide, 2), outside=0.0, fine=False)
    return values.reshape(rows * wide, *picture.shape[2:])[: len(spots)].astype(np.float64)


def vertex_normals(vertices: np.ndarray, triangles: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Unit normals (V, 3) of the surface `triangles` (T, 3), one for all vertices that are the `same` (V,) place."""
    corners = vertices[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(vertices)
    for column in range(3):
        np.add.at(total, same[triangles[:, column]], facing)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 1e-12, total / np.maximum(length, 1e-12), [0.0, 0.0, 1.0])[same]


def _plain(head: FittedHead, view: _View) -> np.ndarray:
    """A colour (V, 3) for each vertex: hair's spread from where hair is seen, skin's from the face."""
    model = head.model
    soft = cv2.GaussianBlur(view.photo, (0, 0), max(0.06 * head.scale, 1.0))
    every = np.arange(len(model.vertices))
    colour, share = replace(view, photo=soft).colour_of(
        np.stack([every] * 3, axis=1), np.tile([1.0, 0.0, 0.0], (len(every), 1))
    )
    share = np.where(np.isin(every, model.members("skin")), share, 0)
    scalp = _scalp_share(head)
    hair, skin = (_spread(model, colour, share * own) for own in (scalp, 1 - scalp))
    return np.asarray(skin + (hair - skin) * scalp[:, None]).clip(0, 255)


def _spread(model: HeadModel, colour: np.ndarray, share: np.ndarray) -> np.ndarray:
    """`colour` (V, 3) where `share` (V,) is 1, elsewhere what its neighbours on the mesh have: Laplace's equation."""
    surface = model.same[np.concatenate([model.triangles[part] for part in ("skin", "cavity", "sockets")])]
    ends = np.concatenate([surface[:, [0, 1]], surface[:, [1, 2]], surface[:, [2, 0]]])
    both = np.concatenate([ends, ends[:, ::-1]])
    length = np.linalg.norm(model.vertices[both[:, 0]] - model.vertices[both[:, 1]], axis=1)
    size = len(share)
    links = coo_array((1 / np.maximum(length, 0.01), (both[:, 0], both[:, 1])), shape=(size, size)).tocsr()
    held = share * _HOLD
    # a little of the mean holds what is far from all that was seen, or hangs on nothing
    mean = (colour * held[:, None]).sum(axis=0) / max(float(held.sum()), 1e-6)
    pull = np.bincount(model.same, held, size)
    pulled = np.stack([np.bincount(model.same, colour[:, i] * held, size) for i in range(3)], axis=1)
    system = diags_array(links.sum(axis=1) + pull + _MEAN) - links
    return np.asarray(spsolve(system.tocsc(), pulled + _MEAN * mean))[model.same]


def _face_share(head: FittedHead) -> np.ndarray:
    """Where (V,) the other side may stand in: on the face, not on hair and throat, which are rarely alike."""
    return _ramp(head.model.vertices[:, 2], 0.45, 0.8)


def _ear_share(head: FittedHead) -> np.ndarray:
    """Where (V,) the ears are: the face mesh has no point on them, so the photo's lie elsewhere or under hair."""
    x, y, z = head.model.vertices.T
    return _ramp(np.abs(x), 0.70, 0.735) * (z < 0.62) * (y < 7.5)


def _soft_light(head: FittedHead) -> np.ndarray:
    """How light a plain surface (V,) is under a soft light from before and above, and in its own folds: its form."""
    normals = vertex_normals(head.vertices, head.model.triangles["skin"], head.model.same)
    light = 0.86 + 0.17 * np.clip(normals @ [0.0, 0.5, 0.87], -1, 1)
    return np.asarray(light * (_DEEPEST + (1 - _DEEPEST) * head.model.openness**0.7))


def _scalp_share(head: FittedHead) -> np.ndarray:
    """Where (V,) hair grows."""
    return _ramp(scalp_distance(head.model), -0.04, 0.1)


def _softened(share: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """`share` (N,) of the `filled` (S, S) texels with its ragged borders drawn in and smoothed."""
    size = len(filled)
    laid = np.ones(filled.shape, np.float32)
    laid[filled] = share
    laid = cv2.erode(laid, np.ones((3, 3)), iterations=max(size // 256, 1)) * filled
    width = (0, 0)
    near = cv2.GaussianBlur(filled.astype(np.float32), width, size / 256)
    return np.asarray((cv2.GaussianBlur(laid, width, size / 256) / np.maximum(near, 1e-6))[filled], np.float64)


def _with_gutter(texture: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """The texture as uint8 with its edges drawn out, so that no black is mixed in beside them."""
    known = filled.astype(np.uint8)
    solid = texture.clip(0, 255)
    for _ in range(_GUTTER_PX):
        weight = cv2.blur(known.astype(np.float32), (3, 3))
        spread = cv2.blur(solid * known[..., None], (3, 3)) / np.maximum(weight, 1e-6)[..., None]
        new = (known == 0) & (weight > 0)
        solid[new] = spread[new]
        known[new] = 1
    solid[known == 0] = solid[known == 1].mean(axis=0)
    return (solid + 0.5).astype(np.uint8)


def _ramp(value: np.ndarray, low: float, high: float) -> np.ndarray:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
