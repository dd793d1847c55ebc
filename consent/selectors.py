"""Reading: the doors, the gate's question, links and receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.chain import chain_hash
from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.names import visible
from accounts.permissions import Act
from accounts.selectors import access_organization
from consent import gate
from consent.errors import link_unknown
from consent.fingerprints import text_sha256, words_fingerprint
from consent.models import ConsentEvent, ConsentRequest, LikenessReport, Subject
from consent.notices import Notice, day_words, notices, voice_words

# The same id gives the same link each time, so that it can be shown again without being stored.
_request_signer = Signer(salt="consent.request")
_receipt_signer = Signer(salt="consent.receipt")
_subject_signer = Signer(salt="consent.subject")
_stop_signer = Signer(salt="consent.stop")
_forget_signer = Signer(salt="consent.forget")

# In the keys of what was stored for a question alone.
OWN_FILES = "/consent/"

_MODERATION = {
    gate.State.GRANTED: gate.Moderation.APPROVED,
    gate.State.REFUSED: gate.Moderation.REFUSED,
    gate.State.QUESTIONED: gate.Moderation.QUESTIONED,
    gate.State.WITHDRAWN: gate.Moderation.NONE,
}


def access_subject(user: User, subject_id: str, *, act: Act = Act.VIEW) -> Subject:
    """The subject, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(subject_id, "sub"):
        raise Http404
    subject = Subject.objects.select_related("organization").filter(pk=subject_id).first()
    if subject is None:
        raise Http404
    access_organization(user, subject.organization_id, act=act)
    return subject


def access_consent_request(user: User, request_id: str, *, act: Act = Act.VIEW) -> ConsentRequest:
    """The request, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(request_id, "crq"):
        raise Http404
    request = ConsentRequest.objects.select_related("organization", "subject").filter(pk=request_id).first()
    if request is None:
        raise Http404
    access_organization(user, request.organization_id, act=act)
    return request


def subjects_of(organization: Organization) -> QuerySet[Subject]:
    """The organisation's subjects, by name."""
    return Subject.objects.filter(organization=organization)


def requests_of(organization: Organization) -> QuerySet[ConsentRequest]:
    """The organisation's consent requests, newest first, with their subjects and events."""
    return ConsentRequest.objects.filter(organization=organization).select_related("subject").prefetch_related("events")


def ask_gate(
    *,
    subject: Subject,
    photo_sha256: str,
    words: str,
    voice: str,
    action: gate.Action,
    at: datetime | None = None,
    recording_sha256: str = "",
    made_at: datetime | None = None,
    voice_kind: gate.VoiceKind | None = None,
    topic: str = "",
    commercial: bool = False,
    public: bool = False,
    events: Sequence[ConsentEvent] | None = None,
) -> gate.Decision:
    """Whether this may be done with this photo, these words (or this recording) and this voice, at the time `at` (now).

    `made_at`: when the clip was asked for, for views and downloads; without it any withdrawal counts against it.
    `voice_kind`: a generated voice, or a recording where there is one, unless said otherwise; `topic`: within which the
    words lie, as the editor says; `commercial`, `public`: what the clip is for. `events`: from `events_of`, for whoever
    asks about many clips of one subject at once.
    """
    at = at or timezone.now()
    events = events_of(subject) if events is None else list(events)
    facts = _facts_of(
        subject,
        events,
        at=at,
        photo_sha256=photo_sha256,
        words=words,
        voice=voice,
        recording_sha256=recording_sha256,
        made_at=made_at,
        voice_kind=voice_kind,
        topic=topic,
        commercial=commercial,
        public=public,
    )
    return gate.decide(facts, action, at)


