import numpy as np

from rendering.engine.speech.hibari import lag_samples
from rendering.engine.speech.timing import UNIT, segments

LAG = lag_samples(1.0)


def sound(*stretches: tuple[int, float]) -> np.ndarray:
    """Noise of (units, level) one after the other."""
    rng = np.random.default_rng(0)
    return np.concatenate([level * rng.standard_normal(units * UNIT) for units, level in stretches]).astype(np.float32)


def read(tokens: str, units: list[int], samples: np.ndarray):
    return segments(tokens, range(len(tokens)), np.array(units), samples, lag=LAG)


def test_stress_gives_its_time_and_level_to_the_vowel():
    found = read("bˈA", [14, 2, 3, 4, 10], sound((14, 0), (9, 0.1), (10, 0)))
    assert [(s.symbol, s.stress) for s in found] == [("", 0), ("b", 0), ("eɪ", 2), ("", 0)]
    assert found[2].start == 16 * UNIT - LAG
    assert found[2].source == 2


def test_stress_before_consonants_waits_for_the_vowel():
    found = read("ˌstɑ", [14, 1, 2, 2, 3, 10], sound((14, 0), (8, 0.1), (10, 0)))
    assert [(s.symbol, s.stress) for s in found[1:4]] == [("s", 0), ("t", 0), ("ɑ", 1)]
    assert found[1].start == 14 * UNIT - LAG


def test_a_space_is_shared_by_its_neighbours():
    found = read("m n", [14, 4, 2, 4, 10], sound((14, 0), (10, 0.1), (10, 0)))
    assert [s.symbol for s in found] == ["", "m", "n", ""]
    assert found[1].end == found[2].start == 19 * UNIT - LAG


def test_a_comma_is_a_pause_where_silence_is_heard():
    found = read("m, n", [14, 8, 2, 2, 4, 10], sound((14, 0), (4, 0.1), (5, 0), (7, 0.1), (10, 0)))
    assert [s.symbol for s in found] == ["", "m", "", "n", ""]
    assert abs(found[1].end - 18 * UNIT) <= 480
    assert found[2].end == found[3].start == 26 * UNIT - LAG


def test_a_comma_without_silence_is_no_pause():
    found = read("m, n", [14, 4, 1, 1, 4, 10], sound((14, 0), (10, 0.1), (10, 0)))
    assert [s.symbol for s in found] == ["", "m", "n", ""]


def test_the_last_sound_ends_where_it_is_heard_to_end():
    found = read("t.", [14, 12, 5, 1], sound((14, 0), (3, 0.1), (15, 0)))
    assert [s.symbol for s in found] == ["", "t", ""]
    assert abs(found[1].end - 17 * UNIT) <= 480
    assert found[2].end == 32 * UNIT


def test_length_marks_belong_to_the_sound_before():
    found = read("ɑːm", [14, 3, 2, 3, 10], sound((14, 0), (8, 0.1), (10, 0)))
    assert [(s.symbol, s.end - s.start) for s in found[1:2]] == [("ɑ", 5 * UNIT)]


def test_the_lag_is_shorter_when_the_tempo_is_higher():
    assert 0.04 * 24_000 < lag_samples(2.0) < lag_samples(1.0) < lag_samples(0.5) < 0.08 * 24_000
