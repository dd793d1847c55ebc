"""The gate: may this be made or shown, given what was said and when. Pure: no database, no clock, no Django.

Consent is asked for in scopes, each granted or refused on its own and each bound to what was shown with it: always to
the photograph; a voice to that voice, one in a recording to that recording; the words to the words, or to a stated
topic within which any words may be said; commercial use and public posting to the words or the topic. In each scope the
latest word counts. Where nobody living is shown, a statement stands in for all scopes, or the answers of whoever
decides: for the dead it needs the authority of an executor, a rights holder or the family with a document that shows
it, for a historical person a source and a death long ago (California Civ. Code 3344.1 protects the dead for 70 years).
A moderator can refuse anything, and can question a statement until it is answered.
"""

from collections.abc import Iterable
from datetime import datetime

from consent.facts import (
    ALL_SCOPES,
    REVIEW,
    SCOPES,
    STATEMENT,
    Action,
    Decision,
    Fact,
    GateFacts,
    Grantor,
    Moderation,
    Scope,
    State,
    SubjectKind,
    VoiceKind,
    bound,
    clone_voice,
)

__all__ = [
    "ALL_SCOPES",
    "HEIRS",
    "LINK_GRANTORS",
    "LIVING_KINDS",
    "REVIEW",
    "SCOPES",
    "STATEMENT",
    "STATEMENT_GRANTORS",
    "YEARS_PROTECTED",
    "Action",
    "Decision",
    "Fact",
    "GateFacts",
    "Grantor",
    "Moderation",
    "Scope",
    "State",
    "SubjectKind",
    "VoiceKind",
    "bound",
    "clone_voice",
    "decide",
    "needed_scopes",
]

YEARS_PROTECTED = 70

# Who must have granted, for those who can be asked.
_LIVING = {
    SubjectKind.SELF: frozenset({Grantor.SUBJECT}),
    SubjectKind.OTHER: frozenset({Grantor.SUBJECT}),
    SubjectKind.MINOR: frozenset({Grantor.GUARDIAN}),
}
LIVING_KINDS = frozenset(_LIVING)
HEIRS = frozenset({Grantor.EXECUTOR, Grantor.RIGHTS_HOLDER, Grantor.FAMILY})
# Whose statement stands in, for those who cannot.
STATEMENT_GRANTORS = {
    SubjectKind.DECEASED: HEIRS,
    SubjectKind.HISTORICAL: HEIRS | {Grantor.EDITOR},
    SubjectKind.FICTIONAL: frozenset({Grantor.EDITOR, Grantor.RIGHTS_HOLDER}),
    SubjectKind.BRAND: frozenset({Grantor.EDITOR, Grantor.RIGHTS_HOLDER}),
    SubjectKind.ANIMAL: frozenset({Grantor.EDITOR, Grantor.RIGHTS_HOLDER}),
}
# Who can be asked by a link about those who cannot be asked themselves.
LINK_GRANTORS = {
    SubjectKind.DECEASED: HEIRS,
    SubjectKind.FICTIONAL: frozenset({Grantor.RIGHTS_HOLDER}),
    SubjectKind.BRAND: frozenset({Grantor.RIGHTS_HOLDER}),
    SubjectKind.ANIMAL: frozenset({Grantor.RIGHTS_HOLDER}),
}
# What was made may not be shown any more once something was withdrawn that it stood on.
_REFUSED_BY_WITHDRAWAL = frozenset({Action.VIEW, Action.DOWNLOAD})

_OBJECT = {
    Scope.FACE: "this photo",
    Scope.VOICE: "this voice",
    Scope.CLONE: "a copy of this voice",
    Scope.WORDS: "these words",
    Scope.TOPIC: "this topic",
    Scope.COMMERCIAL: "commercial use of this clip",
    Scope.PUBLIC: "posting this clip in public",
}


def needed_scopes(facts: GateFacts) -> tuple[Scope, ...]:
    """What has to be agreed to for this clip, in the order in which it is asked."""
    voice = Scope.CLONE if facts.voice_kind is VoiceKind.CLONED else Scope.VOICE
    uses = ((Scope.COMMERCIAL, facts.commercial), (Scope.PUBLIC, facts.public))
    return (Scope.FACE, voice, Scope.WORDS, *(scope for scope, needed in uses if needed))


def decide(facts: GateFacts, action: Action, at: datetime) -> Decision:
    """Whether `action` may happen at the time `at`, and if not, what is missing and why."""
    said = sorted((event for event in facts.events if event.at <= at), key=_moment)
    needed = needed_scopes(facts)
    if facts.moderation is Moderation.REFUSED:
        reason = f"A moderator said no to clips of {facts.name}. Ask them why."
        return Decision(allowed=False, missing=needed, reasons=(reason,))
    decision = (_decide_asked if facts.kind in _LIVING else _decide_for_others)(facts, said, at)
    if decision.allowed and action in _REFUSED_BY_WITHDRAWAL and (scopes := _withdrawn_since(facts, said)):
        return Decision(
            allowed=False,
            missing=scopes,
            reasons=(
                "Consent for this clip was withdrawn after it was made, so it cannot be shown any more. "
                "If consent was given again since, make the clip again.",
            ),
        )
    return decision


