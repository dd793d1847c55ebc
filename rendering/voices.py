"""The choice of a voice on a page: which there are, by language and gender, and a sample of each to hear."""

import hashlib
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from accounts.models import Organization
from consent.facts import CLONE_PREFIX, clone_voice
from consent.selectors import subjects_to_choose
from projects.services import wav_of
from rendering.engine.errors import WordsError
from rendering.engine.speech import Sound, Voice, all_voices, sample_words, synthesise
from rendering.engine.speech.catalogue import voice_named
from rendering.engine.speech.words import language_name

_MAKING = threading.Lock()  # a sample a process at a time: a page full of voices must not take the machine


@dataclass(frozen=True)
class VoiceChoice:
    """The voices to choose from in `language` (its English name), and what else could be chosen."""

    language: str
    gender: str
    languages: tuple[tuple[str, bool], ...]
    """Each with whether only basic voices speak it."""
    voices: tuple[Voice, ...]
    clones: tuple[tuple[Voice, str], ...] = ()
    """Copies of the voices of people whom the organisation shows, with their names."""


def voice_choice(
    *, language: str = "", gender: str = "", chosen: str = "", organization: Organization | None = None
) -> VoiceChoice:
    """The voices that can speak here, in `language` or, where none is asked for, in that of the voice `chosen`."""
    spoken_here = [entry.voice for entry in all_voices() if entry.installed]
    ready = [voice for voice in spoken_here if not voice.id.startswith(CLONE_PREFIX)]
    copies = {voice.id: voice for voice in spoken_here if voice.id.startswith(CLONE_PREFIX)}
    by_language: dict[str, list[Voice]] = {}
    for voice in ready:
        by_language.setdefault(language_name(voice.language), []).append(voice)
    if language not in by_language:
        spoken = next((voice for voice in ready if voice.id == chosen), ready[0])
        language = language_name(spoken.language)
    good = sorted(name for name, voices in by_language.items() if not all(voice.basic for voice in voices))
    basic = sorted(set(by_language) - set(good))
    # A basic voice is for a language that no better one speaks.
    voices = [
        voice
        for voice in by_language[language]
        if voice.id == chosen or (gender in {"", voice.gender} and not (voice.basic and language in good))
    ]
    return VoiceChoice(
        language=language,
        gender=gender,
        languages=(*((name, False) for name in good), *((name, True) for name in basic)),
        voices=tuple(voices),
        clones=_clones(copies, organization) if copies and organization else (),
    )


def _clones(copies: dict[str, Voice], organization: Organization) -> tuple[tuple[Voice, str], ...]:
    subjects = subjects_to_choose(organization)
    named = ((copies.get(clone_voice(subject.pk)), subject.name) for subject in subjects)
    return tuple((voice, name) for voice, name in named if voice is not None)


def voice_shown(voice: str) -> Voice | None:
    """The voice with this id, as pages tell of it; None for a recording, or one that is not installed any more."""
    return next((entry.voice for entry in all_voices() if entry.voice.id == voice), None)


def voice_sample(voice: str) -> Path:
    """A WAV file in which `voice` says a few words of its language: made once, then kept on this machine.

    Raises WordsError for a voice that cannot speak here, EngineError.
    """
    speaking = voice_named(voice)
    words = sample_words(speaking.language)
    if not words:
        raise WordsError("sample-missing", "There is no sample of this voice.", "Type something, and make a clip.")
    fingerprint = hashlib.sha256(f"{speaking}{words}".encode()).hexdigest()[:16]
    place = Path(settings.LIKENESS_DATA_DIR) / "samples" / f"{fingerprint}.wav"
    if not place.is_file():
        with _MAKING:
            if not place.is_file():
                _write(place, synthesise(words, voice=voice).sound)
    return place


def _write(place: Path, sound: Sound) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(wav_of(sound))
    Path(unfinished).replace(place)


def length_advice(seconds: float) -> str:
    """What to think of a clip's length: 30 to 90 seconds hold people best."""
    if seconds > 90:
        return "Clips of 30 to 90 seconds are watched to their end; this one is longer."
    return "30 to 90 seconds are best." if seconds < 30 else "A good length."
