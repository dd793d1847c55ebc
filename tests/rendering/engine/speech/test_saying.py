from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.speech.english import EnglishReader
from rendering.engine.speech.markup import read_markup
from rendering.engine.speech.pronunciation import said_text
from rendering.engine.speech.saying import replacements
from rendering.engine.speech.tidying import tidy

GOLDEN = [
    tuple(line.split("\t")) for line in Path(__file__).with_name("golden_sentences.tsv").read_text("utf-8").splitlines()
]


def test_the_golden_list_is_long():
    assert len({written for written, _ in GOLDEN}) >= 200


@pytest.mark.parametrize(("written", "said"), GOLDEN, ids=[written for written, _ in GOLDEN])
def test_english_is_said_as_people_read_it(written, said):
    assert said_text(tidy(written)) == said


def test_every_golden_sentence_is_words_that_the_voice_can_read():
    reader = EnglishReader()
    for _, said in GOLDEN:
        assert not any(character.isdigit() for character in said), said
        words = [word for word in said.split() if any(c.isalpha() for c in word)]
        readings = reader.read(words)
        sounding = {reading.word for reading in readings if any(c.isalpha() for c in reading.phonemes)}
        assert sounding == set(range(len(words))), said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("On 3/5/2024 it was £5.50.", "On the third of May twenty twenty-four it was five pounds fifty."),
        ("In 2005 there were 1,234 of us.",
         "In two thousand and five there were one thousand two hundred and thirty-four of us."),
        ("It is 1,001 nights.", "It is one thousand and one nights."),
        ("We met on 21 June.", "We met on the twenty-first of June."),
    ],
)  # fmt: skip
def test_british_english_has_its_own_dates_and_numbers(written, said):
    assert said_text(written, language="en-GB") == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("es", "Cuesta 3,50 € o $20.", "Cuesta 3 euros con 50 o 20 dólares."),
        ("es", "La Sra. Gómez llega el 03/05/2024 a las 7:30.",
         "La Señora Gómez llega el 3 de mayo de 2024 a las 7 y 30."),
        ("es", "El 1/1/2025 subió un 2,5 %, a 1.234.567.",
         "El uno de enero de 2025 subió un 2 coma 5 por ciento, a 1234567."),
        ("es", "Escribe a ana@ejemplo.com.", "Escribe a ana arroba ejemplo punto com."),
        ("es", "Son 2 millones €.", "Son 2 millones de euros."),
        ("es", "Hace -5 °C.", "Hace menos 5 grados."),
        ("es", "Es la 1:15 y son las 2:00.", "Es la una y 15 y son las 2 en punto."),
        ("fr-FR", "Ça coûte 3,50 € ou $20.", "Ça coûte 3 euros 50 ou 20 dollars."),
        ("fr-FR", "M. Dupont arrive le 01/05/2024 à 7h30.",
         "Monsieur Dupont arrive le premier mai 2024 à 7 heures 30."),
        ("fr-FR", "Il y a 2 millions €.", "Il y a 2 millions d'euros."),
        ("fr-FR", "2 millions £", "2 millions de livres"),
        ("it", "Il Sig. Rossi paga €3,50 il 03.05.2024.", "Il Signor Rossi paga 3 euro e 50 il 3 maggio 2024."),
        ("it", "pag. 5-10, 20 km/h", "pagina 5 a 10, 20 chilometri all'ora"),
        ("pt-BR", "O Dr. Silva paga R$ 3,50 em 01/02/2025.",
         "O Doutor Silva paga 3 reais e 50 em primeiro de fevereiro de 2025."),
        ("de", "Das kostet 3,50 €, z. B. am 03.05.2024 um 7:30 Uhr.",
         "Das kostet 3 Euro 50, zum Beispiel am 3. Mai 2024 um 7 Uhr 30."),
        ("de", "Ca. 50% von 1.234,56 km, d.h. 2 Mio. €.",
         "Circa 50 Prozent von 1234 Komma 56 Kilometer, das heißt 2 Millionen Euro."),
        ("de", "Am 32.13.2024 geht nichts.", "Am 32.13.2024 geht nichts."),
        ("sw", "Bei ni 3,50 €.", "Bei ni 3,50 €."),
    ],
)  # fmt: skip
def test_other_languages_put_coins_months_and_signs_in_their_words(language, written, said):
    assert said_text(written, language=language) == said


@pytest.mark.parametrize(
    ("lexicon", "written", "said"),
    [
        ({"sql": "sequel"}, "SQL and sql.", "sequel and sequel."),
        ({"Polish": "Poh-lish"}, "Polish the Polish.", "Poh-lish the Poh-lish."),
        ({"Polish": "x"}, "polish it", "polish it"),
        ({"cat": "dog"}, "cat concatenate", "dog concatenate"),
        ({"new york": "the city", "new": "old"}, "In New York, new.", "In the city, old."),
        ({"3": "tree"}, "3 and 33", "tree and thirty-three"),
        ({"C++": "see plus"}, "I write C++.", "I write see plus."),
    ],
)
def test_the_lexicon_goes_before_the_rules(lexicon, written, said):
    assert said_text(written, lexicon=lexicon) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I ❤️ New York", "I love New York"),
        ("She ❤ it", "She loves it"),
        ("Love you ❤️", "Love you"),
        ("We need more ☕ and 🍕.", "We need more coffee and pizza."),
        ("Happy birthday 🎂🎉", "Happy birthday"),
        ("Done 🔥 next", "Done next"),
    ],
)
def test_emoji_are_read_where_they_stand_for_a_word(written, said):
    assert tidy(written).replace(" .", ".") == said


AMOUNTS = ["$5", "€3,50", "1.234,5", "10%", "-4 °C", "½", "2^3", "v2.1", "192.168.0.1", "007", "1,000", "4K", "km"]
TIMES = ["3/5/24", "2024-05-03", "7:30", "pm", "May", "Mon", "5-10", "1st", "2nd", "555-0199", "IV"]
NAMES = ["No.", "#1", "@me", "#Tag", "x@y.com", "www.x.org/a", "A4", "A", "Dr.", "St.", "Mr", "e.g.", "❤"]
SIGNS = list("&+=%/–.,:'\"()")
pieces = st.sampled_from(AMOUNTS + TIMES + NAMES + SIGNS)


@settings(max_examples=120, deadline=None)
@given(st.lists(pieces, max_size=9), st.sampled_from(["en-US", "en-GB", "es", "fr-FR", "it", "pt-BR", "de", "sw"]))
def test_any_mixture_is_said_and_swaps_stand_apart(parts, language):
    text = " ".join(parts)
    swaps = replacements(read_markup(text), language=language, lexicon={})
    assert all(a.end <= b.start for a, b in pairwise(swaps))
    assert all(0 <= swap.start < swap.end <= len(text) for swap in swaps)
    said = said_text(text, language=language)
    if language.startswith("en"):
        assert not any(character.isdigit() for character in said), said
