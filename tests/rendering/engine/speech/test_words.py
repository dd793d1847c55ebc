import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.errors import WordsError
from rendering.engine.models import models_in
from rendering.engine.speech import check_words
from rendering.engine.speech.catalogue import speaker_of
from rendering.engine.speech.espeak import espeak_voices
from rendering.engine.speech.pronunciation import read_text
from rendering.engine.speech.voices import HEART
from tests.rendering.engine.speech.graphs import write_tiny_kokoro


def refusal(text: str) -> WordsError:
    with pytest.raises(WordsError) as caught:
        check_words(text)
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("  Hello \t world  ", "Hello world"),
        ("Cafe\u0301 time", "Café time"),
        ("Cafe\u200b\u0301 time", "Café time"),
        ("‘Tis 10 − 2 ‐ ok", "’Tis 10 - 2 - ok"),
        ("„So“, «yes»", "“So“, “yes”"),
        ("Hello \u200bworld\ufeff\u00ad", "Hello world"),
        ("a\x0bb\r\nc\n\n\n\nd", "a\nb\nc\n\nd"),
        ("Happy 🎂 birthday 👨\u200d👩\u200d👧 ❤️!", "Happy birthday !"),
        ("１２３ 𝓗𝓮𝓵𝓵𝓸 ٣ ﬁne", "123 Hello 3 fine"),
        ("z̷a̷l̷g̷o̷ says hi", "zalgo says hi"),
        ("π is not 3", "pi is not 3"),
        ("Go to https://www.example.com/a-b?x=1#y, now.", "Go to https://www.example.com/a-b?x=1#y, now."),
        ("I ❤️ New York 🗽", "I love New York"),
        ("We need more ☕!", "We need more coffee !"),
        ("[[a](b)](c) [link](http://x.y)", "a link"),
        ("card 4111111111111111", "card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
    ],
)
def test_tidies(written, spoken):
    assert check_words(written) == spoken


@pytest.mark.parametrize("text", ["", "  \n ", "?!… --", "😀🎉", "“”"])
def test_nothing_to_say(text):
    assert refusal(text).code == "words-empty"


def test_too_long_tells_how_long_and_how_long_it_may_be():
    error = refusal("x " * 3_000)
    assert error.code == "words-too-long"
    assert "5,999" in error.message
    assert "5,000" in error.message


def test_the_longest_text_passes():
    text = ("A day. " * 715)[:5_000]
    assert check_words(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Привет, мир", "Cyrillic"),
        ("hello 你好", "你好” (Chinese"),
        ("こんにちは", "Japanese"),
        ("안녕하세요", "Korean"),
        ("नमस्ते", "Devanagari"),
        ("مرحبا", "Arabic"),
        ("שלום", "Hebrew"),
        ("Ελλάδα", "Greek"),
        ("สวัสดี", "Thai"),
        ("it costs ₽5", "ruble sign"),
        ("ʘ", "bilabial click"),
        ("x\ud800y", "U+D800"),
        ("\ue000", "U+E000"),
    ],
)
def test_names_what_cannot_be_read(text, named):
    error = refusal(text)
    assert error.code == "words-unreadable"
    assert named in error.message
    error.message.encode()


def test_what_is_no_word_is_shown():
    error = refusal("a" * 51)
    assert error.code == "words-unreadable"
    assert "a" * 20 in error.message


def test_control_characters_are_named():
    error = refusal("Hello\x07 there\x00")
    assert error.code == "words-control-characters"
    assert "U+0000 (null), U+0007 (bell)" in error.message


def test_letters_with_marks_are_readable_and_kept():
    assert check_words("Nguyễn and Łukasz ate jalapeños") == "Nguyễn and Łukasz ate jalapeños"


characters = st.one_of(
    st.characters(codec="utf-8"), st.sampled_from("abc .,!?'’“”-–—/:@#$%&*()[]{}<>=+~^|\\_0123456789\n")
)


@settings(max_examples=150, deadline=None)
@given(st.text(characters, max_size=60))
def test_what_passes_once_passes_unchanged_and_can_be_read(text):
    try:
        checked = check_words(text)
    except WordsError:
        return
    assert check_words(checked) == checked
    assert read_text(checked, speaker=speaker_of(HEART))


@pytest.fixture
def kokoro(tmp_path):
    with models_in(write_tiny_kokoro(tmp_path)):
        yield


needs_espeak = pytest.mark.skipif(not espeak_voices(), reason="eSpeak NG is not installed")


@needs_espeak
@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("ef_dora", "¡Hola! ¿Cómo estás, amigo mío?"),
        ("ef_dora", "Visita https://likeness.example/the/and/of ahora mismo, por favor."),
        ("ff_siwis", "Où êtes-vous, mon cœur ?"),
        ("hf_alpha", "नमस्ते, OK?"),
    ],
)
def test_voices_of_other_languages_take_their_own_letters(kokoro, voice, text):
    assert check_words(text, voice=voice)


@needs_espeak
@pytest.mark.parametrize(
    ("voice", "text", "code", "named"),
    [
        ("ef_dora", "Привет, amigos", "words-unreadable", "speaks Spanish and cannot say “Привет” (Cyrillic"),
        ("hf_alpha", "你好 नमस्ते", "words-unreadable", "speaks Hindi and cannot say “你好” (Chinese"),
        ("ef_dora", "The weather is very nice and we are all here.", "words-language", "look like English"),
        ("ff_siwis", "Guten Tag, ich bin der Mann von nebenan und das ist gut.", "words-language", "look like German"),
    ],
)
def test_what_such_a_voice_cannot_say_is_named(kokoro, voice, text, code, named):
    with pytest.raises(WordsError) as caught:
        check_words(text, voice=voice)
    assert caught.value.code == code
    assert named in caught.value.message


def test_words_of_the_lexicon_may_have_any_letters():
    assert check_words("Meet Юля today", lexicon={"Юля": "Yulia"}) == "Meet Юля today"
