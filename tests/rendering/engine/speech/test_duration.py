import pytest

from rendering.engine.errors import WordsError
from rendering.engine.speech import estimate_seconds, synthesise

TEXTS = [
    "Tom & Jerry @ home: C++ is #1 at 5 & 6 pm!",
    "Happy birthday, Grandma! We love you.",
    "In 1969, 600 million people watched at 3:56; it cost $25.50.",
    "Dear friends, colleagues and guests: it is my great pleasure to welcome you to the annual meeting. "
    "Tonight we will look at twelve portraits, each with a story of its own.\n\n"
    "Let us begin. Some of them you know; others are new.",
]


@pytest.mark.parametrize("text", TEXTS)
def test_is_near_the_spoken_length(text):
    assert estimate_seconds(text) == pytest.approx(synthesise(text).sound.duration, rel=0.2)


@pytest.mark.parametrize("text", ["", "  \n", "?!", "😀"])
def test_nothing_takes_no_time(text):
    assert estimate_seconds(text) == 0


def test_takes_text_that_no_voice_can_say():
    assert estimate_seconds("Привет, мир\x07") > 0


def test_unknown_voice():
    with pytest.raises(WordsError, match="no voice"):
        estimate_seconds("Hello", voice="nobody")


def test_marks_take_the_time_that_they_ask_for_and_no_more():
    plain = estimate_seconds("Hello there, my friend.")
    assert estimate_seconds("Hello *there*, [pause 2s] my friend.") == pytest.approx(plain + 2)
    assert estimate_seconds('<prosody pitch="low">Hello there, my friend.</prosody>') == pytest.approx(plain)


def test_a_mark_that_is_still_being_typed_is_no_error():
    assert estimate_seconds("Hello [pause fo") > 0
    assert estimate_seconds("Hello <emphasis>there") > 0


@pytest.mark.parametrize(
    ("text", "seconds"),  # as Kokoro says them
    [("你好，世界！今天天气很好。我有25个苹果。", 5.2), ("こんにちは、世界。今日は天気がいいですね。", 3.9)],
)
def test_languages_without_letters_are_counted_by_their_own_signs(text, seconds):
    assert estimate_seconds(text) == pytest.approx(seconds, rel=0.2)
