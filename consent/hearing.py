"""What is said in a recording, and whose voice it is: as far as this machine can tell, which the engine knows."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rendering.engine.speech import Sound

MOST_BYTES = 10_000_000
MOST_SECONDS = 60.0


@dataclass(frozen=True)
class Heard:
    """`text`: what was said, None where nothing on this machine can tell. `sound`: for whoever compares voices."""

    text: str | None
    sound: "Sound"


def can_hear(language: str) -> bool:
    """Whether this machine can write down what is said in this language."""
    from rendering.engine.speech.transcription import missing_recogniser  # noqa: PLC0415  the engine is slow to load

    return not missing_recogniser(language)


def hear(recording: bytes, *, language: str) -> Heard:
    """Listen to a recording. Raises SoundError: it is none, too long, or silent."""
    from rendering.engine.errors import SoundError  # noqa: PLC0415
    from rendering.engine.speech.transcription import transcribe  # noqa: PLC0415

    if len(recording) > MOST_BYTES:
        raise SoundError("recording-too-big", "This recording is too big.", "A few seconds are enough.")
    sound = read_sound(recording)
    if sound.duration > MOST_SECONDS:
        raise SoundError("recording-too-long", "This recording is too long.", "A few seconds are enough.")
    if not can_hear(language):
        return Heard(None, sound)
    return Heard(" ".join(word.text for word in transcribe(sound, language=language)), sound)


def read_sound(recording: bytes) -> "Sound":
    """The sound in a file's bytes. Raises SoundError."""
    from rendering.engine.speech import read_recording  # noqa: PLC0415

    with tempfile.NamedTemporaryFile(suffix=".sound") as file:
        file.write(recording)
        file.flush()
        return read_recording(Path(file.name))


def voice_likeness(sound: "Sound", other: bytes) -> float | None:
    """How alike the voices in a recording and in another file are, 0..1; None where nothing here can compare them."""
    from rendering.engine.errors import EngineError  # noqa: PLC0415
    from rendering.engine.speech.speakers import missing_speaker_check, speaker_likeness  # noqa: PLC0415

    if missing_speaker_check():
        return None
    try:
        return speaker_likeness(sound, read_sound(other))
    except EngineError:
        # Too little speech in one of them: a person has to listen.
        return None


def is_another_voice(likeness: float) -> bool:
    """Whether that is surely somebody else's voice."""
    from rendering.engine.speech.speakers import Likeness, judged  # noqa: PLC0415

    return judged(likeness) is Likeness.DIFFERENT


def is_same_voice(likeness: float) -> bool:
    """Whether that is surely the same voice."""
    from rendering.engine.speech.speakers import Likeness, judged  # noqa: PLC0415

    return judged(likeness) is Likeness.SAME
