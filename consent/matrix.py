"""The table of what is allowed: each kind of subject, what was said, each action. The gate itself fills it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from consent import gate
from consent.gate import Action, Fact, GateFacts, Grantor, Moderation, Scope, State, SubjectKind, VoiceKind

_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_LIVING = (SubjectKind.SELF, SubjectKind.OTHER, SubjectKind.MINOR)
_STATED = (SubjectKind.DECEASED, SubjectKind.HISTORICAL, SubjectKind.FICTIONAL, SubjectKind.BRAND, SubjectKind.ANIMAL)


@dataclass(frozen=True)
class Row:
    """One line of the table. `allowed` by action; `reason` is the gate's first, "" where all is allowed."""

    kind: str
    clip: str
    said: str
    allowed: dict[str, bool]
    reason: str


@dataclass(frozen=True)
class _Case:
    said: str
    facts: GateFacts
    clip: str = "plain"


def matrix() -> list[Row]:
    """The whole table, in its order."""
    return [_row(case) for case in (*_living_cases(), *_stated_cases())]


def as_markdown(rows: list[Row]) -> str:
    """The table for a page of the documentation."""
    head = ["subject", "clip", "what was said", *map(str, Action), "first reason"]
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(" --- " for _ in head) + "|"]
    for row in rows:
        marks = ["yes" if row.allowed[action] else "no" for action in Action]
        lines.append("| " + " | ".join([row.kind, row.clip, row.said, *marks, row.reason]) + " |")
    return "\n".join(lines) + "\n"


def _row(case: _Case) -> Row:
    decisions = {action: gate.decide(case.facts, action, _NOW) for action in Action}
    reasons = [reason for decision in decisions.values() for reason in decision.reasons]
    return Row(
        kind=case.facts.kind.value,
        clip=case.clip,
        said=case.said,
        allowed={action.value: decision.allowed for action, decision in decisions.items()},
        reason=reasons[0] if reasons else "",
    )


def _living_cases() -> list[_Case]:
    cases = []
    for kind in _LIVING:
        grantor = Grantor.GUARDIAN if kind is SubjectKind.MINOR else Grantor.SUBJECT
        plain = _grants(grantor, Scope.FACE, Scope.VOICE, Scope.WORDS)
        asked = _asked(kind, plain)
        cases += [
            _Case("nothing", _asked(kind)),
            _Case("asked, no answer", _asked(kind)),
            _Case("yes to all", asked),
            *(
                _Case(f"yes, but not to {scope.value}", _asked(kind, _without(plain, scope)))
                for scope in (Scope.FACE, Scope.VOICE, Scope.WORDS)
            ),
            _Case("yes to other words", replace(asked, words_sha256="other words")),
            _Case("yes to another photo", replace(asked, photo_sha256="another photo")),
            _Case("yes to another voice", replace(asked, voice="another voice")),
            _Case("yes, run out", _asked(kind, tuple(replace(event, expires_at=_NOW) for event in plain))),
            _Case("yes, by the account holder", _asked(kind, _by(plain, Grantor.EDITOR))),
            *(
                [_Case("yes, by the child", _asked(kind, _by(plain, Grantor.SUBJECT)))]
                if kind is SubjectKind.MINOR
                else []
            ),
            _Case("withdrawn", _asked(kind, (*plain, *_later(plain, State.WITHDRAWN)))),
            _Case("the words withdrawn", _asked(kind, (*plain, *_later(plain[2:], State.WITHDRAWN)))),
            _Case(
                "withdrawn after it was made, given again",
                _asked(kind, (*plain, *_later(plain, State.WITHDRAWN), *_later(plain, State.GRANTED, minutes=2))),
            ),
            _Case("a moderator said no", replace(asked, moderation=Moderation.REFUSED)),
            _Case("yes to the topic", _topic(kind, grantor), "on a topic"),
            _Case("yes to another topic", replace(_topic(kind, grantor), topic="another topic"), "on a topic"),
            _Case("yes to the topic, no to these words", _topic_but_not_words(kind, grantor), "on a topic"),
            _Case("yes to a generated voice", replace(asked, voice_kind=VoiceKind.CLONED), "copied voice"),
            _Case("yes to the copied voice", _cloned(kind, grantor), "copied voice"),
            _Case("yes to a plain clip", replace(asked, commercial=True), "commercial"),
            _Case("yes, commercial too", _used(kind, grantor, Scope.COMMERCIAL), "commercial"),
            _Case("yes to a plain clip", replace(asked, public=True), "public"),
            _Case("yes, public too", _used(kind, grantor, Scope.PUBLIC), "public"),
        ]
    return cases


