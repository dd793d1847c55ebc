"""What the letters say. To the person asked: English, German, Spanish; to the organisation: English."""

from dataclasses import dataclass
from datetime import date

from consent.gate import Grantor, State
from consent.models import ConsentEvent, ConsentRequest, LikenessReport, ReportState
from consent.notices import day_words, known_language
from consent.selectors import receipt_url, request_url, stop_url


@dataclass(frozen=True)
class Text:
    """An e-mail's subject and body."""

    subject: str
    body: str


_INVITATION = {
    "en": Text(
        "{organization} asks: may {picture} speak?",
        "Hello,\n\n{organization} would like to make a short video in which {picture} speaks. On this page you see the "
        "picture, what would be said and what it is for, and you say yes or no to each of it. You need no account:\n\n"
        "{url}\n\nThe link can be answered until {until}. If you do nothing, nothing is made.\n\n"
        "Whoever has the link can answer, so please do not pass it on. If this was not meant for you, delete it.\n",
    ),
    "de": Text(
        "{organization} fragt: Darf {picture} sprechen?",
        "Guten Tag,\n\n{organization} möchte ein kurzes Video machen, in dem {picture} spricht. Auf dieser Seite sehen "
        "Sie das Bild, was gesagt würde und wofür, und sagen zu jedem Ja oder Nein. Sie brauchen kein Konto:\n\n"
        "{url}\n\nDer Link gilt bis {until}. Wenn Sie nichts tun, wird nichts gemacht.\n\n"
        "Wer den Link hat, kann antworten: Bitte geben Sie ihn nicht weiter. War das nicht für Sie, löschen Sie es.\n",
    ),
    "es": Text(
        "{organization} pregunta: ¿puede hablar {picture}?",
        "Hola:\n\n{organization} quiere hacer un vídeo corto en el que habla {picture}. En esta página ve la foto, lo "
        "que se diría y para qué, y dice sí o no a cada cosa. No necesita una cuenta:\n\n"
        "{url}\n\nEl enlace vale hasta el {until}. Si no hace nada, no se hace nada.\n\n"
        "Quien tiene el enlace puede responder: no lo comparta. Si no era para usted, bórrelo.\n",
    ),
}
_PICTURE = {
    ("en", False): "a picture of you",
    ("en", True): "a picture of {name}",
    ("de", False): "ein Bild von Ihnen",
    ("de", True): "ein Bild von {name}",
    ("es", False): "una foto suya",
    ("es", True): "una foto de {name}",
}
_UNANSWERED = {
    "en": Text(
        "A question from {organization} is still open",
        "Hello,\n\n{organization} asked whether {picture} may speak in a video. You have not answered, and you need "
        "not: without an answer nothing is made. If you want to answer, this is possible until {until}:\n\n{url}\n",
    ),
    "de": Text(
        "Eine Frage von {organization} ist noch offen",
        "Guten Tag,\n\n{organization} hat gefragt, ob {picture} in einem Video sprechen darf. Sie haben nicht "
        "geantwortet, und das müssen Sie nicht: Ohne Antwort wird nichts gemacht. Bis {until} ist es möglich:\n\n"
        "{url}\n",
    ),
    "es": Text(
        "Una pregunta de {organization} sigue abierta",
        "Hola:\n\n{organization} preguntó si puede hablar {picture} en un vídeo. No ha respondido, y no tiene que "
        "hacerlo: sin respuesta no se hace nada. Si quiere responder, puede hacerlo hasta el {until}:\n\n{url}\n",
    ),
}
_RECEIPT = {
    "en": Text(
        "Your receipt for {organization}",
        "Hello,\n\nthank you for your answer. This is your receipt. It shows what you said, and on it you can take "
        "back what you agreed to, at any time, with one click and without an account:\n\n{url}\n\nDo not pass the "
        "address on: whoever has it can do that in your place.\n",
    ),
    "de": Text(
        "Ihre Quittung für {organization}",
        "Guten Tag,\n\ndanke für Ihre Antwort. Das ist Ihre Quittung. Sie zeigt, was Sie gesagt haben, und auf ihr "
        "können Sie jederzeit mit einem Klick und ohne Konto widerrufen:\n\n{url}\n\nBitte geben Sie die Adresse nicht "
        "weiter: Wer sie hat, kann das an Ihrer Stelle tun.\n",
    ),
    "es": Text(
        "Su recibo para {organization}",
        "Hola:\n\ngracias por su respuesta. Este es su recibo. Muestra lo que dijo, y en él puede retirar su "
        "consentimiento cuando quiera, con un clic y sin cuenta:\n\n{url}\n\nNo comparta la dirección: quien la tiene "
        "puede hacerlo en su lugar.\n",
    ),
}
_ENDING = {
    "en": Text(
        "Your consent for {organization} ends on {until}",
        "Hello,\n\nwhat you agreed to for {organization} ends on {until}. You need not do anything: after that day the "
        "video can no longer be made or watched. {organization} may ask you again. Your receipt:\n\n{url}\n",
    ),
    "de": Text(
        "Ihre Einwilligung für {organization} endet am {until}",
        "Guten Tag,\n\nIhre Einwilligung für {organization} endet am {until}. Sie müssen nichts tun: Danach kann das "
        "Video nicht mehr gemacht oder angesehen werden. {organization} darf Sie neu fragen. Ihre Quittung:\n\n{url}\n",
    ),
    "es": Text(
        "Su consentimiento para {organization} termina el {until}",
        "Hola:\n\nlo que aceptó para {organization} termina el {until}. No tiene que hacer nada: después el vídeo ya "
        "no se puede hacer ni ver. {organization} puede volver a preguntarle. Su recibo:\n\n{url}\n",
    ),
}


