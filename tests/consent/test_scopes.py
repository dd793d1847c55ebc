"""The gate's scopes beyond the plain three: a copied voice, a topic, commerce, the public."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.gate import (
    ALL_SCOPES,
    LIVING_KINDS,
    REVIEW,
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
    decide,
    needed_scopes,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ASKED = {"photo_sha256": "photo-1", "voice": "heart", "words_sha256": "words-1", "topic": "topic-1"}


def fact(scope: str, state: State = State.GRANTED, *, minute: int = 0, **changes) -> Fact:
    values = {"grantor": Grantor.SUBJECT, **ASKED, **changes}
    return Fact(scope=scope, state=state, at=NOON + minute * MINUTE, order=minute, **values)


def ask(*events: Fact, action: Action = Action.SUBMIT, minute: int = 10, **about) -> Decision:
    kind = about.pop("kind", SubjectKind.OTHER)
    return decide(GateFacts(kind=kind, **{**ASKED, **about}, events=events), action, NOON + minute * MINUTE)


PLAIN = tuple(map(fact, (Scope.FACE, Scope.VOICE, Scope.WORDS)))
ON_TOPIC = tuple(map(fact, (Scope.FACE, Scope.VOICE, Scope.TOPIC)))
NO_STATEMENT_COVERS = [SubjectKind.HISTORICAL, SubjectKind.FICTIONAL, SubjectKind.BRAND, SubjectKind.ANIMAL]


@pytest.mark.parametrize("voice_kind", [VoiceKind.GENERATED, VoiceKind.RECORDING])
def test_a_copied_voice_is_asked_for_on_its_own(voice_kind):
    assert ask(*PLAIN, voice_kind=voice_kind).allowed
    assert ask(*PLAIN, voice_kind=VoiceKind.CLONED).missing == (Scope.CLONE,)


def test_a_copied_voice_allows_no_other_one():
    cloned = (PLAIN[0], fact(Scope.CLONE), PLAIN[2])

    assert ask(*cloned, voice_kind=VoiceKind.CLONED).allowed
    assert ask(*cloned).missing == (Scope.VOICE,)
    assert ask(*cloned, voice_kind=VoiceKind.CLONED, voice="another").missing == (Scope.CLONE,)


@pytest.mark.parametrize("kind", NO_STATEMENT_COVERS)
def test_an_editor_cannot_state_that_a_voice_may_be_copied(kind):
    stated = fact(STATEMENT, grantor=Grantor.EDITOR, source="a catalogue")
    asked = {"kind": kind, "year_of_death": 1519}
    asked = asked if kind is SubjectKind.HISTORICAL else {"kind": kind}

    assert ask(stated, **asked).allowed
    assert not ask(stated, **asked, voice_kind=VoiceKind.CLONED).allowed


@pytest.mark.parametrize(("use", "scope"), [("commercial", Scope.COMMERCIAL), ("public", Scope.PUBLIC)])
def test_a_use_is_asked_for_on_its_own(use, scope):
    assert ask(*PLAIN, **{use: True}).missing == (scope,)
    assert ask(*PLAIN, fact(scope), **{use: True}).allowed
    assert ask(*PLAIN, fact(scope, State.REFUSED)).allowed


@pytest.mark.parametrize("scope", [Scope.COMMERCIAL, Scope.PUBLIC])
def test_a_use_is_bound_to_the_photo_and_to_what_is_said(scope):
    about = {"commercial": scope is Scope.COMMERCIAL, "public": scope is Scope.PUBLIC}
    for other in ({"photo_sha256": "photo-2"}, {"words_sha256": "words-2", "topic": ""}):
        assert scope in ask(*PLAIN, fact(scope, **other), **about).missing


def test_any_words_within_the_topic_may_be_said():
    assert ask(*ON_TOPIC, words_sha256="words-9").allowed
    assert ask(*ON_TOPIC, words_sha256="words-9", topic="topic-2").missing == (Scope.WORDS,)
    assert ask(*ON_TOPIC, words_sha256="words-9", topic="").missing == (Scope.WORDS,)


def test_a_topic_is_bound_to_the_photo():
    assert Scope.WORDS in ask(fact(Scope.FACE), fact(Scope.VOICE), fact(Scope.TOPIC, photo_sha256="photo-2")).missing


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN])
def test_a_no_to_these_words_is_not_outweighed_by_the_topic(state):
    assert ask(*ON_TOPIC, fact(Scope.WORDS, state)).missing == (Scope.WORDS,)
    assert ask(*ON_TOPIC, fact(Scope.WORDS, state), words_sha256="words-9").allowed


def test_a_clip_on_a_topic_is_hidden_when_the_topic_is_withdrawn_and_given_again():
    events = (*ON_TOPIC, fact(Scope.TOPIC, State.WITHDRAWN, minute=4), fact(Scope.TOPIC, minute=5))

    assert ask(*events, made_at=NOON + 3 * MINUTE).allowed
    assert ask(*events, made_at=NOON + 3 * MINUTE, action=Action.VIEW).missing == (Scope.WORDS,)
    assert ask(*events, made_at=NOON + 6 * MINUTE, action=Action.VIEW).allowed


def test_a_clip_with_agreed_words_does_not_fall_with_the_topic():
    events = (*PLAIN, *ON_TOPIC, fact(Scope.TOPIC, State.WITHDRAWN, minute=4))

    assert ask(*events, made_at=NOON + 3 * MINUTE, action=Action.VIEW).allowed


def test_a_withdrawn_use_hides_only_what_is_used_so():
    events = (*PLAIN, fact(Scope.PUBLIC), fact(Scope.PUBLIC, State.WITHDRAWN, minute=4))

    assert ask(*events, action=Action.VIEW).allowed
    assert ask(*events, action=Action.VIEW, public=True).missing == (Scope.PUBLIC,)


def test_nothing_known_is_no_consent():
    blank = dict.fromkeys(ASKED, "")

    assert ask(*(replace(event, **blank) for event in PLAIN), **blank).missing == (
        Scope.FACE,
        Scope.VOICE,
        Scope.WORDS,
    )


@pytest.mark.parametrize("kind", SubjectKind)
def test_a_moderators_no_stops_every_kind(kind):
    stated = fact(STATEMENT, grantor=Grantor.EXECUTOR, evidence_sha256="will", source="a catalogue")

    assert not ask(*PLAIN, stated, kind=kind, moderation=Moderation.REFUSED).allowed


def test_a_questioned_statement_waits_for_the_moderator():
    stated = fact(STATEMENT, grantor=Grantor.EDITOR)

    decision = ask(stated, kind=SubjectKind.BRAND, moderation=Moderation.QUESTIONED)

    assert "has a question" in decision.reasons[0]


any_fact = st.builds(
    lambda minute, lasts, **values: Fact(
        at=NOON + minute * MINUTE, expires_at=None if lasts is None else NOON + (minute + lasts) * MINUTE, **values
    ),
    minute=st.integers(0, 20),
    lasts=st.none() | st.integers(-2, 12),
    scope=st.sampled_from([*ALL_SCOPES, STATEMENT, REVIEW]),
    state=st.sampled_from([State.GRANTED, State.GRANTED, State.GRANTED, State.REFUSED, State.WITHDRAWN]),
    grantor=st.sampled_from([Grantor.SUBJECT] * 4 + [Grantor.GUARDIAN, Grantor.EDITOR, Grantor.MODERATOR]),
    photo_sha256=st.sampled_from(["photo-1", "photo-1", "photo-1", "photo-2", ""]),
    voice=st.sampled_from(["heart", "heart", "bella"]),
    words_sha256=st.sampled_from(["words-1", "words-1", "words-2", ""]),
    topic=st.sampled_from(["topic-1", "topic-1", "topic-2", ""]),
)
histories = st.lists(any_fact, max_size=20).map(
    lambda events: tuple(replace(event, order=order) for order, event in enumerate(events))
)
clips = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(sorted(LIVING_KINDS)),
        "voice_kind": st.sampled_from(VoiceKind),
        "topic": st.sampled_from(["topic-1", ""]),
        "commercial": st.booleans(),
        "public": st.booleans(),
        "moderation": st.sampled_from([Moderation.NONE, Moderation.NONE, Moderation.REFUSED]),
    }
)


def about(event: Fact, facts: GateFacts) -> bool:
    """Written another way than the gate: which of the event's bindings have to agree with the clip's."""
    photo = event.photo_sha256 == facts.photo_sha256
    words = event.words_sha256 != "" and event.words_sha256 == facts.words_sha256
    topic = event.topic != "" and event.topic == facts.topic
    return {
        Scope.FACE: photo,
        Scope.VOICE: event.voice == facts.voice,
        Scope.CLONE: event.voice == facts.voice,
        Scope.WORDS: words,
        Scope.TOPIC: topic and photo,
        Scope.COMMERCIAL: photo and (words or topic),
        Scope.PUBLIC: photo and (words or topic),
    }.get(event.scope, False)


def stands(scope: Scope, facts: GateFacts, at: datetime) -> bool:
    """Some grant is good, and nothing was said about the same thing after it."""
    needed = Grantor.GUARDIAN if facts.kind is SubjectKind.MINOR else Grantor.SUBJECT
    said = [event for event in facts.events if event.scope == scope and event.at <= at and about(event, facts)]
    return any(
        grant.state is State.GRANTED
        and grant.grantor is needed
        and (grant.expires_at is None or grant.expires_at > at)
        and not any((other.at, other.order) > (grant.at, grant.order) for other in said)
        for grant in said
    )


@settings(max_examples=600, deadline=None)
@given(clip=clips, events=histories, minute=st.integers(0, 25), action=st.sampled_from(Action))
def test_no_history_lets_an_unconsented_clip_through(clip, events, minute, action):
    facts = GateFacts(**{**ASKED, **clip}, events=events)
    at = NOON + minute * MINUTE

    decision = decide(facts, action, at)

    lacking = {scope for scope in needed_scopes(facts) if not stands(scope, facts, at)}
    if stands(Scope.TOPIC, facts, at):
        lacking -= {Scope.WORDS}
    assert not (decision.allowed and lacking)
    assert not (decision.allowed and facts.moderation is Moderation.REFUSED)
    assert lacking <= set(decision.missing) <= set(needed_scopes(facts))
    assert decision.allowed is not bool(decision.reasons)


@settings(max_examples=300, deadline=None)
@given(clip=clips, events=histories, minute=st.integers(0, 20), data=st.data())
def test_after_a_withdrawal_nothing_passes_that_needs_it(clip, events, minute, data):
    facts = GateFacts(**{**ASKED, **clip}, events=events)
    at = NOON + minute * MINUTE
    scope = data.draw(st.sampled_from(needed_scopes(facts)))
    before = tuple(event for event in events if event.at <= at)
    withdrawal = replace(fact(scope, State.WITHDRAWN), at=at, order=len(events))

    decision = decide(replace(facts, events=(*before, withdrawal)), Action.SUBMIT, at + MINUTE)

    assert not decision.allowed
    assert scope in decision.missing


@settings(max_examples=200, deadline=None)
@given(clip=clips, events=histories)
def test_what_is_asked_more_is_never_easier(clip, events):
    plain = GateFacts(**{**ASKED, **clip, "commercial": False, "public": False}, events=events)
    at = NOON + 25 * MINUTE

    for more in ({"commercial": True}, {"public": True}):
        used = decide(replace(plain, **more), Action.VIEW, at)
        assert not used.allowed or decide(plain, Action.VIEW, at).allowed
