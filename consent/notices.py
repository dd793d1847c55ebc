"""The texts that a person agrees to: plain words, versioned. An event keeps the text as it was shown, and its hash.

A text that was shown once is never edited: a changed one is a new version.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import override

from consent.fingerprints import text_sha256
from consent.gate import SCOPES, Grantor, Scope, VoiceKind

VERSION = "3"
SELFIE_VERSION = "selfie 1"
LANGUAGES = ("en", "de", "es")

_TEXTS: dict[tuple[str, str], dict[Scope, str]] = {
    ("en", "subject"): {
        Scope.FACE: (
            "I am {name}, the person in this photo. I agree that {organization} makes a video from it in which my "
            "face moves and speaks. For this the shape of my face is measured; the measurements are used for "
            "nothing else."
        ),
        Scope.VOICE: "I agree that the voice in this video is: {voice}.",
        Scope.CLONE: (
            "I agree that {organization} makes a copy of my voice, and that it speaks in this video: {voice}. For "
            "this my voice is measured; the measurements are used for nothing else."
        ),
        Scope.WORDS: "I agree that I am shown saying exactly this: {words}",
        Scope.TOPIC: (
            "I agree that I am shown saying any words about this topic: “{topic}”. Words about anything else need "
            "a new consent."
        ),
        Scope.COMMERCIAL: "I agree that this video is used for advertising, or to sell something.",
        Scope.PUBLIC: "I agree that this video is posted where everybody can see it.",
    },
    ("en", "guardian"): {
        Scope.FACE: (
            "I am a parent or legal guardian of {name}, the child in this photo. I agree that {organization} makes "
            "a video from it in which the child's face moves and speaks. For this the shape of the face is "
            "measured; the measurements are used for nothing else."
        ),
        Scope.VOICE: "I agree that the voice in this video is: {voice}.",
        Scope.CLONE: (
            "I agree that {organization} makes a copy of the child's voice, and that it speaks in this video: "
            "{voice}. For this the child's voice is measured; the measurements are used for nothing else."
        ),
        Scope.WORDS: "I agree that the child is shown saying exactly this: {words}",
        Scope.TOPIC: (
            "I agree that the child is shown saying any words about this topic: “{topic}”. Words about anything "
            "else need a new consent."
        ),
        Scope.COMMERCIAL: "I agree that this video of the child is used for advertising, or to sell something.",
        Scope.PUBLIC: "I agree that this video of the child is posted where everybody can see it.",
    },
    ("de", "subject"): {
        Scope.FACE: (
            "Ich bin {name}, die Person auf diesem Foto. Ich bin einverstanden, dass {organization} daraus ein "
            "Video macht, in dem sich mein Gesicht bewegt und spricht. Dafür wird die Form meines Gesichts "
            "vermessen; die Messwerte werden für nichts anderes benutzt."
        ),
        Scope.VOICE: "Ich bin einverstanden, dass dies die Stimme im Video ist: {voice}.",
        Scope.CLONE: (
            "Ich bin einverstanden, dass {organization} eine Kopie meiner Stimme macht, die in diesem Video spricht: "
            "{voice}. Dafür wird meine Stimme vermessen; die Messwerte werden für nichts anderes benutzt."
        ),
        Scope.WORDS: "Ich bin einverstanden, dass ich genau dies sage: {words}",
        Scope.TOPIC: (
            "Ich bin einverstanden, dass ich beliebige Worte zu diesem Thema sage: „{topic}“. Für Worte zu etwas "
            "anderem muss neu gefragt werden."
        ),
        Scope.COMMERCIAL: "Ich bin einverstanden, dass mit diesem Video geworben oder etwas verkauft wird.",
        Scope.PUBLIC: "Ich bin einverstanden, dass dieses Video dort steht, wo alle es sehen können.",
    },
    ("de", "guardian"): {
        Scope.FACE: (
            "Ich bin Mutter, Vater oder gesetzlicher Vormund von {name}, dem Kind auf diesem Foto. Ich bin "
            "einverstanden, dass {organization} daraus ein Video macht, in dem sich das Gesicht des Kindes bewegt "
            "und spricht. Dafür wird die Form des Gesichts vermessen; die Messwerte werden für nichts anderes "
            "benutzt."
        ),
        Scope.VOICE: "Ich bin einverstanden, dass dies die Stimme im Video ist: {voice}.",
        Scope.CLONE: (
            "Ich bin einverstanden, dass {organization} eine Kopie der Stimme des Kindes macht, die in diesem Video "
            "spricht: {voice}. Dafür wird die Stimme vermessen; die Messwerte werden für nichts anderes benutzt."
        ),
        Scope.WORDS: "Ich bin einverstanden, dass das Kind genau dies sagt: {words}",
        Scope.TOPIC: (
            "Ich bin einverstanden, dass das Kind beliebige Worte zu diesem Thema sagt: „{topic}“. Für Worte zu "
            "etwas anderem muss neu gefragt werden."
        ),
        Scope.COMMERCIAL: "Ich bin einverstanden, dass mit diesem Video des Kindes geworben oder etwas verkauft wird.",
        Scope.PUBLIC: "Ich bin einverstanden, dass dieses Video des Kindes dort steht, wo alle es sehen können.",
    },
    ("es", "subject"): {
        Scope.FACE: (
            "Soy {name}, la persona de esta foto. Acepto que {organization} haga con ella un vídeo en el que mi "
            "cara se mueve y habla. Para ello se mide la forma de mi cara; las medidas no se usan para nada más."
        ),
        Scope.VOICE: "Acepto que la voz de este vídeo sea: {voice}.",
        Scope.CLONE: (
            "Acepto que {organization} haga una copia de mi voz y que hable en este vídeo: {voice}. Para ello se "
            "mide mi voz; las medidas no se usan para nada más."
        ),
        Scope.WORDS: "Acepto que se me muestre diciendo exactamente esto: {words}",
        Scope.TOPIC: (
            "Acepto que se me muestre diciendo cualquier cosa sobre este tema: «{topic}». Para hablar de otra cosa "
            "hay que volver a preguntarme."
        ),
        Scope.COMMERCIAL: "Acepto que este vídeo se use para hacer publicidad o para vender algo.",
        Scope.PUBLIC: "Acepto que este vídeo se publique donde todo el mundo pueda verlo.",
    },
    ("es", "guardian"): {
        Scope.FACE: (
            "Soy la madre, el padre o el tutor legal de {name}, el menor de esta foto. Acepto que {organization} "
            "haga con ella un vídeo en el que la cara del menor se mueve y habla. Para ello se mide la forma de la "
            "cara; las medidas no se usan para nada más."
        ),
        Scope.VOICE: "Acepto que la voz de este vídeo sea: {voice}.",
        Scope.CLONE: (
            "Acepto que {organization} haga una copia de la voz del menor y que hable en este vídeo: {voice}. Para "
            "ello se mide la voz; las medidas no se usan para nada más."
        ),
        Scope.WORDS: "Acepto que se muestre al menor diciendo exactamente esto: {words}",
        Scope.TOPIC: (
            "Acepto que se muestre al menor diciendo cualquier cosa sobre este tema: «{topic}». Para hablar de otra "
            "cosa hay que volver a preguntar."
        ),
        Scope.COMMERCIAL: "Acepto que este vídeo del menor se use para hacer publicidad o para vender algo.",
        Scope.PUBLIC: "Acepto que este vídeo del menor se publique donde todo el mundo pueda verlo.",
    },
    ("en", "heir"): {
        Scope.FACE: (
            "I am {capacity} {name}, the person or figure in this picture, and may decide about it. I agree that "
            "{organization} makes a video from it in which the face moves and speaks. For this the shape of the face "
            "is measured; the measurements are used for nothing else."
        ),
        Scope.VOICE: "I agree that the voice in this video is: {voice}.",
        Scope.CLONE: "I agree that {organization} makes a copy of the voice of {name}, and that it speaks: {voice}.",
        Scope.WORDS: "I agree that {name} is shown saying exactly this: {words}",
        Scope.TOPIC: (
            "I agree that {name} is shown saying any words about this topic: “{topic}”. Words about anything else need "
            "a new consent."
        ),
        Scope.COMMERCIAL: "I agree that this video is used for advertising, or to sell something.",
        Scope.PUBLIC: "I agree that this video is posted where everybody can see it.",
    },
    ("de", "heir"): {
        Scope.FACE: (
            "Ich entscheide {capacity} {name}, die Person oder Figur auf diesem Bild. Ich bin einverstanden, dass "
            "{organization} daraus ein Video macht, in dem sich das Gesicht bewegt und spricht. Dafür wird die Form "
            "des Gesichts vermessen; die Messwerte werden für nichts anderes benutzt."
        ),
        Scope.VOICE: "Ich bin einverstanden, dass dies die Stimme im Video ist: {voice}.",
        Scope.CLONE: (
            "Ich bin einverstanden, dass {organization} eine Kopie der Stimme von {name} macht und sprechen lässt: "
            "{voice}."
        ),
        Scope.WORDS: "Ich bin einverstanden, dass {name} genau dies sagt: {words}",
        Scope.TOPIC: (
            "Ich bin einverstanden, dass {name} beliebige Worte zu diesem Thema sagt: „{topic}“. Für Worte zu etwas "
            "anderem muss neu gefragt werden."
        ),
        Scope.COMMERCIAL: "Ich bin einverstanden, dass mit diesem Video geworben oder etwas verkauft wird.",
        Scope.PUBLIC: "Ich bin einverstanden, dass dieses Video dort steht, wo alle es sehen können.",
    },
    ("es", "heir"): {
        Scope.FACE: (
            "Decido {capacity} {name}, la persona o figura de esta imagen. Acepto que {organization} haga con ella un "
            "vídeo en el que la cara se mueve y habla. Para ello se mide la forma de la cara; las medidas no se usan "
            "para nada más."
        ),
        Scope.VOICE: "Acepto que la voz de este vídeo sea: {voice}.",
        Scope.CLONE: "Acepto que {organization} haga una copia de la voz de {name} y que hable: {voice}.",
        Scope.WORDS: "Acepto que se muestre a {name} diciendo exactamente esto: {words}",
        Scope.TOPIC: (
            "Acepto que se muestre a {name} diciendo cualquier cosa sobre este tema: «{topic}». Para hablar de otra "
            "cosa hay que volver a preguntar."
        ),
        Scope.COMMERCIAL: "Acepto que este vídeo se use para hacer publicidad o para vender algo.",
        Scope.PUBLIC: "Acepto que este vídeo se publique donde todo el mundo pueda verlo.",
    },
}
_CAPACITY = {
    ("en", Grantor.EXECUTOR): "the executor of the estate of",
    ("en", Grantor.RIGHTS_HOLDER): "the holder of the rights in the likeness of",
    ("en", Grantor.FAMILY): "of the close family of",
    ("de", Grantor.EXECUTOR): "in Testamentsvollstreckung für",
    ("de", Grantor.RIGHTS_HOLDER): "als Inhaberin oder Inhaber der Rechte am Bild über",
    ("de", Grantor.FAMILY): "aus der engen Familie für",
    ("es", Grantor.EXECUTOR): "como albacea de la herencia por",
    ("es", Grantor.RIGHTS_HOLDER): "como titular de los derechos de imagen por",
    ("es", Grantor.FAMILY): "como familiar cercano por",
}
_VOICES = {
    ("en", VoiceKind.GENERATED): "{label}, a computer voice",
    ("de", VoiceKind.GENERATED): "{label}, eine Computerstimme",
    ("es", VoiceKind.GENERATED): "{label}, una voz de ordenador",
    ("en", VoiceKind.RECORDING): "the one in the recording",
    ("de", VoiceKind.RECORDING): "die in der Aufnahme",
    ("es", VoiceKind.RECORDING): "la de la grabación",
    ("en", VoiceKind.CLONED): "a copy of the voice of {name}, made by a computer",
    ("de", VoiceKind.CLONED): "eine Kopie der Stimme von {name}, vom Computer gemacht",
    ("es", VoiceKind.CLONED): "una copia de la voz de {name}, hecha por un ordenador",
}
_RECORDING = {"en": "(the recording that is played here)", "de": "(die Aufnahme hier)", "es": "(la grabación de aquí)"}
_TERMS = {
    "en": "This holds until {expires}. You can withdraw it at any time with one click on your receipt.",
    "de": "Das gilt bis {expires}. Sie können es jederzeit mit einem Klick auf Ihrer Quittung widerrufen.",
    "es": "Vale hasta {expires}. Puede retirarlo en cualquier momento con un clic en su recibo.",
}
_PURPOSE = {"en": "What it is for: {purpose}", "de": "Wofür: {purpose}", "es": "Para qué: {purpose}"}
_AUDIENCE = {
    "en": "Where it is shown, and to whom: {audience}",
    "de": "Wo und wem es gezeigt wird: {audience}",
    "es": "Dónde y a quién se muestra: {audience}",
}

# Agreed to on its own (GDPR 9(2)(a)), by who gives a selfie, and kept with the text about the face.
_SELFIE = {
    "en": (
        "I agree that a program on this site measures my face once, in my selfie and in this picture, and compares the "
        "two. The selfie and the measurements are not kept. Only what came of it is kept with my answer, where "
        "{organization} sees it."
    ),
    "de": (
        "Ich bin einverstanden, dass ein Programm auf dieser Seite mein Gesicht einmal vermisst, auf meinem Selfie und "
        "auf diesem Bild, und beide vergleicht. Das Selfie und die Messwerte werden nicht behalten. Nur was dabei "
        "herauskam, wird mit meiner Antwort behalten; {organization} sieht es dort."
    ),
    "es": (
        "Acepto que un programa de este sitio mida mi cara una vez, en mi selfi y en esta foto, y compare las dos. El "
        "selfi y las medidas no se guardan. Solo el resultado se guarda con mi respuesta, donde {organization} lo ve."
    ),
}


@dataclass(frozen=True)
class Notice:
    """One text as it is shown: what is agreed to, and the terms, which stand once for all on the page."""

    scope: Scope
    sentence: str
    terms: str
    version: str
    language: str

    @property
    def text(self) -> str:
        return f"{self.sentence} {self.terms}"

    @property
    def sha256(self) -> str:
        return text_sha256(self.text)


def known_language(language: str) -> str:
    """The nearest language that there are texts in: "de-AT" gives "de", an unknown one "en"."""
    short = language.lower().replace("_", "-").partition("-")[0]
    return short if short in LANGUAGES else "en"


def voice_words(kind: VoiceKind, *, label: str, name: str, language: str) -> str:
    """What the voice is called, in the person's language."""
    called = label.removesuffix(", a computer voice")
    return _VOICES[known_language(language), kind].format_map({"label": called, "name": name})