def _stated_cases() -> list[_Case]:
    cases = []
    for kind in _STATED:
        grantor = Grantor.EXECUTOR if kind is SubjectKind.DECEASED else Grantor.EDITOR
        evidence = "document" if kind is SubjectKind.DECEASED else ""
        source = "a catalogue" if kind is SubjectKind.HISTORICAL else ""
        stated = replace(_fact(gate.STATEMENT, grantor), evidence_sha256=evidence, source=source)
        year = 1900 if kind is SubjectKind.HISTORICAL else None
        good = replace(_asked(kind, (stated,)), year_of_death=year)
        cases += [
            _Case("nothing", replace(_asked(kind), year_of_death=year)),
            _Case("a full statement", good),
            _Case("a statement, taken back", replace(good, events=(stated, *_later((stated,), State.WITHDRAWN)))),
            _Case("a statement, questioned", replace(good, moderation=Moderation.QUESTIONED)),
            _Case("a statement, a moderator said no", replace(good, moderation=Moderation.REFUSED)),
            _Case("a full statement", replace(good, voice_kind=VoiceKind.CLONED), "copied voice"),
            _Case("a full statement", replace(good, commercial=True), "commercial"),
        ]
        if kind is SubjectKind.DECEASED:
            by_family = replace(good, events=(replace(stated, grantor=Grantor.FAMILY),))
            cases += [
                _Case("a statement without a document", replace(good, events=(replace(stated, evidence_sha256=""),))),
                _Case("an editor's statement", replace(good, events=(replace(stated, grantor=Grantor.EDITOR),))),
                _Case("the family's statement", by_family),
                _Case("the family's statement", replace(by_family, commercial=True), "commercial"),
            ]
        if kind in gate.LINK_GRANTORS:
            holder = Grantor.EXECUTOR if kind is SubjectKind.DECEASED else Grantor.RIGHTS_HOLDER
            plain = _grants(holder, Scope.FACE, Scope.VOICE, Scope.WORDS)
            proven = tuple(replace(event, evidence_sha256="document") for event in plain)
            cases += [
                _Case(f"yes on a link, by the {holder.value}, with a document", replace(good, events=proven)),
                _Case(f"yes on a link, by the {holder.value}, without one", replace(good, events=plain)),
                _Case("yes on a link, by somebody else", replace(good, events=_by(proven, Grantor.GUARDIAN))),
                _Case(
                    "a full statement, and a no on a link",
                    replace(good, events=(stated, *_without(proven, Scope.FACE))),
                ),
                _Case(
                    "yes on a link, withdrawn",
                    replace(good, events=(*proven, *_later(proven, State.WITHDRAWN))),
                ),
            ]
        if kind is SubjectKind.HISTORICAL:
            cases += [
                _Case("a statement without a source", replace(good, events=(replace(stated, source=""),))),
                _Case("dead for 70 years, not more", replace(good, year_of_death=_NOW.year - gate.YEARS_PROTECTED)),
                _Case("no year of death", replace(good, year_of_death=None)),
                _Case(
                    "no year of death, a moderator said yes",
                    replace(good, year_of_death=None, moderation=Moderation.APPROVED),
                ),
            ]
    return cases


def _asked(kind: SubjectKind, events: tuple[Fact, ...] = ()) -> GateFacts:
    return GateFacts(
        kind=kind,
        photo_sha256="photo",
        voice="voice",
        words_sha256="words",
        events=events,
        made_at=_NOW - timedelta(minutes=30),
    )


def _fact(scope: str, grantor: Grantor, state: State = State.GRANTED) -> Fact:
    said = Fact(scope=scope, state=state, grantor=grantor, at=_NOW - timedelta(hours=1))
    return replace(said, photo_sha256="photo", voice="voice", words_sha256="words")


def _grants(grantor: Grantor, *scopes: Scope) -> tuple[Fact, ...]:
    return tuple(_fact(scope, grantor) for scope in scopes)


def _without(events: tuple[Fact, ...], scope: Scope) -> tuple[Fact, ...]:
    return tuple(replace(event, state=State.REFUSED) if event.scope == scope else event for event in events)


def _by(events: tuple[Fact, ...], grantor: Grantor) -> tuple[Fact, ...]:
    return tuple(replace(event, grantor=grantor) for event in events)


def _later(events: tuple[Fact, ...], state: State, *, minutes: int = 1) -> tuple[Fact, ...]:
    at = _NOW - timedelta(minutes=10 - minutes)
    return tuple(replace(event, state=state, at=at) for event in events)


def _topic(kind: SubjectKind, grantor: Grantor) -> GateFacts:
    given = _grants(grantor, Scope.FACE, Scope.VOICE, Scope.TOPIC)
    events = tuple(replace(event, words_sha256="", topic="topic") for event in given)
    return replace(_asked(kind, events), topic="topic")


def _topic_but_not_words(kind: SubjectKind, grantor: Grantor) -> GateFacts:
    facts = _topic(kind, grantor)
    return replace(facts, events=(*facts.events, _fact(Scope.WORDS, grantor, State.REFUSED)))


def _cloned(kind: SubjectKind, grantor: Grantor) -> GateFacts:
    return replace(_asked(kind, _grants(grantor, Scope.FACE, Scope.CLONE, Scope.WORDS)), voice_kind=VoiceKind.CLONED)


def _used(kind: SubjectKind, grantor: Grantor, scope: Scope) -> GateFacts:
    facts = _asked(kind, _grants(grantor, Scope.FACE, Scope.VOICE, Scope.WORDS, scope))
    return replace(facts, commercial=scope is Scope.COMMERCIAL, public=scope is Scope.PUBLIC)
