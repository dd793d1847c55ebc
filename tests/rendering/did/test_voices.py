import pytest

from rendering.did.voices import Wanted, is_known, language_name, voice_for, wanted_of
from rendering.engine.speech import VOICES
from rendering.engine.speech.kokoro_voices import KOKORO_VOICES
from rendering.engine.speech.voices import HEART

ALL = (HEART, *KOKORO_VOICES)


@pytest.mark.parametrize(
    ("name", "language", "gender"),
    [
        ("en-US-JennyNeural", "en-US", "female"),
        ("en-US-GuyNeural", "en-US", "male"),
        ("en-GB-RyanNeural", "en-GB", "male"),
        ("es-ES-ElviraNeural", "es-ES", "female"),
        ("fr-FR-HenriNeural", "fr-FR", "male"),
        ("de-DE-KatjaNeural", "de-DE", "female"),
        ("pt-BR-AntonioNeural", "pt-BR", "male"),
        ("zh-CN-XiaoxiaoMultilingualNeural", "zh-CN", "female"),
        ("en-US-JennyMultilingualV2Neural", "en-US", "female"),
        ("zh-CN-liaoning-XiaobeiNeural", "zh-CN", ""),
        ("en-US-SomebodyNewNeural", "en-US", ""),
        ("he-IL-Wavenet-A", "he-IL", ""),
        ("Amy", "en-GB", "female"),
        ("Léa", "fr-FR", "female"),
        ("Takumi", "ja-JP", "male"),
        ("21m00Tcm4TlvDq8ikWAM", "en-US", "female"),
        ("", "en-US", ""),
    ],
)
def test_a_name_says_which_language_and_whose_voice(name: str, language: str, gender: str):
    assert wanted_of(name) == Wanted(language, gender)


def test_what_the_request_says_of_the_language_goes_before_the_name():
    assert wanted_of("en-US-JennyMultilingualNeural", "fr-FR").language == "fr-FR"
    assert wanted_of("en-US-JennyMultilingualNeural", "French").language == "fr"
    assert wanted_of("en-US-JennyMultilingualNeural", "Portuguese (Brazil)").language == "pt"


@pytest.mark.parametrize(
    ("name", "language", "gender"),
    [
        ("en-US-JennyNeural", "en-US", "female"),
        ("en-US-GuyNeural", "en-US", "male"),
        ("en-GB-SoniaNeural", "en-GB", "female"),
        ("en-AU-WilliamNeural", "en", "male"),
        ("es-MX-JorgeNeural", "es", "male"),
        ("it-IT-ElsaNeural", "it", "female"),
        ("ja-JP-KeitaNeural", "ja", "male"),
        ("hi-IN-SwaraNeural", "hi", "female"),
        ("zh-TW-YunJheNeural", "zh", ""),
    ],
)
def test_a_name_becomes_our_voice_of_that_language_and_gender(name: str, language: str, gender: str):
    voice = voice_for(name, voices=ALL)
    assert voice.language.startswith(language)
    assert gender in ("", voice.gender)


def test_the_same_name_is_always_the_same_voice_and_other_names_are_others():
    names = [f"en-US-{name}Neural" for name in ("Jenny", "Aria", "Sara", "Nancy", "Jane", "Amber", "Cora")]
    chosen = [voice_for(name, voices=ALL).id for name in names]
    assert chosen == [voice_for(name, voices=ALL).id for name in names]
    assert len(set(chosen)) > 3


def test_our_own_names_are_themselves():
    assert voice_for("heart") == HEART
    assert voice_for("BM_George", voices=ALL).id == "bm_george"


def test_a_gender_that_nobody_has_gives_way_to_the_language():
    assert voice_for("fr-FR-HenriNeural", voices=ALL).language == "fr-FR"


def test_where_nobody_speaks_the_language_it_is_the_first_voice():
    assert voice_for("sw-KE-ZuriNeural", voices=ALL) == HEART


def test_any_name_leads_to_a_voice_that_speaks_here_now():
    for name in ("en-US-GuyNeural", "xx", "de-DE-ConradNeural", "💥"):
        assert voice_for(name).id in VOICES


def test_names_that_say_nothing_are_not_known():
    assert is_known("en-US-JennyNeural")
    assert is_known("Brian")
    assert not is_known("💥")


@pytest.mark.parametrize(
    ("tag", "name"), [("en-US", "English"), ("pt-BR", "Portuguese"), ("zh", "Chinese"), ("sw-KE", "sw-KE")]
)
def test_languages_have_the_english_names_by_which_clients_look_for_them(tag: str, name: str):
    assert language_name(tag) == name
