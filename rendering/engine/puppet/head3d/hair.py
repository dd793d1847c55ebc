"""Room for hair: the scalp drawn out to the outline that the person has in the photo."""

from dataclasses import replace

import numpy as np

from rendering.engine.puppet.head3d.fit import FittedHead
from rendering.engine.puppet.head3d.model import HeadModel
from rendering.engine.puppet.sampling import look_up

_DIRECTIONS = 72
_HIGHEST = 1.22  # times the skull's own radius: a bun or a hat is no hair on the head
_CENTRE_DM = np.array([0.0, 7.35, 0.35])
_SETS_IN_DM = 0.35  # the hair's height is reached so far behind its line


def scalp_distance(model: HeadModel) -> np.ndarray:
    """How far each vertex (V,) lies behind the hairline, dm, negative before it.

    The line runs from the forehead's top to over the ear, and behind the ear to the nape.
    """
    y, z = model.vertices[:, 1], model.vertices[:, 2]
    above = np.minimum((y - 7.45 - (z - 0.75)) / np.sqrt(2), y - 7.45)
    behind = np.minimum(0.1 - z, y - 6.6)
    return np.asarray(np.maximum(above, behind))


def raise_hair(head: FittedHead, matte: np.ndarray) -> FittedHead:
    """`head` with its scalp where the outline of `matte` (H, W) 0..1 is, as far as hair stands off a skull."""
    model = head.model
    centre = head.bend(_CENTRE_DM[None])
    flat = (head.in_photo - head.to_photo(centre))[:, :2]
    distance = np.linalg.norm(flat, axis=1)
    angle = np.arctan2(-flat[:, 1], flat[:, 0])  # counter-clockwise from the picture's right
    bins = np.linspace(-np.pi, np.pi, _DIRECTIONS, endpoint=False)
    skull = model.members("skin")[model.vertices[model.members("skin"), 1] > 6.9]
    own = _outline(angle[skull], distance[skull], bins)
    ratio = np.clip(_reach(matte, head.to_photo(centre)[0, :2], bins, _HIGHEST * own) / own, 1, _HIGHEST)
    # what hangs beside and below the face is not the scalp's
    ratio = 1 + (ratio - 1) * np.clip((np.sin(bins) + 0.15) / 0.4, 0, 1)
    smooth = np.real(np.fft.ifft(np.fft.fft(ratio) * (np.abs(np.fft.fftfreq(_DIRECTIONS, 1 / _DIRECTIONS)) < 7)))
    smooth = np.clip(smooth, 1, _HIGHEST)
    beside = np.interp(angle, bins, smooth, period=2 * np.pi)
    # seen from the front, the crown and the back lie inside of the outline: they get the mean
    rim = np.clip(distance / np.interp(angle, bins, own, period=2 * np.pi), 0, 1)
    upper = np.sin(bins) > 0
    height = beside * rim + float(smooth[upper].mean()) * (1 - rim) - 1
    height = (height + height[model.mirror]) / 2  # a turned head shows each side's outline in another place
    back = np.clip(scalp_distance(model) / _SETS_IN_DM, 0, 1)
    on_skin = np.isin(np.arange(len(model.vertices)), model.members("skin"))
    grown = (1 + height * back * back * (3 - 2 * back) * on_skin)[:, None]
    vertices = centre + (head.vertices - centre) * grown
    middle = head.to_photo(centre)
    return replace(head, vertices=vertices, in_photo=middle + (head.in_photo - middle) * grown)


def _outline(angle: np.ndarray, distance: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """The greatest `distance` (N,) near each of the directions `bins` (B,)."""
    width = bins[1] - bins[0]
    apart = np.abs((angle[None] - bins[:, None] + np.pi) % (2 * np.pi) - np.pi)  # (B, N)
    return np.asarray(np.where(apart < 1.5 * width, distance[None], 0).max(axis=1)).clip(1e-6)


def _reach(matte: np.ndarray, centre: np.ndarray, bins: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """How far (B,) px from `centre` the matte goes in each direction without a break, `limit` (B,) at most."""
    shares = np.linspace(0.6, 1, 120)
    ways = np.stack([np.cos(bins), -np.sin(bins)], axis=-1)  # (B, 2)
    places = centre + ways[:, None] * (limit[:, None] * shares)[..., None]
    inside = look_up(matte.astype(np.float32), places.astype(np.float32), outside=0.0, fine=False) > 0.5
    steps = np.where(inside.all(axis=1), len(shares) - 1, np.argmin(inside, axis=1))
    return np.asarray(limit * shares[steps])
