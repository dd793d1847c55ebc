"""The words at the door: tidied, and refused with a reason where the voice could not say them."""

import re
import unicodedata

from rendering.engine.errors import WordsError
from rendering.engine.speech import addresses
from rendering.engine.speech.catalogue import speaker_of, voice_named
from rendering.engine.speech.english import in_lexicon, plain_letters
from rendering.engine.speech.language import foreign_language, other_language
from rendering.engine.speech.markup import read_markup
from rendering.engine.speech.pronunciation import Lexicon, read_text
from rendering.engine.speech.tidying import LINE_BREAKS, READ_SIGNS, tidy
from rendering.engine.speech.voices import DEFAULT_VOICE, Voice

MOST_CHARACTERS = 5_000
_LONGEST_WORD = 50  # letters; the longest in an English dictionary has 45

_CONTROL_NAMES = {0: "null", 7: "bell", 8: "backspace", 27: "escape", 127: "delete"}

_SCRIPTS = {
    "CYRILLIC": "Cyrillic letters, as in Russian or Ukrainian", "GREEK": "Greek letters",
    "ARABIC": "Arabic letters", "HEBREW": "Hebrew letters", "DEVANAGARI": "Devanagari, as in Hindi",
    "BENGALI": "Bengali letters", "TAMIL": "Tamil letters", "TELUGU": "Telugu letters",
    "GUJARATI": "Gujarati letters", "GURMUKHI": "Gurmukhi, as in Punjabi", "THAI": "Thai letters",
    "CJK": "Chinese characters", "HIRAGANA": "Japanese kana", "KATAKANA": "Japanese kana",
    "HANGUL": "Korean letters", "GEORGIAN": "Georgian letters", "ARMENIAN": "Armenian letters",
    "ETHIOPIC": "Ethiopic letters, as in Amharic",
}  # fmt: skip

