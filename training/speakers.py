"""Speech with its phonemes: by every voice that this machine has, in every language that they can be made to read.

Kokoro also reads languages that it was not made for, from espeak's phonemes, and speaks as mixtures of two of its
voices; espeak speaks through the variants of its voice. Whom and what the network is measured on is never spoken here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rendering.engine.errors import EngineError, WordsError
from rendering.engine.speech.espeak import EspeakReader, EspeakSpeaker, espeak_voices
from rendering.engine.speech.hibari import HibariSpeaker
from rendering.engine.speech.kokoro import said_with, voice_vectors
from rendering.engine.speech.kokoro_voices import KOKORO_VOICES
from rendering.engine.speech.readers import Reader, reader_of
from rendering.engine.speech.speaker import Breath, Reading
from rendering.engine.speech.voices import HEART, Voice
from training.texts import languages, text_of

UNHEARD_LANGUAGES = ("hi", "it", "ko", "sv", "sw", "tr", "ur")
UNHEARD_VOICES = ("af_bella", "am_michael", "bf_emma", "bm_george")
UNHEARD_VARIANTS = ("f4", "m5", "klatt3", "linda", "Andy")
_VARIANTS = (
    "", "m1", "m2", "m3", "m4", "m6", "m7", "m8", "f1", "f2", "f3", "f5", "klatt", "klatt2", "klatt4", "croak",
    "whisper", "whisperf", "Alex", "Alicia", "Andrea", "Annie", "antonio", "aunty", "belinda", "benjamin", "boris",
    "caleb", "david", "Denis", "Diogo", "ed", "edward", "Gene", "grandma", "grandpa", "Gustave", "Henrique", "Hugo",
    "iven", "Jacky", "john", "kaukovalta", "Lee", "marcelo", "Marco", "Mario", "max", "Michael", "miguel", "mike",
    "Mr", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro", "shelby", "steph", "travis", "victor", "zac",
)  # fmt: skip
# Kokoro's own languages by the name that training.texts gives them, and how often it speaks them
_NATIVE = {
    "en-us": ("en-US", 4), "es": ("es", 4), "fr-fr": ("fr-FR", 3), "pt-br": ("pt-BR", 3), "cmn": ("zh", 2),
}  # fmt: skip
_GUEST = ("de", "nl", "pl", "ru", "id", "ro", "fi", "cs", "uk", "el", "hr", "hu", "da", "ca", "vi", "fa", "bg", "et")
_LONGEST = 300  # phonemes: Kokoro cannot say more than 510 at once
_MIXED = 0.5  # of Kokoro's speech is by a mixture of two voices


# where espeak's "y" is the rounded vowel; elsewhere (Russian, Portuguese…) it writes the unrounded ɨ so
_ROUNDED_Y = frozenset({"az", "cmn", "da", "de", "et", "fi", "fr-fr", "hu", "nb", "nl", "sq", "sv", "tk", "tr", "tt"})


@dataclass(frozen=True, eq=False)
class Utterance:
    """`breath`: samples float32 (N,) at 24 kHz, and what is said in them."""

    breath: Breath
    voice: str
    language: str

    def __post_init__(self) -> None:
        if self.language not in _ROUNDED_Y:
            parts = tuple(replace(part, symbol="ɨ") if part.symbol == "y" else part for part in self.breath.parts)
            object.__setattr__(self, "breath", Breath(self.breath.samples, parts))


def espeak_utterances(random: np.random.Generator) -> Iterator[Utterance]:
    """Without end: each in another language, by another variant, at another tempo."""
    by_language = {voice.language: voice for voice in espeak_voices()}
    spoken = [name for name in languages() if name in by_language and name not in UNHEARD_LANGUAGES]
    while True:
        language, variant = str(random.choice(spoken)), str(random.choice(_VARIANTS))
        yield espeak_says(
            text_of(language, random, words=40), language, variant, rate=random.uniform(0.7, 1.25), random=random
        )


def espeak_says(text: str, language: str, variant: str, *, rate: float, random: np.random.Generator) -> Utterance:
    """`text` by espeak's voice of `language` in its `variant` ("": as it is)."""
    voice = next(voice for voice in espeak_voices() if voice.language == language)
    changed = replace(voice, model=f"{voice.model}+{variant}" if variant else voice.model)
    readings = [Reading(word, word, True, index) for index, word in enumerate(text.split())]
    return Utterance(EspeakSpeaker(changed).say(readings, rate=rate, rng=random), f"espeak-{variant}", language)


def heart_utterances(random: np.random.Generator) -> Iterator[Utterance]:
    """The built-in voice, without end."""
    speaker = HibariSpeaker(HEART)
    while True:
        try:
            readings = speaker.read(text_of("en-us", random, words=20).split())
        except WordsError:
            continue  # a word that nobody can read
        yield Utterance(speaker.say(readings, rate=random.uniform(0.75, 1.3), rng=random), HEART.id, "en-us")


def kokoro_utterances(random: np.random.Generator) -> Iterator[Utterance]:
    """Without end; a language of its own two times in three. Raises EngineError where Kokoro is not installed."""
    native = {name: weight for name, (_, weight) in _NATIVE.items() if _reader(name)}
    weights = np.array(list(native.values()), float)
    while True:
        own = random.random() < 0.67
        language = str(random.choice(list(native), p=weights / weights.sum()) if own else random.choice(_GUEST))
        voice = _voice_for(_NATIVE[language][0] if own else None, random)
        reader = _reader(voice.language if voice.language.startswith("en-") and own else language)
        try:
            readings = reader.read(text_of(language, random, words=12).split()) if reader else ()
        except WordsError:
            continue
        if not 5 < sum(len(reading.said) for reading in readings) < _LONGEST:
            continue
        breath = said_with(_mixed(voice, random), readings, rate=random.uniform(0.8, 1.25), voice=voice)
        yield Utterance(breath, voice.id, language)


@cache
def _reader(language: str) -> Reader | None:
    """None where it is not installed."""
    try:
        if language in {"en-US", "en-GB"}:
            return reader_of(language)
        return reader_of(_NATIVE[language][0]) if language in _NATIVE else EspeakReader(language)
    except EngineError:
        return None


def _voice_for(language: str | None, random: np.random.Generator) -> Voice:
    """One that may be heard; English is now and then British."""
    heard = [v for v in KOKORO_VOICES if v.id not in UNHEARD_VOICES and v.language not in UNHEARD_LANGUAGES]
    if language == "en-US" and random.random() < 0.4:
        language = "en-GB"
    fitting = [v for v in heard if language in {None, v.language}]
    return fitting[int(random.integers(len(fitting)))]


def _mixed(voice: Voice, random: np.random.Generator) -> NDArray[np.float32]:
    own = voice_vectors()[KOKORO_VOICES.index(voice)]
    if random.random() > _MIXED:
        return own
    other = voice_vectors()[KOKORO_VOICES.index(_voice_for(None, random))]
    share = random.uniform(0.15, 0.6)
    return np.asarray((1 - share) * own + share * other, np.float32)
