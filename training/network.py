"""The network as torch sees it while it learns, and its weights as numpy runs them (rendering.engine.speech.ears)."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rendering.engine.speech.ears import BANDS, CLASSES

_WIDTH = 96
_DILATIONS = (1, 2, 4, 8, 1, 2, 4, 8)


class MouthShapes(nn.Module):
    """Spectra (B, 2 BANDS, 2 T) → (B, len(CLASSES) + 1, T): the classes' scores, then that of a closure's middle.

    Eight convolutions with growing gaps, each added to what was there before: a breath of half a second to each side.
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(2 * BANDS, _WIDTH, 5, stride=2, padding=2)
        self.blocks = nn.ModuleList(nn.Conv1d(_WIDTH, _WIDTH, 3, padding=d, dilation=d) for d in _DILATIONS)
        self.norms = nn.ModuleList(nn.BatchNorm1d(_WIDTH) for _ in _DILATIONS)
        self.drop = nn.Dropout1d(0.05)
        self.last = nn.Conv1d(_WIDTH, len(CLASSES) + 1, 1)

    def forward(self, given: Tensor) -> Tensor:
        state = self.first(given)
        for block, norm in zip(self.blocks, self.norms, strict=True):
            state = state + self.drop(norm(block(F.relu(state))))
        return torch.as_tensor(self.last(F.relu(state)))


def write_weights(network: MouthShapes, path: Path) -> None:
    """As 16-bit numbers, the normalisation multiplied into the convolutions before it."""
    kept: dict[str, np.ndarray] = {"dilations": np.array(_DILATIONS, np.int16)}
    named = {"first": network.first, "last": network.last}
    for name, layer in named.items():
        kept[f"{name}.weight"], kept[f"{name}.bias"] = _array(layer.weight), _array(layer.bias)
    kept["last.weight"] = kept["last.weight"][:, :, 0]
    for index, (block, norm) in enumerate(zip(network.blocks, network.norms, strict=True)):
        assert isinstance(block, nn.Conv1d)  # noqa: S101 -- a ModuleList forgets what it was given
        assert isinstance(norm, nn.BatchNorm1d)  # noqa: S101
        scale = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
        kept[f"block{index}.weight"] = _array(block.weight) * scale[:, None, None]
        kept[f"block{index}.bias"] = (_array(block.bias) - _array(norm.running_mean)) * scale + _array(norm.bias)
    path.parent.mkdir(parents=True, exist_ok=True)
    halves: dict[str, Any] = {name: v.astype(np.float16) if v.dtype.kind == "f" else v for name, v in kept.items()}
    np.savez_compressed(path, **halves)


def _array(values: Tensor | None) -> np.ndarray:
    assert values is not None  # noqa: S101 -- layers here have weights and biases
    return values.detach().cpu().numpy().astype(np.float32)