_CJK = ("CJK ", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH", "LEFT CORNER", "RIGHT CORNER")
_OWN_SCRIPTS = {"hi": ("DEVANAGARI",), "ja": _CJK, "zh": _CJK}
_LANGUAGES = {
    "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi", "it": "Italian", "ja": "Japanese",
    "pt": "Portuguese", "zh": "Chinese", "de": "German", "nl": "Dutch", "pl": "Polish", "sv": "Swedish",
    "fi": "Finnish", "tr": "Turkish", "id": "Indonesian", "ro": "Romanian", "cs": "Czech", "hu": "Hungarian",
    "la": "Latin", "da": "Danish or Norwegian", "nb": "Danish or Norwegian", "ru": "Russian", "uk": "Ukrainian",
    "ar": "Arabic", "el": "Greek", "ko": "Korean", "cmn": "Chinese", "vi": "Vietnamese", "he": "Hebrew",
}  # fmt: skip


def check_words(text: str, *, voice: str = DEFAULT_VOICE, lexicon: Lexicon | None = None) -> str:
    """`text` as the voice will get it: composed Unicode, even spaces, emoji as the word they stand for or left out.

    Newlines stay: they are pauses; so do marks (see markup.py). What it returns passes unchanged. `lexicon`: see
    synthesise. Raises WordsError: "words-too-long", "words-empty", "words-control-characters", "words-unreadable"
    (which characters, of what script), "words-language", "markup-wrong", "phonemes-unknown", "voice-unknown",
    "voice-not-installed".
    """
    speaker = voice_named(voice)
    _refuse_long(text)
    _refuse_control_characters(text)
    text = tidy(text, language=speaker.language)
    plain = read_markup(text).text
    _refuse_unreadable(_without(plain, lexicon), speaker)
    if not any(c.isalnum() for c in plain):
        raise WordsError(
            "words-empty", "There is nothing to say yet.", "Write at least one word; signs and emoji are not spoken."
        )
    _refuse_another_language(addresses.ADDRESS.sub(" ", plain), speaker)
    if not read_text(text, speaker=speaker_of(speaker), language=speaker.language, lexicon=lexicon):
        raise WordsError("words-empty", "There is nothing here that a voice can say.", "Write at least one word.")
    return text


def _without(text: str, lexicon: Lexicon | None) -> str:
    """What the lexicon says otherwise may be written in any letters."""
    for entry in lexicon or {}:
        text = text.replace(entry, " ")
    return text


def _refuse_another_language(text: str, speaker: Voice) -> None:
    speaks = language_name(speaker.language)
    is_english = speaks == "English"
    found = foreign_language(text, is_known=in_lexicon) if is_english else other_language(text, than=speaks)
    if found is not None:
        what = f"These words look like {found}" if found else f"These words do not look like {speaks}"
        raise WordsError(
            "words-language",
            f"{what}, and the voice “{speaker.name}” speaks {speaks}.",
            f"Write them in {speaks}, choose another voice, or upload a recording of somebody who says them.",
        )


def _refuse_long(text: str) -> None:
    if len(text.strip()) > MOST_CHARACTERS:
        raise WordsError(
            "words-too-long",
            f"The text has {len(text.strip()):,} characters; a clip can have at most {MOST_CHARACTERS:,}.",
            "Clips of 30 to 90 seconds (about 400 to 1,300 characters) are best: shorten it, or make several clips.",
        )


def _refuse_control_characters(text: str) -> None:
    found = sorted({c for c in LINE_BREAKS.sub("", text) if unicodedata.category(c) == "Cc" and c not in "\n\t"})
    if found:
        names = ", ".join(
            f"U+{ord(c):04X}" + (f" ({_CONTROL_NAMES[ord(c)]})" if ord(c) in _CONTROL_NAMES else "") for c in found[:5]
        )
        raise WordsError(
            "words-control-characters",
            f"The text contains control characters, which no voice can say: {names}.",
            "Copy it again as plain text.",
        )


def _refuse_unreadable(text: str, speaker: Voice) -> None:
    unreadable: dict[str, str] = {}  # what it is -> the characters, in order
    for character in text:
        if not _is_readable(character, speaker):
            kind = _kind(character)
            unreadable[kind] = unreadable.get(kind, "") + character
    if unreadable:
        shown = "; ".join(_described(kind, characters) for kind, characters in list(unreadable.items())[:3])
        raise WordsError(
            "words-unreadable",
            f"The voice “{speaker.name}” speaks {language_name(speaker.language)} and cannot say {shown}.",
            f"Write it in {'English' if speaker.language.startswith('en') else 'its own'} letters, leave it out, or "
            "upload a recording of somebody who says it.",
        )
    longest = max(re.findall(r"\w+", text), key=len, default="")
    if len(longest) > _LONGEST_WORD:
        raise WordsError(
            "words-unreadable",
            f"“{longest[:20]}…” has {len(longest)} characters without a space; that is no word that a voice can say.",
            "Put spaces between the words.",
        )


def _is_readable(character: str, speaker: Voice) -> bool:
    if character.isascii() or character in READ_SIGNS:
        return True
    name = unicodedata.name(character, "")
    if speaker.language in _OWN_SCRIPTS:
        return name.startswith(_OWN_SCRIPTS[speaker.language]) or name.startswith("LATIN ")
    if speaker.basic or speaker.engine == "coqui":
        return unicodedata.category(character)[0] in "LMN"  # nobody but the model knows
    return name.startswith("LATIN ") and (not speaker.language.startswith("en") or plain_letters(character) != "")


def language_name(language: str) -> str:
    """The English name of a language in BCP 47; the tag itself where it is none of the known."""
    return _LANGUAGES.get(language.lower()) or _LANGUAGES.get(language.lower().split("-")[0]) or language


def _kind(character: str) -> str:
    name = unicodedata.name(character, "")
    script = name.split()[0].split("-")[0] if name else ""
    if script in _SCRIPTS:
        return _SCRIPTS[script]
    if unicodedata.category(character)[0] in "LM" and script not in {"", "LATIN", "COMBINING"}:
        return f"{script.capitalize()} letters"
    return name.lower() or f"U+{ord(character):04X}, no character of any script"


def _described(kind: str, characters: str) -> str:
    distinct = "".join(dict.fromkeys(characters))
    if not distinct.isprintable():
        return kind
    return f"“{distinct if len(distinct) <= 10 else f'{distinct[:10]}…'}” ({kind})"
