"""Whether a photo is likely a nude: open_nsfw (Mahadeokar and Pesavento, Yahoo 2016) on onnxruntime.

One number for the whole picture, learnt from photographs of adults. It says nothing of age, is weak on drawings and
paintings, and takes much skin for more than it is: a reason to have somebody look, never a decision.
"""

import io
from functools import cache

import numpy as np
import onnxruntime
from PIL import Image

from rendering.engine.models import model_path

# As the network was trained: Caffe's BGR means, a 256-px square and its middle, through a JPEG.
_MEAN_BGR = np.array([104.0, 117.0, 123.0], np.float32)
_SIDE, _INNER = 256, 224


def nudity(photo: np.ndarray) -> float:
    """How likely the photo, (H, W, 3) uint8 sRGB, is a nude: 0 to 1. Raises EngineError where the model is missing."""
    session = _session()
    scores = session.run(None, {session.get_inputs()[0].name: _prepared(photo)[None]})[0]
    return float(scores[0, 1])


def _prepared(photo: np.ndarray) -> np.ndarray:
    """(224, 224, 3) float32, BGR less the means."""
    edge = (_SIDE - _INNER) // 2
    small = Image.fromarray(photo).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    middle = small.crop((edge, edge, edge + _INNER, edge + _INNER))
    buffer = io.BytesIO()
    middle.save(buffer, "JPEG")
    with Image.open(buffer) as reread:
        rgb = np.asarray(reread, np.float32)
    return np.ascontiguousarray(rgb[:, :, ::-1] - _MEAN_BGR)


@cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model_path("nudity")), options, providers=["CPUExecutionProvider"])
