import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.errors import WordsError
from rendering.engine.speech import check_words, synthesise
from rendering.engine.speech.markup import read_markup
from rendering.engine.speech.pronunciation import said_text
from rendering.engine.speech.speaker import Manner


def manner_of(text: str, word: str) -> Manner:
    marked = read_markup(text)
    return marked.manner_at(marked.text.index(word))


@pytest.mark.parametrize(
    ("text", "plain", "pauses"),
    [
        ("One [pause] two", "One  two", ((4, 0.7),)),
        ("One [pause 1.5s] two", "One  two", ((4, 1.5),)),
        ("One<break time='250ms'/> two", "One two", ((3, 0.25),)),
        ('One<break strength="strong"/>', "One", ((3, 0.7),)),
        ("<speak>Tom &amp; Jerry<break/></speak>", "Tom & Jerry", ((11, 0.4),)),
        ('<?xml version="1.0"?><speak>Hi</speak>', "Hi", ()),
        ("<p>One</p><s>Two</s>", "One\n\nTwo\n", ()),
        ("a [pausing] b", "a [pausing] b", ()),
        ("2 < 3 and <b>bold</b> & co &amp; so", "2 < 3 and <b>bold</b> & co &amp; so", ()),
        ("2*3*4 and **", "2*3*4 and **", ()),
    ],
)
def test_marks_are_taken_out_of_the_text(text, plain, pauses):
    marked = read_markup(text)
    assert marked.text == plain
    assert marked.pauses == pauses


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        ("a *word* b", Manner(emphasis="moderate")),
        ("a **word** b", Manner(emphasis="strong")),
        ('<emphasis level="reduced">word</emphasis>', Manner(emphasis="reduced")),
        ("<emphasis>word</emphasis>", Manner(emphasis="moderate")),
        ('<prosody rate="slow">word</prosody>', Manner(rate=0.8)),
        ('<prosody rate="150%" volume="+3dB" pitch="-2st">word</prosody>', Manner(rate=1.5, pitch=-2, gain_db=3)),
        ("<prosody rate=“150%”><prosody rate='60%'>word</prosody></prosody>", Manner(rate=1.5 * 0.6)),
        ("<prosody rate=“slow”><prosody rate='50%'>word</prosody></prosody>", Manner(rate=0.5)),
        ('<prosody pitch="100%">word</prosody>', Manner(pitch=6)),
        ('<prosody rate="slow">other</prosody> word', Manner()),
    ],
)
def test_manners_hold_for_the_words_inside(text, manner):
    assert manner_of(text, "word") == manner


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('The <sub alias="World Wide Web Consortium">W3C</sub>.', "The World Wide Web Consortium."),
        ('<say-as interpret-as="characters">ABC1</say-as>', "A B C one"),
        ('<sub alias="all">some <sub alias="two">2</sub> words</sub>', "some two words"),
        ('<say-as interpret-as="digits">1024</say-as>', "one zero two four"),
        ('<say-as interpret-as="cardinal">1984</say-as>', "one thousand nine hundred eighty-four"),
        ('<say-as interpret-as="ordinal">3</say-as>', "third"),
        ('<say-as interpret-as="date">3/5/2024</say-as>', "March fifth, twenty twenty-four"),
        ('<say-as interpret-as="telephone">555-0199</say-as>', "five five five, zero one nine nine"),
        ("It is *3* [pause] o'clock", "It is three o'clock"),
    ],
)
def test_what_is_said_in_its_place(text, said):
    assert said_text(text) == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<prosody rate="slow">word', "not closed"),
        ("word</emphasis>", "not open"),
        ("<emphasis><prosody rate='slow'>a</emphasis></prosody>", "not open"),
        ('<prosody rate="quickly">a</prosody>', "quickly"),
        ('<break time="soon"/>', "500ms"),
        ('<break time="60s"/>', "longer than 10 seconds"),
        ("[pause for effect]", "500ms"),
        ('<emphasis level="huge">a</emphasis>', "reduced, moderate, strong"),
        ("<sub>a</sub>", "alias"),
        ('<say-as interpret-as="poem">a</say-as>', "interpret-as"),
        ('<phoneme alphabet="x-sampa" ph="a">a</phoneme>', "IPA"),
        ("<speak>Hi <voice name='x'>you</voice></speak>", "not among the tags"),
    ],
)
def test_a_mark_that_is_not_understood_is_shown(text, why):
    with pytest.raises(WordsError, match=why) as caught:
        check_words(f"Hello. {text}")
    assert caught.value.code == "markup-wrong"
    assert caught.value.advice


