import numpy as np
import pytest

from benchmarks.wording import _onset_offsets, plain_words, word_errors
from rendering.engine.speech import RATE, Sound, Word


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a x c", 1), ("a b c", "a c", 1), ("a b", "a b b", 1), ("a", "", 1), ("", "", 0)],
)
def test_wrong_missing_and_additional_words_are_counted(said, heard, errors):
    assert word_errors(said.split(), heard.split()) == errors


def test_spelling_and_punctuation_are_no_errors():
    assert plain_words("The bank opens at 9, in a GREY harbour.") == plain_words(
        "the bank opens at nine in a gray harbor"
    )


def test_a_word_that_begins_with_its_sound_is_not_off():
    samples = np.zeros(2 * RATE, np.float32)
    samples[RATE:] = 0.3 * np.sin(np.arange(RATE) * 0.05)
    (offset,) = _onset_offsets([Word("hello", 1.05, 2.0)], Sound(samples, RATE))
    assert offset == pytest.approx(0.05, abs=0.02)
