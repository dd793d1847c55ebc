"""Writing glTF 2.0 as one binary file (Khronos Group, glTF 2.0 specification, ISO/IEC 12113:2022)."""

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_COMPONENT = {np.dtype(np.uint8): 5121, np.dtype(np.uint16): 5123, np.dtype(np.float32): 5126}
_TYPE = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942


@dataclass
class _View:
    """Accessors of one kind, laid one after the other."""

    target: int | None = None
    stride: int | None = None
    pieces: list[bytes] = field(default_factory=list)
    length: int = 0

    def add(self, data: bytes) -> int:
        """Where in the view `data` begins."""
        start = self.length
        padded = data + bytes(-len(data) % 4)
        self.pieces.append(padded)
        self.length += len(padded)
        return start


class BinaryBuffer:
    """The numbers of a file: accessors, and the views of the buffer that they look through."""

    def __init__(self) -> None:
        self.accessors: list[dict[str, Any]] = []
        self._views: dict[str, _View] = {}

    def vertices(self, values: np.ndarray, *, bounds: bool = False, normalized: bool = False) -> int:
        """An accessor of vertex attributes `values` (N, C), with C · itemsize a multiple of four."""
        name = f"{values.dtype}x{values.shape[1]}"
        view = _View(target=_ARRAY_BUFFER, stride=values.shape[1] * values.itemsize)
        return self._add(name, view, values, bounds=bounds, normalized=normalized)

    def indices(self, values: np.ndarray) -> int:
        """An accessor of triangles (T, 3) uint16."""
        return self._add("indices", _View(target=_ELEMENT_ARRAY_BUFFER), values.reshape(-1, 1))

    def keys(self, values: np.ndarray, *, bounds: bool = False) -> int:
        """An accessor of `values` (N, C) for an animation."""
        return self._add("keys", _View(), values, bounds=bounds)

    def matrices(self, values: np.ndarray) -> int:
        """An accessor of matrices (N, 16) float32, column by column."""
        return self._add("matrices", _View(), values)

    def offsets(self, values: np.ndarray) -> int:
        """An accessor of vertex offsets (N, 3) float32 that are mostly zero: only the others are stored."""
        moved = np.nonzero(values.any(axis=1))[0].astype(np.uint16)
        accessor = {
            "componentType": _COMPONENT[values.dtype],
            "type": "VEC3",
            "count": len(values),
            "min": values.min(axis=0).tolist(),
            "max": values.max(axis=0).tolist(),
        }
        if len(moved):
            view = self._number_of("sparse", _View())
            sparse = self._views["sparse"]
            accessor["sparse"] = {
                "count": len(moved),
                "indices": {
                    "bufferView": view,
                    "byteOffset": sparse.add(moved.tobytes()),
                    "componentType": _COMPONENT[moved.dtype],
                },
                "values": {"bufferView": view, "byteOffset": sparse.add(values[moved].tobytes())},
            }
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def blob(self, data: bytes) -> int:
        """A view of its own, for a picture."""
        name = f"blob{len(self._views)}"
        number = self._number_of(name, _View())
        self._views[name].add(data)
        self._views[name].length = len(data)
        return number

    def _number_of(self, name: str, new: _View) -> int:
        self._views.setdefault(name, new)
        return list(self._views).index(name)

    def _add(self, name: str, new: _View, values: np.ndarray, *, bounds: bool = False, normalized: bool = False) -> int:
        number = self._number_of(name, new)
        accessor: dict[str, Any] = {
            "bufferView": number,
            "byteOffset": self._views[name].add(np.ascontiguousarray(values).tobytes()),
            "componentType": _COMPONENT[values.dtype],
            "type": _TYPE[values.shape[1]],
            "count": len(values),
        }
        if normalized:
            accessor["normalized"] = True
        if bounds:
            accessor |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def packed(self) -> tuple[list[dict[str, Any]], bytes]:
        """The views' descriptions, and the buffer."""
        described, pieces, start = [], [], 0
        for view in self._views.values():
            data = b"".join(view.pieces)
            row: dict[str, Any] = {"buffer": 0, "byteOffset": start, "byteLength": view.length}
            if view.stride:
                row["byteStride"] = view.stride
            if view.target:
                row["target"] = view.target
            described.append(row)
            pieces.append(data)
            start += len(data)
        return described, b"".join(pieces)


def write_binary(path: Path, document: dict[str, Any], buffer: BinaryBuffer) -> None:
    """Writes `document`, completed with the buffer, its views and accessors, as a GLB."""
    views, data = buffer.packed()
    whole = document | {
        "accessors": buffer.accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(data)}],
    }
    text = json.dumps(whole, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    with path.open("wb") as file:
        file.write(struct.pack("<III", _MAGIC, 2, 12 + 8 + len(text) + 8 + len(data)))
        file.write(struct.pack("<II", len(text), _JSON) + text)
        file.write(struct.pack("<II", len(data), _BIN) + data)
