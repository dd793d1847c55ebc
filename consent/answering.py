"""Writing: the answer to a question, and its withdrawal, whole or by scope. No account: the link is the key."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.names import visible
from accounts.services import audit_record
from consent import errors, gate
from consent.challenge import challenge_try, challenge_use, typed_plainly
from consent.comparing import METHOD, Outcome
from consent.erasure import erasure_request
from consent.ledger import event_append, trace_record
from consent.letter_texts import answered_report, receipt_letter, withdrawn_report
from consent.letters import letter_write, organization_recipients
from consent.models import Challenge, ConsentEvent, ConsentRequest, ErasureCause, SelfieState, SpokenState
from consent.selectors import (
    Receipt,
    fact_of,
    facts_of,
    is_own_file,
    organization_receipt_url,
    receipt_of,
    request_by_receipt,
    request_by_token,
    request_notices,
)
from consent.selfies import selfie_doubt, selfie_drop, selfie_hold, selfie_notice, selfie_try
from consent.speaking import SIGNED_ALOUD, Spoken, spoken_drop, spoken_keep, spoken_try
from consent.subjects import evidence_store
from consent.withdrawal import Withdrawal, announce

SIGNED = "typed name and words"
RECEIPTS_A_DAY = 4


def consent_answer(
    *,
    token: str,
    granted: Collection[gate.Scope],
    typed_name: str,
    ip: str,
    user_agent: str,
    language: str,
    challenge: str,
    evidence: bytes = b"",
    receipt_to: str = "",
    spoken: bytes = b"",
    selfie: bytes = b"",
    selfie_agreed: bool = False,
) -> Receipt:
    """Record the answer to a consent link: what was asked and is not in `granted` is refused.

    A yes needs a name and the three words of the challenge, as typed. The same answer, signed in the same way, is
    recorded once and leads to the same receipt: who has the link alone does not get there. `evidence`: a document that
    shows the authority of who decides for somebody else; `receipt_to`: an address for the receipt alone; `spoken`: a
    recording of the three words, without which nobody agrees to a copy of a voice; `selfie`: compared with the photo,
    if that was agreed to, and kept nowhere.

    Raises ConsentError: link unknown, expired, withdrawn or answered in another way; no name, or not the words; a
    selfie that does not match, or cannot be compared; ValidationError: no document that can be kept.
    """
    request = request_by_token(token)
    answer = {
        scope: gate.State.GRANTED if scope in granted else gate.State.REFUSED
        for scope in map(gate.Scope, request.scopes)
    }
    typed_name = visible(typed_name)[:200]
    signature = (typed_name, typed_plainly(challenge))
    if _was_given(request, answer, signature):
        return receipt_of(request)
    agreed = gate.State.GRANTED in answer.values()
    if agreed and not typed_name:
        raise errors.name_missing()
    copies_voice = answer.get(gate.Scope.CLONE) is gate.State.GRANTED
    if copies_voice and not spoken:
        raise errors.voice_missing()
    compared = bool(selfie) and answer.get(gate.Scope.FACE) is gate.State.GRANTED
    if compared and not selfie_agreed:
        raise errors.selfie_not_agreed()
    # Outside the transaction: a wrong try is counted even though the answer is not recorded.
    aloud, proof = None, None
    if agreed and spoken:
        aloud = spoken_try(request, recording=spoken, typed=challenge, language=language, copies_voice=copies_voice)
        proof = aloud.challenge
    elif agreed:
        proof = challenge_try(request, typed=challenge)
    if compared:
        selfie_try(request, selfie=selfie)
    return _record(
        token=token,
        answer=answer,
        signature=signature,
        ip=ip,
        user_agent=user_agent,
        language=language,
        proof=proof,
        evidence=evidence if agreed else b"",
        receipt_to=receipt_to,
        aloud=aloud,
        matched=compared,
    )


def _was_given(request: ConsentRequest, answer: dict[gate.Scope, gate.State], signature: tuple[str, str]) -> bool:
    """Whether exactly this answer is on record. Raises ConsentError where the link cannot be answered any more."""
    events = list(request.events.all())
    if any(event.state == gate.State.WITHDRAWN for event in events):
        raise errors.link_withdrawn()
    given = {event.scope: event.state for event in events}
    signed = {(event.typed_name, event.challenge_words) for event in events if event.challenge_words}
    if given and request.spoken_proofs.exists():
        answer = {scope: state for scope, state in answer.items() if scope is not gate.Scope.CLONE}
        given.pop(gate.Scope.CLONE, None)
    if given and request.selfie_checks.exclude(state=SelfieState.TRIED).exists():
        answer = {scope: state for scope, state in answer.items() if scope is not gate.Scope.FACE}
        given.pop(gate.Scope.FACE, None)
    if given and (given != answer or (signed and signature not in signed)):
        raise errors.link_answered()
    if not given and timezone.now() >= request.expires_at:
        raise errors.link_expired()
    return bool(given)


@transaction.atomic
def _record(
    *,
    token: str,
    answer: dict[gate.Scope, gate.State],
    signature: tuple[str, str],
    ip: str,
    user_agent: str,
    language: str,
    proof: Challenge | None,
    evidence: bytes,
    receipt_to: str,
    aloud: Spoken | None,
    matched: bool,
) -> Receipt:
    request = request_by_token(token)
    organization_lock(request.organization)
    if _was_given(request, answer, signature):
        return receipt_of(request)
    if proof is not None:
        challenge_use(proof)
    kept = evidence_store(request.subject, None, evidence) if evidence else None
    if aloud and not aloud.settled and answer.get(gate.Scope.CLONE) is gate.State.GRANTED:
        # Nothing is agreed to by this yet: it becomes an event when a person has listened.
        spoken_keep(request, aloud, typed_name=signature[0], language=language)
        del answer[gate.Scope.CLONE]
    method = (SIGNED_ALOUD if aloud and aloud.heard else SIGNED) if proof else ""
    doubt = selfie_doubt(request) if answer.get(gate.Scope.FACE) is gate.State.GRANTED else None
    if doubt:
        selfie_hold(doubt, typed_name=signature[0], language=language, signature_method=method, proof=proof)
        del answer[gate.Scope.FACE]
    now = timezone.now()
    shown = request_notices(request, language=language)
    if matched:
        shown[gate.Scope.FACE] = selfie_notice(request, language=language)
    events = []
    for scope, state in answer.items():
        notice = shown[scope]
        event = event_append(
            request.subject,
            at=now,
            request=request,
            scope=scope,
            state=state,
            text=notice.text,
            text_version=notice.version,
            typed_name=signature[0],
            grantor_kind=request.grantor_kind,
            evidence_sha256=kept.sha256 if kept else "",
            language=notice.language,
            expires_at=request.holds_until if state is gate.State.GRANTED else None,
            signature_method=method,
            challenge_words=proof.words if proof else "",
            challenge_issued_at=proof.issued_at if proof else None,
            challenge_expires_at=proof.expires_at if proof else None,
            selfie_outcome=Outcome.MATCHED.value if matched and scope is gate.Scope.FACE else "",
            selfie_method=METHOD if matched and scope is gate.Scope.FACE else "",
        )
        trace_record(event, ip=ip, user_agent=user_agent)
        events.append(event)
    request.selfie_checks.filter(state=SelfieState.TRIED).delete()
    audit_record(
        organization=request.organization,
        acting_user=None,
        action="consent.answered",
        object_id=request.pk,
        data={str(scope): str(state) for scope, state in answer.items()},
    )
    if gate.Scope.FACE in answer and answer[gate.Scope.FACE] is gate.State.REFUSED and is_own_file(request.photo_key):
        # A photo that was stored to ask about it, as a class's are, has nothing to stay for.
        contents = [request.photo_sha256, request.pk]
        erasure_request(subject=request.subject, cause=ErasureCause.REFUSAL, content_sha256s=contents)
    _tell_of_answer(request, events, receipt_to)
    return receipt_of(request)


def _tell_of_answer(request: ConsentRequest, events: list[ConsentEvent], receipt_to: str) -> None:
    text = receipt_letter(request)
    letter_write(
        organization=request.organization,
        request=request,
        key=f"receipt:{request.pk}",
        recipient=receipt_to or request.email,
        subject=text.subject,
        body=text.body,
    )
    text = answered_report(request, events, organization_receipt_url(request))
    letter_write(
        organization=request.organization,
        request=request,
        key=f"answered:{request.pk}",
        recipient=request.created_by.email,
        subject=text.subject,
        body=text.body,
    )


@transaction.atomic
def receipt_send_again(*, token: str) -> None:
    """Send the receipt of an answered link once more, to whoever got it before; whether that works is told to nobody.

    Who has the link alone does not get to the receipt. Raises ConsentError for a link that is not ours.
    """
    request = request_by_token(token)
    sent = request.letters.filter(key__startswith=f"receipt:{request.pk}").exclude(recipient="")
    recipient = next((letter.recipient for letter in sent.order_by("-created_at")), request.email)
    today = sent.filter(created_at__gt=timezone.now() - timedelta(days=1)).count()
    if not request.events.exists() or today >= RECEIPTS_A_DAY:
        return
    text = receipt_letter(request)
    letter_write(
        organization=request.organization,
        request=request,
        key=f"receipt:{request.pk}:{timezone.now().isoformat()}",
        recipient=recipient,
        subject=text.subject,
        body=text.body,
    )


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did: the receipt as it is now, and the ids of what was stopped or blocked."""

    receipt: Receipt
    affected: tuple[str, ...]


