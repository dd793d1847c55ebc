"""What each voice says when somebody wants to hear it: the same short words in its own language."""

_WORDS = {
    "en": "Hello. This is how I sound when I tell a story.",
    "es": "Hola. Así sueno cuando cuento una historia.",
    "fr": "Bonjour. Voilà ma voix quand je raconte une histoire.",
    "it": "Ciao. Ecco la mia voce quando racconto una storia.",
    "pt": "Olá. É assim que eu falo quando conto uma história.",
    "hi": "नमस्ते। मेरी आवाज़ ऐसी है।",
    "ja": "こんにちは。物語を話すとき、こんな声です。",
    "zh": "你好。我讲故事的时候，声音是这样的。",
    "de": "Hallo. So klinge ich, wenn ich eine Geschichte erzähle.",
    "nl": "Hallo. Zo klink ik als ik een verhaal vertel.",
    "pl": "Cześć. Tak brzmi mój głos, kiedy opowiadam historię.",
    "sv": "Hej. Så här låter jag när jag berättar en historia.",
    "tr": "Merhaba. Bir hikâye anlatırken sesim böyle.",
    "ru": "Привет. Так звучит мой голос, когда я рассказываю историю.",
    "uk": "Привіт. Так звучить мій голос, коли я розповідаю історію.",
    "el": "Γεια σας. Έτσι ακούγομαι όταν λέω μια ιστορία.",
    "ar": "مرحبا. هكذا يبدو صوتي عندما أحكي قصة.",
    "he": "שלום. כך נשמע הקול שלי.",
    "ko": "안녕하세요. 이야기를 할 때 제 목소리는 이렇습니다.",
    "cmn": "你好。我讲故事的时候，声音是这样的。",
}


def sample_words(language: str) -> str:
    """A sentence or two in `language` (BCP 47); "" where none is written here."""
    short = language.lower().split("-")[0]
    return _WORDS.get(short, "")
