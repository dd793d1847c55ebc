import numpy as np
import pytest

from rendering.engine.motion.emphasis import Accent, accents, jaw_gains, loudness, phrases, strongest
from rendering.engine.speech import Prosody, Word
from tests.rendering.engine.motion.factories import melody, phonemes, speech


def test_phrases_end_at_pauses_of_a_quarter_of_a_second():
    found = phrases(phonemes("sil:300 a:200 sil:200 m:100 sil:300 a:200 sil:300"))
    assert [(round(phrase.start, 3), round(phrase.end, 3)) for phrase in found] == [(0.3, 0.8), (1.1, 1.3)]


def test_silence_has_no_phrases():
    assert phrases(phonemes("sil:3000")) == []


def test_only_stressed_vowels_are_accents_where_stress_is_marked():
    found = accents(speech("sil:200 a:100 t:100 o:100' t:100 e:100"), melody(1))
    assert [round(accent.peak, 3) for accent in found] == [0.45]


def test_every_vowel_may_be_one_where_it_is_not():
    assert len(accents(speech("sil:200 a:100 t:100 o:100 t:100 e:100"), melody(1))) == 3


def test_an_accent_starts_with_its_word():
    spoken = speech("sil:200 t:100 a:100 t:100 o:100' sil:200", words=(Word("tattoo", 0.2, 0.6),))
    assert accents(spoken, melody(1))[0].start == 0.2


def test_louder_and_higher_is_stronger():
    script = "a:200' t:200 a:200' t:200 a:200'"
    plain = accents(speech(script), melody(1))
    level = np.full(25, -20.0, np.float32)
    level[10:15] = -12
    f0 = np.full(25, 120.0, np.float32)
    f0[10:15] = 150
    for prosody in (Prosody(melody(1).f0_hz, level, 25), Prosody(f0, melody(1).loudness_db, 25)):
        assert accents(speech(script), prosody)[1].strength > plain[1].strength + 0.1


def test_the_strongest_keep_their_distance():
    candidates = [Accent(0, 0.1, 0.5), Accent(0.4, 0.5, 0.9), Accent(2, 2.1, 0.6), Accent(4, 4.1, 0.1)]
    assert [accent.peak for accent in strongest(candidates, apart=1.0, least=0.3)] == [0.5, 2.1]


def test_loud_sounds_open_the_jaw_more_within_bounds():
    level = np.repeat([-20.0, -16.0, -20.0, -60.0], 5).astype(np.float32)
    gains = jaw_gains(phonemes("a:200 a:200 a:200 a:200"), Prosody(np.zeros(20, np.float32), level, 25.0))
    assert gains[:3] == pytest.approx([1.0, 1.1, 1.0])
    assert gains[3] == pytest.approx(0.8)


def test_loudness_of_digital_silence_is_a_number():
    assert np.all(np.isfinite(loudness(Prosody(np.zeros(9, np.float32), np.full(9, -np.inf, np.float32), 25.0))))
