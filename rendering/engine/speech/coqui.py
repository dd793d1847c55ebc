"""Coqui TTS: models that an operator lays into COQUI_MODEL_DIR/<name>/ as model.pth and config.json.

A voice.json beside them may say what the files cannot: {"name", "language", "accent", "gender", "character", "licence",
"speaker"}. The package (MPL-2.0) takes seconds to load and is imported only when such a voice speaks.
"""

import importlib
import importlib.util
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np

from rendering.engine.errors import EngineError
from rendering.engine.speech import ipa
from rendering.engine.speech.listening import listen
from rendering.engine.speech.speaker import Breath, Reading
from rendering.engine.speech.spoken import PAUSE, RATE, Samples, Sound
from rendering.engine.speech.timing import Segment, with_heard_pauses
from rendering.engine.speech.voices import Voice

CLONES = "clone-"
"""A folder that begins like this holds a copy of one person's voice: clone-<the subject's id>."""
_TOLD = ("name", "language", "accent", "gender", "character", "licence")


def coqui_voices(folder: Path | None = None) -> tuple[Voice, ...]:
    """One voice a model in `folder` (default: COQUI_MODEL_DIR); none where it is not set or not there."""
    folder = folder or (Path(os.environ["COQUI_MODEL_DIR"]) if os.environ.get("COQUI_MODEL_DIR") else None)
    if folder is None or not folder.is_dir():
        return ()
    models = sorted(path.parent for path in folder.glob("*/config.json") if path.with_name("model.pth").is_file())
    return tuple(_voice(model) for model in models)


def _voice(model: Path) -> Voice:
    config = _read_json(model / "config.json")
    told: dict[str, Any] = {k: str(v) for k, v in _read_json(model / "voice.json").items() if k in _TOLD}
    datasets = config.get("datasets") or [{}]
    language = config.get("phoneme_language") or datasets[0].get("language") or "en-US"
    voice = Voice(
        # a copy of a person's voice is asked about under its own name (consent.facts.clone_voice)
        id=model.name if model.name.startswith(CLONES) else f"coqui-{model.name}",
        name=model.name.replace("-", " ").replace("_", " ").title(),
        language={"en": "en-US", "en-us": "en-US", "en-gb": "en-GB"}.get(language, language),
        accent="",
        gender="unknown",
        character=f"a model of yours ({config.get('model', 'unknown')})",
        engine="coqui",
        licence="not said: put it into voice.json",
        model=str(model),
    )
    return replace(voice, **told)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def missing_coqui() -> str:
    """What to do for the package; "" when it is there."""
    return "" if importlib.util.find_spec("TTS") else "Install requirements/voices.txt (see docs/voices.md)."


