"""Writing about who is shown: subjects, the statements and documents that stand in for those who cannot be asked."""

import hashlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.names import clean_name, visible
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from consent import gate
from consent.ledger import event_append
from consent.models import ConsentEvent, Evidence, Subject, SubjectKind
from consent.notices import known_language
from consent.withdrawal import Withdrawal, announce

STATEMENT_VERSION = "statement-1"
REVIEW_VERSION = "review-1"
MAX_EVIDENCE_BYTES = 10_000_000
# What a document may be, by how its file begins.
_EVIDENCE_TYPES = {b"%PDF-": ("application/pdf", ".pdf"), b"\xff\xd8\xff": ("image/jpeg", ".jpg")} | {
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png")
}
_REVIEW_STATES = {
    gate.Moderation.APPROVED: gate.State.GRANTED,
    gate.Moderation.REFUSED: gate.State.REFUSED,
    gate.Moderation.QUESTIONED: gate.State.QUESTIONED,
    gate.Moderation.NONE: gate.State.WITHDRAWN,
}


@transaction.atomic
def subject_create(
    *,
    organization: Organization,
    acting_user: User,
    kind: str,
    name: str,
    language: str = "en",
    guardian_name: str = "",
    year_of_death: int | None = None,
    statement: str = "",
    statement_source: str = "",
    authority: str = "",
    evidence: bytes = b"",
) -> Subject:
    """A new subject; a `statement` given here is recorded as by `statement_record`.

    Raises PermissionDenied, or ValidationError by field.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    if kind not in SubjectKind.values:
        raise ValidationError({"kind": f"Say who is shown: {', '.join(SubjectKind.values)}."})
    try:
        name = clean_name(name, complaint="Give the name of the person or figure in the photo.")
    except ValidationError as error:
        raise ValidationError({"name": error.messages}) from error
    if year_of_death is not None and year_of_death > timezone.now().year:
        raise ValidationError({"year_of_death": "The year of death cannot lie in the future."})
    if year_of_death is not None and kind in gate.LIVING_KINDS:
        raise ValidationError({"year_of_death": "Only somebody who has died has a year of death. Choose another kind."})
    if kind == SubjectKind.SELF:
        _refuse_second_self(organization, acting_user, name)
    subject = Subject.objects.create(
        organization=organization,
        kind=kind,
        name=name,
        language=known_language(language),
        guardian_name=visible(guardian_name),
        year_of_death=year_of_death,
        created_by=acting_user,
    )
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="subject.created",
        object_id=subject.pk,
        data={"kind": kind},
    )
    if statement.strip():
        statement_record(
            organization=organization,
            acting_user=acting_user,
            subject=subject,
            statement=statement,
            source=statement_source,
            authority=authority,
            evidence=evidence,
        )
    return subject


def _refuse_second_self(organization: Organization, acting_user: User, name: str) -> None:
    """Nobody is two people: who says of a second picture that it is "myself" says it under the same name."""
    here = Subject.objects.filter(organization=organization, created_by=acting_user, kind=SubjectKind.SELF).first()
    if here is not None and here.name.casefold() != name.casefold():
        raise ValidationError(
            {"kind": f"You are here already, as {here.name}. For anybody else choose “{SubjectKind.OTHER.label}”."}
        )


@transaction.atomic
def subject_asked_by_link(
    *, organization: Organization, acting_user: User, subject: Subject, authority: str, name: str = ""
) -> Subject:
    """Have the executor, rights holder or family asked by a link, as a guardian is; "" for a statement instead.

    Raises PermissionDenied, or ValidationError by field.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    require_own(organization, subject)
    allowed = gate.LINK_GRANTORS.get(gate.SubjectKind(subject.kind), frozenset())
    if authority and authority not in allowed:
        raise ValidationError({"authority": f"By a link can be asked: {', '.join(sorted(allowed)) or 'nobody'}."})
    Subject.objects.filter(pk=subject.pk).update(decided_by=authority, guardian_name=visible(name)[:200])
    subject.refresh_from_db()
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="subject.asked-by-link",
        object_id=subject.pk,
        data={"authority": authority},
    )
    return subject


