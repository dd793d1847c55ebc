"""The network's ears: what goes in stands at its time, and the file that is shipped hears."""

import numpy as np
import pytest

from rendering.engine.models import model_path
from rendering.engine.motion.visemes import targets
from rendering.engine.speech import SYMBOLS
from rendering.engine.speech.ears import BANDS, CLASSES, HOP, KIN, RATE, STEP, classes_of, evened, hear, spectra


def test_every_symbol_has_a_class_and_every_class_is_a_symbol():
    assert set(CLASSES) <= SYMBOLS
    assert {name for symbol in SYMBOLS for name in classes_of(symbol)} == set(CLASSES)


@pytest.mark.parametrize("symbol", sorted(SYMBOLS))
def test_a_class_has_the_mouth_shape_of_its_symbols(symbol):
    shapes = [target.viseme for name in classes_of(symbol) for target in targets(name)]
    assert shapes == [target.viseme for target in targets(symbol)]


def test_kin_are_the_classes_of_one_mouth_shape():
    assert sorted(name for kin in KIN for name in kin) == sorted(CLASSES)
    shapes = [{targets(name)[0].viseme for name in kin} for kin in KIN]
    assert all(len(shape) == 1 for shape in shapes)
    assert len({shape.pop() for shape in shapes}) == len(KIN)


def test_a_click_stands_at_its_time():
    samples = np.zeros(RATE, np.float32)
    samples[round(0.6 * RATE)] = 1.0
    mel = spectra(samples, RATE)
    assert mel.shape == (100, BANDS)
    assert mel.sum(axis=1).argmax() * HOP / RATE == pytest.approx(0.6)


@pytest.mark.parametrize("length", [1, 319, 320, 321, 15_999, 16_000, 16_001])
def test_any_length_has_an_answer_every_20_ms(length):
    samples = np.random.default_rng(0).standard_normal(length).astype(np.float32)
    heard = hear(samples, RATE)
    assert len(heard.closures) == len(heard.likelihoods) == -(-length // round(STEP * RATE))
    assert np.isfinite(heard.likelihoods).all()
    assert np.allclose(np.exp(heard.likelihoods).sum(axis=1), 1, atol=1e-4)
    assert ((heard.closures >= 0) & (heard.closures <= 1)).all()


def test_loudness_and_the_rate_it_was_recorded_at_change_nothing(spoken):
    samples = spoken[0].sound.samples
    loud, quiet = (hear((gain * samples).astype(np.float32), 24_000) for gain in (1.0, 0.05))
    assert np.mean(loud.likelihoods.argmax(axis=1) == quiet.likelihoods.argmax(axis=1)) > 0.98
    twice = hear(np.repeat(samples, 2), 48_000)
    assert np.mean(loud.likelihoods.argmax(axis=1) == twice.likelihoods[: len(loud.closures)].argmax(axis=1)) > 0.85


def test_a_microphones_colour_is_taken_out_of_the_second_half():
    mel = spectra(np.random.default_rng(0).standard_normal(RATE).astype(np.float32), RATE)
    tilt = np.linspace(-3, 3, BANDS, dtype=np.float32)
    assert np.abs(evened(mel + tilt)[:, BANDS:] - evened(mel)[:, BANDS:]).mean() < 0.05


def test_the_file_is_small_and_nothing_but_numbers():
    path = model_path("mouth-shapes")
    assert path.stat().st_size < 2_000_000
    with np.load(path, allow_pickle=False) as kept:
        assert all(np.isfinite(kept[name]).all() for name in kept.files)