def test_an_impossible_pronunciation_is_named():
    with pytest.raises(WordsError, match="7") as caught:
        check_words('<phoneme ph="t7">two</phoneme>')
    assert caught.value.code == "phonemes-unknown"


@given(st.text(st.sampled_from("ab *[]<>/ps=\"'12\n"), max_size=40))
def test_any_text_is_taken_apart_or_refused(text):
    try:
        marked = read_markup(text)
    except WordsError:
        return
    assert len(marked.text) <= len(text) + 2 * text.count("</p>")


def test_checked_text_keeps_its_marks_and_passes_again():
    text = 'Hello *there* [pause 1s] <prosody rate="slow">my friend</prosody>'
    assert check_words(text) == text


def symbols(text: str, **options) -> str:
    return " ".join(p.symbol for p in synthesise(text, **options).phonemes if p.symbol != "sil")


def test_a_pause_is_as_long_as_is_asked_whatever_the_tempo():
    for rate in (1.0, 1.6):
        speech = synthesise("One [pause 1.25s] two", rate=rate)
        inner = [p.end - p.start for p in speech.phonemes if p.symbol == "sil"][1:-1]
        assert inner == pytest.approx([1.25], abs=0.01)


def test_a_pause_before_the_first_word_and_after_a_sentence():
    speech = synthesise("[pause 1s] One. [pause 2s] Two.")
    pauses = [p.end - p.start for p in speech.phonemes if p.symbol == "sil"]
    assert pauses == pytest.approx([1.2, 2.0, 0.4], abs=0.01)


def test_captions_have_no_marks():
    speech = synthesise('<speak>*Hello* <sub alias="doctor">Dr</sub> <break time="300ms"/> you.</speak>')
    assert [word.text for word in speech.words] == ["Hello", "Dr", "you."]


def test_phonemes_are_said_as_given():
    assert symbols('<phoneme ph="təˈmɑːtoʊ">tomato</phoneme>') == "t ə m ɑ t oʊ"
    assert symbols("tomato", lexicon={"tomato": "/pɪˈkɑn/"}) == "p ɪ k ɑ n"


def test_emphasis_is_louder_and_reduction_softer():
    def level(mark: str) -> float:
        speech = synthesise(f"We never {mark.format('said')} anything about the money.")
        word = next(word for word in speech.words if word.text == "said")
        own = speech.sound.samples[int(word.start * 24_000) : int(word.end * 24_000)]
        rest = speech.sound.samples[int(word.end * 24_000) :]
        return float((own**2).mean() / (rest**2).mean())

    plain = level("{}")
    assert level("**{}**") > 1.5 * plain
    assert level('<emphasis level="reduced">{}</emphasis>') < 0.8 * plain


def test_a_slow_stretch_takes_longer_and_a_high_one_as_long():
    def length(text: str) -> float:
        words = synthesise(text).words
        return words[-1].end - words[-2].start

    plain = length("Then came a [pause 10ms] lovely morning")
    assert length('Then came a <prosody rate="x-slow">lovely morning</prosody>') > 1.3 * plain
    assert length('Then came a <prosody pitch="+3st">lovely morning</prosody>') == pytest.approx(plain, rel=0.12)
