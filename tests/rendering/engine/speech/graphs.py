"""A small ONNX graph with Kokoro's names and shapes, written by hand as protobuf: every token lasts four units."""

import struct
from pathlib import Path

import numpy as np

from rendering.engine.speech.kokoro_voices import KOKORO_VOICES

UNITS, UNIT = 4, 600
INT64, FLOAT = 7, 1


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _tensor(name: str, kind: int, shape: list[int], values: bytes) -> bytes:
    dims = b"".join(_int(1, size) for size in shape)
    return dims + _int(2, kind) + _bytes(8, name) + _bytes(9, values)


def _value(name: str, kind: int, shape: list[int | str]) -> bytes:
    dims = b"".join(_bytes(1, _int(1, d) if isinstance(d, int) else _bytes(2, d)) for d in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, dims)))


def _node(op: str, inputs: list[str], outputs: list[str], attributes: bytes = b"") -> bytes:
    named = b"".join(_bytes(1, i) for i in inputs) + b"".join(_bytes(2, o) for o in outputs)
    return _bytes(1, named + _bytes(4, op) + attributes)


def kokoro_graph(*, durations: str = "/encoder/Clip_output_0") -> bytes:
    """(tokens, style, speed) → audio: a constant as loud as the style's first number, UNITS × UNIT samples a token."""
    cast = _bytes(5, _bytes(1, "to") + _int(3, FLOAT) + _int(20, 2))
    to_int = _bytes(5, _bytes(1, "to") + _int(3, INT64) + _int(20, 2))
    constants = (
        _tensor("zero", FLOAT, [1], struct.pack("<f", 0)),
        _tensor("units", FLOAT, [1], struct.pack("<f", UNITS)),
        _tensor("unit", FLOAT, [1], struct.pack("<f", UNIT)),
        _tensor("first", INT64, [1], struct.pack("<q", 0)),
        _tensor("flat", INT64, [1], struct.pack("<q", -1)),
    )
    nodes = (
        _node("Cast", ["tokens"], ["floats"], cast),
        _node("Mul", ["floats", "zero"], ["zeros"]),
        _node("Add", ["zeros", "units"], [durations]),
        _node("ReduceSum", [durations], ["total"]),
        _node("Mul", ["total", "unit"], ["length"]),
        _node("Cast", ["length"], ["samples"], to_int),
        _node("Reshape", ["samples", "flat"], ["shape"]),
        _node("Reshape", ["style", "flat"], ["styles"]),
        _node("Gather", ["styles", "first"], ["level"]),
        _node("Div", ["level", "speed"], ["heard"]),
        _node("Expand", ["heard", "shape"], ["audio"]),
    )
    graph = b"".join(nodes) + _bytes(2, "tiny") + b"".join(_bytes(5, constant) for constant in constants)
    graph += _bytes(11, _value("tokens", INT64, [1, "sequence_length"]))
    graph += _bytes(11, _value("style", FLOAT, [1, 256])) + _bytes(11, _value("speed", FLOAT, [1]))
    graph += _bytes(12, _value("audio", FLOAT, ["audio_length"]))
    return _int(1, 8) + _bytes(7, graph) + _bytes(8, _int(2, 13))


def write_tiny_kokoro(folder: Path, **options: str) -> Path:
    """Both of Kokoro's files in `folder`: voice v at r tokens has the level (v + 1) / 100 + r / 10 000."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kokoro.onnx").write_bytes(kokoro_graph(**options))
    vectors = np.zeros((len(KOKORO_VOICES), 510, 256), np.float32)
    vectors[:, :, 0] = np.arange(1, len(KOKORO_VOICES) + 1)[:, None] / 100 + np.arange(510) / 10_000
    vectors.tofile(folder / "kokoro-voices.bin")
    return folder
