"""The process in which one clip is made: `python -m rendering.child [module.function]`.

With the name of a pipeline it loads that first, as a spare that waits for its work, and ends without any if none comes.

It reads {"spec": …, "pipeline": "module.function", "parent": pid} on standard input and writes JSON lines on standard
output: {"stage", "fraction"} while it works, then one of {"result": {"path"}}, {"error": {"code", "message",
"advice"}} for input that cannot become a clip, {"crash": {"kind", "trace"}} for everything else. It knows no database
and no secret.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO

from rendering.engine.errors import EngineError
from rendering.spec import Progress, RenderResult, RenderSpec

PR_SET_PDEATHSIG = 1  # prctl(2)
SMALLEST_STEP = 0.004  # of the whole bar: finer progress would only fill the pipe


def main() -> int:
    lines = _take_standard_output()
    for pipeline in sys.argv[1:]:
        _import(pipeline)
    asked = sys.stdin.read()
    if not asked:
        return 0
    request = json.loads(asked)
    _die_with(request["parent"])
    send = _sender(lines)
    try:
        spec = RenderSpec.from_json(json.dumps(request["spec"]))
        run = _import(request["pipeline"])
        result = run(spec, progress=_throttled(send))
        spec.output.with_name("report.json").write_text(json.dumps(result.report))
        send({"result": {"path": str(result.path)}})
    except EngineError as error:
        send({"error": {"code": error.code, "message": error.message, "advice": error.advice}})
        return 2
    except Exception as error:
        # Whatever it was, the parent shall know; the traceback goes to its log, not to a person.
        send({"crash": {"kind": type(error).__name__, "trace": traceback.format_exc()}})
        return 1
    return 0


def _take_standard_output() -> TextIO:
    # Libraries print, C libraries too. What they print goes to standard error, so that the protocol stays clean.
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return lines


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _sender(lines: TextIO) -> Callable[[dict[str, Any]], None]:
    def send(message: dict[str, Any]) -> None:
        lines.write(json.dumps(message) + "\n")
        lines.flush()

    return send


def _throttled(send: Callable[[dict[str, Any]], None]) -> Progress:
    last = ("", -1.0)

    def progress(stage: str, fraction: float) -> None:
        nonlocal last
        if stage != last[0] or fraction - last[1] >= SMALLEST_STEP:
            last = (stage, fraction)
            send({"stage": stage, "fraction": round(fraction, 4)})

    return progress


def _import(dotted: str) -> Callable[..., RenderResult]:
    module, _, name = dotted.rpartition(".")
    function: Callable[..., RenderResult] = getattr(importlib.import_module(module), name)
    return function


if __name__ == "__main__":
    sys.exit(main())
