"""Telling a person what was asked and made of them. The apps above this one tell what they made: they register here."""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from consent import gate
from consent.models import ConsentRequest, Letter, Subject
from consent.receipts import receipt_json
from consent.record import record_of_request, record_of_statement

# How the keys of letters to the organisation begin (consent.answering, consent.reminding).
TO_ORGANIZATION = ("answered:", "withdrawn:", "ending-report:")

_README = """This is everything that {organization} asked of {name} and made of {name} on this site.

requests/   each question and its answers, as a consent record (ISO/IEC TS 27560)
receipts/   the signed receipt of each answer
statements/ what was stated about the person by others
made.json   the clips and pictures that there are or were
letters.json   the e-mails that were sent about it

Each receipt can be checked with: manage.py consent_receipt verify FILE
"""


@dataclass(frozen=True)
class Made:
    """A picture or clip of a person. `standing` says in a word or two what is to be had of it now."""

    id: str
    what: str
    title: str
    made_at: str
    standing: str


Teller = Callable[[Subject], Sequence[Made]]
# Gets what somebody typed or pasted to say which clip they mean; whom that clip shows, or None.
Finder = Callable[[str], Subject | None]

_tellers: list[Teller] = []
_finders: list[Finder] = []


def on_tell(teller: Teller) -> Teller:
    """Have `teller` asked what was made of a subject; a decorator, or for AppConfig.ready()."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def on_find(finder: Finder) -> Finder:
    """Have `finder` asked whom a clip shows; a decorator, or for AppConfig.ready()."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def made_of(subject: Subject) -> list[Made]:
    """Everything that was made of the subject, newest first."""
    return sorted(
        (made for teller in _tellers for made in teller(subject)), key=lambda made: made.made_at, reverse=True
    )


def subject_shown(reference: str) -> Subject | None:
    """Whom the clip shows that this text names, such as its address; None where nobody knows it."""
    return next((subject for finder in _finders if (subject := finder(reference)) is not None), None)


def export_of(subject: Subject) -> bytes:
    """Everything that was asked and made of the subject, as a ZIP file of JSON files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README.format(organization=subject.organization.name, name=subject.name))
        for request in ConsentRequest.objects.filter(subject=subject).select_related("subject", "created_by"):
            archive.writestr(f"requests/{request.pk}.json", _json(record_of_request(request, with_traces=True)))
            if request.events.exists():
                archive.writestr(f"receipts/{request.pk}.json", receipt_json(request))
        for event in subject.events.filter(scope=gate.STATEMENT).select_related("subject__organization"):
            archive.writestr(f"statements/{event.pk}.json", _json(record_of_statement(event)))
        archive.writestr("made.json", _json([asdict(made) for made in made_of(subject)]))
        letters = Letter.objects.filter(request__subject=subject).exclude(sent_at=None)
        archive.writestr(
            "letters.json",
            _json(
                [
                    # Who works for the organisation, and at which address, is not the person's to take along.
                    {
                        "about": letter.key.partition(":")[0],
                        "question": letter.request_id,
                        "to": "the organisation" if letter.key.startswith(TO_ORGANIZATION) else letter.recipient,
                        "sent_at": str(letter.sent_at),
                    }
                    for letter in letters
                ]
            ),
        )
    return buffer.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