class CoquiSpeaker:
    """Speaks with one model. Its durations give the times of its letters or phonemes."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._model = Path(voice.model)

    def read(self, words: Sequence[str]) -> tuple[Reading, ...]:
        return tuple(Reading(word, word, True, index) for index, word in enumerate(words))

    def say(self, readings: Sequence[Reading], *, rate: float, rng: np.random.Generator) -> Breath:
        import torch  # noqa: PLC0415

        synthesizer = _synthesizer(self._model)
        model = synthesizer.tts_model
        torch.manual_seed(int(rng.integers(2**31)))
        had = getattr(model, "length_scale", None)
        if had is not None:
            model.length_scale = had / rate
        text = " ".join(reading.phonemes for reading in readings)
        try:
            given = _read_json(self._model / "voice.json")
            said = synthesizer.tts_model.synthesize(
                text, speaker=given.get("speaker"), language=given.get("coqui_language")
            )
        finally:
            if had is not None:
                model.length_scale = had
        hz = synthesizer.output_sample_rate
        samples = _resampled(np.asarray(said["wav"], np.float32).ravel(), hz)
        return Breath(samples, _timed(said, model, readings, samples, hz))


def _timed(
    said: dict[str, Any], model: Any, readings: Sequence[Reading], samples: Samples, hz: int
) -> tuple[Segment, ...]:
    """Segments of the model's own tokens where they are phonemes; where they are letters, or no durations are told, of
    the phonemes that are heard, each with the word that its time falls into.
    """
    durations = said.get("outputs", {}).get("durations")
    if durations is None:
        return _heard(readings, samples, None)
    units = np.asarray(durations.detach().cpu() if hasattr(durations, "detach") else durations).ravel()
    hop = model.config.audio.hop_length * RATE / hz
    edges = np.minimum(np.round(np.concatenate([[0], np.cumsum(units)]) * hop), len(samples)).astype(int)  # (K + 1,)
    tokens = _tokens(said, model, len(units))
    word = np.minimum(np.cumsum([character == " " for character in tokens]), len(readings) - 1)
    if not model.config.use_phonemes:
        return _heard(readings, samples, (edges[1:], word))
    found: list[Segment] = []
    stress = 0
    for index, character in enumerate(tokens):
        symbols = ipa.from_espeak(character)
        stress = {"ˈ": 2, "ˌ": 1}.get(character, stress)
        if symbols:
            vowel = symbols[0] in ipa.VOWELS
            found.append(
                Segment(symbols[0], int(edges[index]), int(edges[index + 1]), stress if vowel else 0, int(word[index]))
            )
            stress = 0 if vowel else stress
        elif character in " ,.;:!?…" or not found:
            found.append(Segment("", int(edges[index]), int(edges[index + 1]), marked=character != " "))
        else:
            found[-1] = replace(found[-1], end=int(edges[index + 1]))
    found = [part for part in found if part.start < part.end]
    if not found or found[-1].symbol:
        found.append(Segment("", found[-1].end if found else 0, len(samples), marked=True))
    return with_heard_pauses(found, samples)


def _tokens(said: dict[str, Any], model: Any, count: int) -> list[str]:
    """The characters that the model was given; blanks between them, where it uses them, are silent ones."""
    ids: Any = said.get("text_inputs")
    decode = model.tokenizer.characters.id_to_char
    listed = np.asarray(ids.detach().cpu() if hasattr(ids, "detach") else ids).ravel()[:count]
    blank = getattr(model.tokenizer.characters, "blank", None)
    return ["" if decode(int(i)) == blank else decode(int(i)) for i in listed]


def _heard(
    readings: Sequence[Reading], samples: Samples, words: tuple[np.ndarray, np.ndarray] | None
) -> tuple[Segment, ...]:
    parts: list[Segment] = []
    phonemes = listen(Sound(samples.copy(), RATE)).phonemes
    for index, phoneme in enumerate(phonemes):
        start = parts[-1].end if parts else 0
        end = len(samples) if index == len(phonemes) - 1 else round(phoneme.end * RATE)
        middle = (start + end) // 2
        if words is None:
            source = min(int(middle / len(samples) * len(readings)), len(readings) - 1)
        else:
            source = int(words[1][min(int(np.searchsorted(words[0], middle)), len(words[1]) - 1)])
        if start < end:
            symbol = "" if phoneme.symbol == PAUSE else phoneme.symbol
            parts.append(Segment(symbol, start, end, phoneme.stress, source, not symbol))
    return tuple(parts)


def _resampled(samples: Samples, rate: int) -> Samples:
    from scipy.signal import resample_poly  # noqa: PLC0415 -- a second to import

    shared = int(np.gcd(RATE, rate))
    return resample_poly(samples, RATE // shared, rate // shared).astype(np.float32)


@cache
def _synthesizer(model: Path) -> Any:
    """Loaded once a process. Raises EngineError("coqui-missing"), EngineError("voice-unsuitable")."""
    if how := missing_coqui():
        raise EngineError("coqui-missing", "The package coqui-tts is not installed.", how)
    synthesizer = importlib.import_module("TTS.utils.synthesizer").Synthesizer
    try:
        return synthesizer(tts_checkpoint=model / "model.pth", tts_config_path=model / "config.json", use_cuda=False)
    except (OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError, UnpicklingError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EngineError(
            "voice-unsuitable",
            f"The model in {model.name} cannot be loaded: {why}.",
            "It needs a model.pth and the config.json that it was trained with.",
        ) from error
