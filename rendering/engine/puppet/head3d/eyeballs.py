"""Eyeballs that fit between the fitted lids, painted with the photo's own irises."""

from dataclasses import dataclass

import numpy as np

from rendering.engine.motion.controls import ARKIT, GAZE_DEGREES
from rendering.engine.puppet import topology
from rendering.engine.puppet.head3d.fit import FittedHead
from rendering.engine.puppet.head3d.parts import Part
from rendering.engine.puppet.sampling import look_up

EYE_PX = 256
"""Side of one eye's picture; the right eye's and the left one's stand side by side."""

_REACH = np.deg2rad(105.0)  # from the iris' middle to the ball's edge in the picture
_RINGS, _AROUND = 18, 32
_IRIS = (0.36, 0.62)  # radius of an iris over the ball's, at least and at most: 5.9 of 12 mm is 0.49
_PUPIL = 0.38  # of the iris
_CLEAR = 0.12  # of the eye's opening, kept away from the lids' edges: lashes and their shadow lie there


@dataclass(frozen=True)
class _Ball:
    side: str
    centre: np.ndarray  # (3,) dm
    radius: float


def eyeballs(head: FittedHead, photo: np.ndarray, points: np.ndarray) -> tuple[Part, np.ndarray]:
    """Both eyes, looking straight ahead, and their picture (EYE_PX, 2 · EYE_PX, 3) uint8; `points` (478, 3) px."""
    parts, pictures = [], []
    for number, (side, lids, iris) in enumerate(
        (
            ("Right", (topology.RIGHT_UPPER_LID, topology.RIGHT_LOWER_LID), topology.RIGHT_IRIS),
            ("Left", (topology.LEFT_UPPER_LID, topology.LEFT_LOWER_LID), topology.LEFT_IRIS),
        )
    ):
        ball = _ball(head, side, lids)
        parts.append(_sphere(ball, number))
        pictures.append(_picture(head, ball, photo, points, lids, iris))
    first, second = parts
    return (
        Part(
            material="eyes",
            vertices=np.concatenate([first.vertices, second.vertices]),
            normals=np.concatenate([first.normals, second.normals]),
            triangles=np.concatenate([first.triangles, second.triangles + len(first.vertices)]),
            deltas=np.concatenate([first.deltas, second.deltas], axis=1),
            with_head=np.ones(len(first.vertices) + len(second.vertices)),
            texture=np.concatenate([_laid(first), _laid(second)]),
        ),
        np.hstack(pictures),
    )


def _laid(part: Part) -> np.ndarray:
    if part.texture is None:
        raise TypeError("an eye has a texture")
    return part.texture


def _ball(head: FittedHead, side: str, lids: tuple[tuple[int, ...], ...]) -> _Ball:
    """The stored ball, moved and sized as the lids around it were."""
    model = head.model
    ring = sorted({point for lid in lids for point in lid})
    before, after = model.spots_of(model.vertices)[ring], model.spots_of(head.vertices)[ring]
    stored = model.vertices[model.members(f"{side.lower()}_eye")]
    centre = (stored.min(axis=0) + stored.max(axis=0)) / 2
    size = float(np.linalg.norm(np.ptp(after[:, :2], axis=0)) / np.linalg.norm(np.ptp(before[:, :2], axis=0)))
    radius = float(np.linalg.norm(stored - centre, axis=1).max())
    return _Ball(side, after.mean(axis=0) - size * (before.mean(axis=0) - centre), size * radius)


def _directions() -> np.ndarray:
    """Unit vectors (_RINGS * _AROUND + 1, 3) from the pole (0, 0, 1) outwards, with their angles."""
    angle = _REACH * (np.arange(1, _RINGS + 1) / _RINGS)
    turn = np.arange(_AROUND) / _AROUND * 2 * np.pi
    a, t = np.meshgrid(angle, turn, indexing="ij")
    rings = np.stack([np.sin(a) * np.cos(t), np.sin(a) * np.sin(t), np.cos(a)], axis=-1).reshape(-1, 3)
    return np.concatenate([[[0.0, 0.0, 1.0]], rings])


def _sphere(ball: _Ball, number: int) -> Part:
    directions = _directions()
    ring, spot = np.meshgrid(np.arange(_RINGS - 1), np.arange(_AROUND), indexing="ij")
    a, b = 1 + ring * _AROUND + spot, 1 + ring * _AROUND + (spot + 1) % _AROUND
    quads = np.stack([np.stack([a, a + _AROUND, b], axis=-1), np.stack([b, a + _AROUND, b + _AROUND], axis=-1)], axis=2)
    fan = np.column_stack([np.zeros(_AROUND, int), 1 + np.arange(_AROUND), 1 + (np.arange(_AROUND) + 1) % _AROUND])
    deltas = np.zeros((len(ARKIT), len(directions), 3))
    outward = 1 if ball.side == "Left" else -1
    for name, left, up in (("Out", outward, 0), ("In", -outward, 0), ("Up", 0, 1), ("Down", 0, -1)):
        turned = directions @ _turn(left * GAZE_DEGREES, up * GAZE_DEGREES).T
        deltas[ARKIT.index(f"eyeLook{name}{ball.side}")] = ball.radius * (turned - directions)
    texture = _to_picture(directions)
    return Part(
        material="eyes",
        vertices=ball.centre + ball.radius * directions,
        normals=directions,
        triangles=np.concatenate([fan, quads.reshape(-1, 3)]),
        deltas=deltas,
        with_head=np.ones(len(directions)),
        texture=np.column_stack([(texture[:, 0] + number) / 2, texture[:, 1]]),
    )


