import json
import wave

import numpy as np
import pytest
from django.core.management import call_command

from rendering.engine import installing
from rendering.engine.speech import check_words, sample_words
from rendering.engine.speech.espeak import espeak_voices
from rendering.management.terminal import BadInput, NotMade
from tests.rendering.engine.speech.graphs import write_tiny_kokoro


@pytest.fixture
def models(settings, tmp_path):
    settings.LIKENESS_MODELS_DIR = tmp_path / "models"
    return settings.LIKENESS_MODELS_DIR


def voices(capsys, *arguments: str) -> dict[str, dict]:
    call_command("voices", "--json", *arguments)
    return {row["id"]: row for row in json.loads(capsys.readouterr().out)}


def test_voices_tells_all_about_each(capsys, models):
    listed = voices(capsys)
    heart, bella = listed["heart"], listed["af_bella"]
    assert heart["installed"]
    assert not heart["how_to_install"]
    assert not bella["installed"]
    assert "models install kokoro" in bella["how_to_install"]
    for voice in listed.values():
        assert {"name", "language", "accent", "gender", "character", "licence", "engine"} <= set(voice)
        assert voice["licence"]


def test_voices_by_language_and_installed(capsys, models):
    write_tiny_kokoro(models)
    listed = voices(capsys, "--language", "en", "--installed")
    assert {"heart", "af_bella", "bm_george"} <= set(listed)
    assert {voice["language"].lower()[:2] for voice in listed.values()} == {"en"}
    assert {voice["language"] for voice in voices(capsys, "--language", "pt-BR").values()} >= {"pt-BR"}


def test_voices_for_people(capsys, models):
    call_command("voices", "--language", "en-US")
    out = capsys.readouterr().out
    assert "heart" in out
    assert "(not installed)" in out
    assert "To have the voices that are not installed: Run `manage.py models install kokoro`." in out


def test_say_writes_the_sound_and_tells_its_times(capsys, tmp_path):
    out = tmp_path / "hello.wav"
    call_command("say", "Hello, it is 7:30 pm.", "--out", str(out), "--json")
    told = json.loads(capsys.readouterr().out)
    with wave.open(str(out)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        assert (file.getframerate(), file.getnchannels()) == (24_000, 1)
    assert len(samples) / 24_000 == pytest.approx(told["duration"])
    assert 3_000 < np.abs(samples).max() < 32_767
    assert [word["text"] for word in told["words"]] == ["Hello,", "it", "is", "7:30", "pm."]
    assert told["phonemes"][0]["symbol"] == "sil"
    assert told["phonemes"][-1]["end"] == pytest.approx(told["duration"])


def told_pause(told: dict) -> float:
    (pause,) = [p["end"] - p["start"] for p in told["phonemes"] if p["symbol"] == "sil"][1:-1]
    return pause


def test_say_with_a_lexicon_and_a_style(capsys, tmp_path):
    lexicon = tmp_path / "lexicon.json"
    lexicon.write_text(json.dumps({"Hi": "/bˈaɪ/"}), "utf-8")
    common = ("say", "Hi. Two.", "--json", "--out", str(tmp_path / "a.wav"))
    call_command(*common)
    plain = json.loads(capsys.readouterr().out)
    call_command(*common, "--lexicon", str(lexicon), "--style", "memorial")
    other = json.loads(capsys.readouterr().out)
    sounds = [[p["symbol"] for p in told["phonemes"]] for told in (plain, other)]
    assert sounds[0][1:3] == ["h", "aɪ"]
    assert sounds[1][1:3] == ["b", "aɪ"]
    assert told_pause(other) > 1.4 * told_pause(plain)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("Привет",), "Cyrillic"),
        (("Hello", "--voice", "nobody"), "no voice called"),
        (("Hello", "--rate", "5"), "rate"),
        (("Hello", "--style", "grunge"), "memorial"),
        (("<emphasis>Hello",), "not closed"),
        (("Hello", "--lexicon", "/nowhere.json"), "cannot be read"),
    ],
)
def test_say_ends_in_words(tmp_path, models, arguments, why):
    with pytest.raises(BadInput, match=why) as caught:
        call_command("say", *arguments, "--out", str(tmp_path / "a.wav"))
    assert caught.value.returncode == 2


def test_say_names_the_voice_that_is_not_installed(tmp_path, models):
    with pytest.raises(BadInput, match="models install kokoro"):
        call_command("say", "Hello", "--voice", "af_bella", "--out", str(tmp_path / "a.wav"))


def test_say_refuses_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match="cannot be written"):
        call_command("say", "Hello", "--out", str(tmp_path / "no" / "a.wav"))


def test_say_blames_the_installation_for_a_broken_model(tmp_path, models):
    write_tiny_kokoro(models)
    (models / "kokoro-voices.bin").write_bytes(b"short")
    with pytest.raises(NotMade, match="models install kokoro"):
        call_command("say", "Hello", "--voice", "af_bella", "--out", str(tmp_path / "a.wav"))


def test_models_install_brings_the_files_into_the_models_folder(monkeypatch, capsys, models):
    asked = []

    def install(name, *, folder, announce):
        asked.append((name, folder))
        return (folder / "kokoro.onnx",)

    monkeypatch.setattr("rendering.management.commands.models.install", install)
    call_command("models", "install", "kokoro")
    assert asked == [("kokoro", models)]
    assert "kokoro.onnx" in capsys.readouterr().out


def test_models_install_says_what_there_is(models):
    with pytest.raises(BadInput, match="kokoro"):
        call_command("models", "install")
    with pytest.raises(BadInput, match="Choose: kokoro"):
        call_command("models", "install", "nothing")


def test_models_install_offline_ends_in_words(monkeypatch, models):
    def away(archive, working):
        raise installing._not_fetched(archive, "the network is away")

    monkeypatch.setattr(installing, "_run", away)
    with pytest.raises(NotMade, match="Is this machine online"):
        call_command("models", "install", "kokoro")


def test_models_install_can_be_stopped(monkeypatch, models):
    def stopped(archive, working):
        raise KeyboardInterrupt

    monkeypatch.setattr(installing, "_run", stopped)
    with pytest.raises(NotMade, match="run the same command again"):
        call_command("models", "install", "kokoro")


def test_voices_speak_samples(tmp_path, models, capsys):
    call_command("voices", "--language", "en-US", "--installed", "--samples", str(tmp_path))
    with wave.open(str(tmp_path / "heart.wav")) as file:
        assert 2 < file.getnframes() / file.getframerate() < 6
    with pytest.raises(BadInput, match="no folder"):
        call_command("voices", "--samples", str(tmp_path / "nowhere"))


@pytest.mark.skipif(not espeak_voices(), reason="eSpeak NG is not installed")
@pytest.mark.parametrize(
    "language", ["de", "nl", "pl", "sv", "tr", "ru", "uk", "el", "ar", "he", "ko", "es", "it", "hi"]
)
def test_samples_are_words_that_a_voice_of_the_language_says(language):
    voice = next(voice.id for voice in espeak_voices() if voice.language.split("-")[0] == language)
    assert check_words(sample_words(language), voice=voice) == sample_words(language)
