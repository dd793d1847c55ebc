"""The gate, as a table and against any sequence of events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.gate import (
    LIVING_KINDS,
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
    decide,
    needed_scopes,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ASKED = {"photo_sha256": "photo-1", "voice": "heart", "words_sha256": "words-1"}
ACTIONS = list(Action)


def fact(scope: str, state: State = State.GRANTED, *, minute: int = 0, **changes) -> Fact:
    grantor = Grantor.EDITOR if scope == STATEMENT else Grantor.SUBJECT
    values = {"grantor": grantor, **ASKED, **changes}
    return Fact(scope=scope, state=state, at=NOON + minute * MINUTE, order=minute, **values)


def facts(kind: SubjectKind, *events: Fact, **changes) -> GateFacts:
    return GateFacts(kind=kind, **{**ASKED, **changes}, events=events)


def ask(asked: GateFacts, action: Action = Action.SUBMIT, *, minute: int = 10) -> Decision:
    return decide(asked, action, NOON + minute * MINUTE)


ALL = tuple(map(fact, SCOPES))
GUARDIANS = tuple(replace(event, grantor=Grantor.GUARDIAN) for event in ALL)


def without(scope: Scope) -> tuple[Fact, ...]:
    return tuple(event for event in ALL if event.scope != scope)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("kind", "events"),
    [(SubjectKind.SELF, ALL), (SubjectKind.OTHER, ALL), (SubjectKind.MINOR, GUARDIANS)],
)
def test_a_living_person_who_granted_everything_may_be_shown(kind, events, action):
    assert ask(facts(kind, *events), action) == Decision(allowed=True)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("kind", sorted(LIVING_KINDS))
def test_each_scope_is_needed_for_each_action(kind, scope, action):
    given_by = Grantor.GUARDIAN if kind is SubjectKind.MINOR else Grantor.SUBJECT
    events = [replace(event, grantor=given_by) for event in without(scope)]

    decision = ask(facts(kind, *events), action)

    assert not decision.allowed
    assert decision.missing == (scope,)
    assert "consent link" in decision.reasons[0]


# One change to a complete consent, and a word of the reason that it is not enough any more.
INSUFFICIENT = {
    "refused": (Scope.WORDS, {"state": State.REFUSED}, "said no"),
    "withdrawn": (Scope.VOICE, {"state": State.WITHDRAWN}, "withdrew"),
    "run out": (Scope.FACE, {"expires_at": NOON + 10 * MINUTE}, "run out"),
    "given by the account holder": (Scope.FACE, {"grantor": Grantor.EDITOR}, "has to come from"),
    "for another photo": (Scope.FACE, {"photo_sha256": "photo-2"}, "not agreed to this photo"),
    "for another voice": (Scope.VOICE, {"voice": "bella"}, "not agreed to this voice"),
    "for other words": (Scope.WORDS, {"words_sha256": "words-2"}, "not agreed to these words"),
    "given later": (Scope.FACE, {"at": NOON + 11 * MINUTE}, "not agreed"),
}


@pytest.mark.parametrize(("scope", "change", "word"), INSUFFICIENT.values(), ids=INSUFFICIENT)
def test_consent_does_not_count_when_it_was(scope, change, word):
    decision = ask(facts(SubjectKind.OTHER, *without(scope), replace(fact(scope), **change)))

    assert decision.missing == (scope,)
    assert word in decision.reasons[0]


def test_consent_counts_up_to_the_moment_it_runs_out():
    events = [replace(event, expires_at=NOON + 10 * MINUTE) for event in ALL]

    assert ask(facts(SubjectKind.OTHER, *events), minute=9).allowed
    assert not ask(facts(SubjectKind.OTHER, *events), minute=10).allowed


def test_a_child_cannot_consent_alone():
    decision = ask(facts(SubjectKind.MINOR, *ALL))

    assert decision.missing == SCOPES
    assert "parent or guardian" in decision.reasons[0]


def test_a_guardian_cannot_consent_for_an_adult():
    assert ask(facts(SubjectKind.OTHER, *GUARDIANS)).missing == SCOPES


def test_consent_given_again_after_a_withdrawal_counts():
    events = (*ALL, fact(Scope.FACE, State.WITHDRAWN, minute=1), fact(Scope.FACE, minute=2))

    assert ask(facts(SubjectKind.OTHER, *events)).allowed


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        (Action.SUBMIT, True),
        (Action.CLAIM, True),
        (Action.PUBLISH, True),
        (Action.VIEW, False),
        (Action.DOWNLOAD, False),
    ],
)
def test_a_clip_made_before_a_withdrawal_stays_hidden_when_consent_is_given_again(action, allowed):
    events = (*ALL, fact(Scope.FACE, State.WITHDRAWN, minute=4), fact(Scope.FACE, minute=5))

    assert ask(facts(SubjectKind.OTHER, *events, made_at=NOON + 3 * MINUTE), action).allowed is allowed


def test_a_clip_made_after_consent_was_given_again_is_shown():
    events = (*ALL, fact(Scope.FACE, State.WITHDRAWN, minute=4), fact(Scope.FACE, minute=5))

    assert ask(facts(SubjectKind.OTHER, *events, made_at=NOON + 6 * MINUTE), Action.VIEW).allowed


def test_a_clip_asked_for_in_the_moment_of_a_withdrawal_is_hidden():
    events = (*ALL, fact(Scope.FACE, State.WITHDRAWN, minute=4), fact(Scope.FACE, minute=5))

    assert not ask(facts(SubjectKind.OTHER, *events, made_at=NOON + 4 * MINUTE), Action.VIEW).allowed


def test_of_two_words_in_one_moment_the_later_one_counts():
    withdrawal = replace(fact(Scope.FACE, State.WITHDRAWN), order=1)

    assert ask(facts(SubjectKind.OTHER, withdrawal, *ALL)).missing == (Scope.FACE,)


def test_a_withdrawal_of_other_words_does_not_hide_a_clip():
    events = (*ALL, fact(Scope.WORDS, State.WITHDRAWN, minute=4, words_sha256="words-2"))

    assert ask(facts(SubjectKind.OTHER, *events), Action.VIEW).allowed


LONG_DEAD = {"year_of_death": 1519}
WILL = {"evidence_sha256": "will-1"}
STATED = {
    "deceased, by the executor": (SubjectKind.DECEASED, {"grantor": Grantor.EXECUTOR, **WILL}, {}, True),
    "deceased, by the rights holder": (SubjectKind.DECEASED, {"grantor": Grantor.RIGHTS_HOLDER, **WILL}, {}, True),
    "deceased, no document": (SubjectKind.DECEASED, {"grantor": Grantor.EXECUTOR}, {}, False),
    "deceased, no document, approved": (
        SubjectKind.DECEASED,
        {"grantor": Grantor.EXECUTOR},
        {"moderation": Moderation.APPROVED},
        True,
    ),
    "deceased, the family, to sell something": (
        SubjectKind.DECEASED,
        {"grantor": Grantor.FAMILY, **WILL},
        {"commercial": True},
        False,
    ),
    "deceased, by the family": (SubjectKind.DECEASED, {"grantor": Grantor.FAMILY, **WILL}, {}, True),
    "deceased, by just anybody": (SubjectKind.DECEASED, {"grantor": Grantor.EDITOR}, {}, False),
    "deceased, refused by a moderator": (
        SubjectKind.DECEASED,
        {"grantor": Grantor.FAMILY},
        {"moderation": Moderation.REFUSED},
        False,
    ),
    "historical": (SubjectKind.HISTORICAL, {"source": "a catalogue"}, LONG_DEAD, True),
    "historical, without a source": (SubjectKind.HISTORICAL, {}, LONG_DEAD, False),
    "historical, no year": (SubjectKind.HISTORICAL, {"source": "a catalogue"}, {}, False),
    "historical, no year, approved": (
        SubjectKind.HISTORICAL,
        {"source": "a catalogue"},
        {"moderation": Moderation.APPROVED},
        True,
    ),
    "historical, in the 70th year": (SubjectKind.HISTORICAL, {"source": "a letter"}, {"year_of_death": 1956}, False),
    "historical, 70 full years": (SubjectKind.HISTORICAL, {"source": "a letter"}, {"year_of_death": 1955}, True),
    "fictional": (SubjectKind.FICTIONAL, {}, {}, True),
    "fictional, refused by a moderator": (SubjectKind.FICTIONAL, {}, {"moderation": Moderation.REFUSED}, False),
    "fictional, taken back": (SubjectKind.FICTIONAL, {"state": State.WITHDRAWN}, {}, False),
    "fictional, run out": (SubjectKind.FICTIONAL, {"expires_at": NOON}, {}, False),
    "living, a statement is nothing": (SubjectKind.OTHER, {}, {}, False),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("kind", "event", "about", "allowed"), STATED.values(), ids=STATED)
def test_a_statement_stands_in_where_nobody_can_be_asked(kind, event, about, allowed, action):
    stated = replace(fact(STATEMENT), **event)

    decision = ask(facts(kind, stated, **about), action)

    assert decision.allowed is allowed
    assert bool(decision.reasons) is not allowed
    assert decision.missing == (() if allowed else needed_scopes(facts(kind, **about)))


@pytest.mark.parametrize("kind", [SubjectKind.DECEASED, SubjectKind.HISTORICAL, SubjectKind.FICTIONAL])
def test_without_a_statement_nothing_is_shown(kind):
    decision = ask(facts(kind, *ALL, year_of_death=1519))

    assert not decision.allowed
    assert "state" in decision.reasons[0]


minutes = st.integers(0, 20)
any_fact = st.builds(
    lambda minute, lasts, **values: Fact(
        at=NOON + minute * MINUTE, expires_at=None if lasts is None else NOON + (minute + lasts) * MINUTE, **values
    ),
    minute=minutes,
    lasts=st.none() | st.integers(-2, 12),
    scope=st.sampled_from([*SCOPES, STATEMENT]),
    state=st.sampled_from([State.GRANTED, State.GRANTED, State.REFUSED, State.WITHDRAWN]),
    grantor=st.sampled_from([Grantor.SUBJECT, Grantor.SUBJECT, Grantor.GUARDIAN, Grantor.EDITOR]),
    photo_sha256=st.sampled_from(["photo-1", "photo-1", "photo-2"]),
    voice=st.sampled_from(["heart", "heart", "bella"]),
    words_sha256=st.sampled_from(["words-1", "words-1", "words-2"]),
)
histories = st.lists(any_fact, max_size=14).map(
    lambda events: tuple(replace(event, order=order) for order, event in enumerate(events))
)
KEY = {Scope.FACE: "photo_sha256", Scope.VOICE: "voice", Scope.WORDS: "words_sha256"}


def stands(scope: Scope, events: tuple[Fact, ...], at: datetime, grantor: Grantor) -> bool:
    """Written another way than the gate: some grant is good, and nothing was said about the same thing after it."""
    about = [
        event
        for event in events
        if event.scope == scope
        and event.at <= at
        and all(getattr(event, key) == ASKED[key] for key in ("photo_sha256", KEY[scope]))
    ]
    return any(
        grant.state is State.GRANTED
        and grant.grantor is grantor
        and (grant.expires_at is None or grant.expires_at > at)
        and not any((other.at, other.order) > (grant.at, grant.order) for other in about)
        for grant in about
    )


@settings(max_examples=400, deadline=None)
@given(kind=st.sampled_from(sorted(LIVING_KINDS)), events=histories, minute=minutes, action=st.sampled_from(ACTIONS))
def test_no_history_lets_an_action_through_with_a_missing_scope(kind, events, minute, action):
    at = NOON + minute * MINUTE
    grantor = Grantor.GUARDIAN if kind is SubjectKind.MINOR else Grantor.SUBJECT
    lacking = tuple(scope for scope in SCOPES if not stands(scope, events, at, grantor))

    decision = decide(facts(kind, *events), action, at)

    assert not (decision.allowed and lacking)
    assert not lacking or decision.missing == lacking
    assert decision.allowed is not bool(decision.reasons)


@settings(max_examples=200, deadline=None)
@given(events=histories, minute=minutes, scope=st.sampled_from(SCOPES), action=st.sampled_from(ACTIONS))
def test_after_a_withdrawal_nothing_passes_until_something_new_is_said(events, minute, scope, action):
    at = NOON + minute * MINUTE
    before = tuple(event for event in events if event.at <= at)
    withdrawal = replace(fact(scope, State.WITHDRAWN), at=at, order=len(events))

    decision = decide(facts(SubjectKind.OTHER, *before, withdrawal), action, at + MINUTE)

    assert not decision.allowed
    assert scope in decision.missing


@settings(max_examples=200, deadline=None)
@given(
    events=histories, minute=minutes, scope=st.sampled_from(SCOPES), action=st.sampled_from(ACTIONS), no=st.booleans()
)
def test_after_a_no_by_who_decides_no_statement_lets_a_clip_of_the_dead_through(events, minute, scope, action, no):
    at = NOON + minute * MINUTE
    before = tuple(replace(event, grantor=Grantor.EXECUTOR, evidence_sha256="x") for event in events if event.at <= at)
    state = State.REFUSED if no else State.WITHDRAWN
    said = replace(fact(scope, state), grantor=Grantor.EXECUTOR, at=at, order=len(events))
    stated = replace(fact(STATEMENT), grantor=Grantor.EXECUTOR, evidence_sha256="x", at=at, order=len(events) + 1)

    assert not decide(facts(SubjectKind.DECEASED, *before, said, stated), action, at + MINUTE).allowed


@settings(max_examples=200, deadline=None)
@given(events=histories, minute=minutes, made=minutes)
def test_who_may_view_may_also_submit(events, minute, made):
    asked = facts(SubjectKind.OTHER, *events, made_at=NOON + made * MINUTE)

    assert not ask(asked, Action.VIEW, minute=minute).allowed or ask(asked, Action.SUBMIT, minute=minute).allowed


@settings(max_examples=100, deadline=None)
@given(events=histories, seed=st.randoms(), minute=minutes, action=st.sampled_from(ACTIONS))
def test_the_order_in_which_events_are_read_does_not_matter(events, seed, minute, action):
    shuffled = list(events)
    seed.shuffle(shuffled)

    assert ask(facts(SubjectKind.OTHER, *shuffled), action, minute=minute) == ask(
        facts(SubjectKind.OTHER, *events), action, minute=minute
    )