def receipts_of(
    subject: Subject,
    *,
    photo_sha256: str,
    words: str,
    voice: str,
    recording_sha256: str = "",
    topic: str = "",
    commercial: bool = False,
    public: bool = False,
    voice_kind: gate.VoiceKind | None = None,
) -> list[str]:
    """The ids of what a clip stands on: the questions that were answered with yes, or the statement on record."""
    events, at = events_of(subject), timezone.now()
    facts = _facts_of(
        subject,
        events,
        at=at,
        photo_sha256=photo_sha256,
        words=words,
        voice=voice,
        recording_sha256=recording_sha256,
        topic=topic,
        commercial=commercial,
        public=public,
        voice_kind=voice_kind,
    )
    by_order = {event.sequence: event for event in events}
    relied = (by_order[fact.order] for fact in gate.relied_on(facts, at))
    return list(dict.fromkeys(event.request_id or event.pk for event in relied))


def _facts_of(
    subject: Subject,
    events: list[ConsentEvent],
    *,
    at: datetime,
    photo_sha256: str,
    words: str,
    voice: str,
    recording_sha256: str,
    topic: str,
    commercial: bool,
    public: bool,
    made_at: datetime | None = None,
    voice_kind: gate.VoiceKind | None = None,
) -> gate.GateFacts:
    recorded = gate.VoiceKind.RECORDING if recording_sha256 else gate.VoiceKind.GENERATED
    return gate.GateFacts(
        kind=gate.SubjectKind(subject.kind),
        photo_sha256=photo_sha256,
        voice=voice,
        words_sha256=recording_sha256 or words_fingerprint(words),
        events=tuple(map(fact_of, events)),
        name=subject.name,
        year_of_death=subject.year_of_death,
        moderation=_moderation(subject, events, at),
        made_at=made_at,
        voice_kind=voice_kind or recorded,
        topic=visible(topic),
        commercial=commercial,
        public=public,
    )


def events_of(subject: Subject) -> list[ConsentEvent]:
    """All that was ever said about the subject."""
    return list(ConsentEvent.objects.filter(subject_id=subject.pk, organization_id=subject.organization_id))


def ask_gate_for_face(subject: Subject, photo_sha256: str, *, at: datetime | None = None) -> bool:
    """Whether the face in this photo may be shown at all; with which voice and words is another question."""
    decision = ask_gate(
        subject=subject,
        photo_sha256=photo_sha256,
        words="",
        voice="",
        action=gate.Action.SUBMIT,
        at=at,
    )
    return gate.Scope.FACE not in decision.missing


def subjects_to_choose(organization: Organization) -> QuerySet[Subject]:
    """Whom a clip can be made of, by name: without the pupils of a class whose guardians have not agreed."""
    asked = ConsentRequest.objects.filter(organization=organization).select_related("subject")
    pupils = {request.subject_id for request in asked.exclude(batch=None)}
    allowed = {
        request.subject_id
        for request in asked.filter(subject__in=pupils)
        if ask_gate_for_face(request.subject, request.photo_sha256)
    }
    return subjects_of(organization).exclude(pk__in=pupils - allowed)


def _moderation(subject: Subject, events: list[ConsentEvent], at: datetime) -> gate.Moderation:
    """The latest review; what was decided before reviews were events stands in the subject."""
    reviews = [event for event in events if event.scope == gate.REVIEW]
    if not reviews:
        return gate.Moderation(subject.moderation_state)
    past = [event for event in reviews if event.at <= at]
    latest = max(past, key=lambda event: event.sequence, default=None)
    return _MODERATION[gate.State(latest.state)] if latest else gate.Moderation.NONE


def fact_of(event: ConsentEvent) -> gate.Fact:
    """The event as the gate needs it."""
    return gate.Fact(
        scope=event.scope,
        state=gate.State(event.state),
        grantor=gate.Grantor(event.grantor_kind),
        at=event.at,
        expires_at=event.expires_at,
        photo_sha256=event.photo_sha256,
        voice=event.voice,
        words_sha256=event.words_sha256,
        topic=event.topic,
        source=event.source,
        evidence_sha256=event.evidence_sha256,
        order=event.sequence,
    )


