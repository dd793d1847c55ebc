import pytest

from rendering.engine.speech import ipa
from rendering.engine.speech.catalogue import speaker_of
from rendering.engine.speech.kokoro_alphabet import LONGEST
from rendering.engine.speech.pronunciation import Sentence, breaths, read_text
from rendering.engine.speech.speaker import Manner, Reading
from rendering.engine.speech.tidying import tidy
from rendering.engine.speech.voices import HEART


def read(text: str, **options) -> tuple[Sentence, ...]:
    return read_text(text, speaker=speaker_of(HEART), **options)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hello there. How are you? Fine!", ["Hello there.", "How are you?", "Fine!"]),
        ("“Really?” Yes.", ["“Really?”", "Yes."]),
        ("Dr. Smith met J. K. Rowling. Then he left.", ["Dr. Smith met J. K. Rowling.", "Then he left."]),
        ("It cost 3.50 e.g. here. so there", ["It cost 3.50 e.g. here. so there"]),
        ("See p. 5 and fig. 3. Nos. 1 and 2.", ["See p. 5 and fig. 3.", "Nos. 1 and 2."]),
        ("So do I. Then we left.", ["So do I.", "Then we left."]),
        ("Roses are red,\nviolets are blue.\n\nThe end", ["Roses are red,", "violets are blue.", "The end"]),
        ("Well... — !!! —", ["Well..."]),
    ],
)
def test_splits_into_sentences(text, sentences):
    assert [sentence.text for sentence in read(text)] == sentences


def test_knows_what_closes_with_a_sentence():
    assert [s.closes for s in read("One. Two.\nThree.\n\nFour.")] == ["sentence", "line", "paragraph", "paragraph"]


class Phrases:
    """A reader that says every word as it is."""

    def read(self, words):
        return tuple(Reading(word, "a", True, index) for index, word in enumerate(words))

    def say(self, readings, *, rate, rng):
        raise NotImplementedError


def test_chinese_and_japanese_are_parted_at_their_marks():
    sentences = read_text("你好，世界！今天很好。「是吗？」我说", speaker=Phrases(), language="zh")
    assert [sentence.text for sentence in sentences] == ["你好，世界！", "今天很好。", "「是吗？」", "我说"]
    assert [unit.words for unit in sentences[0].units] == [("你好，",), ("世界！",)]
    assert tidy("你好，世界！", language="zh") == "你好，世界！"


def test_letters_with_marks_that_the_reader_does_not_know_are_read_as_plain():
    (marked,), (plain,) = read("Nguyễn"), read("Nguyen")
    assert marked.readings[0].phonemes == plain.readings[0].phonemes != ""


def test_what_is_said_together_keeps_its_written_words():
    (sentence,) = read("At 7:30 pm — done on 3 May 2024, ok?")
    units = [
        (unit.words, "".join(r.text for r in sentence.readings[unit.first : unit.last + 1])) for unit in sentence.units
    ]
    assert units == [
        (("At",), "At"),
        (("7:30", "pm —"), "seventhirtyPM—"),
        (("done",), "done"),
        (("on",), "on"),
        (("3", "May", "2024,"), "thethirdofMaytwentytwenty-four,"),
        (("ok?",), "ok?"),
    ]


def test_units_cover_every_reading_once():
    (sentence,) = read("On 5/6/2024 Dr. Lee paid $5.50 — at www.x.org — for “two” @home things (see p. 5)")
    assert [unit.first for unit in sentence.units] == [0, *(unit.last + 1 for unit in sentence.units[:-1])]
    assert sentence.units[-1].last == len(sentence.readings) - 1


def test_long_sentences_are_cut_after_a_clause_else_at_a_space():
    word = Reading("word", "wˈɜɹd", True)
    comma = Reading(",", ",", True)
    with_comma = [word] * 50 + [comma] + [word] * 50
    assert list(breaths(with_comma)) == [(0, 51), (51, 101)]
    ranges = list(breaths([word] * 200))
    assert all(sum(len(word.said) for _ in range(a, b)) <= LONGEST for a, b in ranges)
    assert [a for a, _ in ranges[1:]] == [b for _, b in ranges[:-1]]
    assert ranges[-1][1] == 200


@pytest.mark.parametrize(
    "change", [Reading("b", "b", True, manner=Manner(rate=0.8)), Reading("b", "b", True, manner=Manner(pitch=2))]
)
def test_another_tempo_or_pitch_begins_a_new_breath(change):
    plain = Reading("a", "a", True)
    assert list(breaths([plain, plain, change, change, plain])) == [(0, 2), (2, 4), (4, 5)]


def test_a_louder_word_stays_in_the_same_breath():
    plain, loud = Reading("a", "a", True), Reading("b", "b", True, manner=Manner(emphasis="strong", gain_db=3))
    assert list(breaths([plain, loud, plain])) == [(0, 3)]


def test_a_pause_that_is_asked_for_ends_a_breath():
    plain, last = Reading("a", "a", True), Reading("a", "a", True, pause=0.5)
    assert list(breaths([plain, last, plain])) == [(0, 2), (2, 3)]


@pytest.mark.parametrize(
    ("kokoro", "plain"), [("A", "eɪ"), ("ʤ", "dʒ"), ("ʧ", "tʃ"), ("ᵊ", "ə"), ("T", "ɾ"), ("b", "b"), ("ː", None)]
)
def test_kokoro_symbols_become_ipa(kokoro, plain):
    assert ipa.from_kokoro(kokoro) == plain


@pytest.mark.parametrize(
    ("label", "plain"), [("t͡ʃ", ("tʃ",)), ("g", ("ɡ",)), ("ja", ("j", "a")), ("k͈", ("k",)), ("<unk>", ())]
)
def test_recogniser_labels_become_ipa(label, plain):
    assert ipa.from_recogniser(label) == plain
