"""Reading the audit ledger: filtered, exported, and verified entry by entry."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.chain import chain_hash
from accounts.models import AuditEvent, Organization
from accounts.scopes import within

COLUMNS = ("sequence", "at", "actor", "action", "object", "data", "previous_hash", "hash")


def audit_events(
    organization: Organization,
    *,
    action: str = "",
    actor: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """The organisation's entries, newest first. `action`: its beginning, as "membership"; both days are included."""
    events = AuditEvent.objects.filter(organization=organization).order_by("-sequence")
    if action:
        events = events.filter(action__startswith=action)
    if actor:
        events = events.filter(actor_id=actor)
    if since:
        events = events.filter(at__gte=_midnight(since))
    if until:
        events = events.filter(at__lt=_midnight(until + timedelta(days=1)))
    return events


def audit_faults(organization: Organization) -> Iterator[str]:
    """What does not fit in the chain, in words, entry by entry; nothing for an intact ledger.

    Entries cut off at the end leave no trace in what is left: an export that was kept elsewhere shows them.
    """
    previous_hash, expected = "", 1
    for event in AuditEvent.objects.filter(organization=organization).order_by("sequence").iterator():
        if event.sequence > expected:
            gone = str(expected) if event.sequence == expected + 1 else f"{expected} to {event.sequence - 1}"
            yield f"entry {gone}: missing"
        if event.hash != chain_hash(event.previous_hash, event.hashed_fields()):
            yield f"entry {event.sequence} ({event.action} {event.object_id}): changed after it was written"
        if event.previous_hash != previous_hash:
            yield f"entry {event.sequence} ({event.action} {event.object_id}): does not follow on the entry before it"
        previous_hash, expected = event.hash, event.sequence + 1


def as_plain(event: AuditEvent) -> dict[str, Any]:
    """An entry with all that its hash stands for."""
    return {
        "sequence": event.sequence,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "action": event.action,
        "object": event.object_id,
        "data": event.data,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def export_lines(organization: Organization, *, kind: str) -> Iterator[str]:
    """The whole ledger, oldest first, as "jsonl" or "csv", piece by piece. In a scope of its own: a download outlives
    the request that asked for it.
    """
    if kind == "csv":
        yield _csv_line(COLUMNS)
    last = 0
    while True:
        with within(organization):
            page = list(
                AuditEvent.objects.filter(organization=organization, sequence__gt=last).order_by("sequence")[:500]
            )
        if not page:
            return
        for event in page:
            plain = as_plain(event)
            if kind == "csv":
                yield _csv_line(json.dumps(plain[name]) if name == "data" else plain[name] for name in COLUMNS)
            else:
                yield json.dumps(plain, ensure_ascii=False) + "\n"
        last = page[-1].sequence


def _csv_line(values: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
