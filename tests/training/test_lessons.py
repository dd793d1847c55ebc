"""What the network is taught stands where it is heard."""

import numpy as np
import pytest

from rendering.engine.speech.ears import BANDS, CLASSES, RATE, STEP
from rendering.engine.speech.speaker import Breath
from rendering.engine.speech.timing import Segment
from training.lessons import answers, lesson_of
from training.microphones import noise, recorded
from training.speakers import Utterance

TIMES = np.arange(100) * STEP


def names(parts, *, before=0, stretch=1.0):
    classes, closures = answers(parts, TIMES, before, stretch)
    return [CLASSES[c] for c in classes], closures


def test_each_moment_has_the_class_of_its_sound():
    classes, _ = names([Segment("", 0, 4_800), Segment("s", 4_800, 9_600), Segment("a", 9_600, 14_400)])
    assert classes[:10] == ["sil"] * 10
    assert classes[10:20] == ["s"] * 10
    assert classes[20:30] == ["a"] * 10
    assert set(classes[30:]) == {"sil"}


def test_a_diphthong_is_its_parts():
    classes, _ = names([Segment("aɪ", 0, 24_000)])
    assert classes[:30] == ["a"] * 30
    assert classes[30:50] == ["ɪ"] * 20


def test_a_closure_is_nearest_at_its_middle_and_others_have_none():
    _, closures = names([Segment("m", 9_600, 14_400), Segment("n", 24_000, 28_800)])
    assert closures.argmax() * STEP == pytest.approx(0.5)
    assert closures.max() == 1
    assert closures[50:].max() < 0.01


def test_times_follow_silence_before_and_another_tempo():
    classes, closures = names([Segment("b", 0, 2_400)], before=12_000, stretch=1.2)
    assert classes.index("b") * STEP == pytest.approx(0.6)
    assert closures.argmax() * STEP == pytest.approx(0.66, abs=STEP / 2)


def test_a_lesson_has_two_spectra_for_each_answer():
    breath = Breath(np.random.default_rng(0).standard_normal(24_000).astype(np.float32), (Segment("s", 0, 24_000),))
    lesson = lesson_of(Utterance(breath, "x", "en-us"), np.random.default_rng(0))
    assert lesson.mel.shape == (2 * len(lesson.classes), BANDS)
    assert (lesson.classes == CLASSES.index("s")).sum() * STEP == pytest.approx(1, abs=0.25)  # another throat's tempo


@pytest.mark.parametrize("seed", range(12))
def test_a_recording_is_as_long_as_it_says_and_has_no_holes(seed):
    random = np.random.default_rng(seed)
    voice = random.standard_normal(24_000).astype(np.float32)
    sound, stretch = recorded(voice, 24_000, random)
    assert np.isfinite(sound).all()
    assert len(sound) == pytest.approx(RATE * stretch, abs=2)


@pytest.mark.parametrize("seed", range(6))
def test_noise_is_as_loud_as_it_says(seed):
    assert np.mean(noise(16_000, np.random.default_rng(seed)) ** 2) == pytest.approx(1, rel=1e-3)
