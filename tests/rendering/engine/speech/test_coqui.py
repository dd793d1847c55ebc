import importlib
import importlib.util
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rendering.engine.errors import EngineError, WordsError
from rendering.engine.speech import SYMBOLS, VOICES, synthesise
from rendering.engine.speech.catalogue import all_voices, voice_named
from rendering.engine.speech.coqui import CoquiSpeaker, coqui_voices

needs_coqui = pytest.mark.skipif(importlib.util.find_spec("TTS") is None, reason="coqui-tts is not installed")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("COQUI_MODEL_DIR", str(tmp_path))
    return tmp_path


def lay(folder: Path, name: str, *, config: dict | None = None, voice: dict | None = None) -> Path:
    model = folder / name
    model.mkdir()
    (model / "model.pth").write_bytes(b"weights")
    (model / "config.json").write_text(json.dumps(config or {"model": "vits"}), "utf-8")
    if voice is not None:
        (model / "voice.json").write_text(json.dumps(voice), "utf-8")
    return model


def test_each_model_in_the_folder_is_a_voice(folder):
    lay(folder, "my-grandma")
    lay(folder, "narrator", voice={"name": "Nora", "language": "de", "licence": "CC0", "id": "heart", "engine": "x"})
    (folder / "half").mkdir()
    (folder / "half" / "config.json").write_text("{}", "utf-8")
    grandma, narrator = coqui_voices()
    assert (grandma.id, grandma.name, grandma.language) == ("coqui-my-grandma", "My Grandma", "en-US")
    assert "not said" in grandma.licence
    assert (narrator.id, narrator.name, narrator.language) == ("coqui-narrator", "Nora", "de")
    assert (narrator.licence, narrator.engine) == ("CC0", "coqui")


def test_the_language_comes_from_the_model_where_nobody_says_it(folder):
    lay(folder, "a", config={"phoneme_language": "fr-fr"})
    lay(folder, "b", config={"datasets": [{"language": "es"}]})
    assert [voice.language for voice in coqui_voices()] == ["fr-fr", "es"]


def test_a_broken_voice_json_is_no_reason_to_fail(folder):
    (lay(folder, "a") / "voice.json").write_text("{", "utf-8")
    assert coqui_voices()[0].name == "A"


def test_without_a_folder_there_is_no_such_voice(monkeypatch, tmp_path):
    monkeypatch.delenv("COQUI_MODEL_DIR", raising=False)
    assert coqui_voices() == ()
    monkeypatch.setenv("COQUI_MODEL_DIR", str(tmp_path / "nowhere"))
    assert coqui_voices() == ()


def test_without_the_package_the_voice_says_how_to_have_it(folder, monkeypatch):
    lay(folder, "a")
    monkeypatch.setattr("rendering.engine.speech.catalogue.missing_coqui", lambda: "Install it.")
    entry = next(entry for entry in all_voices() if entry.voice.id == "coqui-a")
    assert entry.how == "Install it."
    assert "coqui-a" not in VOICES
    with pytest.raises(WordsError, match="Install it") as caught:
        voice_named("coqui-a")
    assert caught.value.code == "voice-not-installed"


@pytest.fixture(scope="module")
def tiny_vits(tmp_path_factory) -> Path:
    """A small VITS with random weights, saved as its trainer saves it."""
    torch = importlib.import_module("torch")
    configs = importlib.import_module("TTS.tts.configs.vits_config")
    models = importlib.import_module("TTS.tts.models.vits")
    torch.manual_seed(0)
    arguments = models.VitsArgs(
        hidden_channels=16,
        hidden_channels_ffn_text_encoder=16,
        num_layers_text_encoder=1,
        num_heads_text_encoder=1,
        num_layers_flow=1,
        num_layers_posterior_encoder=1,
        upsample_initial_channel_decoder=16,
        use_sdp=False,
    )
    config = configs.VitsConfig(model_args=arguments, use_phonemes=False, text_cleaner="basic_cleaners")
    model = models.Vits(config)
    with torch.no_grad():  # about 20 frames a letter, whatever the random weights say
        model.duration_predictor.proj.weight.zero_()
        model.duration_predictor.proj.bias.fill_(1.5)
    folder = tmp_path_factory.mktemp("coqui") / "tiny"
    folder.mkdir()
    torch.save({"model": model.state_dict(), "config": config.to_dict()}, folder / "model.pth")
    config.save_json(folder / "config.json")
    return folder.parent


@needs_coqui
def test_a_model_is_loaded_and_speaks_with_times(tiny_vits, monkeypatch):
    monkeypatch.setenv("COQUI_MODEL_DIR", str(tiny_vits))
    speech = synthesise("Good morning, my friend. It is 7 pm.", voice="coqui-tiny")
    assert [word.text for word in speech.words] == ["Good", "morning,", "my", "friend.", "It", "is", "7", "pm."]
    assert speech.phonemes[-1].end == speech.sound.duration
    assert all(a.end == b.start for a, b in pairwise(speech.phonemes))
    assert {p.symbol for p in speech.phonemes} <= SYMBOLS


@needs_coqui
def test_tempo_and_seed_reach_the_model(tiny_vits, monkeypatch):
    monkeypatch.setenv("COQUI_MODEL_DIR", str(tiny_vits))
    speaker = CoquiSpeaker(voice_named("coqui-tiny"))
    readings = speaker.read(["good", "morning"])
    slow, fast, again, other = (
        speaker.say(readings, rate=rate, rng=np.random.default_rng(seed)).samples
        for rate, seed in ((1.0, 0), (2.0, 0), (1.0, 0), (1.0, 1))
    )
    assert 1.6 < len(slow) / len(fast) < 2.4
    assert np.array_equal(slow, again)
    assert not np.array_equal(slow, other)


@needs_coqui
def test_a_file_that_is_no_model_is_named(folder):
    lay(folder, "broken")
    with pytest.raises(EngineError, match="broken") as caught:
        synthesise("Hello there.", voice="coqui-broken")
    assert caught.value.code == "voice-unsuitable"
