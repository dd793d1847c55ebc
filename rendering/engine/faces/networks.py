"""The two networks of the face landmarker, run by LiteRT."""

from functools import cache
from threading import Lock
from zipfile import ZipFile

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from rendering.engine.models import model_path


class Network:
    """One network, for any number of threads.

    An interpreter holds its input and its outputs itself: two threads in it at once would get each other's faces.
    """

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = {detail["name"]: detail["index"] for detail in self._interpreter.get_output_details()}
        self._one_at_a_time = Lock()

    def run(self, picture: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name, copies, for `picture` (1, H, W, 3) float32 of the network's own size and range."""
        with self._one_at_a_time:
            self._interpreter.set_tensor(self._input, picture)
            self._interpreter.invoke()
            return {name: self._interpreter.get_tensor(index) for name, index in self._outputs.items()}


@cache
def network(name: str) -> Network:
    """A network of the face landmarker by the name of its file, such as "face_detector"."""
    with ZipFile(model_path("face-landmarker")) as archive:
        return Network(archive.read(f"{name}.tflite"))
