"""Every voice that there is or could be on this machine, whichever engine speaks it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rendering.engine.errors import EngineError, WordsError
from rendering.engine.models import model_path
from rendering.engine.speech.coqui import CLONES, CoquiSpeaker, coqui_voices, missing_coqui
from rendering.engine.speech.espeak import EspeakSpeaker, espeak_voices
from rendering.engine.speech.hibari import HibariSpeaker
from rendering.engine.speech.kokoro import KokoroSpeaker
from rendering.engine.speech.kokoro_voices import KOKORO_VOICES
from rendering.engine.speech.readers import missing_reader
from rendering.engine.speech.speaker import Speaker
from rendering.engine.speech.voices import HEART, Voice


@dataclass(frozen=True)
class Entry:
    """A voice, and what to do to have it; `how` is "" for one that can speak now."""

    voice: Voice
    how: str = ""

    @property
    def installed(self) -> bool:
        return not self.how


def all_voices() -> tuple[Entry, ...]:
    """All voices, those of the better engines first."""
    return (*_better(), *(Entry(voice) for voice in espeak_voices()))


def _better() -> Iterator[Entry]:
    missing = _missing_kokoro()
    yield Entry(HEART)
    yield from (Entry(voice, missing or missing_reader(voice.language)) for voice in KOKORO_VOICES)
    yield from (Entry(voice, missing_coqui()) for voice in coqui_voices())


def _missing_kokoro() -> str:
    try:
        model_path("kokoro")
        model_path("kokoro-voices")
    except EngineError as error:
        return error.advice
    return ""


class _Ready(Mapping[str, Voice]):
    """Looked up anew each time: an operator may install a voice while the site runs. A copy of a person's voice can be
    asked for by its name and is not in the list: it is nobody else's choice.
    """

    def __getitem__(self, id: str) -> Voice:  # noqa: A002
        if id == HEART.id:
            return HEART
        for voice in self._all():
            if voice.id == id:
                return voice
        raise KeyError(id)

    def __iter__(self) -> Iterator[str]:
        return (voice.id for voice in self._all() if not voice.id.startswith(CLONES))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _all(self) -> Iterator[Voice]:
        return (entry.voice for entry in _better() if entry.installed)


VOICES: Mapping[str, Voice] = _Ready()
"""The voices that can speak on this machine now, but for the basic ones."""


def voice_named(voice: str) -> Voice:
    """The voice with this id, basic or not. Raises WordsError("voice-unknown"), WordsError("voice-not-installed")."""
    if voice == HEART.id:
        return HEART
    entry = next((entry for entry in all_voices() if entry.voice.id == voice), None)
    if entry is None:
        raise WordsError(
            "voice-unknown", f"There is no voice called “{voice}”.", f"Choose one of: {', '.join(VOICES)}."
        )
    if not entry.installed:
        raise WordsError("voice-not-installed", f"The voice “{entry.voice.name}” is not installed here.", entry.how)
    return entry.voice


def speaker_of(voice: Voice) -> Speaker:
    """`voice`, ready to speak."""
    if voice.engine not in _SPEAKERS:
        raise ValueError(f"no engine is called {voice.engine}")
    return _SPEAKERS[voice.engine](voice)


_SPEAKERS: dict[str, Callable[[Voice], Speaker]] = {
    "hibari": HibariSpeaker,
    "kokoro": KokoroSpeaker,
    "coqui": CoquiSpeaker,
    "espeak": EspeakSpeaker,
}