_STOP = {
    "en": "\nNo more such questions by e-mail:\n\n{url}\n",
    "de": "\nKeine solchen Fragen mehr per E-Mail:\n\n{url}\n",
    "es": "\nNo recibir más preguntas así por correo:\n\n{url}\n",
}
_REPORTED = {
    "en": Text(
        "Your report {number}",
        "Hello,\n\nwe have your report {number}. A person looks at it by {due} (UTC), and we write to you then.\n",
    ),
    "de": Text(
        "Ihre Meldung {number}",
        "Guten Tag,\n\nwir haben Ihre Meldung {number}. Bis {due} (UTC) sieht sie sich ein Mensch an; dann "
        "schreiben wir Ihnen.\n",
    ),
    "es": Text(
        "Su aviso {number}",
        "Hola:\n\ntenemos su aviso {number}. Una persona lo mira antes del {due} (UTC), y entonces le escribimos.\n",
    ),
}
_RECOGNISED = {
    "en": "\nYour face is now recognised in other photos too. One click ends that:\n\n{url}\n",
    "de": "\nIhr Gesicht wird jetzt auch auf anderen Fotos erkannt. Ein Klick beendet das:\n\n{url}\n",
    "es": "\nAhora su cara se reconoce también en otras fotos. Un clic lo termina:\n\n{url}\n",
}
_DECIDED = {
    ("en", True): Text(
        "Your report {number}: you were right",
        "Hello,\n\nyour report {number} was upheld. Nothing of it can be watched or made here any more, and it is "
        "being erased. Copies that somebody downloaded before are out of our reach.\n",
    ),
    ("de", True): Text(
        "Ihre Meldung {number}: Sie hatten recht",
        "Guten Tag,\n\nIhrer Meldung {number} wurde stattgegeben. Nichts davon kann hier noch angesehen oder gemacht "
        "werden, und es wird gelöscht. Früher geladene Kopien erreichen wir nicht.\n",
    ),
    ("es", True): Text(
        "Su aviso {number}: tenía razón",
        "Hola:\n\nsu aviso {number} fue aceptado. Nada de ello se puede ver ni hacer aquí, y se está borrando. Las "
        "copias descargadas antes no están a nuestro alcance.\n",
    ),
    ("en", False): Text(
        "Your report {number}: not upheld",
        "Hello,\n\na person looked at your report {number} and did not uphold it: there is a consent or a right to "
        "show the picture. A photo that you registered with it is no longer refused. If you think that this is wrong, "
        "report it again and say more about why.\n",
    ),
    ("de", False): Text(
        "Ihre Meldung {number}: abgelehnt",
        "Guten Tag,\n\nein Mensch hat sich Ihre Meldung {number} angesehen und ihr nicht stattgegeben: Es gibt eine "
        "Einwilligung oder ein Recht, das Bild zu zeigen. Ein damit gesperrtes Foto wird nicht mehr abgelehnt. Halten "
        "Sie das für falsch, melden Sie es noch einmal und schreiben Sie mehr dazu.\n",
    ),
    ("es", False): Text(
        "Su aviso {number}: no aceptado",
        "Hola:\n\nuna persona miró su aviso {number} y no lo aceptó: hay un consentimiento o un derecho a mostrar la "
        "foto. Una foto bloqueada con él ya no se rechaza. Si cree que es un error, avise otra vez y explique más.\n",
    ),
}


