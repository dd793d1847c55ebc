"""The consent record, in the form of ISO/IEC TS 27560:2023: header, processing of personal data, parties, events.

Its field names are kept as the specification has them. What a talking portrait needs beyond it stands in the section
"likeness": what exactly was shown, the proof of the signature, and the hash chain that the events are part of.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from consent import gate
from consent.models import ConsentEvent, ConsentRequest, Subject
from consent.selectors import request_state

_OPERATOR = "the operator of this installation"
SCHEMA_VERSION = "ISO/IEC TS 27560:2023; likeness-1"

_PII = {
    gate.Scope.FACE: (("photograph of the face", False), ("geometry of the face", True)),
    gate.Scope.VOICE: (("voice that is heard as the person's", False),),
    gate.Scope.CLONE: (("recordings of the voice", False), ("voiceprint", True)),
    gate.Scope.WORDS: (("words attributed to the person", False),),
    gate.Scope.TOPIC: (("words attributed to the person", False),),
    gate.Scope.COMMERCIAL: (("likeness in the finished video", False),),
    gate.Scope.PUBLIC: (("likeness in the finished video", False),),
}
_PURPOSES = {
    gate.Scope.FACE: "animate the face in the photograph",
    gate.Scope.VOICE: "speak in a generated voice, or in a recording",
    gate.Scope.CLONE: "speak in a copy of the person's voice",
    gate.Scope.WORDS: "show the person saying exactly these words",
    gate.Scope.TOPIC: "show the person saying any words within a stated topic",
    gate.Scope.COMMERCIAL: "advertise or sell with the video",
    gate.Scope.PUBLIC: "post the video in public",
}
_RIGHTS = ["withdraw", "access", "rectification", "erasure", "data portability", "complain to a supervisory authority"]
_EVENT_TYPES = {
    gate.State.GRANTED: "explicit consent given",
    gate.State.REFUSED: "consent refused",
    gate.State.WITHDRAWN: "consent withdrawn",
    gate.State.QUESTIONED: "statement questioned by a moderator",
}


def record_of_request(request: ConsentRequest, *, with_traces: bool = False) -> dict[str, Any]:
    """The record of a question and everything that was answered to it, as JSON.

    `with_traces`: with the network and browser of each answer, while they are kept; for the person, not for receipts,
    which would keep them for ever.
    """
    events = list(ConsentEvent.objects.filter(request=request).select_related("trace").order_by("sequence"))
    by_another = request.grantor_kind != gate.Grantor.SUBJECT
    signer = next((event.typed_name for event in events if event.typed_name), "")
    return {
        "schema_version": SCHEMA_VERSION,
        "record_id": request.pk,
        "pii_principal_id": request.subject_id,
        "pii_processing": {
            "privacy_notice": [event.text_sha256 for event in events if event.state != gate.State.WITHDRAWN],
            "language": sorted({event.language for event in events}) or [request.language],
            "purposes": [
                *(_purpose(request, gate.Scope(scope)) for scope in request.scopes),
                *([_compared(request)] if any(event.selfie_outcome for event in events) else []),
            ],
            "geographic_restrictions": [],
            "jurisdiction": settings.LIKENESS_JURISDICTION or "not stated by the operator",
        },
        "party_identification": [
            _principal(request.subject, request.subject_name),
            *([_party(request.grantor_kind, signer, "PII principal's representative", "person")] if by_another else []),
            *_organisation_parties(request.organization_id, request.organization_name, request.created_by.email),
        ],
        "event": [_event(event) for event in events],
        "likeness": {
            "subject_kind": request.subject.kind,
            "grantor_kind": request.grantor_kind,
            "state": request_state(request).value,
            "asked_at": _time(request.created_at),
            "answerable_until": _time(request.expires_at),
            "holds_until": _time(request.holds_until),
            "renews": request.renews_id,
            "link": "sent by e-mail from here" if request.email else "passed on by the organisation",
            "scope": list(request.scopes),
            "photo_sha256s": [request.photo_sha256],
            "evidence_of_authority": next((event.evidence_sha256 for event in events if event.evidence_sha256), ""),
            "voice": request.voice,
            "voice_kind": request.voice_kind,
            "voice_label": request.voice_label,
            "words": request.words,
            "words_sha256": request.words_sha256,
            "topic": request.topic,
            "recording": bool(request.recording_key),
            "purpose": request.purpose,
            "audience": request.audience,
            "biometric_release_at": _release(events),
            "review": _review(request.subject),
            "events": [_evidence(event, with_traces) for event in events],
        },
    }


def record_of_statement(event: ConsentEvent) -> dict[str, Any]:
    """The record of a statement about somebody who cannot be asked, as JSON."""
    subject = event.subject
    return {
        "schema_version": SCHEMA_VERSION,
        "record_id": event.pk,
        "pii_principal_id": subject.pk,
        "pii_processing": {
            "privacy_notice": [event.text_sha256],
            "language": [event.language],
            "purposes": [{"purpose": "show a subject who cannot be asked", "lawful_basis": "statement"}],
            "geographic_restrictions": [],
            "jurisdiction": settings.LIKENESS_JURISDICTION or "not stated by the operator",
        },
        "party_identification": [
            _principal(subject, subject.name),
            _party(event.actor_id, event.typed_name, f"states it as {event.get_grantor_kind_display()}", "person"),
            *_organisation_parties(subject.organization_id, subject.organization.name, ""),
        ],
        "event": [_event(event)],
        "likeness": {
            "subject_kind": subject.kind,
            "grantor_kind": event.grantor_kind,
            "scope": [event.scope],
            "source": event.source,
            "year_of_death": subject.year_of_death,
            "evidence_of_authority": event.evidence_sha256,
            "review": _review(subject),
            "events": [_evidence(event)],
        },
    }


def _purpose(request: ConsentRequest, scope: gate.Scope) -> dict[str, Any]:
    return {
        "purpose": _PURPOSES[scope],
        "purpose_type": scope.value,
        "purpose_description": request.purpose,
        "lawful_basis": "explicit consent (GDPR 6(1)(a), 9(2)(a))",
        "pii_information": [{"pii_type": what, "sensitive_pii": sensitive} for what, sensitive in _PII[scope]],
        "pii_controllers": [request.organization_id],
        "collection_method": "photograph and text given by the organisation, answer given on its consent page",
        "processing_method": "generation of a synthetic video that is marked as such",
        "storage_locations": [settings.LIKENESS_STORAGE_LOCATION],
        "retention_period": f"until {request.holds_until.date().isoformat()}, or until withdrawal; the record itself "
        f"{settings.LIKENESS_CONSENT_RETENTION} longer, as proof",
        "recipient_third_parties": [request.audience] if request.audience else [],
        "withdrawal_method": "one click on the receipt's page, whose address the person has; no account",
        "privacy_rights": _RIGHTS,
    }


def _compared(request: ConsentRequest) -> dict[str, Any]:
    """What a selfie was for."""
    purpose = _purpose(request, gate.Scope.FACE)
    return purpose | {
        "purpose": "compare a selfie with the photograph",
        "purpose_type": "selfie",
        "pii_information": [
            {"pii_type": "selfie", "sensitive_pii": False},
            {"pii_type": "geometry of the face", "sensitive_pii": True},
        ],
        "collection_method": "given by the person with the answer",
        "processing_method": "one comparison by a program on this installation, in memory",
        "storage_locations": [],
        "retention_period": "not longer than the comparison; what came of it is part of the answer",
        "recipient_third_parties": [],
    }


def _principal(subject: Subject, name: str) -> dict[str, str]:
    return _party(subject.pk, name, "PII principal", subject.get_kind_display())


def _organisation_parties(organization_id: str, name: str, contact: str) -> list[dict[str, str]]:
    return [
        _party(organization_id, name, "PII controller", "organisation", contact),
        _party("operator", settings.LIKENESS_OPERATOR or _OPERATOR, "PII processor", "organisation"),
    ]


def _party(party_id: str, name: str, role: str, kind: str, contact: str = "") -> dict[str, str]:
    return {
        "party_id": party_id,
        "party_name": name,
        "party_role": role,
        "party_type": kind,
        "party_contact": contact,
    }


def _event(event: ConsentEvent) -> dict[str, Any]:
    return {
        "event_time": _time(event.at),
        "validity_duration": _validity(event),
        "entity_id": event.actor_id or event.subject_id,
        "event_type": _EVENT_TYPES[gate.State(event.state)],
        "event_state": f"{event.scope} {event.state}",
    }


def _validity(event: ConsentEvent) -> str:
    """How long it holds, as an ISO 8601 duration; "" for what does not end."""
    if event.expires_at is None:
        return ""
    return f"PT{int((event.expires_at - event.at).total_seconds())}S"


def _evidence(event: ConsentEvent, with_trace: bool = False) -> dict[str, Any]:
    """An event with all that its hash is made of, and the text that was shown."""
    fields = {
        name: _time(value) if isinstance(value, datetime) else value for name, value in event.hashed_fields().items()
    }
    shown = {**fields, "text": event.text, "previous_hash": event.previous_hash, "hash": event.hash}
    if with_trace and hasattr(event, "trace"):
        shown |= {"network": event.trace.ip, "user_agent": event.trace.user_agent}
    return shown


def _release(events: Sequence[ConsentEvent]) -> str:
    """When measuring the face or the voice was agreed to (the written release of BIPA); "" where it was not."""
    given = [
        event.at
        for event in events
        if event.state == gate.State.GRANTED and event.scope in (gate.Scope.FACE, gate.Scope.CLONE)
    ]
    return _time(min(given)) if given else ""


def _review(subject: Subject) -> dict[str, str]:
    latest = subject.events.filter(scope=gate.REVIEW).order_by("-sequence").first()
    if latest is None:
        return {}
    return {"reviewer": latest.actor_id, "outcome": latest.state, "reason": latest.text, "at": _time(latest.at)}


def _time(moment: datetime) -> str:
    """As in accounts.chain, so that a hash can be computed again from what stands here."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
