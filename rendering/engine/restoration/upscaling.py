"""A small face drawn larger by a network: Real-ESRGAN's animevideov3 (Wang et al. 2021), run by torch from ncnn's file.

Its edges are clean where Lanczos's are soft. What it adds was not in the photo: it learnt from drawn films, and makes
skin as smooth as theirs. So a third of Lanczos's picture stays in it.
"""

import importlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rendering.engine.errors import EngineError
from rendering.engine.faces import Face
from rendering.engine.faces.advice import SOME_BLOCKS, SOME_GRAIN
from rendering.engine.faces.measures import blockiness, noise_sigma
from rendering.engine.models import model_path
from rendering.engine.restoration.sharpening import enlarge

WEIGHTS = "upscaler"
_TIMES = 4
_CHANNELS, _LAYERS = 64, 16
_HALF_FLOATS = b"\x47\x6b\x30\x01"  # ncnn's mark before weights of 16 bits
_MOST_PX = 120_000  # px of the photo that are drawn anew: some seconds on two cores
_STRENGTH = 0.65  # of what the network draws; all of it makes an ink line of a brow, and skin like porcelain
_RIM = 0.08  # of the piece's sides, over which it fades into what lies around


def upscaler_ready(folder: Path | None = None) -> bool:
    """Whether the weights are here (`manage.py models install upscaler`)."""
    try:
        model_path(WEIGHTS, folder=folder)
    except EngineError:
        return False
    return True


def too_spoilt(photo: np.ndarray) -> bool:
    """Whether the network would draw grain and squares of compression as if they were lines."""
    return noise_sigma(photo) >= SOME_GRAIN or blockiness(photo) >= SOME_BLOCKS


def upscale(photo: np.ndarray, faces: Sequence[Face], *, weights: Path) -> tuple[np.ndarray, float]:
    """`photo` (H, W, 3) uint8 enlarged as `enlarge` does, its largest face and what is around it drawn by the network;
    and by how much: 1 is not.

    Raises EngineError("upscaler-weights").
    """
    larger, scale = enlarge(photo, faces)
    if scale == 1:
        return photo, 1.0
    left, top, right, bottom = _around(max(faces, key=lambda face: face.size_px), photo.shape)
    drawn = Image.fromarray(drawn_larger(np.ascontiguousarray(photo[top:bottom, left:right]), weights=weights))
    x, y, x2, y2 = (round(edge * scale) for edge in (left, top, right, bottom))
    x2, y2 = min(x2, larger.shape[1]), min(y2, larger.shape[0])
    piece = np.asarray(drawn.resize((x2 - x, y2 - y), Image.Resampling.LANCZOS))
    inside = (left > 0, top > 0, right < photo.shape[1], bottom < photo.shape[0])
    share = _STRENGTH * _window((y2 - y, x2 - x), inside)[..., None]
    after = larger.copy()
    after[y:y2, x:x2] = np.rint(piece * share + larger[y:y2, x:x2] * (1 - share)).astype(np.uint8)
    return after, scale


def drawn_larger(picture: np.ndarray, *, weights: Path) -> np.ndarray:
    """`picture` (H, W, 3) uint8 four times as large. Raises EngineError("upscaler-weights")."""
    network = _network(weights)
    torch = _torch()
    with torch.inference_mode():
        values = torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)[None]
        # the network says what to add to the picture enlarged by repeating pixels
        plain = torch.nn.functional.interpolate(values, scale_factor=_TIMES, mode="nearest")
        after = (plain + network(values))[0].permute(1, 2, 0).numpy()
    return np.clip(np.rint(255 * after), 0, 255).astype(np.uint8)


def _around(face: Face, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of as much around the face as may be drawn anew: the whole photo where it is small."""
    height, width = shape[:2]
    x, y, w, h = face.box
    grown = min(1.0, float(np.sqrt(_MOST_PX / (height * width))))
    # of the photo's own shape, and no smaller than head and shoulders
    half_w, half_h = max(grown * width / 2, 1.1 * w), max(grown * height / 2, 1.1 * h)
    centre_x = float(np.clip(x + w / 2, min(half_w, width / 2), max(width - half_w, width / 2)))
    centre_y = float(np.clip(y + h / 2, min(half_h, height / 2), max(height - half_h, height / 2)))
    left, top = max(int(centre_x - half_w), 0), max(int(centre_y - half_h), 0)
    return left, top, min(round(centre_x + half_w), width), min(round(centre_y + half_h), height)


def _window(size: tuple[int, int], fade: tuple[bool, bool, bool, bool]) -> np.ndarray:
    """(H, W) ones that fade to nothing towards those sides (left, top, right, bottom) that `fade` names."""
    height, width = size
    window = np.ones((height, width), np.float32)
    for ends, (first, last), length in ((0, fade[1::2], height), (1, fade[0::2], width)):
        ramp = np.linspace(0, 1, max(round(_RIM * length), 2), dtype=np.float32)
        along = np.ones(length, np.float32)
        if first:
            along[: len(ramp)] = ramp
        if last:
            along[-len(ramp) :] = ramp[::-1]
        window *= along[:, None] if ends == 0 else along[None]
    return window


@cache
def _network(weights: Path) -> Any:
    """The compact VGG-like network of Real-ESRGAN with the numbers in ncnn's file `weights`, in the order it runs."""
    torch = _torch()
    data = weights.read_bytes()
    place, layers = 0, []
    outputs = [_CHANNELS] * (_LAYERS + 1) + [3 * _TIMES**2]
    for number, (into, out) in enumerate(zip([3, *outputs[:-1]], outputs, strict=True)):
        count = out * into * 9
        ends = place + 4 + 2 * count + 4 * out + (4 * out if number <= _LAYERS else 0)
        if data[place : place + 4] != _HALF_FLOATS or ends > len(data):
            raise _unusable(weights)
        kernel = np.frombuffer(data, "<f2", count, place + 4).astype(np.float32).reshape(out, into, 3, 3)
        bias = np.frombuffer(data, "<f4", out, place + 4 + 2 * count)
        layer = torch.nn.Conv2d(into, out, 3, padding=1)
        layer.weight.data, layer.bias.data = torch.from_numpy(kernel), torch.from_numpy(bias.copy())
        layers.append(layer)
        if number <= _LAYERS:
            slopes = torch.nn.PReLU(out)
            slopes.weight.data = torch.from_numpy(np.frombuffer(data, "<f4", out, ends - 4 * out).copy())
            layers.append(slopes)
        place = ends
    if place != len(data):
        raise _unusable(weights)
    return torch.nn.Sequential(*layers, torch.nn.PixelShuffle(_TIMES)).eval()


def _unusable(weights: Path) -> EngineError:
    return EngineError(
        "upscaler-weights",
        f"The file {weights.name} is not the model that draws small faces larger.",
        "Delete it and run `manage.py models install upscaler`.",
    )


def _torch() -> Any:
    """PyTorch, which takes seconds to load: the other repairs go without."""
    return importlib.import_module("torch")
