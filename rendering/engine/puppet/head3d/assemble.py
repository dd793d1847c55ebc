"""A whole head from a photo: skin, eyes, teeth, gums, tongue and the mouth's walls."""

from dataclasses import dataclass

import cv2
import numpy as np

from rendering.engine.puppet.head3d.colour import Colouring, colour_head, vertex_normals
from rendering.engine.puppet.head3d.eyeballs import eyeballs
from rendering.engine.puppet.head3d.fit import FittedHead, fit_head
from rendering.engine.puppet.head3d.hair import raise_hair
from rendering.engine.puppet.head3d.model import head_model
from rendering.engine.puppet.head3d.parts import Part
from rendering.engine.puppet.head3d.teeth import LOWER_ARCH, UPPER_ARCH, Solid, gums, row_of_teeth
from rendering.engine.puppet.topology import CHEEKS, LOWER_LIP, UPPER_LIP

_TEXTURES_PX = (512, 1024, 2048)
_TEXELS = 2.2  # of the texture for one px of the face: the photo's grain outlives two look-ups
_LIPS_DM = 1.50  # where the mouth's walls begin
_LIDS_DM = 1.37
_ENAMEL = np.array([1.03, 1.0, 0.93])  # red, green, blue of a tooth over its grey under white light (Vita A1–A2)


@dataclass(frozen=True)
class Head3D:
    """`parts`; `pictures` (h, w, 3) uint8 by material; `neck` (3,) and `pivot` (3,) dm, the joints; all in one frame.

    The frame has x to the head's left, y up from the neck's cut, z forward, in decimetres.
    """

    parts: tuple[Part, ...]
    pictures: dict[str, np.ndarray]
    neck: np.ndarray
    pivot: np.ndarray


def build_head(photo: np.ndarray, points: np.ndarray, matte: np.ndarray) -> Head3D:
    """The head of the face `points` (478, 3) px in `photo` (H, W, 3) uint8; `matte` (H, W) 0..1 is the person's."""
    head = raise_hair(fit_head(head_model(), points), matte)
    size = _texture_size(points)
    colouring = colour_head(head, photo, matte, size=size)
    eyes, eyes_picture = eyeballs(head, photo, points)
    parts = (_skin(head), eyes, *_teeth(head, photo, points), *_walls(head, colouring, photo, points))
    model = head.model
    foot = head.vertices[model.members("skin"), 1].min()
    pivot = head.bend(np.array([[0.0, 6.97, 0.16]]))[0]  # where the skull sits on the spine
    ground = np.array([pivot[0], foot, pivot[2]])
    return Head3D(
        parts=tuple(_moved(part, -ground) for part in parts),
        pictures={"skin": colouring.texture, "eyes": eyes_picture},
        neck=np.zeros(3),
        pivot=pivot - ground,
    )


def _texture_size(points: np.ndarray) -> int:
    wanted = _TEXELS * float(np.ptp(points[:468, 1])) / 0.45  # the face takes about 0.45 of the texture's height
    return next((size for size in _TEXTURES_PX if size >= wanted), _TEXTURES_PX[-1])


def _moved(part: Part, shift: np.ndarray) -> Part:
    return Part(**{**vars(part), "vertices": part.vertices + shift})


def _skin(head: FittedHead) -> Part:
    model = head.model
    members, triangles = np.unique(model.triangles["skin"], return_inverse=True)
    normals = vertex_normals(head.vertices, model.triangles["skin"], model.same)
    y, z = model.vertices[members, 1], model.vertices[members, 2]
    # the neck's foot stays: the turn sets in over 5 cm, under the chin over less
    up = np.clip((y - model.vertices[:, 1].min() + 0.5 * np.clip(z - 0.5, 0, None)) / 0.5, 0, 1)
    return Part(
        material="skin",
        vertices=head.vertices[members],
        normals=normals[members],
        triangles=triangles.reshape(-1, 3),
        deltas=head.deltas[:, members],
        with_head=up * up * (3 - 2 * up),
        texture=model.texture[members],
    )


