"""The ledger of credits."""

import json

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import CreditEntry
from accounts.selectors import credits_available
from accounts.services import (
    CreditsConflict,
    NotEnoughCredits,
    credits_charge,
    credits_grant,
    credits_hold,
    credits_release,
)
from tests.accounts import credit_race
from tests.factories import OrganizationFactory
from tests.postgres import fresh_database, run_python


@pytest.fixture
def organization(db):
    organization = OrganizationFactory()
    credits_grant(organization=organization, seconds=60, reason="test")
    return organization


def test_a_hold_takes_whole_seconds_from_what_is_available(organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=6.2)

    assert credits_available(organization) == 53


def test_holding_twice_for_a_render_holds_once(organization):
    first = credits_hold(organization=organization, render_id="rnd_a", seconds=10)
    second = credits_hold(organization=organization, render_id="rnd_a", seconds=10)

    assert first.pk == second.pk
    assert credits_available(organization) == 50


def test_more_than_is_available_is_refused_with_what_is_left(organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=55)

    with pytest.raises(NotEnoughCredits, match="needs 6 seconds of video, and 5 are left") as refused:
        credits_hold(organization=organization, render_id="rnd_b", seconds=6)

    assert (refused.value.needed, refused.value.available) == (6, 5)
    assert credits_available(organization) == 5


def test_exactly_what_is_available_can_be_held(organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=60)

    assert credits_available(organization) == 0


def test_a_charge_gives_the_rest_of_the_hold_back(organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=10)
    credits_charge(organization=organization, render_id="rnd_a", seconds=6.4)

    assert credits_available(organization) == 53


def test_a_charge_is_never_more_than_was_held(organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=10)
    charged = credits_charge(organization=organization, render_id="rnd_a", seconds=14)

    assert charged.seconds == 10
    assert credits_available(organization) == 50


def test_charging_twice_charges_once(organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=10)
    first = credits_charge(organization=organization, render_id="rnd_a", seconds=8)
    second = credits_charge(organization=organization, render_id="rnd_a", seconds=9)

    assert first.pk == second.pk
    assert credits_available(organization) == 52


def test_a_release_gives_everything_back_once(organization):
    credits_hold(organization=organization, render_id="rnd_a", seconds=10)
    credits_release(organization=organization, render_id="rnd_a")
    credits_release(organization=organization, render_id="rnd_a")

    assert credits_available(organization) == 60


@pytest.mark.parametrize("first", ["charge", "release"])
def test_what_was_settled_is_not_settled_in_another_way(organization, first):
    settle = {
        "charge": lambda: credits_charge(organization=organization, render_id="rnd_a", seconds=8),
        "release": lambda: credits_release(organization=organization, render_id="rnd_a"),
    }
    credits_hold(organization=organization, render_id="rnd_a", seconds=10)
    settle.pop(first)()
    (other,) = settle.values()
    before = credits_available(organization)

    with pytest.raises(CreditsConflict):
        other()

    assert credits_available(organization) == before


def test_nothing_is_settled_that_was_not_held(organization):
    with pytest.raises(CreditsConflict, match="No credits are held for rnd_a"):
        credits_charge(organization=organization, render_id="rnd_a", seconds=1)
    with pytest.raises(CreditsConflict):
        credits_release(organization=organization, render_id="rnd_a")


def test_organisations_do_not_share_credits(organization):
    other = OrganizationFactory()

    with pytest.raises(NotEnoughCredits):
        credits_hold(organization=other, render_id="rnd_a", seconds=1)
    assert credits_available(other) == 0


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_seconds_are_a_positive_number(organization, seconds):
    with pytest.raises(ValueError, match="positive"):
        credits_grant(organization=organization, seconds=seconds, reason="test")


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "hold", "seconds": 5, "delta": 5, "render_id": "rnd_a"},
        {"kind": "grant", "seconds": 5, "delta": 6},
        {"kind": "release", "seconds": 5, "delta": -5, "render_id": "rnd_a"},
        {"kind": "charge", "seconds": 5, "delta": -1, "render_id": "rnd_a"},
        {"kind": "hold", "seconds": 5, "delta": -5, "render_id": ""},
        {"kind": "grant", "seconds": 5, "delta": 5, "render_id": "rnd_a"},
    ],
)
def test_the_database_refuses_entries_that_make_no_sense(organization, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditEntry.objects.create(organization=organization, **values)


@pytest.mark.parametrize(("first", "second"), [("hold", "hold"), ("charge", "release"), ("charge", "charge")])
def test_the_database_refuses_a_second_entry_of_a_render(organization, first, second):
    deltas = {"hold": -5, "charge": 0, "release": 5}

    def write(kind):
        CreditEntry.objects.create(
            organization=organization, kind=kind, seconds=5, delta=deltas[kind], render_id="rnd_a"
        )

    write(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(second)


def test_an_entry_cannot_be_changed(organization):
    with pytest.raises(DatabaseError, match="kept as they were written"), transaction.atomic():
        CreditEntry.objects.update(delta=1_000_000)


class Ledger(RuleBasedStateMachine):
    """Any sequence of movements, beside a plain model of what should come of it."""

    def __init__(self):
        super().__init__()
        self.organization = OrganizationFactory()
        self.granted, self.held, self.settled = 0, {}, {}

    @property
    def expected(self):
        open_holds = sum(seconds for name, seconds in self.held.items() if name not in self.settled)
        return self.granted - open_holds - sum(self.settled.values())

    @rule(seconds=st.integers(1, 40))
    def grant(self, seconds):
        credits_grant(organization=self.organization, seconds=seconds, reason="test")
        self.granted += seconds

    @rule(name=st.sampled_from("abc"), seconds=st.integers(1, 30))
    def hold(self, name, seconds):
        possible = name in self.held or seconds <= self.expected
        try:
            credits_hold(organization=self.organization, render_id=f"{self.organization.pk[4:]}{name}", seconds=seconds)
            assert possible
            self.held.setdefault(name, seconds)
        except NotEnoughCredits:
            assert not possible

    @rule(name=st.sampled_from("abc"), seconds=st.integers(1, 40))
    def charge(self, name, seconds):
        try:
            credits_charge(
                organization=self.organization, render_id=f"{self.organization.pk[4:]}{name}", seconds=seconds
            )
            self.settled.setdefault(name, min(seconds, self.held[name]))
        except CreditsConflict:
            assert name not in self.held or self.settled[name] == 0

    @rule(name=st.sampled_from("abc"))
    def release(self, name):
        try:
            credits_release(organization=self.organization, render_id=f"{self.organization.pk[4:]}{name}")
            self.settled.setdefault(name, 0)
        except CreditsConflict:
            assert name not in self.held or self.settled[name] > 0

    @invariant()
    def the_balance_is_what_was_granted_less_what_is_held_or_used(self):
        assert credits_available(self.organization) == self.expected >= 0


class TestLedger(TestCase, Ledger.TestCase):
    settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


def check_race(result):
    charged = credit_race.ROUNDS * credit_race.SHARED_CHARGED
    assert result["charges"] == credit_race.ROUNDS
    assert result["available"] == credit_race.GRANTED - charged
    assert result["lowest"] >= 0
    assert result["still held"] == 0


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_never_spend_a_second_twice():
    organization = OrganizationFactory()
    credits_grant(organization=organization, seconds=credit_race.GRANTED, reason="race")

    check_race(credit_race.race(organization.pk))


@pytest.mark.service
def test_sixteen_threads_never_spend_a_second_twice_on_postgresql():
    with fresh_database() as database:
        check_race(json.loads(run_python("-m", "tests.accounts.credit_race", database=database).splitlines()[-1]))
