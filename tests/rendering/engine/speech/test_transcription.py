"""The recogniser itself is an extra: what is done with its answer is tested here with one that is told what to answer,
and the whole with the real one where it is installed."""

from collections.abc import Iterator
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest

from rendering.engine.errors import EngineError
from rendering.engine.models import models_in
from rendering.engine.speech import RATE, Sound, synthesise, transcription
from rendering.engine.speech.transcription import missing_recogniser, transcribe
from tests.rendering.engine.speech.installed import INSTALLED, needs

SECOND = Sound(np.zeros(RATE, np.float32), RATE)


@pytest.fixture
def folder(tmp_path) -> Iterator:
    with models_in(tmp_path):
        yield tmp_path


def lay(folder, name: str) -> None:
    (folder / name).mkdir()
    for file in ("model.bin", "config.json"):
        (folder / name / file).write_bytes(b"{}")


@pytest.fixture
def hearing(monkeypatch, folder):
    """A recogniser that hears the words it is given, whatever the sound."""
    lay(folder, "whisper-en")
    monkeypatch.setattr(transcription.importlib.util, "find_spec", lambda name: object())
    asked = []

    def told(*words: tuple[str, float, float]):
        heard = [SimpleNamespace(word=text, start=start, end=end) for text, start, end in words]

        def transcribe_(samples, **options):
            asked.append((samples, options))
            return iter([SimpleNamespace(words=heard), SimpleNamespace(words=None)]), None

        monkeypatch.setattr(transcription, "_model", lambda path: SimpleNamespace(transcribe=transcribe_))
        return asked

    return told


def test_without_a_recogniser_what_to_install_is_said(folder, monkeypatch):
    monkeypatch.setattr(transcription.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineError) as error:
        transcribe(SECOND)
    assert error.value.code == "recogniser-missing"
    assert "models install whisper-en" in error.value.advice


def test_with_the_package_but_no_model_the_command_is_named(folder, monkeypatch):
    monkeypatch.setattr(transcription.importlib.util, "find_spec", lambda name: object())
    assert missing_recogniser("en-GB") == "Run `manage.py models install whisper-en`."


def test_another_language_asks_for_a_model_of_its_own(folder, monkeypatch):
    monkeypatch.setattr(transcription.importlib.util, "find_spec", lambda name: object())
    lay(folder, "whisper-en")
    assert "whisper-es" in missing_recogniser("es")
    lay(folder, "whisper")
    assert missing_recogniser("es") == ""


def test_words_come_without_their_spaces_and_empty_ones_not_at_all(hearing):
    hearing((" Hello,", 0.1, 0.3), (" ", 0.3, 0.4), (" you.", 0.4, 0.6))
    assert [word.text for word in transcribe(SECOND)] == ["Hello,", "you."]


def test_times_never_run_backwards_or_past_the_end(hearing):
    hearing(("one", 0.2, 0.6), ("two", 0.4, 0.5), ("three", 0.9, 1.7))
    times = [time for word in transcribe(SECOND) for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[-1] == 1.0


def test_the_recogniser_hears_16_khz(hearing):
    asked = hearing()
    transcribe(SECOND)
    assert len(asked[0][0]) == 16_000


def test_only_the_language_goes_to_the_recogniser_not_the_country(hearing):
    asked = hearing()
    transcribe(SECOND, language="en-GB")
    assert asked[0][1]["language"] == "en"


@needs("whisper-en")
@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="faster-whisper is not installed")
def test_the_real_one_writes_down_what_a_voice_says():
    speech = synthesise("The lighthouse keeper carried a lantern to the harbour.")
    with models_in(INSTALLED):
        text = " ".join(word.text for word in transcribe(speech.sound)).lower()
    assert text.replace("harbor", "harbour").replace("light house", "lighthouse") == (
        "the lighthouse keeper carried a lantern to the harbour."
    )
