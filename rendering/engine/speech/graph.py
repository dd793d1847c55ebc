"""A voice's model as a running graph that also tells its durations, a tensor that its file keeps to itself."""

from functools import cache
from pathlib import Path
from typing import Any


@cache
def duration_session(path: Path, durations: str) -> Any:
    """The ONNX model at `path` with the float tensor `durations` as its last output. Loaded once a process, run on one
    thread.
    """
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = path.read_bytes() + _output_declaration(durations)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _output_declaration(name: str) -> bytes:
    """Protobuf bytes that, put after a serialised ModelProto, make the float tensor `name` an output of its graph.

    Concatenated messages merge: ModelProto.graph (7) { output (12) { name (1), type (2) { tensor_type (1) { elem_type
    (1): FLOAT }}}}.
    """
    float_tensor = _field(2, _field(1, bytes([1 << 3, 1])))
    return _field(7, _field(12, _field(1, name.encode()) + float_tensor))


def _field(number: int, payload: bytes) -> bytes:
    """A length-delimited protobuf field; payloads here are shorter than 128 bytes, so that one byte holds the
    length.
    """
    return bytes([number << 3 | 2, len(payload)]) + payload
