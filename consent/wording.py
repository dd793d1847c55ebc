"""The words of the subject's own pages, in each language that the texts to agree to are in.

A person agrees to what they can read as a whole: a page is in one language throughout.
"""

from consent.gate import Grantor, Scope
from consent.models import ConsentRequest
from consent.models.speaking import DAYS_TO_LISTEN
from consent.notices import day_words, known_language
from consent.wording_titles import TITLES

LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "es": "Español"}

PAGES: dict[str, dict[str, str]] = {
    "en": {
        "eyebrow": "A question for {name}",
        "eyebrow_guardian": "A question for a parent or guardian of {name}",
        "may": "May this picture of you speak?",
        "may_guardian": "May this picture of {name} speak?",
        "lead": (
            "would like to make a short video in which the face in this picture moves and speaks. It is up to you. "
            "Nothing is made unless you say yes."
        ),
        "not_sent": "Your answer was not sent yet. Something is still missing below.",
        "picture": "The picture that would be used",
        "said": "What would be said",
        "topic": "The topic",
        "topic_help": "The exact words are not fixed. Any words on this topic could be said:",
        "voice": "The voice",
        "sample": "How the voice sounds",
        "who": "Who asks",
        "what_for": "What for",
        "where": "Where it is shown",
        "until": "Until when",
        "until_text": "A yes holds until {date}. You can take it back before that, at any time.",
        "terms": "For every yes",
        "your_answer": "Your answer",
        "each": "Each question stands on its own. What you say no to is not done.",
        "yes": "Yes",
        "no": "No",
        "choose": "Choose yes or no.",
        "name": "Your full name",
        "name_guardian": "Your full name, as parent or guardian",
        "name_help": "Typing it here counts as your signature.",
        "name_missing": "Type your full name: it stands for your signature on what you agree to.",
        "words": "The three words",
        "words_help": "If you say yes to anything, type these words:",
        "words_why": "They are good for half an hour, and show that you answer now and read the page.",
        "words_missing": "Type the three words: they say that the answer is given now, by you.",
        "words_wrong": "These are not the three words on this page. Look once more, and type them in this order.",
        "words_expired": "The three words have run out. Type the new ones, and send your answer again.",
        "send": "Send my answer",
        "kept": (
            "You get a receipt on the next page. With it you can take your answer back with one click, without signing "
            "in. We keep your typed name, the time, and a shortened network address as proof of your answer."
        ),
        "not_you": "Is this not meant for you? Then please do not answer, and close this page.",
        "not_me": "Is a picture of you used without your consent? Tell us here.",
        "receipt": "Receipt",
        "thanks_yes": "Thank you. You said yes.",
        "thanks_part": "Thank you. You did not agree to everything.",
        "taken": "You took it back",
        "taken_text": (
            "From that moment no video may be made from it, and none that was made can be seen or downloaded here any "
            "more. What relied on it is being erased, and {organization} was told."
        ),
        "may_now": "{organization} may now make the video that you saw described, and no other.",
        "may_part": "{organization} may do only what you said yes to. Without face, voice and words: nothing.",
        "answered": "What you answered",
        "withdrawn_scope": "Taken back.",
        "signed": "Signed as",
        "on": "On",
        "holds": "Holds until",
        "asked_by": "Asked by",
        "number": "Receipt number",
        "changed": "Changed your mind?",
        "changed_text": (
            "One click ends your consent, at once and for good. Making stops, and the finished video can no longer be "
            "watched or downloaded here. Copies that somebody downloaded before that are out of our reach."
        ),
        "withdraw": "Withdraw my consent",
        "withdraw_one": "Take back only this",
        "keep": "Keep this receipt",
        "keep_text": "Save this page’s address. It is your key to this receipt, so do not pass it on.",
        "download_pdf": "To print (PDF)",
        "download_json": "Signed file (JSON)",
        "all": "Everything that was asked and made of you",
        "all_guardian": "Everything that was asked and made of {name}",
        "eyebrow_heir": "A question to whoever decides for {name}",
        "may_heir": "May this picture of {name} speak?",
        "sees": "Who will see it",
        "sees_inside": "People who work with {organization} here, and those to whom it shows or sends the video.",
        "sees_public": (
            "If you say yes to posting it: everybody. If you say no to that: people who work with {organization} "
            "here, and those to whom it shows or sends the video."
        ),
        "marked_as": "Every such video is marked, in the picture and in its file, as made by a computer.",
        "sample_text": "This computer voice, with some of the words. It is not your voice.",
        "sample_text_guardian": "This computer voice, with some of the words. It is not your child’s voice.",
        "sample_text_heir": "This computer voice, with some of the words. It is not the voice of {name}.",
        "no_sample": "It cannot be played here.",
        "words_none": (
            "There were many tries, so there are no words now. You can say no at once; for a yes, come back in an hour."
        ),
        "email": "Your e-mail address (optional)",
        "email_help": (
            "We send your receipt there. {organization} does not get the address, and we delete it after 90 days."
        ),
        "email_wrong": "This is not an e-mail address. Leave it empty, or correct it.",
        "evidence": "A document that shows that you decide",
        "evidence_help": (
            "A will, a certificate of inheritance, a contract: PDF, JPEG or PNG. Only this site’s moderators look "
            "at it, not {organization}."
        ),
        "evidence_wrong": "This is not a document that can be kept. Save it as PDF, JPEG or PNG, of 10 MB at most.",
        "spoken": "The three words, spoken",
        "spoken_help": "Say them aloud into the microphone, or choose a recording.",
        "spoken_heard": "A program on this site listens to them; the recording is not kept.",
        "spoken_person": (
            "No program here understands your language, so a person of this site listens. Until then no copy of "
            "the voice is made. The recording is deleted after that, in {days} days at the latest. Please type "
            "the words as well."
        ),
        "spoken_only_clone": "For a copy of the voice they have to be spoken.",
        "spoken_missing": "For a copy of the voice, record the three words; or say no to the copy.",
        "spoken_unusable": (
            "This recording cannot be used: too long, too quiet, or no sound at all. Say the words once more, "
            "close to the microphone."
        ),
        "spoken_differs": (
            "This does not sound like the voice that would be copied. If it is yours, say the words once more in "
            "a quiet room. If not, say no to the copy."
        ),
        "spoken_unheard": "The three words were not heard in this order. Say them once more, slowly.",
        "spoken_record": "Record the words",
        "spoken_stop": "Stop",
        "spoken_done": "Recorded. You can record again.",
        "spoken_denied": "The microphone cannot be used. Allow it for this page, or choose a recording.",
        "sample_clone": "This is the recording from which the voice would be copied.",
        "thanks_waits": "Thank you. One of your answers waits.",
        "waits": "Waiting.",
        "waits_text": (
            "A person listens to your recording first. Until then no copy of the voice is made; you get a new "
            "receipt then."
        ),
        "selfie": "A selfie, if you like",
        "selfie_help": (
            "You need not. If you give one, a program on this site compares the face in it with the face in the "
            "picture, and forgets it at once: the selfie is stored nowhere, and nobody looks at it. If they are alike, "
            "your answer is worth more as proof. If the program does not find them alike, nothing is refused: a person "
            "looks at your answer first."
        ),
        "selfie_again": "It was not kept. To try once more, choose or take another one.",
        "selfie_not_agreed": "Tick this if the selfie may be compared, or take the selfie out. It was not looked at.",
        "selfie_unusable": "This file cannot be used as a selfie. Take a JPEG or PNG picture of at most 15 MB.",
        "selfie_no_face": "No face was found in this selfie. Look into the camera, in good light.",
        "selfie_faces": "There are several faces in this selfie. Take one of yourself alone.",
        "selfie_same": "This is the very picture that you are asked about. Take a new one of yourself.",
        "selfie_useless": (
            "The picture above cannot be compared: the program finds no face in it, or several people. Please send "
            "your answer without a selfie."
        ),
        "selfie_too_often": "No more selfies can be compared here. Please send your answer without one.",
        "selfie_unsure": (
            "The program is not sure whether this is the face in the picture. That happens: light, glasses, an old "
            "picture. Try another selfie, or send your answer without one: then a person looks at it first."
        ),
        "selfie_differs": (
            "To the program this face does not look like the one in the picture. It can be wrong: light, glasses, an "
            "old picture. Try another selfie, or send your answer without one: then a person looks at it first."
        ),
        "selfie_matched": "A selfie was compared with the picture: the same person, as far as a program can tell.",
        "selfie_doubted": "A selfie was compared with the picture: to the program not surely the same person.",
        "selfie_gone": "The selfie was not kept.",
        "waits_face": (
            "To the program, your selfie did not look like the picture, so a person looks at your answer first. Until "
            "then nothing is made; you get a new receipt then. If nobody has looked after {days} days, it is a no."
        ),
        "preview": (
            "You are signed in with {organization}, so you only see what the person asked will see. You cannot "
            "answer for them."
        ),
        "preview_self": "Are you the person in the picture yourself? Then sign out, and open the link again.",
        "stop": "No more letters about this",
        "name_heir": "Your full name",
        "all_heir": "Everything that was asked and made of {name}",
    },
    "de": {
        "eyebrow": "Eine Frage an {name}",
        "eyebrow_guardian": "Eine Frage an Mutter, Vater oder Vormund von {name}",
        "may": "Darf dieses Bild von Ihnen sprechen?",
        "may_guardian": "Darf dieses Bild von {name} sprechen?",
        "lead": (
            "möchte ein kurzes Video machen, in dem sich das Gesicht auf diesem Bild bewegt und spricht. Sie "
            "entscheiden. Ohne Ihr Ja wird nichts gemacht."
        ),
        "not_sent": "Ihre Antwort ist noch nicht gesendet. Unten fehlt noch etwas.",
        "picture": "Das Bild, um das es geht",
        "said": "Was gesagt würde",
        "topic": "Das Thema",
        "topic_help": "Die genauen Worte stehen nicht fest. Gesagt werden könnte alles zu diesem Thema:",
        "voice": "Die Stimme",
        "sample": "So klingt die Stimme",
        "who": "Wer fragt",
        "what_for": "Wofür",
        "where": "Wo es gezeigt wird",
        "until": "Bis wann",
        "until_text": "Ein Ja gilt bis {date}. Sie können es jederzeit vorher zurücknehmen.",
        "terms": "Für jedes Ja",
        "your_answer": "Ihre Antwort",
        "each": "Jede Frage steht für sich. Wozu Sie Nein sagen, das geschieht nicht.",
        "yes": "Ja",
        "no": "Nein",
        "choose": "Wählen Sie Ja oder Nein.",
        "name": "Ihr voller Name",
        "name_guardian": "Ihr voller Name, als Mutter, Vater oder Vormund",
        "name_help": "Ihn hier einzugeben gilt als Ihre Unterschrift.",
        "name_missing": "Geben Sie Ihren vollen Namen ein: Er steht für Ihre Unterschrift.",
        "words": "Die drei Wörter",
        "words_help": "Wenn Sie zu etwas Ja sagen, geben Sie diese Wörter ein:",
        "words_why": "Sie gelten eine halbe Stunde und zeigen, dass Sie jetzt antworten und die Seite lesen.",
        "words_missing": "Geben Sie die drei Wörter ein: Sie sagen, dass die Antwort jetzt und von Ihnen kommt.",
        "words_wrong": "Das sind nicht die drei Wörter auf dieser Seite. Geben Sie sie in dieser Reihenfolge ein.",
        "words_expired": "Die drei Wörter sind abgelaufen. Geben Sie die neuen ein und senden Sie noch einmal.",
        "send": "Antwort senden",
        "kept": (
            "Auf der nächsten Seite bekommen Sie eine Quittung. Mit ihr nehmen Sie Ihre Antwort mit einem Klick "
            "zurück, ohne Anmeldung. Als Beleg behalten wir Ihren Namen, die Zeit und eine gekürzte Netzadresse."
        ),
        "not_you": "Ist das nicht für Sie? Dann antworten Sie bitte nicht und schließen Sie die Seite.",
        "not_me": "Wird ein Bild von Ihnen ohne Ihre Einwilligung benutzt? Sagen Sie es uns hier.",
        "receipt": "Quittung",
        "thanks_yes": "Danke. Sie haben Ja gesagt.",
        "thanks_part": "Danke. Sie waren nicht mit allem einverstanden.",
        "taken": "Sie haben es zurückgenommen",
        "taken_text": (
            "Seitdem darf damit kein Video gemacht werden, und keines kann hier noch angesehen oder heruntergeladen "
            "werden. Was darauf beruhte, wird gelöscht, und {organization} weiß davon."
        ),
        "may_now": "{organization} darf jetzt das beschriebene Video machen, und kein anderes.",
        "may_part": "{organization} darf nur, wozu Sie Ja gesagt haben. Ohne Gesicht, Stimme und Worte: nichts.",
        "answered": "Was Sie geantwortet haben",
        "withdrawn_scope": "Zurückgenommen.",
        "signed": "Unterschrieben als",
        "on": "Am",
        "holds": "Gilt bis",
        "asked_by": "Gefragt von",
        "number": "Nummer der Quittung",
        "changed": "Anders überlegt?",
        "changed_text": (
            "Ein Klick beendet Ihre Einwilligung, sofort und endgültig. Das Video wird nicht weiter gemacht und kann "
            "hier nicht mehr angesehen oder geladen werden. Früher geladene Kopien erreichen wir nicht."
        ),
        "withdraw": "Einwilligung widerrufen",
        "withdraw_one": "Nur das zurücknehmen",
        "keep": "Quittung aufheben",
        "keep_text": "Speichern Sie die Adresse dieser Seite. Sie ist Ihr Schlüssel: Geben Sie sie nicht weiter.",
        "download_pdf": "Zum Drucken (PDF)",
        "download_json": "Signierte Datei (JSON)",
        "all": "Alles, was zu Ihnen gefragt und gemacht wurde",
        "all_guardian": "Alles, was zu {name} gefragt und gemacht wurde",
        "eyebrow_heir": "Eine Frage an die Person, die für {name} entscheidet",
        "may_heir": "Darf dieses Bild von {name} sprechen?",
        "sees": "Wer es sieht",
        "sees_inside": (
            "Wer hier für {organization} arbeitet, und alle, denen {organization} das Video zeigt oder schickt."
        ),
        "sees_public": (
            "Wenn Sie der Veröffentlichung zustimmen: alle. Wenn nicht: wer hier für {organization} arbeitet, und "
            "alle, denen {organization} das Video zeigt oder schickt."
        ),
        "marked_as": "Jedes solche Video ist im Bild und in der Datei als vom Computer gemacht gekennzeichnet.",
        "sample_text": "Diese Computerstimme, mit einem Teil der Worte. Es ist nicht Ihre Stimme.",
        "sample_text_guardian": "Diese Computerstimme, mit einem Teil der Worte. Es ist nicht die Stimme Ihres Kindes.",
        "sample_text_heir": "Diese Computerstimme, mit einem Teil der Worte. Es ist nicht die Stimme von {name}.",
        "no_sample": "Sie kann hier nicht abgespielt werden.",
        "words_none": (
            "Es gab viele Versuche, darum gibt es gerade keine Wörter. Nein sagen können Sie sofort; für ein Ja "
            "kommen Sie in einer Stunde wieder."
        ),
        "email": "Ihre E-Mail-Adresse (freiwillig)",
        "email_help": (
            "Dorthin schicken wir Ihre Quittung. {organization} bekommt die Adresse nicht, und nach 90 Tagen "
            "löschen wir sie."
        ),
        "email_wrong": "Das ist keine E-Mail-Adresse. Lassen Sie das Feld leer oder verbessern Sie sie.",
        "evidence": "Ein Dokument, das zeigt, dass Sie entscheiden dürfen",
        "evidence_help": (
            "Testament, Erbschein oder Vertrag, als PDF, JPEG oder PNG. Nur die Moderation dieser Seite sieht es, "
            "nicht {organization}."
        ),
        "evidence_wrong": (
            "Dieses Dokument kann nicht aufgehoben werden. Speichern Sie es als PDF, JPEG oder PNG mit höchstens 10 MB."
        ),
        "spoken": "Die drei Wörter, gesprochen",
        "spoken_help": "Sprechen Sie sie ins Mikrofon, oder wählen Sie eine Aufnahme.",
        "spoken_heard": "Ein Programm dieser Seite hört sie an; die Aufnahme wird nicht behalten.",
        "spoken_person": (
            "Kein Programm hier versteht Ihre Sprache, darum hört ein Mensch von dieser Seite zu. Bis dahin wird "
            "keine Kopie der Stimme gemacht. Danach wird die Aufnahme gelöscht, spätestens nach {days} Tagen. "
            "Geben Sie die Wörter bitte auch ein."
        ),
        "spoken_only_clone": "Für eine Kopie der Stimme müssen sie gesprochen werden.",
        "spoken_missing": "Nehmen Sie für eine Kopie der Stimme die drei Wörter auf, oder sagen Sie Nein zur Kopie.",
        "spoken_unusable": (
            "Diese Aufnahme ist nicht brauchbar: zu lang, zu leise oder ganz ohne Ton. Sprechen Sie noch einmal, "
            "nah am Mikrofon."
        ),
        "spoken_differs": (
            "Das klingt nicht wie die Stimme, die kopiert würde. Ist es Ihre, sprechen Sie noch einmal in einem "
            "stillen Raum. Sonst sagen Sie Nein zur Kopie."
        ),
        "spoken_unheard": (
            "Die drei Wörter waren in dieser Reihenfolge nicht zu hören. Sprechen Sie sie noch einmal, langsam."
        ),
        "spoken_record": "Wörter aufnehmen",
        "spoken_stop": "Anhalten",
        "spoken_done": "Aufgenommen. Sie können es noch einmal tun.",
        "spoken_denied": "Das Mikrofon geht nicht. Erlauben Sie es für diese Seite, oder wählen Sie eine Aufnahme.",
        "sample_clone": "Das ist die Aufnahme, aus der die Stimme kopiert würde.",
        "thanks_waits": "Danke. Eine Ihrer Antworten wartet noch.",
        "waits": "Wartet.",
        "waits_text": (
            "Erst hört sich ein Mensch Ihre Aufnahme an. Bis dahin wird keine Kopie der Stimme gemacht; dann "
            "bekommen Sie eine neue Quittung."
        ),
        "selfie": "Ein Selfie, wenn Sie möchten",
        "selfie_help": (
            "Sie müssen nicht. Wenn Sie eines geben, vergleicht ein Programm auf dieser Seite das Gesicht darauf mit "
            "dem auf dem Bild und vergisst es sofort: Das Selfie wird nirgends gespeichert, und niemand sieht es an. "
            "Gleichen sie sich, beweist Ihre Antwort mehr. Findet das Programm das nicht, wird nichts abgelehnt: Dann "
            "sieht sich erst ein Mensch Ihre Antwort an."
        ),
        "selfie_again": "Es wurde nicht behalten. Um es noch einmal zu versuchen, wählen Sie bitte ein neues.",
        "selfie_not_agreed": (
            "Kreuzen Sie das an, wenn verglichen werden darf, oder nehmen Sie das Selfie heraus. Es wurde nicht "
            "angesehen."
        ),
        "selfie_unusable": "Diese Datei taugt nicht als Selfie. Nehmen Sie ein JPEG oder PNG von höchstens 15 MB.",
        "selfie_no_face": "Auf diesem Selfie wurde kein Gesicht gefunden. Schauen Sie bei gutem Licht in die Kamera.",
        "selfie_faces": "Auf diesem Selfie sind mehrere Gesichter. Nehmen Sie eines nur von sich.",
        "selfie_same": "Das ist genau das Bild, um das es geht. Nehmen Sie ein neues von sich auf.",
        "selfie_useless": (
            "Das Bild oben lässt sich nicht vergleichen: Das Programm findet darauf kein Gesicht oder mehrere "
            "Menschen. Bitte antworten Sie ohne Selfie."
        ),
        "selfie_too_often": "Hier kann kein Selfie mehr verglichen werden. Bitte antworten Sie ohne.",
        "selfie_unsure": (
            "Das Programm ist nicht sicher, ob das das Gesicht auf dem Bild ist. Das kommt vor: Licht, Brille, ein "
            "altes Bild. Versuchen Sie ein anderes Selfie, oder antworten Sie ohne: Dann sieht es sich erst ein Mensch "
            "an."
        ),
        "selfie_differs": (
            "Für das Programm gleicht dieses Gesicht dem auf dem Bild nicht. Es kann sich irren: Licht, Brille, ein "
            "altes Bild. Versuchen Sie ein anderes Selfie, oder antworten Sie ohne: Dann sieht es sich erst ein Mensch "
            "an."
        ),
        "selfie_matched": "Ein Selfie wurde mit dem Bild verglichen: für ein Programm dieselbe Person.",
        "selfie_doubted": "Ein Selfie wurde mit dem Bild verglichen: für das Programm nicht sicher dieselbe Person.",
        "selfie_gone": "Das Selfie wurde nicht behalten.",
        "waits_face": (
            "Für das Programm glich Ihr Selfie dem Bild nicht; darum sieht sich erst ein Mensch Ihre Antwort an. Bis "
            "dahin wird nichts gemacht; dann bekommen Sie eine neue Quittung. Hat nach {days} Tagen niemand "
            "hingesehen, gilt es als Nein."
        ),
        "preview": (
            "Sie sind bei {organization} angemeldet. Darum sehen Sie hier nur, was die gefragte Person sieht, und "
            "können nicht für sie antworten."
        ),
        "preview_self": (
            "Sind Sie selbst die Person auf dem Bild? Dann melden Sie sich ab und öffnen Sie den Link noch einmal."
        ),
        "stop": "Keine Briefe mehr dazu",
        "name_heir": "Ihr voller Name",
        "all_heir": "Alles, was zu {name} gefragt und gemacht wurde",
    },
    "es": {
        "eyebrow": "Una pregunta para {name}",
        "eyebrow_guardian": "Una pregunta para la madre, el padre o el tutor de {name}",
        "may": "¿Puede hablar esta foto suya?",
        "may_guardian": "¿Puede hablar esta foto de {name}?",
        "lead": (
            "quiere hacer un vídeo corto en el que la cara de esta foto se mueve y habla. Usted decide. Sin su sí no "
            "se hace nada."
        ),
        "not_sent": "Su respuesta aún no se ha enviado. Abajo falta algo.",
        "picture": "La foto que se usaría",
        "said": "Lo que se diría",
        "topic": "El tema",
        "topic_help": "Las palabras exactas no están fijadas. Podría decirse cualquier cosa sobre este tema:",
        "voice": "La voz",
        "sample": "Así suena la voz",
        "who": "Quién pregunta",
        "what_for": "Para qué",
        "where": "Dónde se muestra",
        "until": "Hasta cuándo",
        "until_text": "Un sí vale hasta el {date}. Puede retirarlo antes, cuando quiera.",
        "terms": "Para cada sí",
        "your_answer": "Su respuesta",
        "each": "Cada pregunta vale por sí sola. A lo que diga no, no se hace.",
        "yes": "Sí",
        "no": "No",
        "choose": "Elija sí o no.",
        "name": "Su nombre completo",
        "name_guardian": "Su nombre completo, como madre, padre o tutor",
        "name_help": "Escribirlo aquí vale como su firma.",
        "name_missing": "Escriba su nombre completo: vale como su firma.",
        "words": "Las tres palabras",
        "words_help": "Si dice sí a algo, escriba estas palabras:",
        "words_why": "Valen media hora y muestran que responde ahora y que lee la página.",
        "words_missing": "Escriba las tres palabras: dicen que la respuesta se da ahora y que es suya.",
        "words_wrong": "No son las tres palabras de esta página. Mírelas otra vez y escríbalas en este orden.",
        "words_expired": "Las tres palabras han caducado. Escriba las nuevas y envíe su respuesta otra vez.",
        "send": "Enviar mi respuesta",
        "kept": (
            "En la página siguiente recibe un recibo. Con él puede retirar su respuesta con un clic, sin iniciar "
            "sesión. Guardamos su nombre, la hora y una dirección de red acortada como prueba."
        ),
        "not_you": "¿No es para usted? Entonces no responda y cierre esta página.",
        "not_me": "¿Se usa una foto suya sin su consentimiento? Díganoslo aquí.",
        "receipt": "Recibo",
        "thanks_yes": "Gracias. Ha dicho que sí.",
        "thanks_part": "Gracias. No ha aceptado todo.",
        "taken": "Lo ha retirado",
        "taken_text": (
            "Desde ese momento no se puede hacer ningún vídeo con ello, ni ver o descargar aquí los que se hicieron. "
            "Lo que dependía de ello se está borrando, y {organization} lo sabe."
        ),
        "may_now": "{organization} puede hacer ahora el vídeo que vio descrito, y ningún otro.",
        "may_part": "{organization} solo puede hacer aquello a lo que dijo sí. Sin cara, voz y palabras, nada.",
        "answered": "Lo que respondió",
        "withdrawn_scope": "Retirado.",
        "signed": "Firmado como",
        "on": "El",
        "holds": "Vale hasta",
        "asked_by": "Pregunta de",
        "number": "Número del recibo",
        "changed": "¿Ha cambiado de opinión?",
        "changed_text": (
            "Un clic termina su consentimiento, al momento y para siempre. El vídeo deja de hacerse y ya no se puede "
            "ver ni descargar aquí. Las copias descargadas antes no están a nuestro alcance."
        ),
        "withdraw": "Retirar mi consentimiento",
        "withdraw_one": "Retirar solo esto",
        "keep": "Guarde este recibo",
        "keep_text": "Guarde la dirección de esta página. Es la llave de este recibo: no la comparta.",
        "download_pdf": "Para imprimir (PDF)",
        "download_json": "Archivo firmado (JSON)",
        "all": "Todo lo que se preguntó y se hizo sobre usted",
        "all_guardian": "Todo lo que se preguntó y se hizo sobre {name}",
        "eyebrow_heir": "Una pregunta para quien decide por {name}",
        "may_heir": "¿Puede hablar esta foto de {name}?",
        "sees": "Quién lo verá",
        "sees_inside": "Quienes trabajan aquí con {organization}, y aquellos a quienes enseñe o envíe el vídeo.",
        "sees_public": (
            "Si dice sí a publicarlo: todo el mundo. Si dice no a eso: quienes trabajan aquí con {organization}, "
            "y aquellos a quienes enseñe o envíe el vídeo."
        ),
        "marked_as": "Todos estos vídeos llevan una marca, en la imagen y en el archivo, de que los hizo un ordenador.",
        "sample_text": "Esta voz de ordenador, con algunas de las palabras. No es su voz.",
        "sample_text_guardian": "Esta voz de ordenador, con algunas de las palabras. No es la voz de su hijo o hija.",
        "sample_text_heir": "Esta voz de ordenador, con algunas de las palabras. No es la voz de {name}.",
        "no_sample": "Aquí no se puede reproducir.",
        "words_none": (
            "Hubo muchos intentos, así que ahora no hay palabras. Puede decir que no ahora mismo; para decir que "
            "sí, vuelva en una hora."
        ),
        "email": "Su correo electrónico (opcional)",
        "email_help": "Allí enviamos su recibo. {organization} no recibe la dirección, y la borramos a los 90 días.",
        "email_wrong": "Esto no es un correo electrónico. Déjelo vacío o corríjalo.",
        "evidence": "Un documento que muestre que usted decide",
        "evidence_help": (
            "Un testamento, un certificado de herencia, un contrato: PDF, JPEG o PNG. Solo lo ven los moderadores "
            "de este sitio, no {organization}."
        ),
        "evidence_wrong": "Este documento no se puede guardar. Guárdelo como PDF, JPEG o PNG, de 10 MB como mucho.",
        "spoken": "Las tres palabras, habladas",
        "spoken_help": "Dígalas al micrófono, o elija una grabación.",
        "spoken_heard": "Un programa de este sitio las escucha; la grabación no se guarda.",
        "spoken_person": (
            "Ningún programa de aquí entiende su idioma, así que escucha una persona de este sitio. Hasta "
            "entonces no se copia la voz. Después se borra la grabación, como muy tarde a los {days} días. "
            "Escriba también las palabras."
        ),
        "spoken_only_clone": "Para una copia de la voz hay que decirlas en voz alta.",
        "spoken_missing": "Para una copia de la voz, grabe las tres palabras; o diga no a la copia.",
        "spoken_unusable": (
            "Esta grabación no sirve: demasiado larga, demasiado baja o sin sonido. Dígalas otra vez, cerca del "
            "micrófono."
        ),
        "spoken_differs": (
            "No suena como la voz que se copiaría. Si es la suya, dígalas otra vez en un lugar tranquilo. Si no, "
            "diga no a la copia."
        ),
        "spoken_unheard": "No se oyeron las tres palabras en este orden. Dígalas otra vez, despacio.",
        "spoken_record": "Grabar las palabras",
        "spoken_stop": "Parar",
        "spoken_done": "Grabado. Puede grabar otra vez.",
        "spoken_denied": "No se puede usar el micrófono. Permítalo para esta página, o elija una grabación.",
        "sample_clone": "Esta es la grabación de la que se copiaría la voz.",
        "thanks_waits": "Gracias. Una de sus respuestas está en espera.",
        "waits": "En espera.",
        "waits_text": (
            "Primero una persona escucha su grabación. Hasta entonces no se copia la voz; entonces recibe un "
            "recibo nuevo."
        ),
        "selfie": "Un selfi, si quiere",
        "selfie_help": (
            "No hace falta. Si lo da, un programa de este sitio compara la cara del selfi con la de la foto y lo "
            "olvida enseguida: el selfi no se guarda en ningún sitio y nadie lo mira. Si se parecen, su respuesta vale "
            "más como prueba. Si el programa no las ve parecidas, no se rechaza nada: primero mira su respuesta una "
            "persona."
        ),
        "selfie_again": "No se ha guardado. Para probar otra vez, elija o haga otro.",
        "selfie_not_agreed": "Márquelo si se puede comparar, o quite el selfi. No se ha mirado.",
        "selfie_unusable": "Este archivo no sirve como selfi. Use una foto JPEG o PNG de 15 MB como mucho.",
        "selfie_no_face": "No se encontró ninguna cara en este selfi. Mire a la cámara, con buena luz.",
        "selfie_faces": "En este selfi hay varias caras. Haga uno en el que esté solo usted.",
        "selfie_same": "Es la misma foto por la que se le pregunta. Hágase una nueva.",
        "selfie_useless": (
            "La foto de arriba no se puede comparar: el programa no encuentra ninguna cara, o encuentra a varias "
            "personas. Envíe su respuesta sin selfi."
        ),
        "selfie_too_often": "Aquí ya no se pueden comparar más selfis. Envíe su respuesta sin selfi.",
        "selfie_unsure": (
            "El programa no está seguro de que sea la cara de la foto. Pasa: la luz, unas gafas, una foto antigua. "
            "Pruebe con otro selfi, o envíe su respuesta sin selfi: primero la mirará una persona."
        ),
        "selfie_differs": (
            "Para el programa, esta cara no se parece a la de la foto. Puede equivocarse: la luz, unas gafas, una foto "
            "antigua. Pruebe con otro selfi, o envíe su respuesta sin selfi: primero la mirará una persona."
        ),
        "selfie_matched": "Se comparó un selfi con la foto: la misma persona, hasta donde un programa puede decirlo.",
        "selfie_doubted": "Se comparó un selfi con la foto: para el programa, no es seguro que sea la misma persona.",
        "selfie_gone": "El selfi no se guardó.",
        "waits_face": (
            "Para el programa, su selfi no se parecía a la foto, así que primero una persona mira su respuesta. Hasta "
            "entonces no se hace nada; entonces recibe un recibo nuevo. Si a los {days} días nadie la ha mirado, vale "
            "como un no."
        ),
        "preview": (
            "Ha iniciado sesión con {organization}, así que solo ve lo que verá la persona a la que se pregunta. "
            "No puede responder por ella."
        ),
        "preview_self": "¿Es usted la persona de la foto? Cierre la sesión y abra el enlace otra vez.",
        "stop": "No recibir más cartas sobre esto",
        "name_heir": "Su nombre completo",
        "all_heir": "Todo lo que se preguntó y se hizo sobre {name}",
    },
}


