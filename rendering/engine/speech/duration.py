"""How long words will take, without speaking them."""

import re

from rendering.engine.errors import WordsError
from rendering.engine.speech.catalogue import voice_named
from rendering.engine.speech.markup import read_markup
from rendering.engine.speech.voices import DEFAULT_VOICE

# s each; fitted on 60 texts spoken by "heart" (news, poems, advertising, prices, addresses): 8 % off on average
_AROUND, _LETTER, _DIGIT, _SIGN, _CLAUSE, _SENTENCE, _PARAGRAPH = 0.15, 0.067, 0.35, 0.4, 0.12, 0.5, 0.35

# s a character, from four Mandarin and Japanese sentences as Kokoro says them
_KANA_CHARACTER, _IDEOGRAPH = 0.13, 0.22
_KANA, _IDEOGRAPHS = re.compile("[\u3041-\u30ff]"), re.compile("[\u3400-\u9fff]")


def estimate_seconds(text: str, *, voice: str = DEFAULT_VOICE) -> float:
    """Seconds that `voice` takes for `text`, roughly; 0 for nothing to say. Takes any text and is quick enough for
    every keystroke.

    Raises WordsError("voice-unknown").
    """
    voice_named(voice)
    try:
        marked = read_markup(text)
        text, pauses = marked.text, sum(seconds for _, seconds in marked.pauses)
    except WordsError:  # half a mark, still being typed
        pauses = 0.0
    kana, ideographs = len(_KANA.findall(text)), len(_IDEOGRAPHS.findall(text))
    text = _IDEOGRAPHS.sub("", _KANA.sub("", text))
    letters, digits = len(re.findall(r"[^\W\d_]", text)), len(re.findall(r"\d", text))
    if not letters + digits + kana + ideographs:
        return 0.0
    sentences = len(re.findall(r"[.!?…]+(?=\s|$)|[。！？]|\n|$", text.strip())) - (text.strip()[-1:] in {*".!?…。！？"})
    return (
        _AROUND
        + pauses
        + _KANA_CHARACTER * kana
        + _IDEOGRAPH * ideographs
        + _LETTER * letters
        + _DIGIT * digits
        + _SIGN * len(re.findall(r"[&@#%$€£+=/]", text))
        + _CLAUSE * len(re.findall(r"[,;:—–，、；：]", text))
        + _SENTENCE * sentences
        + _PARAGRAPH * len(re.findall(r"\S\n\s*\n\s*\S", text))
    )
