import numpy as np
import pytest

from rendering.engine.motion import STYLES
from rendering.engine.speech import TONES, Tone, prosody, synthesise
from rendering.engine.speech.loudness import loudness_lufs
from rendering.engine.speech.tone import warmed
from tests.rendering.engine.speech.conftest import tone


def test_every_style_has_a_tone():
    assert set(TONES) == set(STYLES)


def test_a_memorial_is_lower_warmer_and_rests_longer():
    memorial, social = TONES["memorial"], TONES["social"]
    assert memorial.pitch < 0 < social.pitch
    assert memorial.warmth > 0 > social.warmth
    assert memorial.pauses > 1 > social.pauses


@pytest.mark.parametrize(("hz", "gain_db"), [(60.0, 6.0), (1_000.0, 0.0), (11_000.0, -6.0)])
def test_warmth_lifts_the_lows_and_lowers_the_highs(hz, gain_db):
    sound = tone(0.5, hz=hz)
    out = warmed(sound.samples, 24_000, 6.0)
    level = 20 * np.log10(np.std(out[6_000:]) / np.std(sound.samples[6_000:]))
    assert level == pytest.approx(gain_db, abs=1.2)


def test_no_warmth_changes_nothing():
    sound = tone(0.1)
    assert warmed(sound.samples, 24_000, 0.0) is sound.samples


def test_pauses_of_the_tone_part_sentences_and_loudness_stays():
    plain, slow = synthesise("One day. Two days."), synthesise("One day. Two days.", tone=Tone(pauses=2, warmth=3))
    inner = [[p.end - p.start for p in s.phonemes if p.symbol == "sil"][1:-1] for s in (plain, slow)]
    assert inner[1] == pytest.approx([2 * inner[0][0]], abs=0.01)
    for speech in (plain, slow):
        assert loudness_lufs(speech.sound.samples, 24_000) == pytest.approx(-16, abs=0.7)


def test_pitch_moves_the_melody_and_keeps_the_tempo():
    text = "A lovely morning by the river."
    plain, high = synthesise(text), synthesise(text, tone=Tone(pitch=3))
    middles = [np.median(f0[f0 > 0]) for f0 in (prosody(s.sound, fps=25).f0_hz for s in (plain, high))]
    assert middles[1] / middles[0] == pytest.approx(2 ** (3 / 12), rel=0.05)
    assert high.words[-1].end == pytest.approx(plain.words[-1].end, rel=0.1)
    assert high.phonemes[-1].end == high.sound.duration
