import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import stft

from rendering.engine.errors import EngineError
from rendering.engine.models import models_in
from rendering.engine.speech import SYMBOLS, VOICES, synthesise
from rendering.engine.speech.catalogue import all_voices, speaker_of
from rendering.engine.speech.espeak import espeak_voices
from rendering.engine.speech.kokoro import lag_samples
from rendering.engine.speech.kokoro_voices import KOKORO_VOICES
from rendering.engine.speech.speaker import Reading, Speaker
from tests.rendering.engine.speech.graphs import UNIT, UNITS, write_tiny_kokoro
from tests.rendering.engine.speech.installed import INSTALLED, needs

BY_ID = {voice.id: voice for voice in KOKORO_VOICES}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return write_tiny_kokoro(tmp_path_factory.mktemp("models"))


def say(speaker: Speaker, *phonemes: str, rate: float = 1.0):
    readings = [Reading("x", each, index < len(phonemes) - 1) for index, each in enumerate(phonemes)]
    return speaker.say(readings, rate=rate, rng=np.random.default_rng(0))


def test_there_are_54_voices_in_nine_languages():
    assert len(BY_ID) == 54
    languages = [voice.language for voice in KOKORO_VOICES]
    assert {language: languages.count(language) for language in set(languages)} == {
        "en-US": 20, "en-GB": 8, "es": 3, "fr-FR": 1, "hi": 4, "it": 2, "ja": 5, "pt-BR": 3, "zh": 8
    }  # fmt: skip
    assert BY_ID["bm_george"].gender == "male"
    assert BY_ID["bm_george"].accent == "British"


def test_times_come_from_the_models_own_durations(tiny):
    with models_in(tiny):
        breath = say(speaker_of(BY_ID["af_heart"]), "mɑ", "mɑ")
    lag = lag_samples(1.0)
    assert len(breath.samples) == 7 * UNITS * UNIT  # five tokens between two silences
    assert breath.parts[0].symbol == ""
    assert [(part.symbol, part.source) for part in breath.parts if part.symbol] == [
        ("m", 0), ("ɑ", 0), ("m", 1), ("ɑ", 1)
    ]  # fmt: skip
    assert breath.parts[0].end == UNITS * UNIT - lag
    assert breath.parts[1].end == 2 * UNITS * UNIT - lag
    assert all(a.end == b.start for a, b in pairwise(breath.parts))
    assert breath.parts[-1].end == len(breath.samples)


@pytest.mark.parametrize(("rate", "measured"), [(0.7, 0.058), (1.0, 0.048), (1.5, 0.038)])
def test_the_lag_is_the_measured_one(rate, measured):
    assert lag_samples(rate) / 24_000 == pytest.approx(measured, abs=0.003)


def test_each_voice_speaks_with_its_own_vector_for_the_number_of_tokens(tiny):
    with models_in(tiny):
        levels = {v: say(speaker_of(BY_ID[v]), "mɑmɑ").samples[0] for v in ("af_alloy", "am_adam", "bm_lewis")}
        longer = say(speaker_of(BY_ID["af_alloy"]), "mɑmɑmɑ").samples[0]
    assert levels["af_alloy"] == pytest.approx(0.01 + 3 / 10_000)
    assert levels["am_adam"] == pytest.approx(0.12 + 3 / 10_000)
    assert levels["bm_lewis"] == pytest.approx(0.28 + 3 / 10_000)
    assert longer == pytest.approx(0.01 + 5 / 10_000)


def test_the_tempo_reaches_the_model(tiny):
    with models_in(tiny):
        assert say(speaker_of(BY_ID["af_alloy"]), "mɑ", rate=2.0).samples[0] == pytest.approx((0.01 + 1 / 10_000) / 2)


def test_a_whole_text_is_spoken_and_timed(tiny):
    with models_in(tiny):
        speech = synthesise("Mama, come home at 7:30 pm.", voice="bf_emma")
    assert [word.text for word in speech.words] == ["Mama,", "come", "home", "at", "7:30", "pm."]
    assert speech.phonemes[-1].end == speech.sound.duration
    assert {p.symbol for p in speech.phonemes} <= SYMBOLS
    assert "əʊ" in {p.symbol for p in speech.phonemes}  # British "home"


def test_a_model_that_hides_its_durations_is_named(tmp_path):
    folder = write_tiny_kokoro(tmp_path, durations="other")
    with models_in(folder), pytest.raises(Exception, match="Clip_output_0"):
        say(speaker_of(BY_ID["af_heart"]), "mɑ")


def test_a_cut_file_of_voices_is_named(tmp_path):
    folder = write_tiny_kokoro(tmp_path)
    os.truncate(folder / "kokoro-voices.bin", 1_000)
    with models_in(folder), pytest.raises(EngineError) as caught:
        say(speaker_of(BY_ID["af_heart"]), "mɑ")
    assert caught.value.code == "model-changed"
    assert "models install kokoro" in caught.value.advice


def test_voices_are_offered_once_they_are_installed(tiny, tmp_path):
    with models_in(tmp_path):
        assert "af_bella" not in VOICES
        assert next(e.how for e in all_voices() if e.voice.id == "af_bella") == "Run `manage.py models install kokoro`."
    with models_in(tiny):
        assert VOICES["af_bella"].language == "en-US"
        assert "af_bella" in list(VOICES)


@pytest.mark.skipif(not espeak_voices(), reason="eSpeak NG is not installed")
@pytest.mark.parametrize(
    ("voice", "text", "symbols"),
    [
        ("ef_dora", "Hola amigos", "o l a a m i ɣ o s"),
        ("ff_siwis", "les amis", "l e z a m i"),
        ("if_sara", "Ciao", "tʃ a o"),
        ("pf_dora", "bom dia", "b o ŋ dʒ i æ"),
        ("hf_alpha", "नमस्ते", "n ə m ʌ s t e"),
    ],
)
def test_other_languages_are_read_by_espeak(tiny, voice, text, symbols):
    with models_in(tiny):
        speech = synthesise(text, voice=voice)
    assert " ".join(p.symbol for p in speech.phonemes if p.symbol != "sil") == symbols
    assert [word.text for word in speech.words] == text.split()


@needs("kokoro")
def test_the_real_model_hisses_when_its_phonemes_say_so():
    with models_in(INSTALLED):
        speech = synthesise("She saw six ships sail across the sea.", voice="af_heart")
    hz, time, spectrum = stft(speech.sound.samples, 24_000, nperseg=360, noverlap=240)
    power = np.abs(spectrum) ** 2 + 1e-9
    hissing = np.log(power[hz > 4_500].sum(0)) - np.log(power[(hz > 100) & (hz < 3_000)].sum(0))
    ends = np.array([p.end for p in speech.phonemes])

    def agreement(shift: float) -> float:
        at = np.clip(np.searchsorted(ends, time - shift, "right"), 0, len(ends) - 1)
        said = np.array([speech.phonemes[i].symbol for i in at])
        return float(np.corrcoef(np.isin(said, ["s", "z", "ʃ"])[said != "sil"], hissing[said != "sil"])[0, 1])

    assert agreement(0) > max(agreement(-0.04), agreement(0.04)) + 0.05
