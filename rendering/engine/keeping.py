"""Results that are dear to make, kept on disk: dataclasses of arrays in one file that runs no code when it is read."""

import dataclasses
import json
import os
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import torch

_SKELETON = "skeleton"


def keep(path: Path, value: Any) -> None:
    """Write `value`, made of dataclasses, tuples, plain values, arrays and tensors. The file is there whole or not at
    all; a disk without room keeps nothing and is no error.
    """
    arrays: dict[str, np.ndarray] = {}
    skeleton = json.dumps(_taken_apart(value, arrays))
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with part.open("wb") as file:
            np.savez(file, **{_SKELETON: np.array(skeleton)}, **arrays)  # type: ignore[arg-type]
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()


def find_kept(path: Path, classes: Iterable[type]) -> Any | None:
    """What was kept at `path`, or None where nothing is, or nothing that can be read. Only `classes` are built."""
    known = {cls.__name__: cls for cls in classes}
    try:
        with np.load(path, allow_pickle=False) as data:
            value = _put_together(json.loads(str(data[_SKELETON])), data, known)
        os.utime(path)  # what is used is not thrown out
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    return value


def _taken_apart(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if dataclasses.is_dataclass(value):
        members = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {
            "class": type(value).__name__,
            "of": {name: _taken_apart(member, arrays) for name, member in members.items()},
        }
    if isinstance(value, tuple):
        return {"tuple": [_taken_apart(member, arrays) for member in value]}
    if isinstance(value, np.ndarray | torch.Tensor):
        name = f"a{len(arrays)}"
        arrays[name] = value if isinstance(value, np.ndarray) else value.cpu().numpy()
        return {"array" if isinstance(value, np.ndarray) else "tensor": name}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _put_together(skeleton: Any, data: Any, known: dict[str, type]) -> Any:
    if not isinstance(skeleton, dict):
        return skeleton
    if "class" in skeleton:
        members = {name: _put_together(member, data, known) for name, member in skeleton["of"].items()}
        return known[skeleton["class"]](**members)
    if "tuple" in skeleton:
        return tuple(_put_together(member, data, known) for member in skeleton["tuple"])
    if "tensor" in skeleton:
        return torch.from_numpy(data[skeleton["tensor"]])
    return data[skeleton["array"]]
