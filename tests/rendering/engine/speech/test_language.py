import pytest

from rendering.engine.errors import WordsError
from rendering.engine.speech import check_words

ENGLISH = [
    "Hello.",
    "Hi, I'm Nguyễn Thị Minh Khai from Đà Nẵng.",
    "Faster. Lighter. Stronger. Smarter.",
    "Twas brillig, and the slithy toves did gyre and gimble in the wabe.",
    "Two roads diverged in a yellow wood, and sorry I could not travel both",
    "Happy birthday, Grandma María José! We love you from Köln to São Paulo.",
    "Introducing the all-new Aurora X200: 40% lighter, twice as fast.",
    "Buy one, get one free!",
    "José García Márquez visited Los Angeles and La Jolla with Jean-Luc de la Tour.",
    "Bonjour! Today we cook coq au vin with crème fraîche and pommes frites.",
    "Ludwig van Beethoven and Wolfgang Amadeus Mozart met in Wien.",
    "Shall I compare thee to a summer's day? Thou art more lovely and more temperate.",
    "C'est la vie, as they say in France.",
    "Que sera, sera. Whatever will be, will be.",
    "Ladies and gentlemen, please welcome Zbigniew Brzezinski!",
    "Lorem means nothing in particular.",
    "iPhone, iPad, MacBook, AirPods.",
    "Photosynthesis converts carbon dioxide into glucose.",
    "Rest in peace, Opa Heinrich. Du fehlst uns.",
    "Mitochondrion, ribosome, endoplasmic reticulum.",
    "GitHub, Kubernetes, PostgreSQL, Redis, RabbitMQ",
    "Merry Christmas and a happy new year to the whole Müller family",
    "Sushi, sashimi, tempura, udon, ramen, miso",
    "In vino veritas",
    "Yo, what's up?",
    "1, 2, 3, go!",
    "OMG lol brb gonna wanna",
    "HELLO WORLD THIS IS ALL CAPS",
    "Meet Siobhán Ní Bhriain, Tadhg Ó Súilleabháin and Caoimhe.",
    "Our café in São Tomé serves feijoada, caipirinha and pão de queijo.",
    "Welcome to Reykjavík, Þórsmörk and Eyjafjallajökull",
    "So long, and thanks for all the fish",
    "Ey up duck, hast tha seen our kid?",
    "Once upon a midnight dreary, while I pondered, weak and weary,",
    "Yummy yummy yummy, I got love in my tummy",
    "Do, re, mi, fa, sol, la, ti, do",
    "Knock knock. Who's there? Banana. Banana who?",
    "Aye aye captain",
    "The area is π r² and costs €5.50, i.e. about 3/4 of £6.",
    "Visit https://likeness.example/de/und/der?x=1 or mail die.der.das@firma.de",
    "Tom & Jerry's C++ class @ 5pm, #1 rated!",
    "Alexa, play Despacito by Luis Fonsi",
    "O Captain! my Captain! our fearful trip is done",
    "Mary, Mary, quite contrary, how does your garden grow?",
]
FOREIGN = [
    ("Hola, ¿cómo estás? Me llamo Ana.", "Spanish"),
    ("Buenos días a todos, hoy vamos a hablar de nuestra empresa.", "Spanish"),
    ("Había una vez un rey que vivía en un castillo muy grande.", "Spanish"),
    ("Guten Tag, ich heiße Hans und komme aus Berlin.", "German"),
    ("Sehr geehrte Damen und Herren, willkommen zu unserer Veranstaltung.", "German"),
    ("Alles Gute zum Geburtstag, liebe Oma!", "German"),
    ("Bonjour, je m'appelle Marie et j'habite à Paris.", "French"),
    ("Nous sommes très heureux de vous accueillir aujourd'hui.", "French"),
    ("Joyeux anniversaire, mamie, nous t'aimons beaucoup.", "French"),
    ("Ciao, mi chiamo Paolo e vengo da Roma.", "Italian"),
    ("Nel mezzo del cammin di nostra vita mi ritrovai per una selva oscura", "Italian"),
    ("Olá, meu nome é João e eu moro no Brasil.", "Portuguese"),
    ("Hallo, ik ben Jan en ik kom uit Amsterdam.", "Dutch"),
    ("Dzień dobry, nazywam się Anna i mieszkam w Warszawie.", "Polish"),
    ("Hej, jag heter Lars och jag kommer från Sverige.", "Swedish"),
    ("Merhaba, benim adım Ayşe ve İstanbul'da yaşıyorum.", "Turkish"),
    ("Selamat pagi, nama saya Budi dan saya dari Jakarta.", "Indonesian"),
    ("Hyvää päivää, minun nimeni on Matti ja olen Suomesta.", "Finnish"),
    ("Jó napot kívánok, a nevem Péter, és Budapesten lakom.", "Hungarian"),
    ("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.", "Latin"),
    ("Xin chào, tôi tên là Minh và tôi đến từ Hà Nội.", ""),
    ("Habari, jina langu ni Juma na ninatoka Tanzania.", ""),
    ("Feliz cumpleaños, abuela", "Spanish"),
    ("Dobrý den, jmenuji se Petr a jsem z Prahy.", "Czech"),
    ("Bună ziua, mă numesc Ion și sunt din România.", "Romanian"),
    ("Alle Menschen sind frei und gleich an Würde und Rechten geboren.", "German"),
    ("Todos los seres humanos nacen libres e iguales en dignidad y derechos.", "Spanish"),
    ("Tous les êtres humains naissent libres et égaux en dignité et en droits.", "French"),
    ("Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti.", "Italian"),
    ("Minden emberi lény szabadon születik és egyenlő méltósága és joga van.", "Hungarian"),
    ("Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan.", "Finnish"),
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_passes_with_its_names_and_borrowed_words(text):
    assert check_words(text)


@pytest.mark.parametrize(("text", "language"), FOREIGN)
def test_another_language_is_named(text, language):
    with pytest.raises(WordsError) as caught:
        check_words(text)
    assert caught.value.code == "words-language"
    assert (f"look like {language}" if language else "do not look like English") in caught.value.message
    assert "speaks English" in caught.value.message


def test_one_foreign_sentence_in_an_english_text_passes():
    assert check_words(
        "My grandmother used to say: ojos que no ven, corazón que no siente. And she was right about that, I think."
    )