def facts_of(request: ConsentRequest) -> gate.GateFacts:
    """What the request asks about, with nothing said."""
    return gate.GateFacts(
        kind=gate.SubjectKind(request.subject.kind),
        photo_sha256=request.photo_sha256,
        voice=request.voice,
        words_sha256=request.words_sha256,
        voice_kind=gate.VoiceKind(request.voice_kind),
        topic=request.topic,
    )


def request_token(request: ConsentRequest) -> str:
    return _request_signer.sign(request.pk)


def receipt_token(request: ConsentRequest) -> str:
    return _receipt_signer.sign(request.pk)


def subject_token(subject: Subject) -> str:
    return _subject_signer.sign(subject.pk)


def request_url(request: ConsentRequest) -> str:
    """The address at which the person shown answers; the whole of it, to be sent."""
    return settings.LIKENESS_SITE_URL + reverse("consent:answer", args=[request_token(request)])


def receipt_url(request: ConsentRequest) -> str:
    """The address of the receipt, from which consent is withdrawn."""
    return settings.LIKENESS_SITE_URL + reverse("consent:receipt", args=[receipt_token(request)])


def organization_receipt_url(request: ConsentRequest) -> str:
    """The page of the question, for those of the organisation that asked it."""
    return settings.LIKENESS_SITE_URL + reverse("consent:request", args=[request.pk])


def stop_url(request: ConsentRequest) -> str:
    """The address at which whoever got the question says that they want no more of them."""
    return settings.LIKENESS_SITE_URL + reverse("consent:stop", args=[_stop_signer.sign(request.pk)])


def request_by_stop(token: str) -> ConsentRequest:
    """The request in whose letter this address stood. Raises ConsentError for one that is not ours."""
    return _by_token(_stop_signer, token)


def forget_url(report: LikenessReport) -> str:
    """The address at which who registered a face has it forgotten."""
    return settings.LIKENESS_SITE_URL + reverse("consent:forget", args=[_forget_signer.sign(report.pk)])


def report_by_forget(token: str) -> LikenessReport:
    """The report that this address came with. Raises ConsentError for one that is not ours."""
    try:
        report_id = _forget_signer.unsign(token)
    except BadSignature:
        raise link_unknown() from None
    report = LikenessReport.objects.filter(pk=report_id).first()
    if report is None:
        raise link_unknown()
    return report


def subject_by_token(token: str) -> Subject:
    """The person whose own page this is. Raises ConsentError for an address that is not ours."""
    try:
        subject_id = _subject_signer.unsign(token)
    except BadSignature:
        raise link_unknown() from None
    subject = Subject.objects.select_related("organization").filter(pk=subject_id).first()
    if subject is None:
        raise link_unknown()
    return subject


def request_by_token(token: str) -> ConsentRequest:
    """The request that a consent link is for, open or not. Raises ConsentError for a link that is not ours."""
    return _by_token(_request_signer, token)


def request_by_receipt(token: str) -> ConsentRequest:
    """The request that a receipt is for. Raises ConsentError for a receipt that is not ours."""
    return _by_token(_receipt_signer, token)


def _by_token(signer: Signer, token: str) -> ConsentRequest:
    try:
        request_id = signer.unsign(token)
    except BadSignature:
        raise link_unknown() from None
    request = ConsentRequest.objects.select_related("organization", "subject").filter(pk=request_id).first()
    if request is None:
        raise link_unknown()
    return request


class RequestState(StrEnum):
    """What became of a request; derived, never stored."""

    OPEN = "open"
    EXPIRED = "expired"
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def request_state(request: ConsentRequest, *, at: datetime | None = None) -> RequestState:
    """What became of the request up to now (reads `request.events`, prefetched or not)."""
    at = at or timezone.now()
    events = list(request.events.all())
    if not events:
        return RequestState.OPEN if at < request.expires_at else RequestState.EXPIRED
    withdrawn = {event.scope for event in events if event.state == gate.State.WITHDRAWN}
    granted = {event.scope for event in events if event.state == gate.State.GRANTED} - withdrawn
    if withdrawn and not granted:
        return RequestState.WITHDRAWN
    if granted and at >= request.holds_until:
        return RequestState.EXPIRED
    if granted >= set(request.scopes):
        return RequestState.GRANTED
    return RequestState.PARTLY if granted else RequestState.REFUSED


