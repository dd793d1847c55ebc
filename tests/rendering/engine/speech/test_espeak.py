from itertools import pairwise

import numpy as np
import pytest

from rendering.engine.errors import EngineError
from rendering.engine.speech import SYMBOLS, VOICES, all_voices, synthesise
from rendering.engine.speech.espeak import EspeakReader, _ask, _clause_readings, closed_in_time, espeak_voices
from rendering.engine.speech.kokoro_alphabet import unknown_in
from rendering.engine.speech.timing import Segment

needs_espeak = pytest.mark.skipif(not espeak_voices(), reason="eSpeak NG is not installed")


@needs_espeak
def test_there_are_over_a_hundred_voices_all_labelled_basic():
    voices = [entry.voice for entry in all_voices() if entry.voice.engine == "espeak"]
    assert len({voice.id for voice in voices}) == len(voices) > 100
    assert all(voice.basic and "basic" in voice.character for voice in voices)
    assert not set(VOICES) & {voice.id for voice in voices}


@needs_espeak
@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("espeak-de", "Guten Tag, wie geht es Ihnen? Das macht €3,50."),
        ("espeak-ru", "Привет, мир. Как дела?"),
        ("espeak-ar", "مرحبا بكم"),
        ("espeak-sw", "Habari za asubuhi, rafiki."),
        ("espeak-en-us", "Dr. Smith paid $5.50 on May 3, 2024."),
    ],
)
def test_words_and_phonemes_have_their_times(voice, text):
    speech = synthesise(text, voice=voice)
    assert [word.text for word in speech.words] == text.split()
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(speech.words))
    assert speech.phonemes[0].start == 0
    assert speech.phonemes[-1].end == speech.sound.duration
    assert all(a.end == b.start and a.symbol + b.symbol != "silsil" for a, b in pairwise(speech.phonemes))
    assert {p.symbol for p in speech.phonemes} <= SYMBOLS


@needs_espeak
def test_phonemes_lie_on_the_sound():
    speech = synthesise("Sasa, papa. Sasa.", voice="espeak-sw")
    samples = speech.sound.samples
    high = np.abs(np.diff(samples))

    def hiss(symbol: str) -> float:
        spans = [(int(p.start * 24_000), int(p.end * 24_000)) for p in speech.phonemes if p.symbol == symbol]
        return float(np.mean([high[a:b].mean() / (np.abs(samples[a:b]).mean() + 1e-6) for a, b in spans]))

    assert hiss("s") > 3 * hiss("a")


@needs_espeak
def test_the_tempo_reaches_espeak():
    slow, fast = (synthesise("Habari za asubuhi rafiki", voice="espeak-sw", rate=rate) for rate in (0.7, 1.4))
    ratio = (slow.words[-1].end - slow.words[0].start) / (fast.words[-1].end - fast.words[0].start)
    assert 1.5 < ratio < 2.6


@needs_espeak
def test_the_reader_writes_kokoros_alphabet_and_keeps_the_words():
    words = ["Nous", "sommes", "allés", "à", "la", "plage,", "mes", "amis."]
    readings = EspeakReader("fr-fr").read(words)
    assert not unknown_in("".join(reading.said for reading in readings))
    assert [reading.word for reading in readings] == list(range(8))
    assert readings[5].phonemes.endswith(",")
    assert readings[7].phonemes.endswith(".")


def test_a_liaison_belongs_to_the_word_that_it_is_written_with():
    readings = list(_clause_readings(["les", "amis"], ["lez", "ami"], ["le", "ami"], 3))
    assert [(r.text, r.phonemes, r.word) for r in readings] == [("les", "lez", 3), ("amis", "ami", 4)]


def test_words_that_are_read_as_one_go_together():
    readings = list(_clause_readings(["of", "the", "day."], ["ʌvðə", "dA"], ["ʌv", "ðə", "dA"], 0))
    assert [(r.phonemes, r.word) for r in readings] == [("ʌvðə", 0), ("dA.", 2)]


def test_a_number_of_several_words_stays_one_word():
    readings = list(_clause_readings(["1995", "km"], ["mil", "nobe", "km"], ["milnobe", "km"], 0))
    assert [(r.phonemes, r.word) for r in readings] == [("mil", 0), ("nobe", 0), ("km", 1)]


def test_without_the_library_the_voice_says_how_to_have_it(monkeypatch):
    monkeypatch.setenv("LIKENESS_ESPEAK_LIBRARY", "/nowhere/libespeak-ng.so")
    with pytest.raises(EngineError, match="system's package manager") as caught:
        _ask({"do": "voices"})
    assert caught.value.code == "espeak-missing"


def at_ms(*spans: tuple[str, int, int]) -> list[Segment]:
    return [Segment(symbol, 24 * start, 24 * end) for symbol, start, end in spans]


def sounding_but(start: int, end: int, *, of: int = 300) -> np.ndarray:
    """A tone of `of` ms with a hole from `start` to `end` ms."""
    samples = np.sin(np.arange(24 * of) / 10).astype(np.float32)
    samples[24 * start : 24 * end] = 0
    return samples


@pytest.mark.parametrize("symbol", ["p", "t", "k", "tʃ"])
def test_a_plosive_is_closed_from_where_the_voice_stops(symbol):
    vowel, plosive, _ = closed_in_time(
        at_ms(("a", 0, 160), (symbol, 160, 200), ("a", 200, 300)), sounding_but(100, 160)
    )
    assert plosive.start / 24 == pytest.approx(100, abs=2)
    assert vowel.end == plosive.start
    assert plosive.end == 24 * 200


def test_a_burst_that_comes_a_little_late_counts_as_its_closures_end():
    _, plosive, _ = closed_in_time(at_ms(("a", 0, 155), ("p", 155, 200), ("a", 200, 300)), sounding_but(100, 160))
    assert plosive.start / 24 == pytest.approx(100, abs=2)


@pytest.mark.parametrize(
    ("symbol", "hole"), [("s", (100, 160)), ("b", (100, 160)), ("p", (155, 160)), ("p", (0, 0)), ("p", (20, 30))]
)
def test_what_has_no_silence_before_it_stays(symbol, hole):
    parts = at_ms(("a", 0, 160), (symbol, 160, 200), ("a", 200, 300))
    assert closed_in_time(parts, sounding_but(*hole)) == parts


def test_a_pause_is_no_closure_and_the_sound_before_keeps_something():
    after_pause = at_ms(("", 0, 160), ("p", 160, 200), ("a", 200, 300))
    assert closed_in_time(after_pause, sounding_but(0, 160)) == after_pause
    vowel, _, _ = closed_in_time(at_ms(("a", 100, 160), ("p", 160, 200), ("a", 200, 300)), sounding_but(60, 160))
    assert vowel.end - vowel.start >= 24 * 30


@needs_espeak
def test_lips_are_shut_where_a_p_is_silent():
    speech = synthesise("apa apa apa", voice="espeak-sw")
    samples = np.abs(speech.sound.samples)
    closures = [p for p in speech.phonemes if p.symbol == "p"]
    assert len(closures) == 3
    for closure in closures:
        assert closure.end - closure.start > 0.06
        early = samples[int((closure.start + 0.005) * 24_000) : int((closure.start + 0.025) * 24_000)]
        assert early.max() < 0.1 * samples.max()
