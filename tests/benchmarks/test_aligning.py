"""The forced aligner that listen() is measured beside puts known words where they are said."""

import numpy as np
import pytest

from benchmarks.aligning import aligned, missing_aligner
from benchmarks.hearing import agreement, closures, near
from benchmarks.sentences import SENTENCES
from rendering.engine.speech import Phoneme, Sound, synthesise

pytestmark = pytest.mark.skipif(missing_aligner(), reason="pocketsphinx is not installed")


def test_known_words_are_put_where_they_are_said():
    speech = synthesise(SENTENCES[0])
    placed = aligned(SENTENCES[0], speech.sound)
    assert placed[0].start == 0
    assert placed[-1].end == pytest.approx(speech.sound.duration)
    assert np.mean(near(closures(speech.phonemes), closures(placed))) > 0.9


def test_words_that_are_not_there_have_no_place():
    assert aligned("xqzzy wfflk", synthesise("Hello there.").sound) == ()


def test_what_was_not_placed_counts_as_not_found():
    said = (Phoneme("m", 0.0, 0.1), Phoneme("a", 0.1, 0.2))
    silence = Sound(np.zeros(4_800, np.float32), 24_000)
    nothing = agreement([said], [()], [silence])
    assert nothing["closures of p b m found"] == 0
    assert nothing["visemes right, while speaking"] is None
    everything = agreement([said], [said], [silence])
    assert everything["closures of p b m found"] == everything["visemes right, of all frames"] == 1
    assert everything["closures late, median"] == 0