def request_notices(request: ConsentRequest, *, language: str) -> dict[gate.Scope, Notice]:
    """The texts that the person is asked to agree to, one a scope; the same each time for the same language."""
    return notices(
        grantor=gate.Grantor(request.grantor_kind),
        name=request.subject_name,
        organization=request.organization_name,
        voice=voice_of(request, language=language),
        words=request.words,
        purpose=request.purpose,
        expires=day_words(request.holds_until.date(), language),
        language=language,
        scopes=[gate.Scope(scope) for scope in request.scopes],
        topic=request.topic,
        audience=request.audience,
    )


def voice_of(request: ConsentRequest, *, language: str) -> str:
    """What the voice that is asked about is called."""
    return voice_words(
        gate.VoiceKind(request.voice_kind), label=request.voice_label, name=request.subject_name, language=language
    )


def is_own_file(key: str) -> bool:
    """Whether the file was stored for a question alone: a class's photo, the sample of a voice."""
    return OWN_FILES in key


def media_url(key: str) -> str:
    """A short-lived address of a stored photo or recording, for the person who holds a consent link or a receipt."""
    return default_storage.url(key)


@dataclass(frozen=True)
class Receipt:
    """What a person agreed to, for them to keep. `answers` are the events as they were given, one a scope; `withdrawn`
    are the scopes that were taken back since.
    """

    request: ConsentRequest
    state: RequestState
    answers: tuple[ConsentEvent, ...]
    withdrawn_at: datetime | None
    withdrawn: frozenset[str]
    photo_url: str
    recording_url: str
    token: str
    url: str


def receipt_data(token: str) -> Receipt:
    """The receipt. Raises ConsentError for one that is not ours."""
    return receipt_of(request_by_receipt(token))


def receipt_of(request: ConsentRequest) -> Receipt:
    """The receipt of a request that was answered."""
    events = list(ConsentEvent.objects.filter(request=request).order_by("sequence"))
    withdrawn = [event for event in events if event.state == gate.State.WITHDRAWN]
    state = request_state(request)
    gone = frozenset(event.scope for event in withdrawn)
    # What was withdrawn is not shown again, not even to the person who withdrew it.
    photo_shown = state is not RequestState.WITHDRAWN and gate.Scope.FACE not in gone
    sound_shown = state is not RequestState.WITHDRAWN and not gone & {gate.Scope.VOICE, gate.Scope.CLONE}
    return Receipt(
        request=request,
        state=state,
        answers=tuple(event for event in events if event.state != gate.State.WITHDRAWN),
        withdrawn_at=withdrawn[0].at if withdrawn else None,
        withdrawn=gone,
        photo_url=media_url(request.photo_key) if photo_shown and request.photo_key else "",
        recording_url=media_url(request.recording_key) if sound_shown and request.recording_key else "",
        token=receipt_token(request),
        url=receipt_url(request),
    )


def consent_breaks(subject: Subject) -> list[int]:
    """Sequence numbers of the subject's events that do not fit the one before them; empty for an intact chain."""
    breaks, previous_hash, expected = [], "", 1
    for event in ConsentEvent.objects.filter(subject=subject).order_by("sequence"):
        intact = (
            event.previous_hash == previous_hash
            and event.hash == chain_hash(previous_hash, event.hashed_fields())
            and event.text_sha256 == text_sha256(event.text)
        )
        if not intact or event.sequence != expected:
            breaks.append(event.sequence)
        previous_hash, expected = event.hash, event.sequence + 1
    return breaks
