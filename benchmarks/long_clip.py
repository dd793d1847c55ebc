"""`python -m benchmarks.long_clip SECONDS`: renders the sample at 1080 px and tells the most memory that it held."""

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.subjects import FPS, SAMPLE, WORDS, make_clip, read_subject
from rendering.engine.speech import estimate_seconds
from rendering.report import peak_memory_mb

SHORTER_SIDE = 1080  # px


def main() -> None:
    """Prints one line of JSON: seconds, frames, wall_s, before_mb, peak_mb."""
    wanted = float(sys.argv[1])
    times = max(round(wanted / estimate_seconds(WORDS, voice="heart")), 1)
    words = WORDS if times > 1 or wanted > 6 else WORDS.split(".", maxsplit=1)[0] + "."
    subject = read_subject(SAMPLE).scaled(SHORTER_SIDE)
    before, began = peak_memory_mb(), perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        clip = make_clip(subject, Path(folder) / "long.mp4", words=" ".join([words] * times))
    told = {
        "seconds": clip.performance.frames / FPS,
        "frames": clip.performance.frames,
        "wall_s": perf_counter() - began,
        "before_mb": before,
        "peak_mb": peak_memory_mb(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
