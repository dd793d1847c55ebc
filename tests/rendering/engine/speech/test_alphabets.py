import pytest

from rendering.engine.speech import SYMBOLS, ipa
from rendering.engine.speech.english import EnglishReader
from rendering.engine.speech.kokoro_alphabet import from_ipa, unknown_in
from rendering.engine.speech.language import other_language


@pytest.mark.parametrize(
    ("written", "kokoro"),
    [
        ("t͡ʃeɪndʒ", "ʧAnʤ"),
        ("a^ɪ", "I"),
        ("ɡoʊ", "ɡO"),
        ("go", "ɡo"),
        ("bɝd", "bɜɹd"),
        ("pʰaː", "pʰaː"),
        ("həʊm", "hQm"),
        ("t^sˈunami", "ʦˈunami"),
    ],
)
def test_ipa_is_written_in_kokoros_letters(written, kokoro):
    assert from_ipa(written) == kokoro
    assert not unknown_in(kokoro)


def test_what_the_alphabet_lacks_is_told_once():
    assert unknown_in("a7b!#7") == "7#"


@pytest.mark.parametrize(
    ("heard", "symbols"),
    [
        ("eɪ", ("eɪ",)),
        ("ɔːɹ", ("ɔ", "ɹ")),
        ("tʃ", ("tʃ",)),
        ("", ()),
        ("ˈ", ()),
        ("ɐ̃", ("ə",)),
        ("ʂ", ("ʃ",)),
        ("pf", ("p", "f")),
        ("A", ()),
    ],
)
def test_espeaks_phonemes_become_symbols(heard, symbols):
    assert ipa.from_espeak(heard) == symbols
    assert set(symbols) <= SYMBOLS


def phonemes(text: str) -> list[str]:
    return [reading.phonemes for reading in EnglishReader().read(text.split())]


@pytest.mark.parametrize(
    ("text", "word", "letter"),
    [
        ("It is seven A M now", 3, True),
        ("A T and T called", 0, True),
        ("Seats A one to B twelve", 1, True),
        ("A dog barked", 0, False),
        ("He said A Tale of Two Cities", 2, False),
        ("such a dog", 1, False),
    ],
)
def test_a_lone_a_is_the_letter_or_the_article(text, word, letter):
    assert (phonemes(text)[word] == "ˈA") is letter


def test_british_readers_read_british():
    (american,) = EnglishReader().read(["dance"])
    (british,) = EnglishReader(british=True).read(["dance"])
    assert "æ" in american.phonemes
    assert "ɑː" in british.phonemes


@pytest.mark.parametrize(
    ("text", "than", "found"),
    [
        ("The weather is very nice and we are all here.", "Spanish", "English"),
        ("Hola, ¿cómo estás? Me llamo Ana y vivo en la ciudad.", "Spanish", None),
        ("Der Mann ist nicht in der Stadt, und die Frau auch nicht.", "French", "German"),
        ("Salve.", "Spanish", None),
        ("Habari ya asubuhi na karibu", "Swahili", None),
    ],
)
def test_text_in_a_language_other_than_the_voices(text, than, found):
    assert other_language(text, than=than) == found
