"""Three words that come with a yes: it is given now, by somebody who reads the page. They are good once, for half an
hour, and can be got wrong a few times only. They are typed, or spoken (consent.speaking).
"""

import secrets
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from difflib import SequenceMatcher
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from consent import errors
from consent.models import Challenge, ConsentRequest
from consent.notices import known_language

LIFETIME = timedelta(minutes=30)
WORDS = 3
MAX_ATTEMPTS = 5
# A page that is opened again shows the words it showed before, unless little of their time is left.
REUSED_FOR = timedelta(minutes=20)
MAX_AN_HOUR = 12
# How much of a word has to be heard: a recogniser writes "harbour" for "harbor", and a phone swallows endings.
NEARLY = 0.8

# Short, concrete, unlike each other, easy to spell, without accents; they hurt nobody.
_LISTS = {
    "en": (
        "apple anchor autumn basket beach bicycle bottle branch bread bridge bucket butter button candle carpet "
        "castle cherry circle cloud coffee copper corner cotton cousin desert dinner dolphin door dragon eagle "
        "engine feather field finger flower forest fountain garden ginger glass guitar hammer harbor honey island "
        "jacket kettle kitten ladder lantern lemon letter library market meadow melon mirror morning mountain "
        "music needle ocean orange paper parrot pencil pepper picnic pillow planet pocket puzzle rabbit rainbow "
        "ribbon river rocket saddle salmon silver spider spoon summer sunset table teapot thunder tiger timber "
        "tomato tower train tulip tunnel turtle valley velvet village violin walnut water whale window winter "
        "yellow zebra"
    ),
    "de": (
        "abend adler ampel anker apfel bahnhof banane besen blume boot brief brille brot bruder butter dach "
        "delfin dorf eimer ente erdbeere esel fenster feuer fisch flasche flosse foto freitag frosch gabel garten "
        "geige glas gras hafen hammer hase herbst himmel hose hund hut igel insel jacke kaffee kamel karte katze "
        "kerze kirsche kissen klavier koffer krone kuchen lampe laterne leiter lied mantel markt maus messer mond "
        "morgen nadel nebel nest ofen onkel orange papier pfeffer pilz pinsel rabe regal regen ring rose salz "
        "sand schaf schiff schirm schnee segel sommer sonne spiegel spinne stein stern strand stuhl tasche tasse "
        "taube teller tiger tisch tomate tulpe uhr vogel wagen wald wasser wiese winter wolke wolle wurzel zebra "
        "zitrone zucker zwiebel"
    ),
    "es": (
        "abeja abril aceite aguja amigo anillo arena arroz azul barco bolsa bosque bota botella brazo burro "
        "caballo caja calle camino camisa campo canela carta casa cereza cesta cielo ciudad cocina collar conejo "
        "copa cuchara cuento dedo delfin diente domingo espejo estrella faro flor fresa fuego fuente gallo gato "
        "globo gorra guante guitarra hada hierro hoja hotel huevo invierno isla jarra jueves lago lana leche "
        "libro limon lluvia luna madera manta manzana mapa mar martes mesa miel monte mosca museo naranja nido "
        "nieve nube oso oveja pan papel pato pelota pera perro piano piedra playa plaza pluma puente puerta queso "
        "rana reloj rosa sal silla sol sopa tambor taza tigre tomate toro tren uva vaca vela ventana verano "
        "viento zapato"
    ),
}
_WORDS = {language: tuple(words.split()) for language, words in _LISTS.items()}


@transaction.atomic
def challenge_issue(request: ConsentRequest, *, language: str) -> Challenge:
    """The words that the page shows now. Raises ConsentError where too many were asked for."""
    now = timezone.now()
    issued = Challenge.objects.filter(request=request, issued_at__gt=now - timedelta(hours=1))
    wordlist = _WORDS[known_language(language)]
    for challenge in issued.filter(used_at=None, attempts__lt=MAX_ATTEMPTS):
        if now - challenge.issued_at < REUSED_FOR and set(challenge.words.split()) <= set(wordlist):
            return challenge
    if issued.count() >= MAX_AN_HOUR:
        raise errors.too_often()
    return Challenge.objects.create(
        request=request,
        words=" ".join(secrets.SystemRandom().sample(wordlist, WORDS)),
        issued_at=now,
        expires_at=now + LIFETIME,
    )


def challenge_try(request: ConsentRequest, *, typed: str) -> Challenge:
    """The open challenge that was typed; a wrong try is counted, whatever becomes of the answer.

    Raises ConsentError: none typed, wrong, run out. Not inside the answer's transaction, which would forget the count.
    """
    words = typed_plainly(typed)
    if not words:
        raise errors.challenge_missing()
    return _the_one(request, words.__eq__)


def challenge_heard(request: ConsentRequest, *, text: str) -> Challenge:
    """The open challenge whose words a recogniser heard; counted and raised as in `challenge_try`."""
    return _the_one(request, partial(says, text))


def _the_one(request: ConsentRequest, is_given: Callable[[str], bool]) -> Challenge:
    given = Challenge.objects.filter(request=request, used_at=None).order_by("-issued_at")
    now = timezone.now()
    for challenge in given.filter(attempts__lt=MAX_ATTEMPTS):
        if is_given(challenge.words):
            if now >= challenge.expires_at:
                raise errors.challenge_expired()
            return challenge
    open_now = given.filter(expires_at__gt=now)
    open_now.update(attempts=F("attempts") + 1)
    raise (
        errors.challenge_wrong() if open_now.filter(attempts__lt=MAX_ATTEMPTS).exists() else errors.challenge_expired()
    )


def challenge_use(challenge: Challenge) -> None:
    """Use it up, inside the answer's transaction. Raises ConsentError where another answer was faster."""
    if not Challenge.objects.filter(pk=challenge.pk, used_at=None).update(used_at=timezone.now()):
        raise errors.challenge_expired()


def says(text: str, words: str) -> bool:
    """Whether the words are said in a text that was heard, in their order; nearly is enough, and more may be said."""
    said = typed_plainly(text).split()
    place = 0
    for wanted in words.split():
        place = next((index + 1 for index in range(place, len(said)) if _alike(said[index], wanted)), 0)
        if not place:
            return False
    return True


def _alike(heard: str, wanted: str) -> bool:
    return SequenceMatcher(None, heard, wanted, autojunk=False).ratio() >= NEARLY


def typed_plainly(typed: str) -> str:
    """Case, accents, commas and spaces do not matter: people type on phones."""
    decomposed = unicodedata.normalize("NFKD", typed.casefold())
    letters = "".join(letter if letter.isalnum() else " " for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(letters.split())