def _walls(head: FittedHead, colouring: Colouring, photo: np.ndarray, points: np.ndarray) -> list[Part]:
    """What lies behind lips and lids, and the tongue: dark with depth."""
    model = head.model
    z = model.vertices[:, 2]
    lips = _lip_colour(photo, points)
    behind_lips = np.exp(-np.clip(_LIPS_DM - z, 0, None) / 0.06)[:, None]
    behind_lids = np.exp(-np.clip(_LIDS_DM - z, 0, None) / 0.1)[:, None]
    flesh = colouring.plain * np.array([0.9, 0.62, 0.6]) * behind_lips + 0.10 * lips * (1 - behind_lips)
    inner_lids = colouring.plain * np.array([0.72, 0.58, 0.56]) * (0.25 + 0.75 * behind_lids)
    tongue = lips * np.array([0.9, 0.72, 0.72]) * (0.2 + 0.5 * np.clip((z - 0.9) / 0.45, 0, 1))[:, None]
    return [
        _part_of(head, name, colours)
        for name, colours in (("cavity", flesh), ("sockets", inner_lids), ("tongue", tongue))
    ]


def _part_of(head: FittedHead, name: str, colours: np.ndarray) -> Part:
    model = head.model
    members, triangles = np.unique(model.triangles[name], return_inverse=True)
    return Part(
        material="mouth",
        vertices=head.vertices[members],
        normals=vertex_normals(head.vertices, model.triangles[name], model.same)[members],
        triangles=triangles.reshape(-1, 3),
        deltas=head.deltas[:, members],
        with_head=np.ones(len(members)),
        colours=(colours[members] / 255).clip(0, 1),
    )


def _teeth(head: FittedHead, photo: np.ndarray, points: np.ndarray) -> list[Part]:
    enamel, gum = _enamel(photo, points), 0.75 * _lip_colour(photo, points) * [1.0, 0.8, 0.8]
    parts = []
    for arch, helper in ((UPPER_ARCH, "upper_teeth"), (LOWER_ARCH, "lower_teeth")):
        for solid, material, colour in ((row_of_teeth(arch), "teeth", enamel), (gums(arch), "mouth", gum)):
            parts.append(_set_in(head, solid, helper, material, colour))
    return parts


def _set_in(head: FittedHead, solid: Solid, helper: str, material: str, colour: np.ndarray) -> Part:
    """`solid` carried along by the bend, and moved by the shapes as the stored head's own row is."""
    model = head.model
    row = model.members(helper)
    straight = np.column_stack([model.vertices[row], np.ones(len(row))])
    to_row = np.linalg.pinv(straight)
    own = np.column_stack([solid.vertices, np.ones(len(solid.vertices))])
    vertices = head.bend(solid.vertices)
    deltas = np.zeros((len(model.deltas), len(vertices), 3))
    for shape, delta in enumerate(model.deltas[:, row]):
        if np.abs(delta).max() > 0.005:  # half a millimetre: less is the neighbourhood's noise
            deltas[shape] = head.bend(solid.vertices + own @ (to_row @ delta)) - vertices
    return Part(
        material=material,
        vertices=vertices,
        normals=vertex_normals(vertices, solid.triangles, np.arange(len(vertices))),
        triangles=solid.triangles,
        deltas=deltas,
        with_head=np.ones(len(vertices)),
        colours=(colour * solid.tone[:, None] / 255).clip(0, 1),
    )


def _enamel(photo: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Teeth (3,) in the light that falls on the cheeks: a third of the skin's cast is the light's."""
    skin = _colour_at(photo, points, CHEEKS)
    grey = max(float(skin @ [0.299, 0.587, 0.114]), 1.0)
    cast = skin / grey
    colourful = np.clip(np.abs(cast - 1).max() / 0.2, 0, 1)  # a grey picture's teeth are grey
    return np.asarray(cast**0.35 * (1 + (_ENAMEL - 1) * colourful) * min(1.04 * grey + 6, 222)).clip(0, 240)


def _lip_colour(photo: np.ndarray, points: np.ndarray) -> np.ndarray:
    return _colour_at(photo, points, (*UPPER_LIP[1], *LOWER_LIP[1]))


def _colour_at(photo: np.ndarray, points: np.ndarray, where: tuple[int, ...]) -> np.ndarray:
    spots = np.round(points[list(where), :2]).astype(int).clip(0, np.array(photo.shape[1::-1]) - 1)
    soft = cv2.GaussianBlur(photo, (0, 0), 1.5)
    return np.asarray(np.median(soft[spots[:, 1], spots[:, 0]].astype(np.float64), axis=0))
