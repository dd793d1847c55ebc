"""The speech room: words to speech and recordings to phonemes, with times, and the melody of either."""

from rendering.engine.speech.catalogue import VOICES, Entry, all_voices
from rendering.engine.speech.duration import estimate_seconds
from rendering.engine.speech.ipa import SYMBOLS
from rendering.engine.speech.listening import listen
from rendering.engine.speech.prosody import prosody
from rendering.engine.speech.recordings import read_recording
from rendering.engine.speech.samples import sample_words
from rendering.engine.speech.spoken import RATE, Phoneme, Prosody, Sound, Speech, Word
from rendering.engine.speech.synthesis import synthesise
from rendering.engine.speech.tone import TONES, Tone
from rendering.engine.speech.transcription import missing_recogniser, transcribe
from rendering.engine.speech.voices import Voice
from rendering.engine.speech.words import check_words

__all__ = [
    "RATE",
    "SYMBOLS",
    "TONES",
    "VOICES",
    "Entry",
    "Phoneme",
    "Prosody",
    "Sound",
    "Speech",
    "Tone",
    "Voice",
    "Word",
    "all_voices",
    "check_words",
    "estimate_seconds",
    "listen",
    "missing_recogniser",
    "prosody",
    "read_recording",
    "sample_words",
    "synthesise",
    "transcribe",
]
