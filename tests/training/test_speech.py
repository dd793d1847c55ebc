"""What is said to the network, by whom, and what never is."""

from itertools import islice

import numpy as np
import pytest

from rendering.engine.speech.espeak import espeak_voices
from rendering.engine.speech.kokoro_voices import KOKORO_VOICES
from rendering.engine.speech.speaker import Breath
from rendering.engine.speech.timing import Segment
from training import corpus
from training.speakers import (
    UNHEARD_LANGUAGES,
    UNHEARD_VARIANTS,
    UNHEARD_VOICES,
    Utterance,
    _voice_for,
    espeak_utterances,
    heart_utterances,
)
from training.texts import languages, text_of


def test_there_are_texts_in_dozens_of_languages():
    found = languages()
    assert len(found) > 60
    assert {"en-us", "de", "es", "fr-fr", "ru", "ar", "cmn", "hi"} <= set(found)
    assert all(len(texts) >= 40 for texts in found.values())


def test_nothing_in_them_is_unspeakable():
    for texts in languages().values():
        assert not any(char in text for text in texts for char in "%{}<>@_=")


def test_a_text_has_at_most_the_words_asked_for():
    random = np.random.default_rng(0)
    assert all(0 < len(text_of("de", random, words=9).split()) <= 9 for _ in range(50))


@pytest.mark.skipif(not espeak_voices(), reason="eSpeak NG is not installed")
def test_what_is_measured_is_never_spoken():
    spoken = list(islice(espeak_utterances(np.random.default_rng(0)), 12))
    assert not {utterance.language for utterance in spoken} & set(UNHEARD_LANGUAGES)
    assert not {utterance.voice.removeprefix("espeak-") for utterance in spoken} & set(UNHEARD_VARIANTS)
    assert len({utterance.language for utterance in spoken}) > 6


def test_unheard_voices_of_kokoro_are_never_chosen():
    random = np.random.default_rng(0)
    chosen = {_voice_for(None, random).id for _ in range(600)}
    assert not chosen & set(UNHEARD_VOICES)
    assert not {v.language for v in KOKORO_VOICES if v.id in chosen} & set(UNHEARD_LANGUAGES)
    assert len(chosen) > 35


def test_the_built_in_voice_speaks_in_any_case():
    utterance = next(heart_utterances(np.random.default_rng(0)))
    assert utterance.breath.parts[-1].end == len(utterance.breath.samples)


def test_what_is_kept_comes_back(tmp_path):
    samples = np.linspace(-0.9, 0.9, 2_400).astype(np.float32)
    for name in ("a", "b"):
        corpus.write(Utterance(Breath(samples, (Segment("", 0, 99), Segment(name, 99, 2_400))), "v", "de"), tmp_path)
    first, second = corpus.read(tmp_path)
    assert [part.symbol for part in first.breath.parts] == ["", "a"]
    assert second.breath.parts[1] == Segment("b", 99, 2_400)
    assert np.abs(first.breath.samples - samples).max() < 1e-4
    assert (first.voice, first.language) == ("v", "de")


def test_a_russian_y_is_not_rounded():
    breath = Breath(np.zeros(10, np.float32), (Segment("y", 0, 10),))
    assert Utterance(breath, "v", "ru").breath.parts[0].symbol == "ɨ"
    assert Utterance(breath, "v", "fr-fr").breath.parts[0].symbol == "y"
