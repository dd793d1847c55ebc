"""Frames from a rig and a performance: fields in batches by torch, pixels layer by layer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch

from rendering.engine.motion.controls import BREATH, GAZE_DEGREES, Performance
from rendering.engine.puppet.expression import Expression, pose
from rendering.engine.puppet.fields import Grid, invert, sample
from rendering.engine.puppet.head import HeadField, rotations, turned
from rendering.engine.puppet.paint import FrameMotion, Painter, person_share
from rendering.engine.puppet.rig import Rig

_FURTHEST_GLANCE = 7.0  # degrees; beyond, the photo has no white to show beside the iris


def draw(
    rig: Rig, performance: Performance, *, device: str = "cpu", chunk: int = 25, alpha: bool = False
) -> Iterator[np.ndarray]:
    """The frames of `performance` on `rig`, in order, as arrays (n, H, W, 3) uint8 with n up to `chunk`; with `alpha`
    (n, H, W, 4), the person's share of each pixel last, not multiplied into the colours.

    Nothing but one chunk is held, so memory does not grow with the length. The fields of a chunk are worked out on
    `device`; its
    pixels are looked up on the CPU.
    """
    total = len(performance.controls[BREATH])
    painter = Painter(rig)
    expression, head = rig.expression.to(device), rig.head.to(device)
    x, y, w, h = rig.window
    for start in range(0, total, chunk):
        part = {name: curve[start : start + chunk] for name, curve in performance.controls.items()}
        frames = np.empty((len(part[BREATH]), *rig.photo.shape), np.uint8)
        shares = np.empty(frames.shape[:3], np.uint8) if alpha else None
        with _on_one_thread():
            motions = _motions(rig, expression, head, part)
        for i, motion in enumerate(motions):
            source = painter.paint(motion, frames[i])
            if shares is not None:
                shares[i] = rig.matte
                shares[i, y : y + h, x : x + w] = person_share(rig, source)
        yield frames if shares is None else np.concatenate([frames, shares[..., None]], axis=-1)


@contextmanager
def _on_one_thread() -> Iterator[None]:
    """Torch with one thread: its others wait for small fields by spinning, on the core that the encoder needs."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _motions(rig: Rig, expression: Expression, head: HeadField, controls: dict[str, np.ndarray]) -> list[FrameMotion]:
    grid, device = rig.grid, head.depth.device
    weights = np.stack([controls[name] for name in expression.names], axis=1).astype(np.float32)
    posed = pose(expression, torch.from_numpy(weights).to(device))
    rotation = rotations(controls["headYaw"], controls["headPitch"], controls["headRoll"]).to(device)
    breath = torch.from_numpy(controls[BREATH].astype(np.float32)).to(device)
    nodes = torch.from_numpy(grid.nodes()).permute(2, 0, 1).to(device)
    place = torch.cat([nodes, head.depth[None] + head.pivot[2]])[None]  # (1, 3, rows, columns)

    def shift_of(field: torch.Tensor, rows: slice, columns: slice) -> torch.Tensor:
        moved = torch.einsum("bk,kcij->bcij", posed.weights, field[:, :, rows, columns])
        turn = turned(place[..., rows, columns] + moved, rotation, head.turn[rows, columns], head.pivot)
        up = breath[:, None, None] * head.rise[rows, columns]
        return moved[:, :2] + turn - torch.stack([torch.zeros_like(up), up], dim=1)

    def from_where(
        shift: torch.Tensor, on: Grid, at: torch.Tensor, part: tuple[slice, slice] | None = None
    ) -> np.ndarray:
        return (invert(shift, on, part=part) - at).permute(0, 2, 3, 1).contiguous().cpu().numpy()

    upper = shift_of(expression.upper, slice(None), slice(None))
    rows, columns, mouth_grid = grid.part(rig.mouth_window)
    lower = shift_of(expression.lower, rows, columns)
    whole = from_where(upper, grid, nodes, grid.part(rig.face_window)[:2])
    lip = from_where(lower, mouth_grid, nodes[:, rows, columns])
    contours = _contours(expression.rest, upper, lower, grid, mouth_grid).cpu().numpy()
    teeth = _teeth(rig, head, rotation, posed.jaw)
    opening = posed.opening.cpu().numpy()
    rounding = posed.rounding.cpu().numpy()
    return [
        FrameMotion(
            whole=whole[i],
            lip=lip[i],
            lip_grid=mouth_grid,
            contours=contours[i],
            upper_teeth=teeth.upper[i],
            lower_teeth=teeth.lower[i],
            opening=float(opening[i]),
            rounding=float(rounding[i]),
            blink=(float(controls["eyeBlinkRight"][i]), float(controls["eyeBlinkLeft"][i])),
            glance=_glance(controls, i),
        )
        for i in range(len(weights))
    ]


def _contours(
    rest: torch.Tensor, upper: torch.Tensor, lower: torch.Tensor, grid: Grid, mouth_grid: Grid
) -> torch.Tensor:
    """Inner contours (B, 2, 11, 2) px of the frames: the photo's, moved by the very fields that move the pixels beside
    them.
    """
    found = []
    for line, shift, on in ((rest[0], upper, grid), (rest[1], lower, mouth_grid)):
        spots = line.T[None, :, None].expand(len(shift), -1, -1, -1)  # (B, 2, 1, 11)
        found.append((spots + sample(shift, spots, on))[:, :, 0].transpose(1, 2))
    return torch.stack(found, dim=1)


@dataclass(frozen=True)
class _Teeth:
    """Where the rows of teeth stand: origin and axes (B, 3, 2) px."""

    upper: np.ndarray
    lower: np.ndarray


def _teeth(rig: Rig, head: HeadField, rotation: torch.Tensor, jaw: torch.Tensor) -> _Teeth:
    origin = torch.from_numpy(rig.mouth.stomion).to(jaw.device)
    axes = torch.from_numpy(rig.mouth.axes.astype(np.float32)).to(jaw.device)
    # the skull carries the upper row: origin and the ends of both axes, turned as one body
    spots = torch.stack([origin, *(origin + torch.cat([axis * 10, axis.new_zeros(1)]) for axis in axes)], dim=-1)[
        None
    ]  # (1, 3, 3)
    shift = turned(spots, rotation, jaw.new_ones(3), head.pivot)  # (B, 2, 3)
    moved = (spots[:, :2] + shift).transpose(1, 2)  # (B, 3, 2)
    frame = torch.stack([moved[:, 0], (moved[:, 1] - moved[:, 0]) / 10, (moved[:, 2] - moved[:, 0]) / 10], dim=1)
    lower = frame.clone()
    lower[:, 0] += jaw
    return _Teeth(frame.cpu().numpy(), lower.cpu().numpy())


def _glance(controls: dict[str, np.ndarray], i: int) -> tuple[float, float]:
    """Degrees to the picture's right and down, the mean of both eyes: they look at one point."""
    to_left = (
        controls["eyeLookOutLeft"][i]
        - controls["eyeLookInLeft"][i]
        + controls["eyeLookInRight"][i]
        - controls["eyeLookOutRight"][i]
    )
    down = sum(controls[f"eyeLookDown{side}"][i] - controls[f"eyeLookUp{side}"][i] for side in ("Left", "Right"))
    right, below = np.clip([to_left / 2 * GAZE_DEGREES, down / 2 * GAZE_DEGREES], -_FURTHEST_GLANCE, _FURTHEST_GLANCE)
    return float(right), float(below)