@transaction.atomic
def statement_record(
    *,
    organization: Organization,
    acting_user: User,
    subject: Subject,
    statement: str,
    source: str = "",
    authority: str = "",
    evidence: bytes = b"",
) -> ConsentEvent:
    """Record why clips of somebody who cannot be asked may be made.

    `authority` is a gate.Grantor: executor, rights holder or family for the dead, editor (the default) for the others.
    `source` says what the statement rests on; for a historical person it is a must. `evidence` is the document that
    shows the authority (PDF, JPEG or PNG): for the dead the gate waits for it, or for a moderator.
    Raises PermissionDenied or ValidationError.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    require_own(organization, subject)
    kind = gate.SubjectKind(subject.kind)
    if kind in gate.LIVING_KINDS:
        raise ValidationError(
            {"statement": "A living person is asked: nobody can state consent for them. Send a link."}
        )
    if kind is not gate.SubjectKind.DECEASED:
        authority = authority or gate.Grantor.EDITOR
    if authority not in gate.STATEMENT_GRANTORS[kind]:
        allowed = ", ".join(sorted(gate.STATEMENT_GRANTORS[kind]))
        raise ValidationError({"authority": f"Say on whose authority: {allowed}."})
    statement, source = statement.strip(), source.strip()
    if not statement:
        raise ValidationError({"statement": "Say why this clip may be made."})
    if kind is gate.SubjectKind.HISTORICAL and not source:
        raise ValidationError({"statement_source": "Say where the picture and the facts about this person come from."})
    organization_lock(organization)
    kept = evidence_store(subject, acting_user, evidence) if evidence else None
    event = event_append(
        subject,
        at=timezone.now(),
        scope=gate.STATEMENT,
        state=gate.State.GRANTED,
        text=statement,
        text_version=STATEMENT_VERSION,
        source=source,
        evidence_sha256=kept.sha256 if kept else "",
        signature_method="signed in",
        typed_name=acting_user.get_full_name(),
        grantor_kind=authority,
        actor_id=acting_user.pk,
        language=subject.language,
    )
    Subject.objects.filter(pk=subject.pk).update(statement=statement, statement_source=source)
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="consent.stated",
        object_id=subject.pk,
        data={"event": event.pk, "authority": str(authority), **({"evidence": kept.pk} if kept else {})},
    )
    return event


def evidence_store(subject: Subject, acting_user: User | None, content: bytes) -> Evidence:
    """Keep a document in the private storage; an error before the commit leaves an orphan there, never a lost row."""
    if len(content) > MAX_EVIDENCE_BYTES:
        raise ValidationError(
            {"evidence": f"This document is bigger than {MAX_EVIDENCE_BYTES // 1_000_000} MB. Scan it again, smaller."}
        )
    known = [found for start, found in _EVIDENCE_TYPES.items() if content.startswith(start)]
    if not known:
        raise ValidationError({"evidence": "This is not a document that can be kept. Save it as PDF, JPEG or PNG."})
    content_type, suffix = known[0]
    document_id = new_id("evd")
    key = f"org/{subject.organization_id}/evidence/{document_id}{suffix}"
    return Evidence.objects.create(
        id=document_id,
        organization_id=subject.organization_id,
        subject=subject,
        file_key=default_storage.save(key, ContentFile(content)),
        content_type=content_type,
        sha256=hashlib.sha256(content).hexdigest(),
        created_by=acting_user,
    )


@transaction.atomic
def statement_withdraw(*, organization: Organization, acting_user: User, subject: Subject) -> tuple[str, ...]:
    """Take an editor's statement back; the ids of what was stopped or blocked. Without a statement nothing happens."""
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    require_own(organization, subject)
    organization_lock(organization)
    last = subject.events.filter(scope=gate.STATEMENT).order_by("-sequence").first()
    if last is None or last.state == gate.State.WITHDRAWN:
        return ()
    now = timezone.now()
    event_append(
        subject,
        at=now,
        scope=gate.STATEMENT,
        state=gate.State.WITHDRAWN,
        text=last.text,
        text_version=last.text_version,
        source=last.source,
        typed_name=acting_user.get_full_name(),
        grantor_kind=last.grantor_kind,
        actor_id=acting_user.pk,
        language=last.language,
    )
    affected = announce(Withdrawal(subject=subject, request=None, at=now))
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="consent.statement-withdrawn",
        object_id=subject.pk,
        data={"affected": list(affected)},
    )
    return affected


@transaction.atomic
def subject_moderate(
    *, organization: Organization, acting_user: User, subject: Subject, state: gate.Moderation, reason: str = ""
) -> Subject:
    """A moderator's word on a subject: an event like any other. A no stops what was made and what is being made.

    Moderators are the site's staff, whatever their role in an organisation.
    """
    if not acting_user.is_staff:
        raise PermissionDenied("Only a moderator of this site can decide that.")
    require_own(organization, subject)
    organization_lock(organization)
    now = timezone.now()
    event_append(
        subject,
        at=now,
        scope=gate.REVIEW,
        state=_REVIEW_STATES[state],
        text=reason.strip() or f"A moderator’s word: {state}.",
        text_version=REVIEW_VERSION,
        signature_method="signed in",
        typed_name=acting_user.get_full_name(),
        grantor_kind=gate.Grantor.MODERATOR,
        actor_id=acting_user.pk,
        language="en",
    )
    Subject.objects.filter(pk=subject.pk).update(moderation_state=state)
    subject.moderation_state = state
    refused = state is gate.Moderation.REFUSED
    affected = announce(Withdrawal(subject=subject, request=None, at=now)) if refused else ()
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="subject.moderated",
        object_id=subject.pk,
        data={"state": str(state), **({"affected": list(affected)} if affected else {})},
    )
    return subject


def require_own(organization: Organization, subject: Subject) -> None:
    """Raises PermissionDenied for another organisation's subject."""
    if subject.organization_id != organization.pk:
        raise PermissionDenied("This subject belongs to another organisation.")