def asked_of(request: ConsentRequest) -> str:
    """Which of the texts fit who is asked: "subject", "guardian", or "heir" for whoever decides for somebody else."""
    return {Grantor.SUBJECT: "subject", Grantor.GUARDIAN: "guardian"}.get(Grantor(request.grantor_kind), "heir")


def page_words(request: ConsentRequest, *, language: str) -> dict[str, str]:
    """Every text of the question's and the receipt's page, filled in for this request."""
    values = {
        "name": request.subject_name,
        "organization": request.organization_name,
        "days": str(DAYS_TO_LISTEN),
        "date": day_words(request.holds_until.date(), language),
    }
    texts = PAGES[known_language(language)]
    filled = {key: text.format_map(values) for key, text in texts.items()}
    # Where there is a text of its own for who is asked, it stands in for the other one.
    own = f"_{asked_of(request)}"
    return filled | {key: filled[key + own] for key in filled if key + own in filled}


def scope_titles(request: ConsentRequest, *, language: str) -> dict[Scope, str]:
    """What is asked about each scope of the request, as a question to the one who answers."""
    titles = TITLES[known_language(language), asked_of(request)]
    if request.recording_key:
        titles = titles | {Scope.VOICE: titles["recording"]}
    return {scope: titles[scope].format_map({"name": request.subject_name}) for scope in map(Scope, request.scopes)}