def relied_on(facts: GateFacts, at: datetime) -> tuple[Fact, ...]:
    """What was said that lets a clip be made at the time `at`, one fact a scope; a statement alone, for who has one."""
    said = sorted((event for event in facts.events if event.at <= at), key=_moment)
    by_link = any(event.grantor in _grantors(facts.kind) and bound(event, facts) for event in said)
    if facts.kind not in _LIVING and not by_link:
        statement = _latest(event for event in said if event.scope == STATEMENT and event.state is State.GRANTED)
        return (statement,) if statement else ()
    found = (
        _latest(event for event in said if event.scope == scope and bound(event, facts))
        for scope in (*needed_scopes(facts), Scope.TOPIC)
    )
    return tuple(event for event in found if event is not None and event.state is State.GRANTED)


def _decide_asked(facts: GateFacts, said: list[Fact], at: datetime) -> Decision:
    missing, reasons = [], []
    for scope in needed_scopes(facts):
        reason = _why_not(scope, facts, said, at)
        if reason and scope is Scope.WORDS and _topic_stands_in(facts, said, at):
            reason = ""
        if reason:
            missing.append(scope)
            reasons.append(reason)
    return Decision(allowed=not missing, missing=tuple(missing), reasons=tuple(reasons))


def _why_not(scope: Scope, facts: GateFacts, said: list[Fact], at: datetime) -> str:
    latest = _latest(event for event in said if event.scope == scope and bound(event, facts))
    who = _who_decides(facts)
    thing = _OBJECT[scope]
    if latest is None:
        return f"{_capital(who)} has not agreed to {thing} yet. Ask with a consent link."
    if latest.state is State.WITHDRAWN:
        return f"{_capital(who)} withdrew consent to {thing}. It cannot be used unless it is given again on a new link."
    if latest.state is State.REFUSED:
        return f"{_capital(who)} said no to {thing}. Choose something else, or ask again on a new link."
    if latest.expires_at is not None and latest.expires_at <= at:
        return f"The consent to {thing} has run out. Ask for it again with a new consent link."
    if latest.grantor not in _grantors(facts.kind):
        return f"Consent to {thing} has to come from {who}. Send the consent link there."
    return ""


def _who_decides(facts: GateFacts) -> str:
    if facts.kind is SubjectKind.MINOR:
        return "a parent or guardian"
    return facts.name if facts.kind in _LIVING else f"whoever decides for {facts.name}"


def _grantors(kind: SubjectKind) -> frozenset[Grantor]:
    return _LIVING.get(kind) or LINK_GRANTORS.get(kind, frozenset())


def _topic_stands_in(facts: GateFacts, said: list[Fact], at: datetime) -> bool:
    """Whether a yes to the topic covers the words. A no to exactly these words is not outweighed by it."""
    exact = _latest(event for event in said if event.scope == Scope.WORDS and bound(event, facts))
    if exact is not None and exact.state is not State.GRANTED:
        return False
    return not _why_not(Scope.TOPIC, facts, said, at)


def _decide_for_others(facts: GateFacts, said: list[Fact], at: datetime) -> Decision:
    """About somebody who cannot be asked: a statement, or the answers of who decides for them, given on a link.

    Whoever decides and said no, or took a yes back, is not outvoted by a statement about them.
    """
    answers = [event for event in said if event.grantor in _grantors(facts.kind) and bound(event, facts)]
    stated = _decide_statement(facts, said, at)
    if not answers:
        return stated
    asked = _decide_by_link(facts, said, at)
    denied = {scope for scope in needed_scopes(facts) if (no := _latest_of(scope, answers)) and _is_no(no)}
    return asked if asked.allowed or denied or not stated.allowed else stated


def _latest_of(scope: Scope, answers: list[Fact]) -> Fact | None:
    return _latest(event for event in answers if event.scope == scope)


def _is_no(event: Fact) -> bool:
    return event.state in (State.REFUSED, State.WITHDRAWN)


def _decide_by_link(facts: GateFacts, said: list[Fact], at: datetime) -> Decision:
    decision = _decide_asked(facts, said, at)
    reasons = list(decision.reasons)
    face = _latest(event for event in said if event.scope == Scope.FACE and bound(event, facts))
    if not reasons and face is not None and facts.kind is SubjectKind.DECEASED:
        reasons = _why_not_deceased(facts, face)
    if facts.moderation is Moderation.QUESTIONED:
        reasons.append(_questioned(facts))
    return Decision(allowed=not reasons, missing=needed_scopes(facts) if reasons else (), reasons=tuple(reasons))