@transaction.atomic
def consent_withdraw(
    *, token: str, scopes: Collection[gate.Scope] | None = None, ip: str = "", user_agent: str = ""
) -> Withdrawn:
    """Withdraw, at once, what was agreed to on a receipt: all of it, or these `scopes`. A second click changes nothing.

    What was agreed to about the very same thing on another receipt goes with it, since the latest word counts: that
    receipt must not go on saying yes. One transaction: the events, what the apps above stop (jobs, clips, shares), the
    rows that ask for erasure, the letters to the organisation. Raises ConsentError for a receipt that is not ours, or
    where nothing was agreed to.
    """
    request = request_by_receipt(token)
    organization_lock(request.organization)
    waiting = request.spoken_proofs.filter(state=SpokenState.WAITING)
    dropped = list(waiting) if scopes is None or gate.Scope.CLONE in scopes else []
    for proof in dropped:
        spoken_drop(proof)
    doubted = request.selfie_checks.filter(state=SelfieState.WAITING)
    unseen = list(doubted) if scopes is None or gate.Scope.FACE in scopes else []
    for check in unseen:
        selfie_drop(check)
    events = list(request.events.order_by("sequence"))
    granted = [event for event in events if event.state == gate.State.GRANTED]
    if scopes is not None:
        granted = [event for event in granted if event.scope in set(scopes)]
    if not granted and (dropped or unseen):
        return Withdrawn(receipt_of(request), ())
    if not granted:
        raise errors.nothing_to_withdraw()
    gone = {event.scope for event in events if event.state == gate.State.WITHDRAWN}
    standing = [event for event in granted if event.scope not in gone]
    if not standing:
        return Withdrawn(receipt_of(request), ())
    now = timezone.now()
    for event in (*standing, *_said_elsewhere(request, standing)):
        withdrawn = event_append(
            request.subject,
            at=now,
            request=event.request,
            scope=event.scope,
            state=gate.State.WITHDRAWN,
            text=event.text,
            text_version=event.text_version,
            typed_name=event.typed_name,
            grantor_kind=event.grantor_kind,
            language=event.language,
            signature_method="receipt link",
        )
        trace_record(withdrawn, ip=ip, user_agent=user_agent)
    taken = tuple(gate.Scope(event.scope) for event in standing)
    affected = announce(Withdrawal(subject=request.subject, request=request, at=now, scopes=taken))
    if contents := _contents(request, taken):
        erasure_request(subject=request.subject, cause=ErasureCause.WITHDRAWAL, content_sha256s=contents)
    audit_record(
        organization=request.organization,
        acting_user=None,
        action="consent.withdrawn",
        object_id=request.pk,
        data={"affected": list(affected), **({"scopes": list(taken)} if scopes is not None else {})},
    )
    _tell_of_withdrawal(request, standing, affected, now)
    return Withdrawn(receipt_of(request), affected)


