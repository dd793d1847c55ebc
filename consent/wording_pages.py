"""The words of the subject's other pages: everything about me, a link that is closed, "not me", no more letters."""

from consent.errors import ConsentError
from consent.notices import known_language

PAGES: dict[str, dict[str, str]] = {
    "en": {
        "skip": "Skip to the content",
        "not_me": "Is a picture of you used without your consent? Tell us here.",
        # A link that cannot be answered.
        "link": "Consent link",
        "closed_expired": "This link has run out",
        "closed_expired_text": (
            "It can no longer be answered, and nothing was agreed to. To answer, ask for a new link."
        ),
        "closed_ended": "This consent has run out",
        "closed_ended_text": "Nothing can be made or watched on it any more. The receipt still shows what was said.",
        "closed_withdrawn": "This consent was withdrawn",
        "closed_withdrawn_text": (
            "It stays withdrawn. If you changed your mind, ask whoever sent the link for a new one."
        ),
        "closed_answered": "This link has been answered",
        "closed_answered_text": (
            "It can be answered once. The receipt holds the answer, and on it you can take it back."
        ),
        "again": "Send me the receipt again",
        "again_text": "It goes to the address that the link was sent to, or to the one you gave with your answer.",
        "again_done": "If we have an address, the receipt is on its way there.",
        # Everything about me.
        "me": "Everything that was asked and made of {name}",
        "me_text": "It is yours to look at and to take along.",
        "me_download": "Download everything (ZIP)",
        "asked": "What was asked",
        "asked_nothing": "Nothing was asked.",
        "on_topic": "On the topic: {topic}",
        "a_recording": "A recording",
        "state_open": "Not answered. Without an answer nothing is made.",
        "state_ignored": "Never answered. Nothing was made.",
        "state_ended": "Agreed to; it has run out.",
        "state_granted": "Agreed to.",
        "state_partly": "Agreed to in part.",
        "state_refused": "Refused.",
        "state_withdrawn": "Withdrawn.",
        "receipt": "Receipt",
        "stated": "What others stated about {name}",
        "made": "What was made",
        "made_nothing": "Nothing was made.",
        "clip": "clip",
        "picture": "picture",
        "can be watched": "can be watched",
        "cannot be watched any more": "cannot be watched any more",
        "erased": "erased",
        "kept": "kept",
        "waiting": "is waiting to be made",
        "rendering": "is being made",
        "ready": "made",
        "failed": "could not be made",
        "cancelled": "stopped",
        "refused": "stopped: not allowed",
        # "Not me".
        "report": "Is this you?",
        "report_title": "Is a picture of you used without your consent?",
        "report_text": (
            "Tell us which clip it is. A person looks at it within 48 hours; if you are right, it is taken down and "
            "erased. You need no account."
        ),
        "report_missing": "Your report was not sent yet. Something is still missing below.",
        "report_clip": "The clip",
        "report_clip_help": "Its address, or its number. Leave it empty if you only want to register a photo.",
        "report_clip_or_photo": "Say which clip it is, or give a photo of yourself.",
        "report_photo": "A photo that must not be used here",
        "report_photo_help": (
            "It is turned into a fingerprint and not kept. From then on this picture is refused at upload."
        ),
        "operator": "Whoever runs this site",
        "report_recognise": "Recognise my face in other photos too",
        "report_recognise_help": (
            "I agree that the shape of my face is measured in this photo and kept as 128 numbers, for three years "
            "at most, to refuse photos that show me. It is used for nothing else, and I can end it with one "
            "click. It works on photos of you alone."
        ),
        "forget": "Is your face recognised here?",
        "forget_known": "It is, so that photos of you are refused. One click ends that and deletes the numbers.",
        "forget_done": "No. Nothing of your face is kept here. The picture that you registered stays refused.",
        "forget_do": "Forget my face",
        "photo_wrong": "This file cannot be used as a photo. Choose a JPEG or PNG file.",
        "report_message": "What we should know",
        "report_name": "Your name",
        "report_email": "Your e-mail address",
        "report_email_help": "So that you hear what was decided. {operator} uses it for nothing else.",
        "report_true": "I am the person shown, or I act for them, and what I say here is true.",
        "report_send": "Send the report",
        "report_done": "Thank you. We have it.",
        "report_due": "It is decided by {due} (UTC), and we write to you then.",
        "report_kept": (
            "Your photo was turned into a fingerprint and was not kept; this picture is refused from now on."
        ),
        "report_number": "Report",
        "optional": "(optional)",
        "required": "This is still missing.",
        "invalid_email": "This is not an e-mail address.",
        # No more letters.
        "stop": "No more letters?",
        "stop_text": "Nobody has to answer such a question, and nothing is made without an answer.",
        "stop_one": "No more questions from {organization}",
        "stop_all": "No more questions from anybody on this site",
        "stop_done": "Done. No more questions are sent to your address.",
        "stop_receipts": "Receipts, and what you should know about a consent you gave, still reach you.",
        "stop_undo": "Allow questions again",
    },
    "de": {
        "skip": "Zum Inhalt",
        "not_me": "Wird ein Bild von Ihnen ohne Ihre Einwilligung benutzt? Sagen Sie es uns hier.",
        "link": "Link zur Einwilligung",
        "closed_expired": "Dieser Link ist abgelaufen",
        "closed_expired_text": (
            "Er kann nicht mehr beantwortet werden, und nichts ist vereinbart. Für eine Antwort bitten Sie um "
            "einen neuen Link."
        ),
        "closed_ended": "Diese Einwilligung ist abgelaufen",
        "closed_ended_text": (
            "Damit kann nichts mehr gemacht oder angesehen werden. Die Quittung zeigt noch, was gesagt wurde."
        ),
        "closed_withdrawn": "Diese Einwilligung wurde widerrufen",
        "closed_withdrawn_text": (
            "Dabei bleibt es. Haben Sie es sich anders überlegt, bitten Sie den Absender um einen neuen Link."
        ),
        "closed_answered": "Dieser Link ist beantwortet",
        "closed_answered_text": (
            "Er kann einmal beantwortet werden. Die Quittung zeigt die Antwort, und auf ihr nehmen Sie sie zurück."
        ),
        "again": "Quittung noch einmal schicken",
        "again_text": "Sie geht an die Adresse, an die der Link ging, oder an die, die Sie angegeben haben.",
        "again_done": "Wenn wir eine Adresse haben, ist die Quittung dorthin unterwegs.",
        "me": "Alles, was zu {name} gefragt und gemacht wurde",
        "me_text": "Sie dürfen es ansehen und mitnehmen.",
        "me_download": "Alles herunterladen (ZIP)",
        "asked": "Was gefragt wurde",
        "asked_nothing": "Nichts wurde gefragt.",
        "on_topic": "Zum Thema: {topic}",
        "a_recording": "Eine Aufnahme",
        "state_open": "Nicht beantwortet. Ohne Antwort wird nichts gemacht.",
        "state_ignored": "Nie beantwortet. Nichts wurde gemacht.",
        "state_ended": "Zugestimmt; inzwischen abgelaufen.",
        "state_granted": "Zugestimmt.",
        "state_partly": "Teilweise zugestimmt.",
        "state_refused": "Abgelehnt.",
        "state_withdrawn": "Widerrufen.",
        "receipt": "Quittung",
        "stated": "Was andere über {name} erklärt haben",
        "made": "Was gemacht wurde",
        "made_nothing": "Nichts wurde gemacht.",
        "clip": "Video",
        "picture": "Bild",
        "can be watched": "kann angesehen werden",
        "cannot be watched any more": "kann nicht mehr angesehen werden",
        "erased": "gelöscht",
        "kept": "aufbewahrt",
        "waiting": "wartet darauf, gemacht zu werden",
        "rendering": "wird gerade gemacht",
        "ready": "gemacht",
        "failed": "konnte nicht gemacht werden",
        "cancelled": "angehalten",
        "refused": "angehalten: nicht erlaubt",
        "report": "Sind Sie das?",
        "report_title": "Wird ein Bild von Ihnen ohne Ihre Einwilligung benutzt?",
        "report_text": (
            "Sagen Sie uns, um welches Video es geht. Innerhalb von 48 Stunden sieht es sich ein Mensch an; haben Sie "
            "recht, wird es gesperrt und gelöscht. Sie brauchen kein Konto."
        ),
        "report_missing": "Ihre Meldung ist noch nicht gesendet. Unten fehlt noch etwas.",
        "report_clip": "Das Video",
        "report_clip_help": "Seine Adresse oder Nummer. Lassen Sie es leer, wenn Sie nur ein Foto sperren möchten.",
        "report_clip_or_photo": "Sagen Sie, um welches Video es geht, oder geben Sie ein Foto von sich.",
        "report_photo": "Ein Foto, das hier nicht benutzt werden darf",
        "report_photo_help": (
            "Daraus wird ein Fingerabdruck; das Foto wird nicht behalten. Ab dann wird dieses Bild abgelehnt."
        ),
        "operator": "Wer diese Seite betreibt",
        "report_recognise": "Mein Gesicht auch auf anderen Fotos erkennen",
        "report_recognise_help": (
            "Ich bin einverstanden, dass die Form meines Gesichts auf diesem Foto vermessen und als 128 Zahlen "
            "behalten wird, höchstens drei Jahre, um Fotos von mir abzulehnen. Sie dienen nichts anderem, und ich "
            "kann es mit einem Klick beenden. Auf dem Foto dürfen nur Sie sein."
        ),
        "forget": "Wird Ihr Gesicht hier erkannt?",
        "forget_known": "Ja, damit Fotos von Ihnen abgelehnt werden. Ein Klick beendet das und löscht die Zahlen.",
        "forget_done": (
            "Nein. Von Ihrem Gesicht wird hier nichts behalten. Das Bild, das Sie gesperrt haben, bleibt abgelehnt."
        ),
        "forget_do": "Mein Gesicht vergessen",
        "photo_wrong": "Diese Datei ist kein Foto, das wir lesen können. Wählen Sie eine JPEG- oder PNG-Datei.",
        "report_message": "Was wir wissen sollten",
        "report_name": "Ihr Name",
        "report_email": "Ihre E-Mail-Adresse",
        "report_email_help": "Damit Sie erfahren, was entschieden wurde. {operator} benutzt sie für nichts anderes.",
        "report_true": "Ich bin die gezeigte Person oder handle für sie, und was ich hier sage, ist wahr.",
        "report_send": "Meldung senden",
        "report_done": "Danke. Wir haben Ihre Meldung.",
        "report_due": "Sie wird bis {due} (UTC) entschieden; dann schreiben wir Ihnen.",
        "report_kept": (
            "Aus Ihrem Foto wurde ein Fingerabdruck; es wurde nicht behalten. Dieses Bild wird ab jetzt abgelehnt."
        ),
        "report_number": "Meldung",
        "optional": "(freiwillig)",
        "required": "Das fehlt noch.",
        "invalid_email": "Das ist keine E-Mail-Adresse.",
        "stop": "Keine Briefe mehr?",
        "stop_text": "Niemand muss auf so eine Frage antworten, und ohne Antwort wird nichts gemacht.",
        "stop_one": "Keine Fragen mehr von {organization}",
        "stop_all": "Keine Fragen mehr von irgendwem auf dieser Seite",
        "stop_done": "Erledigt. An Ihre Adresse gehen keine Fragen mehr.",
        "stop_receipts": (
            "Quittungen, und was Sie über eine gegebene Einwilligung wissen sollten, erreichen Sie weiter."
        ),
        "stop_undo": "Fragen wieder erlauben",
    },
    "es": {
        "skip": "Ir al contenido",
        "not_me": "¿Se usa una foto suya sin su consentimiento? Díganoslo aquí.",
        "link": "Enlace de consentimiento",
        "closed_expired": "Este enlace ha caducado",
        "closed_expired_text": (
            "Ya no se puede responder, y no se acordó nada. Si quiere responder, pida un enlace nuevo."
        ),
        "closed_ended": "Este consentimiento ha caducado",
        "closed_ended_text": "Con él ya no se puede hacer ni ver nada. El recibo aún muestra lo que se dijo.",
        "closed_withdrawn": "Este consentimiento se retiró",
        "closed_withdrawn_text": ("Así queda. Si ha cambiado de opinión, pida un enlace nuevo a quien le envió este."),
        "closed_answered": "Este enlace ya tiene respuesta",
        "closed_answered_text": "Se responde una vez. El recibo guarda la respuesta, y en él puede retirarla.",
        "again": "Enviarme el recibo otra vez",
        "again_text": "Va a la dirección a la que se envió el enlace, o a la que dio con su respuesta.",
        "again_done": "Si tenemos una dirección, el recibo va en camino.",
        "me": "Todo lo que se preguntó y se hizo sobre {name}",
        "me_text": "Puede verlo y llevárselo.",
        "me_download": "Descargar todo (ZIP)",
        "asked": "Lo que se preguntó",
        "asked_nothing": "No se preguntó nada.",
        "on_topic": "Sobre el tema: {topic}",
        "a_recording": "Una grabación",
        "state_open": "Sin respuesta. Sin respuesta no se hace nada.",
        "state_ignored": "Nunca se respondió. No se hizo nada.",
        "state_ended": "Aceptado; ya ha caducado.",
        "state_granted": "Aceptado.",
        "state_partly": "Aceptado en parte.",
        "state_refused": "Rechazado.",
        "state_withdrawn": "Retirado.",
        "receipt": "Recibo",
        "stated": "Lo que otros declararon sobre {name}",
        "made": "Lo que se hizo",
        "made_nothing": "No se hizo nada.",
        "clip": "vídeo",
        "picture": "foto",
        "can be watched": "se puede ver",
        "cannot be watched any more": "ya no se puede ver",
        "erased": "borrada",
        "kept": "guardada",
        "waiting": "espera a ser hecho",
        "rendering": "se está haciendo",
        "ready": "hecho",
        "failed": "no se pudo hacer",
        "cancelled": "detenido",
        "refused": "detenido: no permitido",
        "report": "¿Es usted?",
        "report_title": "¿Se usa una foto suya sin su consentimiento?",
        "report_text": (
            "Díganos qué vídeo es. Una persona lo mira en menos de 48 horas; si tiene razón, se retira y se borra. No "
            "necesita una cuenta."
        ),
        "report_missing": "Su aviso aún no se ha enviado. Abajo falta algo.",
        "report_clip": "El vídeo",
        "report_clip_help": "Su dirección o su número. Déjelo vacío si solo quiere bloquear una foto.",
        "report_clip_or_photo": "Diga qué vídeo es, o dé una foto suya.",
        "report_photo": "Una foto que no debe usarse aquí",
        "report_photo_help": (
            "Se convierte en una huella y no se guarda. Desde entonces, esta foto se rechaza al subirla."
        ),
        "operator": "Quien lleva este sitio",
        "report_recognise": "Reconocer mi cara también en otras fotos",
        "report_recognise_help": (
            "Acepto que se mida la forma de mi cara en esta foto y se guarde como 128 números, tres años como "
            "mucho, para rechazar fotos mías. No se usan para nada más, y puedo terminarlo con un clic. En la "
            "foto solo debe estar usted."
        ),
        "forget": "¿Se reconoce aquí su cara?",
        "forget_known": "Sí, para rechazar fotos suyas. Un clic lo termina y borra los números.",
        "forget_done": "No. Aquí no se guarda nada de su cara. La foto que bloqueó se sigue rechazando.",
        "forget_do": "Olvidar mi cara",
        "photo_wrong": "Este archivo no sirve como foto. Elija un archivo JPEG o PNG.",
        "report_message": "Lo que debemos saber",
        "report_name": "Su nombre",
        "report_email": "Su correo electrónico",
        "report_email_help": "Para que sepa lo que se decide. {operator} no lo usa para nada más.",
        "report_true": "Soy la persona que se muestra, o actúo por ella, y lo que digo aquí es verdad.",
        "report_send": "Enviar el aviso",
        "report_done": "Gracias. Lo tenemos.",
        "report_due": "Se decide antes del {due} (UTC), y entonces le escribimos.",
        "report_kept": "Su foto se convirtió en una huella y no se guardó; desde ahora, esta foto se rechaza.",
        "report_number": "Aviso",
        "optional": "(opcional)",
        "required": "Esto falta todavía.",
        "invalid_email": "Esto no es un correo electrónico.",
        "stop": "¿No más cartas?",
        "stop_text": "Nadie tiene que responder a una pregunta así, y sin respuesta no se hace nada.",
        "stop_one": "No más preguntas de {organization}",
        "stop_all": "No más preguntas de nadie en este sitio",
        "stop_done": "Hecho. Ya no se envían preguntas a su dirección.",
        "stop_receipts": "Los recibos, y lo que deba saber de un consentimiento que dio, le seguirán llegando.",
        "stop_undo": "Permitir preguntas otra vez",
    },
}