def _questioned(facts: GateFacts) -> str:
    return f"A moderator has a question about the statement on {facts.name}. Answer with a fuller one."


def _decide_statement(facts: GateFacts, said: list[Fact], at: datetime) -> Decision:
    latest = _latest(event for event in said if event.scope == STATEMENT)
    valid = (
        latest is not None
        and latest.state is State.GRANTED
        and (latest.expires_at is None or at < latest.expires_at)
        and latest.grantor in STATEMENT_GRANTORS[facts.kind]
    )
    if latest is None or not valid:
        reasons = [_STATEMENT_ADVICE[facts.kind]]
    elif facts.kind is SubjectKind.DECEASED:
        reasons = _why_not_deceased(facts, latest)
    elif facts.kind is SubjectKind.HISTORICAL:
        reasons = _why_not_historical(facts, latest, at)
    else:
        reasons = []
    if facts.voice_kind is VoiceKind.CLONED and (latest is None or latest.grantor not in HEIRS):
        reasons.append("A copied voice belongs to somebody. Use a generated voice, or ask whose voice it is.")
    if facts.moderation is Moderation.QUESTIONED:
        reasons.append(_questioned(facts))
    return Decision(allowed=not reasons, missing=needed_scopes(facts) if reasons else (), reasons=tuple(reasons))


def _why_not_deceased(facts: GateFacts, latest: Fact) -> list[str]:
    reasons = []
    # A moderator who has seen the document elsewhere may say so.
    if not latest.evidence_sha256 and facts.moderation is not Moderation.APPROVED:
        reasons.append(
            f"Upload a document that shows who may decide for {facts.name}, such as a will or a certificate of "
            "inheritance, or have a moderator look at it."
        )
    if facts.commercial and latest.grantor is Grantor.FAMILY:
        reasons.append(f"Commercial use of {facts.name} needs the executor or the rights holder, not the family alone.")
    return reasons


def _why_not_historical(facts: GateFacts, latest: Fact, at: datetime) -> list[str]:
    reasons = []
    if not latest.source:
        reasons.append("Say where the picture and the facts about this person come from.")
    if not _long_dead(facts, at):
        reasons.append(
            f"{_capital(facts.name)} counts as historical from {YEARS_PROTECTED} years after death. "
            "Give the year of death, or have a moderator look at it."
        )
    return reasons


_INVENTED = "state that it is {what}, and that you may use the picture."
_STATEMENT_ADVICE = {
    SubjectKind.DECEASED: (
        "For a person who has died, state who gives permission: the executor, the rights holder or the close family, "
        "and on what grounds."
    ),
    SubjectKind.HISTORICAL: "For a historical person, state why this clip may be made, and give a source.",
    SubjectKind.FICTIONAL: "For an invented figure, " + _INVENTED.format(what="fictional"),
    SubjectKind.BRAND: "For a brand's figure, " + _INVENTED.format(what="a mascot or a logo"),
    SubjectKind.ANIMAL: "For an animal, " + _INVENTED.format(what="an animal"),
}


def _long_dead(facts: GateFacts, at: datetime) -> bool:
    if facts.moderation is Moderation.APPROVED:
        return True
    # The year of death has to be over before the years are counted.
    return facts.year_of_death is not None and at.year - facts.year_of_death > YEARS_PROTECTED


def _withdrawn_since(facts: GateFacts, said: list[Fact]) -> tuple[Scope, ...]:
    """The needed scopes that were withdrawn after the clip was asked for."""
    withdrawn = [
        event
        for event in said
        if event.state is State.WITHDRAWN
        and (facts.made_at is None or event.at >= facts.made_at)
        and (event.scope == STATEMENT or bound(event, facts))
    ]
    needed = needed_scopes(facts)
    if any(event.scope == STATEMENT for event in withdrawn):
        return needed
    touched = {event.scope for event in withdrawn}
    if any(event.scope == Scope.TOPIC and not _stood_on_exact_words(facts, said, event) for event in withdrawn):
        touched.add(Scope.WORDS)
    return tuple(scope for scope in needed if scope in touched)


def _stood_on_exact_words(facts: GateFacts, said: list[Fact], withdrawal: Fact) -> bool:
    """Whether the words themselves had been agreed to when the topic was withdrawn, so that it was not needed."""
    before = [event for event in said if event.scope == Scope.WORDS and _moment(event) < _moment(withdrawal)]
    exact = _latest(event for event in before if bound(event, facts))
    return exact is not None and exact.state is State.GRANTED and not _over(exact, withdrawal.at)


def _over(event: Fact, at: datetime) -> bool:
    return event.expires_at is not None and event.expires_at <= at


def _moment(event: Fact) -> tuple[datetime, int]:
    return event.at, event.order


def _latest(events: Iterable[Fact]) -> Fact | None:
    last = None
    for event in events:
        last = event
    return last


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