def day_words(day: date, language: str) -> str:
    """The day as people write it: "21 November 2027"; never a mix of two orders."""
    if known_language(language) == "en":
        return date_format(day, "j F Y")
    with override(known_language(language)):
        return date_format(day, "DATE_FORMAT")


def notices(
    *,
    grantor: Grantor,
    name: str,
    organization: str,
    voice: str,
    words: str,
    purpose: str,
    expires: str,
    language: str,
    scopes: Iterable[Scope] = SCOPES,
    topic: str = "",
    audience: str = "",
) -> dict[Scope, Notice]:
    """A text for each of `scopes`, in their order; `words` empty for a recording, `expires` the date on which a consent
    given now runs out.
    """
    language = known_language(language)
    texts = _TEXTS[language, {Grantor.SUBJECT: "subject", Grantor.GUARDIAN: "guardian"}.get(grantor, "heir")]
    values = {
        "name": name,
        "organization": organization,
        "voice": voice,
        "words": f"“{words}”" if words else _RECORDING[language],
        "topic": topic,
        "capacity": _CAPACITY.get((language, grantor), ""),
    }
    tail = [_PURPOSE[language].format(purpose=_sentence(purpose))]
    if audience:
        tail.append(_AUDIENCE[language].format(audience=_sentence(audience)))
    tail.append(_TERMS[language].format(expires=expires))
    terms = " ".join(tail)
    return {scope: Notice(scope, texts[scope].format_map(values), terms, VERSION, language) for scope in scopes}


def selfie_words(*, organization: str, language: str) -> str:
    """What is agreed to by who gives a selfie."""
    return _SELFIE[known_language(language)].format_map({"organization": organization})


def with_selfie(notice: Notice, *, organization: str) -> Notice:
    """The text about the face, together with what was agreed to about the selfie."""
    agreed = selfie_words(organization=organization, language=notice.language)
    return replace(notice, sentence=f"{notice.sentence} {agreed}", version=f"{notice.version}, {SELFIE_VERSION}")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
