"""How the voice would sound: some of the very words, in the voice that is asked about, for who is asked to agree to it.

A sample is made when the question is first opened, so that no question waits for one, and goes with the consent.
"""

import io
import re
import wave

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from consent import gate
from consent.models import ConsentRequest

# Long enough to hear the voice, short enough to be made while somebody reads the page.
SPOKEN_CHARACTERS = 160
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…。！？])\s+")


def has_sample(request: ConsentRequest) -> bool:
    """Whether there is a voice to be heard; a recording is played itself."""
    from rendering.engine.speech import VOICES  # noqa: PLC0415  the engine loads voices: only when they are needed

    if request.voice_kind == gate.VoiceKind.CLONED:
        # The recording of the person's own voice, from which the copy would be made.
        return bool(request.voice_sample_key)
    return request.voice_kind == gate.VoiceKind.GENERATED and request.voice in VOICES


def sample_key(request: ConsentRequest) -> str:
    """The sample's key in the storage, made now if there is none; "" where this voice cannot speak here."""
    if request.voice_sample_key:
        return request.voice_sample_key
    if not has_sample(request):
        return ""
    from rendering.engine.errors import EngineError  # noqa: PLC0415

    try:
        content = _spoken(request)
    except EngineError:
        return ""
    wanted = f"org/{request.organization_id}/consent/{request.pk}.wav"
    key = default_storage.save(wanted, ContentFile(content))
    # Of two that made one at once, the first one's stays.
    if not ConsentRequest.objects.filter(pk=request.pk, voice_sample_key="").update(voice_sample_key=key):
        default_storage.delete(key)
        request.refresh_from_db(fields=["voice_sample_key"])
        return request.voice_sample_key
    request.voice_sample_key = key
    return key


def beginning_of(words: str) -> str:
    """The first sentences of the words, or the first words of a long sentence: at most SPOKEN_CHARACTERS."""
    words = " ".join(words.split())
    if len(words) <= SPOKEN_CHARACTERS:
        return words
    said = ""
    for sentence in _SENTENCE_ENDS.split(words):
        if len(said) + len(sentence) + 1 > SPOKEN_CHARACTERS:
            break
        said = f"{said} {sentence}".strip()
    return said or words[:SPOKEN_CHARACTERS].rpartition(" ")[0] or words[:SPOKEN_CHARACTERS]


def own_words(words: str) -> str:
    """The words without what stands in brackets between them: what others say, how a word is said, what cards say."""
    paragraphs = (paragraph.strip() for paragraph in words.split("\n\n"))
    return "\n\n".join(text for text in paragraphs if not (text.startswith("(") and text.endswith(")")))


def _spoken(request: ConsentRequest) -> bytes:
    from rendering.engine.speech import VOICES, sample_words, synthesise  # noqa: PLC0415

    words = beginning_of(own_words(request.words)) or sample_words(VOICES[request.voice].language)
    sound = synthesise(words, voice=request.voice).sound
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(np.round(np.clip(sound.samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())
    return buffer.getvalue()
