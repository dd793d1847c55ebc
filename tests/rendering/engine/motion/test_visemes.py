import pytest

from rendering.engine.motion.visemes import _SOUNDS, VISEMES, Contact, targets
from rendering.engine.speech import SYMBOLS

CHART = (
    "pbtdʈɖcɟkɡqɢʔmɱnɳɲŋɴʙrʀⱱɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟ"  # pulmonic consonants
    "ʘǀǃǂǁɓɗʄɠʛ"  # clicks and implosives
    "ʍwɥʜʢʡɕʑɺɧ"  # others
    "iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝ"  # vowels
)


def names(symbol):
    return [target.viseme for target in targets(symbol)]


def test_there_are_the_15_visemes():
    assert list(VISEMES) == "sil PP FF TH DD kk CH SS nn RR aa E ih oh ou".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("symbols", "viseme"),
    [
        ("p b m ɓ ʘ pʰ bː ˈm k͡p ɡ͡b", "PP"),
        ("f v ɱ ʋ", "FF"),
        ("θ ð", "TH"),
        ("t d ʈ ɖ ɾ ɗ t̪ tʼ", "DD"),
        ("k ɡ g q x ʁ h ʔ ŋ ç ǀ ǃ ǂ ǁ", "kk"),
        ("ʃ ʒ tʃ dʒ t͡ʃ d͡ʒ ʧ ʤ tɕ ʂ ʑ", "CH"),
        ("s z ts dz t͡s ɬ", "SS"),
        ("n l ɲ ɫ ʎ n̩", "nn"),
        ("ɹ ɻ r ɚ ɝ", "RR"),
        ("a ɑ ɑː ʌ ã ɑ̃ ˈa", "aa"),
        ("ɛ e æ ẽ ɛ̃", "E"),
        ("i ɪ j ɨ ɯ iː", "ih"),
        ("o ɔ ø œ ɔ̃ õ", "oh"),
        ("u ʊ w y ɥ ʍ ũ", "ou"),
        ("sil sp , . | ?", "sil"),
    ],
)
def test_a_sound_has_its_viseme(symbols, viseme):
    assert {symbol: names(symbol) for symbol in symbols.split()} == {symbol: [viseme] for symbol in symbols.split()}


@pytest.mark.parametrize("letter", CHART)
def test_every_letter_of_the_ipa_chart_is_known(letter):
    assert letter in _SOUNDS


@pytest.mark.parametrize("symbol", sorted(SYMBOLS - {"sil"}))
def test_every_symbol_of_the_speech_room_has_shapes_of_its_own(symbol):
    assert "sil" not in names(symbol)
    assert all(target in "PP FF TH DD kk CH SS nn RR aa E ih oh ou" for target in names(symbol))


@pytest.mark.parametrize(
    ("symbol", "shapes"),
    [
        ("aɪ", ["aa", "ih"]),
        ("aʊ", ["aa", "ou"]),
        ("ɔɪ", ["oh", "ih"]),
        ("eɪ", ["E", "ih"]),
        ("oʊ", ["oh", "ou"]),
        ("ɪə", ["ih", "aa"]),
    ],
)
def test_a_diphthong_splits_60_to_40(symbol, shapes):
    assert names(symbol) == shapes
    assert [target.share for target in targets(symbol)] == [0.6, 0.4]


def test_shares_of_any_symbol_add_up_to_the_whole():
    for symbol in ("a", "aɪ", "aɪə", "aɪəɹu", "pf", "kʷ", "ɜ˞"):
        assert sum(target.share for target in targets(symbol)) == pytest.approx(1)


def test_r_coloured_vowels_end_rounded():
    assert names("ɜ˞") == ["E", "RR"]


def test_an_affricate_of_the_lips_closes_them_first():
    assert [VISEMES[name].contact for name in names("pf")] == [Contact.LIPS, Contact.TEETH]


def test_labialised_consonants_round_the_lips():
    assert names("kʷ") == ["kk", "ou"]


def test_an_unknown_sign_leaves_the_lips_alone():
    assert names("一") == ["nn"]


def test_speech_opens_the_jaw_with_restraint():
    assert max(viseme.jaw for viseme in VISEMES.values()) <= 0.4


def test_stressable_sounds_are_the_vowels():
    assert [targets(symbol)[0].vowel for symbol in ("a", "ə", "ɚ", "m", "w")] == [True, True, True, False, False]
