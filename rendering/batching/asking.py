"""Asking those who are shown in a batch. With a topic one question does for all rows of a person; else each row has its
own words, and its own question.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import authorize
from projects.batches.models import Batch, BatchRow, RowState
from projects.batches.services import BatchConflict
from projects.parts import parts_of
from rendering.batching.drafts import draft_clip
from rendering.gating import by_topic, open_request, request_consent, uses_of

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Question:
    """What somebody is asked: `rows` is how many rows wait for it."""

    subject: str
    link: str
    rows: tuple[int, ...]


def row_consent_ask(*, organization: Organization, acting_user: User, row: BatchRow) -> str:
    """The address at which the person shown in this row can answer. A question that is open is not asked again."""
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    if row.state != RowState.CONSENT or row.portrait is None:
        raise BatchConflict("This row does not wait for consent.")
    with transaction.atomic():
        return request_consent(organization=organization, acting_user=acting_user, clip=draft_clip(row))


def batch_consent_ask(*, organization: Organization, acting_user: User, batch: Batch) -> tuple[Question, ...]:
    """Ask for all that is missing, at most MOST_AT_ONCE questions at a time; the questions with their links."""
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    found: dict[tuple[object, ...], Question] = {}
    for row in waiting_rows(batch):
        key = _key(row)
        if key not in found:
            if len(found) == MOST_AT_ONCE:
                break
            link = row_consent_ask(organization=organization, acting_user=acting_user, row=row)
            found[key] = Question(draft_clip(row).portrait.subject.name, link, ())
        question = found[key]
        found[key] = Question(question.subject, question.link, (*question.rows, row.number))
    return tuple(found.values())


def open_link(row: BatchRow) -> str:
    """The address of an open question about this row, or ""."""
    if row.portrait is None or row.state != RowState.CONSENT:
        return ""
    return open_request(row.batch.organization, draft_clip(row))


def waiting_rows(batch: Batch) -> list[BatchRow]:
    """The rows that wait for the consent of somebody who can be asked."""
    rows = batch.rows.filter(state=RowState.CONSENT).select_related(
        "portrait__subject", "batch__organization", "batch__project"
    )
    return [row for row in rows if row.portrait is not None and row.portrait.subject.can_be_asked]


def _key(row: BatchRow) -> tuple[object, ...]:
    clip = draft_clip(row)
    (part,) = parts_of(clip)
    words = "" if by_topic(part) else part.words_asked
    return clip.portrait.subject_id, part.shown_sha256, part.voice, clip.topic, words, uses_of(clip)
