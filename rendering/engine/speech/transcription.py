"""Sound to the words in it, by a recogniser that runs on this machine: Whisper (Radford 2022) on CTranslate2.

English is what `manage.py models install whisper-en` brings. For another language an operator lays a model for
CTranslate2 into the models folder, as whisper-<language> or, for one that knows many languages, as whisper. The package
faster-whisper (MIT) is an extra of its own, requirements/recognition.txt, and is imported only when something is
written down.
"""

import importlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rendering.engine.errors import EngineError
from rendering.engine.models import models_folder
from rendering.engine.speech.spoken import Sound, Word

_RATE = 16_000  # Hz: what Whisper listens to
_FILES = ("model.bin", "config.json")
_INSTALL = "Install requirements/recognition.txt and run `manage.py models install whisper-en` (see docs/voices.md)."
_BEAM = 5  # the package's own choice
# s by which its words begin late, the median of words whose times are known: 60 to 69 ms for every voice (benchmarks)
_LATE = 0.062


def missing_recogniser(language: str = "en") -> str:
    """What to do so that recordings in `language` (BCP 47) can be written down here; "" when they can."""
    if importlib.util.find_spec("faster_whisper") is None:
        return _INSTALL
    if _model_folder(language) is not None:
        return ""
    if language.startswith("en"):
        return "Run `manage.py models install whisper-en`."
    return (
        f"Put a Whisper model for CTranslate2 that knows this language into the models folder, as whisper-{language}."
    )


def transcribe(sound: Sound, *, language: str = "en") -> tuple[Word, ...]:
    """The words said in `sound`, in order, as they are written (with their punctuation), with their times in s.

    Nothing said gives no words. The times are within 0..duration and never run backwards. Raises
    EngineError("recogniser-missing") where nothing on this machine knows `language` (BCP 47).
    """
    if how := missing_recogniser(language):
        raise EngineError("recogniser-missing", "Nothing on this machine can write recordings down.", how)
    folder = _model_folder(language)
    assert folder is not None  # noqa: S101  missing_recogniser looked
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import

    shared = int(np.gcd(_RATE, sound.rate))
    samples = resample_poly(sound.samples, _RATE // shared, sound.rate // shared).astype(np.float32)
    segments, _ = _model(folder).transcribe(
        samples,
        language=language.split("-", maxsplit=1)[0],
        beam_size=_BEAM,
        word_timestamps=True,
        # silence is where Whisper invents words; what it said a moment ago is what it then repeats
        vad_filter=True,
        condition_on_previous_text=False,
    )
    words: list[Word] = []
    earliest = 0.0
    for segment in segments:
        for heard in segment.words or ():
            start = min(max(float(heard.start) - _LATE, earliest), sound.duration)
            end = min(max(float(heard.end) - _LATE, start), sound.duration)
            if text := heard.word.strip():
                words.append(Word(text, start, end))
                earliest = end
    return tuple(words)


def _model_folder(language: str) -> Path | None:
    folder = models_folder()
    if folder is None:
        return None
    plain = language.split("-", maxsplit=1)[0]
    candidates = (folder / name for name in dict.fromkeys((f"whisper-{language}", f"whisper-{plain}", "whisper")))
    return next((path for path in candidates if all((path / file).is_file() for file in _FILES)), None)


@cache
def _model(folder: Path) -> Any:
    """Loaded once a process. Raises EngineError("recogniser-unsuitable")."""
    whisper = importlib.import_module("faster_whisper").WhisperModel
    try:
        return whisper(str(folder), device="cpu", compute_type="int8", local_files_only=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise EngineError(
            "recogniser-unsuitable",
            f"The recogniser in {folder.name} cannot be loaded: {str(error).splitlines()[0]}",
            "It has to be a Whisper model for CTranslate2; for English run `manage.py models install whisper-en`.",
        ) from error