def report_received(report: LikenessReport, *, forget_url: str = "") -> Text:
    """We have the report: to whoever sent it; with the address at which a registered face is forgotten."""
    text = _about(_REPORTED[known_language(report.language)], report)
    more = _RECOGNISED[known_language(report.language)].format(url=forget_url) if forget_url else ""
    return Text(text.subject, text.body + more)


def report_decided(report: LikenessReport) -> Text:
    """What was decided: to whoever sent the report."""
    return _about(_DECIDED[known_language(report.language), report.state == ReportState.UPHELD], report)


def _about(text: Text, report: LikenessReport) -> Text:
    values = {"number": report.pk, "due": report.due_at.strftime("%Y-%m-%d %H:%M")}
    return Text(text.subject.format_map(values), text.body.format_map(values))


def invitation(request: ConsentRequest) -> Text:
    """The question, to whoever is asked."""
    return _with_stop(_filled(_INVITATION, request, url=request_url(request), until=request.expires_at.date()), request)


def unanswered_reminder(request: ConsentRequest) -> Text:
    """The question is still open: to whoever is asked."""
    return _with_stop(_filled(_UNANSWERED, request, url=request_url(request), until=request.expires_at.date()), request)


def receipt_letter(request: ConsentRequest) -> Text:
    """The receipt, to whoever answered."""
    return _filled(_RECEIPT, request, url=receipt_url(request), until=request.holds_until.date())


def ending_reminder(request: ConsentRequest) -> Text:
    """A consent runs out: to whoever gave it."""
    return _filled(_ENDING, request, url=receipt_url(request), until=request.holds_until.date())


def answered_report(request: ConsentRequest, answers: list[ConsentEvent], url: str) -> Text:
    """An answer came: to the organisation."""
    lines = "\n".join(
        f"- {event.get_scope_display()}: {'yes' if event.state == State.GRANTED else 'no'}" for event in answers
    )
    return Text(
        f"{request.subject_name}: an answer about consent",
        f"The question about {request.subject_name} was answered:\n\n{lines}\n\nThe signed receipt for your files:\n\n"
        f"{url}\n",
    )


def withdrawn_report(request: ConsentRequest, scopes: list[str], affected: tuple[str, ...]) -> Text:
    """A consent was withdrawn: to the organisation, with what that did."""
    stopped = "\n".join(f"- {thing}" for thing in affected) or "- nothing had been made from it"
    return Text(
        f"{request.subject_name}: consent was withdrawn",
        f"What was agreed to about {request.subject_name} was withdrawn: {', '.join(scopes)}.\n\nStopped and taken "
        f"down:\n\n{stopped}\n\nWhat relied on it is being erased here. Copies that you downloaded before must no "
        f"longer be used: delete them, and take them down where you posted them.\n\n"
        f"The question's number is {request.pk}.\n",
    )


def ending_report(request: ConsentRequest, url: str) -> Text:
    """A consent runs out: to the organisation, with where it can ask again."""
    until = request.holds_until.date()
    return Text(
        f"{request.subject_name}: consent ends on {until.isoformat()}",
        f"What was agreed to about {request.subject_name} ends on {until.isoformat()}. After that day the clips that "
        f"stand on it can no longer be made or watched. If you need it longer, ask again:\n\n{url}\n",
    )


def _with_stop(text: Text, request: ConsentRequest) -> Text:
    """A question nobody asked for has a way to ask for no more of them."""
    return Text(text.subject, text.body + _STOP[known_language(request.language)].format(url=stop_url(request)))


def _filled(texts: dict[str, Text], request: ConsentRequest, *, url: str, until: date) -> Text:
    language = known_language(request.language)
    of_somebody_else = request.grantor_kind != Grantor.SUBJECT
    values = {
        "organization": request.organization_name,
        "picture": _PICTURE[language, of_somebody_else].format_map({"name": request.subject_name}),
        "url": url,
        "until": day_words(until, language),
    }
    text = texts[language]
    return Text(text.subject.format_map(values), text.body.format_map(values))