def _said_elsewhere(request: ConsentRequest, taken: list[ConsentEvent]) -> list[ConsentEvent]:
    """The standing yeses on other links that speak of the same as these events do."""
    others = ConsentEvent.objects.filter(subject=request.subject, state=gate.State.GRANTED).exclude(request=request)
    gone = set(
        ConsentEvent.objects.filter(subject=request.subject, state=gate.State.WITHDRAWN).values_list(
            "request_id", "scope"
        )
    )
    return [
        other
        for other in others.exclude(request=None).select_related("request__subject").order_by("sequence")
        if (other.request_id, other.scope) not in gone
        and other.request is not None
        and any(event.scope == other.scope and gate.bound(fact_of(event), facts_of(other.request)) for event in taken)
    ]


def _contents(request: ConsentRequest, taken: tuple[gate.Scope, ...]) -> list[str]:
    """What must not be kept any longer: the photo without the face's consent, a recording without the voice's."""
    contents = [request.photo_sha256] if gate.Scope.FACE in taken else []
    if {gate.Scope.FACE, gate.Scope.VOICE, gate.Scope.CLONE, gate.Scope.WORDS} & set(taken):
        contents.append(request.pk)
    if request.recording_key and {gate.Scope.VOICE, gate.Scope.CLONE} & set(taken):
        contents.append(request.words_sha256)
    return contents


def _tell_of_withdrawal(
    request: ConsentRequest, events: list[ConsentEvent], affected: tuple[str, ...], at: datetime
) -> None:
    text = withdrawn_report(request, [event.get_scope_display().lower() for event in events], affected)
    for recipient in organization_recipients(request.organization, besides=[request.created_by]):
        letter_write(
            organization=request.organization,
            request=request,
            key=f"withdrawn:{request.pk}:{at.isoformat()}:{recipient}"[:200],
            recipient=recipient,
            subject=text.subject,
            body=text.body,
        )
