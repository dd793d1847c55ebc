import numpy as np
import pytest

from rendering.engine.speech import RATE, Sound
from rendering.engine.speech.denoising import denoised, noise_power, signal_to_noise_db


def noisy(clean: Sound, snr_db: float, noise: np.ndarray) -> Sound:
    level = np.sqrt(np.mean(clean.samples**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    return Sound((clean.samples + level * noise).astype(np.float32), RATE)


@pytest.mark.parametrize(("snr_db", "gained_db"), [(20, 2), (10, 5), (0, 8)])
def test_hiss_under_speech_gets_quieter_by(spoken, snr_db, gained_db):
    clean = spoken[1].sound
    given = noisy(clean, snr_db, np.random.default_rng(3).standard_normal(len(clean.samples)))
    assert signal_to_noise_db(clean.samples, denoised(given).samples) > snr_db + gained_db


def test_hum_under_speech_gets_quieter(spoken):
    clean = spoken[1].sound
    time = np.arange(len(clean.samples)) / RATE
    given = noisy(clean, 5, sum(np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 9)))
    assert signal_to_noise_db(clean.samples, denoised(given).samples) > 12


def test_a_clean_voice_stays_as_it_is(spoken):
    clean = spoken[0].sound
    assert signal_to_noise_db(clean.samples, denoised(clean).samples) > 40


def test_the_length_and_the_rate_stay(spoken):
    given = Sound(spoken[0].sound.samples[:12_345].copy(), RATE)
    out = denoised(given)
    assert (len(out.samples), out.rate) == (12_345, RATE)


def test_silence_stays_silence():
    assert not denoised(Sound(np.zeros(RATE, np.float32), RATE)).samples.any()


def test_the_noise_is_found_though_somebody_speaks_most_of_the_time():
    random = np.random.default_rng(5)
    power = random.exponential(1.0, (100, 800))
    power[:, 100:600] += random.exponential(50.0, (100, 500)) * (random.random((100, 500)) < 0.5)
    assert 0.5 < noise_power(power).mean() < 2