def _turn(left_deg: float, up_deg: float) -> np.ndarray:
    """Rotation (3, 3) that takes forward (0, 0, 1) to the head's left and up."""
    y, x = np.deg2rad(left_deg), np.deg2rad(-up_deg)
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    return about_y @ about_x


def _to_picture(directions: np.ndarray) -> np.ndarray:
    """Where (N, 2) in 0..1 directions (N, 3) lie in the eye's picture: the distance from its middle is the angle."""
    angle = np.arccos(np.clip(directions[:, 2], -1, 1))
    flat = directions[:, :2] / np.maximum(np.linalg.norm(directions[:, :2], axis=1, keepdims=True), 1e-9)
    return 0.5 + flat * [0.49, -0.49] * (angle / _REACH)[:, None]


def _picture(
    head: FittedHead,
    ball: _Ball,
    photo: np.ndarray,
    points: np.ndarray,
    lids: tuple[tuple[int, ...], ...],
    iris: tuple[int, ...],
) -> np.ndarray:
    """The eye's picture: its gaze in the photo turned to the middle; what lids hid there is painted."""
    centre = head.to_photo(ball.centre[None])[0]
    radius_px = ball.radius * head.scale
    found = points[list(iris), :2]
    flat = (found[0] - centre[:2]) / radius_px * [1, -1]
    flat *= min(1.0, 0.6 / max(float(np.linalg.norm(flat)), 1e-9))
    gaze = np.array([*flat, np.sqrt(1 - flat @ flat)])  # in the photo's axes, y up
    iris_size = float(np.clip(np.linalg.norm(found[1:] - found[0], axis=1).mean() / radius_px, *_IRIS))

    spot = (np.arange(EYE_PX) + 0.5) / EYE_PX * 2 - 1
    x, y = np.meshgrid(spot / 0.98, -spot / 0.98)
    angle, around = np.hypot(x, y) * _REACH, np.arctan2(y, x)
    local = np.stack([np.sin(angle) * np.cos(around), np.sin(angle) * np.sin(around), np.cos(angle)], axis=-1)
    in_photo = local @ _towards(gaze).T
    places = centre[:2] + radius_px * in_photo[..., :2] * [1, -1]
    colour = look_up(photo, places.astype(np.float32)).astype(np.float64)
    share = _between_lids(places, points, lids) * np.clip((in_photo[..., 2] - 0.35) / 0.3, 0, 1)
    edge = np.arcsin(iris_size)
    painted = _painted(colour, share, angle / edge, (points, photo, lids))
    return (painted + (colour - painted) * share[..., None]).clip(0, 255).astype(np.uint8)


def _towards(gaze: np.ndarray) -> np.ndarray:
    """The smallest rotation (3, 3) that takes (0, 0, 1) to the unit vector `gaze`."""
    x, y, z = gaze
    cross = np.array([[0, 0, x], [0, 0, y], [-x, -y, 0]])
    return np.eye(3) + cross + cross @ cross / (1 + z)


def _between_lids(places: np.ndarray, points: np.ndarray, lids: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """How clearly each place (h, w, 2) px lies inside the eye's opening, 0..1; measured from lid to lid."""
    upper, lower = (points[list(lid), :2].astype(np.float64) for lid in lids)
    along = (upper[-1] - upper[0]) / np.linalg.norm(upper[-1] - upper[0])
    down = np.array([-along[1], along[0]])
    at = (places - upper[0]) @ along
    top, low = (np.interp(at, (lid - upper[0]) @ along, (lid - upper[0]) @ down) for lid in (upper, lower))
    inside = ((places - upper[0]) @ down - top) / np.maximum(low - top, 1e-6)
    between = np.clip((np.minimum(inside, 1 - inside) - _CLEAR / 2) / _CLEAR, 0, 1)
    length = float((upper[-1] - upper[0]) @ along)
    return np.asarray(between * (at > 0) * (at < length))


def _painted(
    colour: np.ndarray,
    share: np.ndarray,
    reach: np.ndarray,
    face: tuple[np.ndarray, np.ndarray, tuple[tuple[int, ...], ...]],
) -> np.ndarray:
    """The eye as it would look without lids: rings of the iris' own colours, `reach` 1 at its rim, and the white."""
    white_seen = (share > 0.6) & (reach > 1.25)
    rims = np.linspace(0, 1, 12)
    seen = [(share > 0.6) & (np.abs(reach - rim) < 0.06) for rim in rims]
    iris_seen = (share > 0.6) & (reach < 0.95) & (reach > _PUPIL)
    points, photo, lids = face
    fallback = _skin_near(photo, points, lids)
    white = np.percentile(colour[white_seen], 60, axis=0) if white_seen.sum() > 20 else 0.45 * fallback + 110
    middle = np.median(colour[iris_seen], axis=0) if iris_seen.sum() > 20 else fallback * 0.35
    profile = np.array([np.median(colour[ring], axis=0) if ring.sum() > 8 else middle for ring in seen])
    rings = np.stack([np.interp(reach, rims, profile[:, channel]) for channel in range(3)], axis=-1)
    # the white of the ball darkens where lids and socket shade it
    ball = white * (1 - 0.55 * np.clip((reach - 1.3) / 0.9, 0, 1))[..., None]
    outside = np.clip((reach - 0.96) / 0.1, 0, 1)[..., None]
    return rings + (ball - rings) * outside


def _skin_near(photo: np.ndarray, points: np.ndarray, lids: tuple[tuple[int, ...], ...]) -> np.ndarray:
    spots = points[list(lids[1]), :2]
    below = spots + [0, 0.2 * float(np.ptp(spots[:, 0]))]
    return look_up(photo, below[:, None].astype(np.float32), fine=False).reshape(-1, 3).mean(axis=0)
