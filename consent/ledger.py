"""The one place where events are written: each is bound to what was shown, and chained to the one before it.

The organisation has to be locked (accounts.credits.organization_lock) by whoever calls.
"""

from datetime import timedelta
from typing import Any

from accounts.chain import chain_hash
from consent.fingerprints import network_of, text_sha256
from consent.models import ConsentEvent, ConsentRequest, ConsentTrace, Subject

# How long it is kept from where an answer came.
TRACE_DAYS = 90


def event_append(subject: Subject, *, text: str, request: ConsentRequest | None = None, **fields: Any) -> ConsentEvent:
    """Add an event to the subject's chain; with a `request` it is about the photo, voice, words and topic of that."""
    last = ConsentEvent.objects.filter(subject=subject).order_by("-sequence").first()
    event = ConsentEvent(
        organization_id=subject.organization_id,
        subject=subject,
        request=request,
        sequence=last.sequence + 1 if last else 1,
        photo_sha256=request.photo_sha256 if request else "",
        voice=request.voice if request else "",
        words_sha256=request.words_sha256 if request else "",
        topic=request.topic if request else "",
        text=text,
        text_sha256=text_sha256(text),
        previous_hash=last.hash if last else "",
        **fields,
    )
    event.hash = chain_hash(event.previous_hash, event.hashed_fields())
    event.save(force_insert=True)
    return event


def trace_record(event: ConsentEvent, *, ip: str, user_agent: str) -> None:
    """Keep, for a while and apart from the event, from which network and browser it came."""
    ConsentTrace.objects.create(
        event=event,
        ip=network_of(ip),
        user_agent=user_agent[:300],
        delete_after=event.at + timedelta(days=TRACE_DAYS),
    )
