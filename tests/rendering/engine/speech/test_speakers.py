from collections.abc import Iterator

import numpy as np
import pytest
import torch

from rendering.engine.errors import EngineError, SoundError
from rendering.engine.models import models_in
from rendering.engine.speech import RATE, Sound, speakers, synthesise
from rendering.engine.speech.speakers import (
    Likeness,
    embedding,
    judged,
    speaker_likeness,
)
from tests.rendering.engine.speech.installed import INSTALLED, needs

LONG = "The old lighthouse keeper walked slowly down to the harbour, carrying a lantern and a basket of lemons."


@pytest.fixture(scope="module")
def spoken() -> Sound:
    return synthesise(LONG).sound


@pytest.fixture
def random_network(tmp_path) -> Iterator[None]:
    """Weights of the right shape that know nothing: what is done around the network is what is tested."""
    torch.manual_seed(7)
    lstm, linear = torch.nn.LSTM(40, 256, 3, batch_first=True), torch.nn.Linear(256, 256)
    state = {f"lstm.{name}": value for name, value in lstm.state_dict().items()}
    state |= {f"linear.{name}": value for name, value in linear.state_dict().items()}
    torch.save({"model_state": state | {"similarity_weight": torch.ones(1)}}, tmp_path / "speaker-check.pt")
    speakers._network.cache_clear()
    with models_in(tmp_path):
        yield
    speakers._network.cache_clear()


def test_without_its_weights_the_check_says_what_to_install(tmp_path, spoken):
    speakers._network.cache_clear()
    with models_in(tmp_path), pytest.raises(EngineError) as error:
        embedding(spoken)
    assert error.value.advice == "Run `manage.py models install speaker-check`."


def test_an_embedding_is_a_direction(random_network, spoken):
    found = embedding(spoken)
    assert found.shape == (256,)
    assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-5)


def test_a_recording_is_wholly_like_itself_and_its_pauses_do_not_count(random_network, spoken):
    silence = np.zeros(2 * RATE, np.float32)
    with_pauses = Sound(np.concatenate([silence, spoken.samples, silence]), RATE)
    assert speaker_likeness(spoken, with_pauses) > 0.999


def test_too_little_speech_is_refused(random_network):
    with pytest.raises(SoundError) as error:
        embedding(Sound(np.sin(np.arange(RATE) * 0.2).astype(np.float32), RATE))
    assert error.value.code == "recording-too-short"


@pytest.mark.parametrize(
    ("likeness", "verdict"),
    [
        (0.92, Likeness.SAME),
        (0.75, Likeness.SAME),
        (0.70, Likeness.UNSURE),
        (0.65, Likeness.UNSURE),
        (0.64, Likeness.DIFFERENT),
    ],
)
def test_the_verdict_follows_the_thresholds(likeness, verdict):
    assert judged(likeness) is verdict


def test_a_tone_lies_in_the_band_of_its_pitch():
    """1 kHz is mel 15 on Slaney's scale: 15 of 45.2 up to 8 kHz, so band 12 or 13 of 40."""
    tone = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000).astype(np.float32)
    assert speakers._mels(tone)[50].argmax() in (12, 13)


@needs("speaker-check")
def test_the_real_weights_know_a_voice_again(spoken):
    other = synthesise("We open at nine every day, and on Fridays we stay open until eight in the evening.").sound
    speakers._network.cache_clear()
    with models_in(INSTALLED):
        assert judged(speaker_likeness(spoken, other)) is Likeness.SAME
