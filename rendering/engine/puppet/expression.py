"""What the controls do to the picture: two smooth fields, one that follows the upper lip and one that follows the
lower.

No single smooth field can open a mouth: the lips' border would smear. Here the lower lip and what hangs on it are a
layer of their
own. Both fields agree everywhere outside the lips, so the layer's outer edge shows nowhere.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch

from rendering.engine.puppet.blend_shapes import FittedShapes
from rendering.engine.puppet.fields import Grid, interpolate
from rendering.engine.puppet.lips import RING_FOLLOW, across_mouth, is_parted, mouth_width
from rendering.engine.puppet.topology import (
    CHIN_SKIN,
    CORNERS,
    FACE_OVAL,
    INNER_LOWER,
    INNER_UPPER,
    LOWER_LIP,
    UPPER_LIP,
)

# Eyelids and irises are drawn by eyes.py: a field that squashes the eye is never seen as a blink.
_DRAWN_ELSEWHERE = ("eyeBlink", "eyeLook", "tongueOut")
# What parts the lips is asked for more strongly on a small mouth: few pixels swallow small openings, which the closed
# loop shows and animators know. Pixels of the mouth's width, power, most (tuned on the paintings).
_EMPHASISED = ("jawOpen", "mouthClose", "mouthLowerDown", "mouthUpperUp")
_CLEAR_PX, _EMPHASIS_POWER, _EMPHASIS_MOST = 90.0, 0.45, 1.35
# Lips that were parted in the photo have no line of contact to show. Shut, they are pressed together by this share of
# the mouth's width, and held as on a p (tuned by the closed loop on the Pearl Earring and a smiling photograph)
_PRESS = 0.03
_HELD = {"mouthRollLower": 0.22, "mouthRollUpper": 0.18, "mouthPressLeft": 0.3, "mouthPressRight": 0.3}
# Rounded lips meet at the sides: what is left open between them at full rounding, of the mouth's half width, and by how
# much it is taller; how round the controls make them (tuned by eye on the paintings and on photographs)
_ROUND_APERTURE, _ROUND_TALLER = 0.55, 0.4
_ROUNDING = {"mouthFunnel": 0.7, "mouthPucker": 1.0}
_SEAL_OPENING = 0.014  # commanded openings below this share of the mouth's width draw the lips together


@dataclass(frozen=True)
class Expression:
    """Linear fields over the controls, plus one correction per inner-lip point pair that holds the lips together.

    `names` (K) controls; `upper`, `lower` (K + 11, 3, rows, columns) px: shift x, y and depth at weight 1 of a control,
    or by 1 px of a correction; `contour` (2, K, 11, 2) px: what the controls do to the inner contours (upper, lower);
    `rest` (2, 11, 2) px where the contours lie in the photo; `rounding` (K,) how much a control rounds the lips;
    `across` (2,) from upper to lower lip; `width` of the mouth and `press`, how far once parted lips are pressed
    together, px, and `held` (K,) the controls that hold them; `jaw` (K, 2) px: what moves the lower teeth.
    """

    names: tuple[str, ...]
    upper: torch.Tensor
    lower: torch.Tensor
    contour: torch.Tensor
    rest: torch.Tensor
    rounding: torch.Tensor
    across: torch.Tensor
    jaw: torch.Tensor
    held: torch.Tensor
    width: float
    press: float

    def to(self, device: str) -> "Expression":
        """The same on a torch device."""
        return replace(
            self,
            upper=self.upper.to(device),
            lower=self.lower.to(device),
            contour=self.contour.to(device),
            rest=self.rest.to(device),
            rounding=self.rounding.to(device),
            across=self.across.to(device),
            jaw=self.jaw.to(device),
            held=self.held.to(device),
        )


@dataclass(frozen=True)
class Pose:
    """The expression of B frames: `weights` of the two fields (B, K + 11), inner `contours` (B, 2, 11, 2) px in the
    photo's pose,
    `jaw` (B, 2) px that the lower teeth moved, `opening` (B,) as a share of the mouth's width, `rounding` (B,) of the
    lips 0..1.
    """

    weights: torch.Tensor
    contours: torch.Tensor
    jaw: torch.Tensor
    opening: torch.Tensor
    rounding: torch.Tensor


def build_expression(points: np.ndarray, shapes: FittedShapes, grid: Grid) -> Expression:
    """The fields of the face `points` (478, 3) px on `grid`."""
    kept = [k for k, name in enumerate(shapes.names) if not name.startswith(_DRAWN_ELSEWHERE)]
    deltas = shapes.deltas[kept]  # (K, 468, 3)
    louder = [i for i, k in enumerate(kept) if shapes.names[k].startswith(_EMPHASISED)]
    deltas[louder] *= emphasis(mouth_width(points))
    across, parted = across_mouth(points), is_parted(points)
    upper, lower = (
        _field(points, deltas, lip, sign * across, grid) for lip, sign in ((UPPER_LIP, 1.0), (LOWER_LIP, -1.0))
    )
    inner = np.array([INNER_UPPER, INNER_LOWER])
    return Expression(
        names=tuple(shapes.names[k] for k in kept),
        upper=upper,
        lower=lower,
        contour=torch.from_numpy(deltas[:, inner, :2].transpose(1, 0, 2, 3).copy()),
        rest=torch.from_numpy(points[inner][..., :2].astype(np.float32)),
        rounding=torch.tensor([_ROUNDING.get(shapes.names[k], 0.0) for k in kept]),
        across=torch.from_numpy(across.astype(np.float32)),
        jaw=torch.from_numpy(deltas[:, list(CHIN_SKIN), :2].mean(axis=1)),
        held=torch.tensor([_HELD.get(shapes.names[k], 0.0) if parted else 0.0 for k in kept]),
        width=mouth_width(points),
        press=_PRESS * mouth_width(points) if parted else 0.0,
    )


def emphasis(width_px: float) -> float:
    """How much more strongly than asked a mouth of `width_px` opens: 1 from 90 px on, 1.35 at most."""
    return float(np.clip((_CLEAR_PX / width_px) ** _EMPHASIS_POWER, 1.0, _EMPHASIS_MOST))


def pose(expression: Expression, weights: torch.Tensor) -> Pose:
    """The pose for control `weights` (B, K), with the lips held together where they should touch and never through
    each other.

    The photo's own gap is closed first: what the controls ask for counts from closed lips.
    """
    own_gap = (expression.rest[1] - expression.rest[0]) @ expression.across  # (11,)
    middle = (_gap(expression, _contours(expression, weights))[:, 5:6] - own_gap[5]).clamp(min=0)
    middle = (middle / (_SEAL_OPENING * expression.width)).clamp(max=1)
    open_share = middle**2 * (3 - 2 * middle)
    weights = weights + expression.held * (1 - open_share)
    contours = _contours(expression, weights)
    gap = _gap(expression, contours)
    asked = gap - own_gap
    rounding = (weights @ expression.rounding).clamp(0, 1)
    opening = asked.clamp(min=0) * _aperture(rounding)
    wanted = opening * open_share - expression.press * (1 - open_share)
    # each lip goes half of the way; in total the contours meet exactly, whatever shape the controls left them in
    meet = (gap - wanted) / 2  # (B, 11)
    contours = torch.stack(
        [contours[:, 0] + meet[..., None] * expression.across, contours[:, 1] - meet[..., None] * expression.across],
        dim=1,
    )
    full = torch.cat([weights, meet], dim=1)
    widest = wanted.amax(dim=1).clamp(min=0) / expression.width
    return Pose(full, contours, weights @ expression.jaw, widest, rounding)


def _contours(expression: Expression, weights: torch.Tensor) -> torch.Tensor:
    """Where the controls take the inner contours, (B, 2, 11, 2) px."""
    return expression.rest[None] + torch.einsum("bk,skpc->bspc", weights, expression.contour)


def _gap(expression: Expression, contours: torch.Tensor) -> torch.Tensor:
    """(B, 11) px across the mouth."""
    return (contours[:, 1] - contours[:, 0]) @ expression.across


def _aperture(rounding: torch.Tensor) -> torch.Tensor:
    """How much of their gap the eleven pairs of points keep, (B, 11), for `rounding` (B,) 0..1.

    An ellipse over the whole mouth becomes a narrower and taller one, beside which the lips touch.
    """
    along = torch.linspace(-1, 1, 11, device=rounding.device)[1:-1] ** 2
    half = 1 - (1 - _ROUND_APERTURE) * rounding[:, None]
    kept = ((1 - along / half**2).clamp(min=0) / (1 - along)).sqrt() * (1 + _ROUND_TALLER * rounding[:, None] ** 2)
    return torch.nn.functional.pad(kept, (1, 1))


def _field(
    points: np.ndarray, deltas: np.ndarray, lip: tuple[tuple[int, ...], ...], towards: np.ndarray, grid: Grid
) -> torch.Tensor:
    """The field that follows one lip, (K + 11, 3, rows, columns): sites are all points but the other lip's."""
    other = LOWER_LIP if lip is UPPER_LIP else UPPER_LIP
    hidden = {point for ring in other for point in ring} - set(CORNERS)
    sites = np.array([i for i in range(468) if i not in hidden])
    corrections = np.zeros((11, 468, 3), np.float32)
    for ring, follow in zip(lip, RING_FOLLOW, strict=True):
        for place, point in enumerate(ring[1:-1], start=1):
            corrections[place, point, :2] = follow * towards
    values = np.concatenate([deltas, corrections])[:, sites]  # (K + 11, N, 3)
    # a ring well outside the face that stays where it is, so that the spline does not run away over hair and collar
    centre = points[:468, :2].mean(axis=0)
    oval = points[list(FACE_OVAL), :2]
    still = np.concatenate([centre + (oval - centre) * reach for reach in (1.55, 2.0)])
    places = np.concatenate([points[sites, :2], still])
    count = len(values)
    table = np.concatenate([values, np.zeros((count, len(still), 3), np.float32)], axis=1)
    field = interpolate(places, table.transpose(1, 0, 2).reshape(len(places), -1), grid, smoothing=2e-4)
    field *= _inside(grid, centre, oval)[..., None]
    return torch.from_numpy(field.reshape(*grid.shape, count, 3).transpose(2, 3, 0, 1).copy())


def _inside(grid: Grid, centre: np.ndarray, oval: np.ndarray) -> np.ndarray:
    """1 within the face and a little around it, smoothly 0 from twice its size on."""
    reach = np.abs(oval - centre).max(axis=0) * 1.15
    distance = np.linalg.norm((grid.nodes() - centre) / reach, axis=-1)
    t = np.clip((1.75 - distance) / 0.6, 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)
