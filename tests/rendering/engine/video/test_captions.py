import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.speech import Word
from rendering.engine.video.caption_drawing import caption_overlays
from rendering.engine.video.caption_files import write_srt, write_vtt
from rendering.engine.video.captions import Caption, caption_lines


def _spoken(text: str, *, letters_per_second: float = 15, start: float = 0.2) -> tuple[list[Word], float]:
    """`text` as words with the times of a steady speaker who breathes at marks, and the length of it all in s."""
    words, time = [], start
    for word in text.split():
        end = time + len(word) / letters_per_second + 0.05
        words.append(Word(word, time, end))
        time = end + (0.45 if word[-1] in ".!?" else 0.2 if word[-1] in ",;:" else 0.0)
    return words, time + 0.2


@st.composite
def speeches(draw: st.DrawFn) -> tuple[list[Word], float]:
    words, time = [], draw(st.floats(0, 2))
    for text in draw(st.lists(st.text("abcdefgé.,!'-", min_size=1, max_size=40), min_size=1, max_size=40)):
        end = time + draw(st.floats(0.02, 1.5))
        words.append(Word(text, time, end))
        time = end + draw(st.sampled_from([0.0, 0.0, 0.0, 0.2, 0.7, 3.0]))
    return words, time


@given(speech=speeches())
def test_every_letter_is_shown_once_and_in_order(speech):
    words, duration = speech
    captions = caption_lines(words, duration=duration)
    shown = "".join(caption.text for caption in captions).replace(" ", "").replace("\n", "")
    assert shown == "".join(word.text for word in words)


@given(speech=speeches())
def test_captions_neither_overlap_nor_blink_nor_outlast_the_clip(speech):
    words, duration = speech
    captions = caption_lines(words, duration=duration)
    for before, after in itertools.pairwise(captions):
        assert before.end <= after.start
        assert after.start == before.end or after.start - before.end >= 0.4 - 1e-9
    assert all(caption.start < caption.end <= duration for caption in captions)


@given(speech=speeches())
def test_two_lines_of_32_letters_unless_one_word_is_longer(speech):
    words, duration = speech
    longest = max(32, *(len(word.text) for word in words))
    for caption in caption_lines(words, duration=duration):
        lines = caption.text.split("\n")
        assert len(lines) <= 2
        assert all(len(line) <= longest or " " not in line for line in lines)


def test_captions_end_with_the_sentence():
    words, duration = _spoken("Happy birthday, dear Anna! I wish that I could be there with you today.")
    texts = [caption.text.replace("\n", " ") for caption in caption_lines(words, duration=duration)]
    assert texts[0] == "Happy birthday, dear Anna!"


def test_long_sentences_break_at_the_comma():
    words, duration = _spoken("When the evening comes and lamps are lit, we sit by the river and talk of old times.")
    first = caption_lines(words, duration=duration)[0]
    assert first.text.endswith("lit,")


def test_no_caption_is_shorter_than_a_glance():
    words, duration = _spoken("Yes. No. Yes! Maybe. I do not know. Go. Stop.")
    for caption in caption_lines(words, duration=duration):
        assert caption.end - caption.start >= 0.8 - 1e-9


def test_a_caption_begins_with_its_first_word_and_lasts_past_its_last():
    words, duration = _spoken("Good morning.", start=1.0)
    (caption,) = caption_lines(words, duration=duration + 5)
    assert caption.start == 1.0
    assert caption.end == pytest.approx(words[-1].end + 0.5)


def test_lines_of_a_caption_are_balanced():
    words, duration = _spoken("and nobody has ever found out what it was")
    (caption,) = caption_lines(words, duration=duration)
    upper, lower = caption.text.split("\n")
    assert abs(len(upper) - len(lower)) <= 6


def test_a_lone_mark_belongs_to_the_word_before():
    captions = caption_lines([Word("Well", 0.0, 0.5), Word(",", 0.5, 0.5), Word("yes", 0.6, 1.0)], duration=2.0)
    assert captions[0].text == "Well, yes"


def test_nothing_said_nothing_shown():
    assert caption_lines([], duration=3.0) == ()
    assert caption_overlays([], (640, 360)) == ()


def test_a_chinese_sentence_is_two_lines_of_16_characters_at_most():
    word = Word("大家好欢迎来到我们的博物馆今天的天气非常好请慢慢欣赏这里的作品谢谢大家的光临", 0.0, 9.0)
    for caption in caption_lines([word], duration=9.5):
        assert all(len(line) <= 16 for line in caption.text.split("\n"))
        assert " " not in caption.text


def test_characters_share_the_time_of_their_phrase():
    (caption,) = caption_lines([Word("大家好", 1.0, 2.5)], duration=3.0)
    assert [(piece.text, piece.start, piece.end) for piece in caption.lines[0]] == [
        ("大", 1.0, 1.5),
        ("家", 1.5, 2.0),
        ("好", 2.0, 2.5),
    ]


def test_japanese_lines_break_after_a_mark_and_never_before_one():
    words = [Word("皆さん、こんにちは。", 0.2, 2.0), Word("今日はとても良い天気ですね。", 2.4, 5.0)]
    for caption in caption_lines(words, duration=5.5, line_letters=15):
        assert all(line[0] not in "、。っゃゅょー" for line in caption.text.split("\n"))


def test_every_word_keeps_its_own_time_within_its_caption():
    words, duration = _spoken("When the evening comes and lamps are lit, we sit by the river and talk of old times.")
    shown = [piece for caption in caption_lines(words, duration=duration) for line in caption.lines for piece in line]
    assert [(piece.text, piece.start, piece.end) for piece in shown] == [(w.text, w.start, w.end) for w in words]


def test_subrip(tmp_path: Path):
    write_srt(tmp_path / "a.srt", [Caption("Hello\nthere", 0.5, 2.25), Caption("É <b>", 3661.0, 3662.0)])
    assert (tmp_path / "a.srt").read_text(encoding="utf-8") == (
        "1\n00:00:00,500 --> 00:00:02,250\nHello\nthere\n\n2\n01:01:01,000 --> 01:01:02,000\nÉ <b>\n"
    )


def test_webvtt(tmp_path: Path):
    write_vtt(tmp_path / "a.vtt", [Caption("A & <b>", 0.5, 2.25)])
    assert (tmp_path / "a.vtt").read_text(encoding="utf-8") == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:02.250\nA &amp; &lt;b&gt;\n"
    )
