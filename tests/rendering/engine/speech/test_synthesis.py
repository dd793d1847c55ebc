from itertools import pairwise

import numpy as np
import pytest
from scipy.signal import stft

from rendering.engine.errors import WordsError
from rendering.engine.speech import SYMBOLS, Speech, synthesise
from rendering.engine.speech.loudness import loudness_lufs
from rendering.engine.speech.synthesis import _assembled, _Piece
from rendering.engine.speech.timing import Segment


def symbols(speech: Speech) -> str:
    return " ".join(phoneme.symbol for phoneme in speech.phonemes)


def test_phonemes_tile_the_sound_without_gap_or_overlap(spoken):
    for speech in spoken:
        assert speech.phonemes[0].start == 0
        assert speech.phonemes[-1].end == speech.sound.duration
        assert all(a.end == b.start for a, b in pairwise(speech.phonemes))
        assert all(phoneme.end > phoneme.start for phoneme in speech.phonemes)


def test_every_symbol_is_of_the_alphabet(spoken):
    assert {phoneme.symbol for speech in spoken for phoneme in speech.phonemes} <= SYMBOLS


def test_says_what_is_written():
    assert symbols(synthesise("Hello, Jay.")).replace("sil ", "").startswith("h ə l oʊ dʒ eɪ")


def test_stress_lies_on_vowels_and_takes_no_time_of_its_own():
    speech = synthesise("Banana.")
    assert [(p.symbol, p.stress) for p in speech.phonemes if p.stress] == [("æ", 2)]
    assert symbols(speech) == "sil b ə n æ n ə sil"


def test_same_arguments_give_the_same_samples_and_another_seed_other_noise():
    first, again, other = synthesise("Hi there."), synthesise("Hi there."), synthesise("Hi there.", seed=1)
    assert np.array_equal(first.sound.samples, again.sound.samples)
    assert first.phonemes == again.phonemes == other.phonemes
    assert not np.array_equal(first.sound.samples, other.sound.samples)


def test_is_as_loud_as_the_web_and_does_not_clip(spoken):
    for speech in spoken:
        assert loudness_lufs(speech.sound.samples, 24_000) == pytest.approx(-16, abs=0.7)
        assert np.abs(speech.sound.samples).max() < 10 ** (-1 / 20)


def test_silence_stands_around_the_speech(spoken):
    for speech in spoken:
        samples, rate = speech.sound.samples, speech.sound.rate
        assert speech.phonemes[0].symbol == speech.phonemes[-1].symbol == "sil"
        assert speech.phonemes[0].end == pytest.approx(0.2, abs=1e-3)
        assert speech.phonemes[-1].end - speech.phonemes[-1].start == pytest.approx(0.4, abs=1e-3)
        assert np.abs(samples[: rate // 10]).max() < 1e-3
        assert np.abs(samples[-rate // 5 :]).max() < 1e-3


def test_pauses_are_silent(spoken):
    for speech in spoken:
        for pause in (p for p in speech.phonemes if p.symbol == "sil"):
            middle = speech.sound.samples[int(pause.start * 24_000) + 1_200 : int(pause.end * 24_000) - 1_440]
            assert not len(middle) or np.sqrt(np.mean(middle**2)) < 0.01


def test_sentences_are_parted_by_a_pause_and_a_paragraph_by_a_longer_one():
    speech = synthesise("One. Two.\n\nThree.")
    inner = [p.end - p.start for p in speech.phonemes if p.symbol == "sil"][1:-1]
    assert inner == pytest.approx([0.5, 0.85], abs=0.01)


def test_joints_do_not_click():
    loud = np.full(12_000, 0.5, np.float32)
    parts = (Segment("", 0, 3_000), Segment("ɑ", 3_000, 9_000), Segment("", 9_000, 12_000))
    samples, tiled = _assembled([_Piece(loud, parts, 0.5), _Piece(loud, parts, 0.5)], rate=1.0)
    assert np.abs(np.diff(samples)).max() < 0.003
    assert [(p.symbol, p.end - p.start) for p in tiled] == [
        ("", 4_800), ("ɑ", 6_000), ("", 12_000), ("ɑ", 6_000), ("", 9_600)
    ]  # fmt: skip


def test_frication_is_heard_when_the_phonemes_say_so(spoken):
    """Mutation check of the measured lag: labels shifted by 40 ms either way agree less with the sound."""

    def agreement(shift: float) -> float:
        scores = []
        for speech in spoken[1:]:  # the first has no sibilant
            hz, time, spectrum = stft(speech.sound.samples, 24_000, nperseg=360, noverlap=240)
            power = np.abs(spectrum) ** 2 + 1e-9
            hissing = np.log(power[hz > 4_500].sum(0)) - np.log(power[(hz > 100) & (hz < 3_000)].sum(0))
            ends = np.array([p.end for p in speech.phonemes])
            at = np.clip(np.searchsorted(ends, time - shift, "right"), 0, len(ends) - 1)
            said = np.array([speech.phonemes[i].symbol for i in at])
            inside = said != "sil"
            scores.append(np.corrcoef(np.isin(said, ["s", "z", "ʃ", "tʃ", "dʒ"])[inside], hissing[inside])[0, 1])
        return float(np.mean(scores))

    assert agreement(0) > 0.4
    assert agreement(0) > agreement(-0.04) + 0.05
    assert agreement(0) > agreement(0.04) + 0.05


def test_words_are_as_written_and_lie_on_their_sounds():
    speech = synthesise("Dr. Smith comes at 7:30 pm — with $9.99!")
    assert [word.text for word in speech.words] == ["Dr.", "Smith", "comes", "at", "7:30", "pm —", "with", "$9.99!"]
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(speech.words))
    first = [p for p in speech.phonemes if p.symbol != "sil"]
    assert speech.words[0].start == first[0].start
    assert speech.words[-1].end == first[-1].end


def test_a_written_pause_parts_the_words_around_it():
    speech = synthesise("We bought apples, pears and a melon.")
    pauses = [p for p in speech.phonemes[1:-1] if p.symbol == "sil"]
    apples, pears = speech.words[2], speech.words[3]
    assert apples.text == "apples,"
    assert any(apples.end == pause.start and pears.start == pause.end for pause in pauses)


@pytest.mark.parametrize(("rate", "low", "high"), [(0.5, 1.6, 2.4), (2.0, 0.4, 0.65)])
def test_rate_scales_the_tempo(rate, low, high):
    text = "A lovely day for a walk by the sea."
    said = [speech.words[-1].end - speech.words[0].start for speech in (synthesise(text), synthesise(text, rate=rate))]
    assert low < said[1] / said[0] < high


def test_pauses_scale_with_the_tempo():
    inner = [p.end - p.start for p in synthesise("One. Two.", rate=2.0).phonemes if p.symbol == "sil"][1:-1]
    assert inner == pytest.approx([0.25], abs=0.01)


@pytest.mark.parametrize("rate", [0.49, 2.01, float("nan")])
def test_rate_out_of_range_is_an_error(rate):
    with pytest.raises(ValueError, match="rate"):
        synthesise("Hello.", rate=rate)


def test_unknown_voice_names_those_there_are():
    with pytest.raises(WordsError, match="heart") as caught:
        synthesise("Hello.", voice="nobody")
    assert caught.value.code == "voice-unknown"


def test_a_sentence_without_end_is_said_to_its_end():
    text = "and then we walked " * 40
    speech = synthesise(text)
    assert len(speech.words) == 160
    assert speech.words[-1].text == "walked"
    assert 30 < speech.sound.duration < 80