# What can be wrong with a link: in English it stands in consent.errors. (what is wrong, what to do about it)
_PROBLEMS: dict[str, dict[str, tuple[str, str]]] = {
    "de": {
        "link-unknown": (
            "Dieser Link ist keiner von uns, oder ein Teil von ihm fehlt.",
            "Kopieren Sie die ganze Adresse aus der Nachricht, oder bitten Sie den Absender noch einmal darum.",
        ),
        "link-expired": (
            "Dieser Link ist abgelaufen und kann nicht mehr beantwortet werden. Nichts ist vereinbart.",
            "Wenn Sie noch antworten möchten, bitten Sie den Absender um einen neuen Link.",
        ),
        "link-withdrawn": (
            "Sie haben widerrufen, was Sie auf diesem Link vereinbart hatten. Dabei bleibt es.",
            "Haben Sie es sich anders überlegt, bitten Sie den Absender um einen neuen Link.",
        ),
        "link-answered": (
            "Dieser Link wurde schon beantwortet, auf andere Weise.",
            "Ihre Quittung zeigt die Antwort, und dort können Sie widerrufen. Für eine andere Antwort bitten Sie den "
            "Absender um einen neuen Link.",
        ),
        "name-missing": (
            "Ihr Name fehlt.",
            "Geben Sie Ihren vollen Namen ein: Er steht für Ihre Unterschrift.",
        ),
        "nothing-to-withdraw": (
            "Auf diesem Link wurde nichts vereinbart, also gibt es nichts zu widerrufen.",
            "Ohne Ihre Einwilligung wird mit Ihrem Foto nichts gemacht.",
        ),
        "challenge-missing": ("Die drei Wörter fehlen.", "Geben Sie die drei Wörter ein, die auf der Seite stehen."),
        "not-for-members": (
            "Sie sind bei der Organisation angemeldet, die fragt, und können nicht für die gefragte Person antworten.",
            "Schicken Sie ihr den Link. Sind Sie es selbst, melden Sie sich ab und öffnen Sie den Link noch einmal.",
        ),
        "too-often": (
            "Das wurde zu oft versucht.",
            "Warten Sie eine Stunde und versuchen Sie es dann noch einmal. Bis dahin wird nichts entschieden.",
        ),
    },
    "es": {
        "link-unknown": (
            "Este enlace no es nuestro, o le falta una parte.",
            "Copie la dirección entera del mensaje que recibió, o pídala otra vez a quien se la envió.",
        ),
        "link-expired": (
            "Este enlace ha caducado y ya no se puede responder. No se acordó nada.",
            "Si aún quiere responder, pida un enlace nuevo a quien se lo envió.",
        ),
        "link-withdrawn": (
            "Retiró lo que había aceptado en este enlace. Así queda.",
            "Si ha cambiado de opinión, pida un enlace nuevo a quien se lo envió.",
        ),
        "link-answered": (
            "Este enlace ya se respondió, de otra manera.",
            "Su recibo muestra la respuesta, y allí puede retirarla. Para otra respuesta, pida un enlace nuevo.",
        ),
        "name-missing": ("Falta su nombre.", "Escriba su nombre completo: vale como su firma."),
        "nothing-to-withdraw": (
            "En este enlace no se aceptó nada, así que no hay nada que retirar.",
            "Con su foto no se hace nada si usted no lo acepta.",
        ),
        "challenge-missing": ("Faltan las tres palabras.", "Escriba las tres palabras que muestra la página."),
        "not-for-members": (
            "Ha iniciado sesión con la organización que pregunta, y no puede responder por la otra persona.",
            "Envíele el enlace. Si es usted misma, cierre la sesión y abra el enlace otra vez.",
        ),
        "too-often": (
            "Se ha intentado demasiadas veces.",
            "Espere una hora y pruebe otra vez. Mientras tanto no se decide nada.",
        ),
    },
}


def words_of(language: str, **values: str) -> dict[str, str]:
    """Every text of these pages in `language`, with the `values` filled in; what has no value stays as it is."""
    filled = _Gaps(values)
    return {key: text.format_map(filled) for key, text in PAGES[known_language(language)].items()}


def problem_in(error: ConsentError, language: str) -> tuple[str, str]:
    """What is wrong and what to do about it, in `language`."""
    told = _PROBLEMS.get(known_language(language), {})
    return told.get(error.code, (error.message, error.advice))


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
