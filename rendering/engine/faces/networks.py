"""The two networks of the face landmarker, run by LiteRT."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from queue import LifoQueue
from typing import TypeVar
from zipfile import ZipFile

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from rendering.engine.models import model_path

_Item = TypeVar("_Item")
_Seen = TypeVar("_Seen")
_MOST_AT_ONCE = 2  # the house is measured on two cores; each interpreter holds a few megabytes


class Network:
    """One network, for any number of threads.

    An interpreter holds its input and its outputs itself: two threads in it at once would get each other's faces. So
    there are as many as may run at once, and each look borrows one.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._idle: LifoQueue[Interpreter | None] = LifoQueue()
        for _ in range(_MOST_AT_ONCE - 1):
            self._idle.put(None)  # made when it is needed first
        first = self._made()
        self._input = first.get_input_details()[0]["index"]
        self._outputs = {detail["name"]: detail["index"] for detail in first.get_output_details()}
        self._idle.put(first)

    def run(self, picture: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name, copies, for `picture` (1, H, W, 3) float32 of the network's own size and range."""
        interpreter = self._idle.get()
        try:
            interpreter = interpreter or self._made()
            interpreter.set_tensor(self._input, picture)
            interpreter.invoke()
            return {name: interpreter.get_tensor(index) for name, index in self._outputs.items()}
        finally:
            self._idle.put(interpreter)

    def _made(self) -> Interpreter:
        interpreter = Interpreter(model_content=self._content, num_threads=1)
        interpreter.allocate_tensors()
        return interpreter


def at_once(look: Callable[[_Item], _Seen], items: Iterable[_Item]) -> list[_Seen]:
    """`look` at each item, in their order; on two cores two at a time. `look` may not call this itself."""
    return list(_threads(os.getpid()).map(look, items))


@cache
def _threads(_: int) -> ThreadPoolExecutor:
    """Threads of one process: a child that was forked off has none of its parent's, and would wait for ever."""
    return ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="faces")


@cache
def network(name: str) -> Network:
    """A network of the face landmarker by the name of its file, such as "face_detector"."""
    with ZipFile(model_path("face-landmarker")) as archive:
        return Network(archive.read(f"{name}.tflite"))
