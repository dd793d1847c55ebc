"""Voices by other people's names: “en-US-JennyNeural” becomes one of ours, by language and gender.

A name that is known says its gender; the language stands in it. The same name always gets the same voice of those that
speak here. Pure, but for the voices themselves.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from rendering.engine.speech import VOICES, Voice

PROVIDERS = ("microsoft", "amazon", "google", "elevenlabs", "azure-openai")

_FEMALE = """
jenny aria ava emma michelle sara monica nancy amber ana ashley cora elizabeth jane jessa joanna kendra kimberly
salli ivy ruth amy olivia sonia libby maisie abbi bella hollie mia natasha freya carly clara neerja elvira
ximena abril triana vera laia dalia beatriz larissa nuria renata marina katja amala gisela louisa maja tanja
klarissa denise eloise brigitte celeste coralie jacqueline josephine yvette sylvie elsa isabella fiamma imelda
irma palmira pierina fabiola francisca leticia brenda elza giovanna leila manuela thalita yara raquel fernanda
nanami aoi mayu shiori xiaoxiao xiaoyi xiaochen xiaohan xiaomeng xiaomo xiaoqiu xiaorou xiaorui xiaoshuang
xiaoxuan xiaoyan xiaoyou xiaozhen swara ananya kavya aashi fena colette emel zofia agnieszka sofie svetlana
dariya sunhi seoyeon jimin camila vicki marlene bianca carla lucia lupe penelope mizuki zhiyu lea celine
gabrielle ayanda aditi raveena nova shimmer alloy rachel domi bella elli serena charlotte matilda lily dorothy
grace glinda
"""
_MALE = """
guy davis tony jason brandon christopher eric jacob roger steffan andrew brian ryan alfie elliot ethan noah
oliver thomas william duncan darren liam prabhat alvaro arnau dario elias nil saul teo jorge cecilio gerardo
liberto luciano pelayo yago conrad bernd christoph kasper killian klaus ralf florian henri alain claude jerome
maurice yves remy diego benigno calimero cataldo gianni giuseppe lisandro rinaldo marcello antonio donato fabio
humberto julio nicolau valerio duarte keita daichi naoki masaru yunxi yunjian yunyang yunxia yunfeng yunhao
yunye yunze madhur aarav kunal rehaan maarten ahmet marek mattias dmitry injoon takumi matthew joey justin kevin
joseph hans daniel ricardo enrique miguel mathieu onyx echo fable adam antoni josh arnold sam drew clyde paul
dave fin charlie george callum harry james michael chris
"""
_GENDERS = {**dict.fromkeys(_MALE.split(), "male"), **dict.fromkeys(_FEMALE.split(), "female")}

# The languages of voices whose names say none.
_AMAZON = {
    "amy": "en-GB", "emma": "en-GB", "brian": "en-GB", "olivia": "en-AU", "bianca": "it-IT", "camila": "pt-BR",
    "gabrielle": "fr-CA", "lea": "fr-FR", "lucia": "es-ES", "lupe": "es-US", "seoyeon": "ko-KR", "takumi": "ja-JP",
    "vicki": "de-DE", "ayanda": "en-ZA",
}  # fmt: skip
# The default that clients of ElevenLabs voices send, and others of its first ones, which are numbers.
_ELEVENLABS = {
    "21m00tcm4tlvdq8ikwam": "rachel", "aznzlk1xvdvuebnxmlld": "domi", "exavitqu4vr4xnsdxmal": "bella",
    "erxwobaymagbqbtsmqlx": "antoni", "txgeqnhwrfwfftgw9xjx": "josh", "pninz6obpgdq9gchmx": "adam",
}  # fmt: skip
_NAMED = re.compile(
    r"(?P<locale>[a-z]{2,3}(?:-[A-Za-z]{4})?-[A-Za-z]{2})(?:-[a-z]+)?-"
    r"(?P<name>[A-Za-z]+?)(?:Multilingual|Turbo|DragonHD|Latest|V\d)*(?:Neural|HD|Standard)?(?:[:-].*)?"
)


@dataclass(frozen=True)
class Wanted:
    """What a name says of a voice; `gender` "" where it does not say."""

    language: str
    gender: str


def wanted_of(voice_id: str, language: str = "") -> Wanted:
    """What is meant by a name of any provider. `language` is what the request says besides, as a tag or a name."""
    match = _NAMED.fullmatch(voice_id.strip())
    if match:
        name = match["name"].casefold()
        return Wanted(_tag(language) or match["locale"], _GENDERS.get(name, ""))
    name = _plain(voice_id)
    name = _ELEVENLABS.get(name, name)
    return Wanted(_tag(language) or _AMAZON.get(name, "en-US"), _GENDERS.get(name, ""))


def voice_for(voice_id: str, language: str = "", *, voices: Iterable[Voice] | None = None) -> Voice:
    """Our voice for a name: itself where it is one of ours; else by language, then country, then gender.

    Where nobody speaks the language here it is the first voice, and the words themselves will be refused with the
    reason.
    """
    there = list(VOICES.values() if voices is None else voices)
    for voice in there:
        if voice_id.strip().casefold() in (voice.id.casefold(), voice.name.casefold()):
            return voice
    wanted = wanted_of(voice_id, language)
    base = wanted.language.casefold().split("-")[0]
    speaking = [voice for voice in there if voice.language.casefold().split("-")[0] == base]
    if not speaking:
        return there[0]
    at_home = [voice for voice in speaking if voice.language.casefold() == wanted.language.casefold()]
    alike = _of_gender(at_home, wanted.gender) or _of_gender(speaking, wanted.gender) or at_home or speaking
    # Different names of one language and gender are different voices, as far as there are that many.
    return alike[zlib.crc32(voice_id.strip().casefold().encode()) % len(alike)]


def is_known(voice_id: str) -> bool:
    """Whether the name is one of ours, or says which language it speaks."""
    return voice_id in VOICES or bool(_NAMED.fullmatch(voice_id)) or _plain(voice_id) in {*_AMAZON, *_GENDERS}


def _of_gender(voices: list[Voice], gender: str) -> list[Voice]:
    return [voice for voice in voices if voice.gender == gender]


_LANGUAGE_NAMES = {
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "italian": "it", "portuguese": "pt",
    "hindi": "hi", "japanese": "ja", "chinese": "zh", "mandarin": "zh",
}  # fmt: skip


def language_name(tag: str) -> str:
    """The English name of a language, by its tag; the tag where it is not known."""
    base = tag.casefold().split("-")[0]
    return next((name.capitalize() for name, known in _LANGUAGE_NAMES.items() if known == base), tag)


def _tag(language: str) -> str:
    """A tag for a language that is given as one, or by its English name, with a country in brackets or not."""
    said = language.strip()
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})*", said):
        return said
    return _LANGUAGE_NAMES.get(said.casefold().partition("(")[0].strip(), "")


def _plain(voice_id: str) -> str:
    return voice_id.strip().casefold().replace("é", "e")
