from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.speech import RATE, Sound, Word
from rendering.engine.speech.transcripts import timed_words

KNOWN = (Word("Good", 0.2, 0.5), Word("mourning", 0.5, 1.0), Word("everybody.", 1.2, 2.0))


def speech_between(*spans: tuple[float, float], seconds: float = 3.0) -> Sound:
    samples = np.zeros(round(seconds * RATE), np.float32)
    for start, end in spans:
        time = np.arange(round((end - start) * RATE)) / RATE
        samples[round(start * RATE) :][: len(time)] = 0.3 * np.sin(2 * np.pi * 200 * time)
    return Sound(samples, RATE)


SOUND = speech_between((0.2, 2.0))


def test_a_corrected_word_has_the_time_of_the_wrong_one():
    assert timed_words("Good morning everybody.", sound=SOUND, known=KNOWN)[1] == Word(
        "morning", pytest.approx(0.5, abs=0.02), pytest.approx(1.0, abs=0.02)
    )


def test_new_punctuation_and_capitals_change_no_time():
    words = timed_words("good, Mourning everybody!", sound=SOUND, known=KNOWN)
    assert [(word.start, word.end) for word in words] == [(word.start, word.end) for word in KNOWN]
    assert [word.text for word in words] == ["good,", "Mourning", "everybody!"]


def test_a_removed_word_leaves_the_others_where_they_are():
    assert timed_words("Good everybody.", sound=SOUND, known=KNOWN) == (KNOWN[0], KNOWN[2])


def test_an_added_word_stands_between_its_neighbours():
    _, added, after, _ = timed_words("Good old mourning everybody.", sound=SOUND, known=KNOWN)
    assert 0.5 <= added.start <= added.end <= after.start + 0.05


def test_without_a_transcript_words_are_spread_over_the_speech_not_over_the_pauses():
    sound = speech_between((0.5, 1.0), (2.0, 2.5))
    first, second = timed_words("hello there", sound=sound)
    assert (first.start, first.end) == (pytest.approx(0.5, abs=0.05), pytest.approx(1.0, abs=0.1))
    assert second.end == pytest.approx(2.5, abs=0.05)


def test_no_text_is_no_words():
    assert timed_words("  ", sound=SOUND, known=KNOWN) == ()


@given(text=st.text("abc de", max_size=60), known=st.lists(st.sampled_from("abcde"), max_size=12))
def test_times_never_run_backwards_and_every_word_is_there(text, known):
    given_words = tuple(Word(word, 0.1 * i, 0.1 * i + 0.08) for i, word in enumerate(known))
    words = timed_words(text, sound=SOUND, known=given_words)
    assert [word.text for word in words] == text.split()
    times = [time for word in words for time in (word.start, word.end)]
    assert all(before <= after for before, after in pairwise(times))
    assert all(0 <= time <= SOUND.duration for time in times)
