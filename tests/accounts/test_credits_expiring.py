"""Seconds that end, seconds that are lent, seconds that are taken back; and the ledger beside a plain model of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.billing.models import BillingAccount, MeterReport, Subscription, SubscriptionStatus
from accounts.credits import credits_expire, credits_revoke
from accounts.models import CreditEntry, CreditKind
from accounts.selectors import credits_available, credits_balance, credits_held
from accounts.services import (
    CreditsConflict,
    NotEnoughCredits,
    credits_charge,
    credits_grant,
    credits_hold,
    credits_release,
)
from tests.factories import OrganizationFactory

SOON = timedelta(days=3)


@pytest.fixture
def organization(db):
    return OrganizationFactory()


def expiring(organization, seconds, *, ends_in=SOON, key=None):
    return credits_grant(
        organization=organization, seconds=seconds, reason="month", key=key, expires_at=timezone.now() + ends_in
    )


def staying(organization, seconds):
    return credits_grant(organization=organization, seconds=seconds, reason="pack")


def subscribed(organization, *, cap, status=SubscriptionStatus.ACTIVE):
    """The organisation has a plan, and its owner allows `cap` seconds beyond it."""
    now = timezone.now()
    BillingAccount.objects.create(organization=organization, overage_cap_seconds=cap)
    return Subscription.objects.create(
        organization=organization,
        stripe_id=f"sub_{organization.pk}",
        plan="museum",
        status=status,
        item_id="si_1",
        period_start=now - timedelta(days=1),
        period_end=now + timedelta(days=29),
        synced_at=now,
    )


def parts(organization):
    balance = credits_balance(organization)
    return balance.staying, balance.expiring


def test_a_grant_with_a_key_is_given_once(organization):
    first = expiring(organization, 60, key="period:sub_1:1")
    second = expiring(organization, 60, key="period:sub_1:1")

    assert first.pk == second.pk
    assert credits_available(organization) == 60


def test_a_hold_takes_the_seconds_that_expire_first(organization):
    staying(organization, 30)
    expiring(organization, 20)

    credits_hold(organization=organization, render_id="rnd_a", seconds=25)

    assert parts(organization) == (25, 0)


def test_what_a_charge_leaves_comes_back_to_those_that_stay_first(organization):
    staying(organization, 30)
    expiring(organization, 20)
    credits_hold(organization=organization, render_id="rnd_a", seconds=25)

    credits_charge(organization=organization, render_id="rnd_a", seconds=18)

    assert parts(organization) == (30, 2)


def test_expired_seconds_cannot_be_held_and_leave_the_ledger(organization):
    staying(organization, 5)
    expiring(organization, 60, ends_in=-timedelta(seconds=1))

    assert credits_available(organization) == 5
    with pytest.raises(NotEnoughCredits, match="and 5 are left"):
        credits_hold(organization=organization, render_id="rnd_a", seconds=6)
    credits_hold(organization=organization, render_id="rnd_a", seconds=5)

    expiry = CreditEntry.objects.get(kind=CreditKind.EXPIRY)
    assert (expiry.seconds, expiry.delta) == (60, -60)
    assert sum(CreditEntry.objects.values_list("delta", flat=True)) == 0


def test_what_is_held_when_a_month_ends_is_not_taken_away(organization):
    expiring(organization, 20)
    credits_hold(organization=organization, render_id="rnd_a", seconds=15)

    credits_expire(organization=organization, reason="the month ended")

    assert credits_charge(organization=organization, render_id="rnd_a", seconds=15).seconds == 15
    assert credits_available(organization) == 0


def test_what_comes_back_after_a_month_ended_joins_the_next_one(organization):
    expiring(organization, 20)
    credits_hold(organization=organization, render_id="rnd_a", seconds=15)
    credits_expire(organization=organization, reason="the month ended")
    expiring(organization, 20)

    credits_release(organization=organization, render_id="rnd_a")

    assert parts(organization) == (0, 35)


def test_expiring_when_nothing_expires_writes_nothing(organization):
    staying(organization, 5)

    assert credits_expire(organization=organization, reason="the month ended") is None
    assert credits_available(organization) == 5


def test_without_the_owners_leave_nothing_is_lent(organization):
    subscribed(organization, cap=0)
    staying(organization, 5)

    with pytest.raises(NotEnoughCredits):
        credits_hold(organization=organization, render_id="rnd_a", seconds=6)


def test_beyond_the_plan_up_to_the_owners_limit_and_no_second_more(organization):
    subscribed(organization, cap=10)
    staying(organization, 5)

    credits_hold(organization=organization, render_id="rnd_a", seconds=12)
    with pytest.raises(NotEnoughCredits, match="and 3 are left"):
        credits_hold(organization=organization, render_id="rnd_b", seconds=4)
    credits_hold(organization=organization, render_id="rnd_c", seconds=3)

    assert credits_available(organization) == 0


@pytest.mark.parametrize(
    "status", [SubscriptionStatus.TRIALING, SubscriptionStatus.PAST_DUE, SubscriptionStatus.CANCELED]
)
def test_nothing_is_lent_on_a_plan_that_is_not_paid(organization, status):
    subscribed(organization, cap=100, status=status)

    with pytest.raises(NotEnoughCredits):
        credits_hold(organization=organization, render_id="rnd_a", seconds=1)


def test_what_was_made_beyond_the_plan_is_billed_once(organization):
    subscribed(organization, cap=100)
    staying(organization, 5)
    credits_hold(organization=organization, render_id="rnd_a", seconds=12)

    credits_charge(organization=organization, render_id="rnd_a", seconds=9)
    credits_charge(organization=organization, render_id="rnd_a", seconds=9)

    assert list(MeterReport.objects.values_list("render_id", "seconds")) == [("rnd_a", 4)]
    assert credits_available(organization) == 0


def test_a_render_that_fails_is_not_billed(organization):
    subscribed(organization, cap=100)
    staying(organization, 5)
    credits_hold(organization=organization, render_id="rnd_a", seconds=12)

    credits_release(organization=organization, render_id="rnd_a")

    assert not MeterReport.objects.exists()
    assert credits_available(organization) == 5


def test_a_failed_render_does_not_turn_expiring_seconds_into_lasting_ones(organization):
    subscribed(organization, cap=100)
    expiring(organization, 5)
    credits_hold(organization=organization, render_id="rnd_a", seconds=12)

    credits_release(organization=organization, render_id="rnd_a")

    assert parts(organization) == (0, 5)


def test_seconds_bought_while_a_render_runs_pay_for_it_before_anything_is_billed(organization):
    subscribed(organization, cap=100)
    credits_hold(organization=organization, render_id="rnd_a", seconds=12)
    staying(organization, 10)

    credits_charge(organization=organization, render_id="rnd_a", seconds=12)

    assert MeterReport.objects.get().seconds == 2
    assert credits_available(organization) == 0


def test_without_limits_everything_is_lent_and_nothing_is_billed(organization, settings):
    settings.LIKENESS_CREDITS_UNLIMITED = True
    staying(organization, 5)

    credits_hold(organization=organization, render_id="rnd_a", seconds=500)
    credits_charge(organization=organization, render_id="rnd_a", seconds=400)

    assert not MeterReport.objects.exists()
    assert credits_available(organization) == 0


def test_seconds_are_taken_back_as_far_as_they_are_there_and_once(organization):
    staying(organization, 30)
    expiring(organization, 10)
    credits_hold(organization=organization, render_id="rnd_a", seconds=25)

    for _ in range(2):
        credits_revoke(organization=organization, seconds=30, reason="refunded", key="refund:1")

    assert parts(organization) == (0, 0)


def test_what_is_held_is_what_no_render_settled(organization):
    staying(organization, 60)
    for name, seconds in (("rnd_a", 10), ("rnd_b", 20), ("rnd_c", 5)):
        credits_hold(organization=organization, render_id=name, seconds=seconds)
    credits_charge(organization=organization, render_id="rnd_a", seconds=10)
    credits_release(organization=organization, render_id="rnd_c")

    assert credits_held(organization) == 20


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "grant", "seconds": 5, "delta": 5, "expiring": 6},
        {"kind": "grant", "seconds": 5, "delta": 5, "expiring": -1},
        {"kind": "expiry", "seconds": 5, "delta": -5, "expiring": -6},
        {"kind": "cover", "seconds": 5, "delta": 5, "render_id": ""},
        {"kind": "revoke", "seconds": 5, "delta": 5},
        {"kind": "expiry", "seconds": 5, "delta": -5, "expiring": -5, "render_id": "rnd_a"},
    ],
)
def test_the_database_refuses_entries_that_make_no_sense(organization, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditEntry.objects.create(organization=organization, **values)


class LendingLedger(RuleBasedStateMachine):
    """Any sequence of movements with expiring seconds and a limit beyond the plan, beside a plain model."""

    CAP = 25

    def __init__(self):
        super().__init__()
        self.organization = OrganizationFactory()
        subscribed(self.organization, cap=self.CAP)
        self.stays, self.expires = 0, 0
        self.holds = {}
        self.settled = {}
        self.billed = {}

    def name(self, letter):
        return f"{self.organization.pk[4:]}{letter}"

    @property
    def lent(self):
        return sum(hold["lent"] for hold in self.holds.values() if not hold["done"]) + sum(self.billed.values())

    @rule(seconds=st.integers(1, 30), ends=st.booleans())
    def grant(self, seconds, ends):
        if ends:
            expiring(self.organization, seconds)
            self.expires += seconds
        else:
            staying(self.organization, seconds)
            self.stays += seconds

    @rule()
    def month_ends(self):
        credits_expire(organization=self.organization, reason="month")
        self.expires = 0

    @rule(seconds=st.integers(1, 20))
    def revoke(self, seconds):
        credits_revoke(
            organization=self.organization,
            seconds=seconds,
            reason="r",
            key=f"r:{CreditEntry.objects.count()}:{seconds}",
        )
        self.stays -= min(seconds, self.stays)

    @rule(letter=st.sampled_from("abcd"), seconds=st.integers(1, 30))
    def hold(self, letter, seconds):
        known = letter in self.holds
        short = max(0, seconds - self.stays - self.expires)
        possible = known or short <= self.CAP - self.lent
        try:
            credits_hold(organization=self.organization, render_id=self.name(letter), seconds=seconds)
            assert possible
        except NotEnoughCredits:
            assert not possible
            return
        if not known:
            ending = min(seconds, self.expires)
            self.expires -= ending
            self.stays += short - (seconds - ending)
            self.holds[letter] = {"seconds": seconds, "ending": ending, "lent": short, "done": False}

    @rule(letter=st.sampled_from("abcd"), seconds=st.integers(0, 40))
    def settle(self, letter, seconds):
        """Charged with `seconds`, or released with none."""
        service = credits_charge if seconds else credits_release
        values = {"seconds": seconds} if seconds else {}
        hold = self.holds.get(letter)
        kind = "charge" if seconds else "release"
        try:
            service(organization=self.organization, render_id=self.name(letter), **values)
            assert hold
            assert self.settled.get(letter, kind) == kind
        except CreditsConflict:
            assert hold is None or self.settled[letter] != kind
            return
        if hold["done"]:
            return
        hold["done"], self.settled[letter] = True, kind
        spent = min(seconds, hold["seconds"])
        back_ending = max(0, hold["ending"] - spent)
        back_staying = hold["seconds"] - spent - back_ending
        self.expires += back_ending
        self.stays += back_staying
        repaid = min(hold["lent"], self.stays + self.expires)
        from_ending = min(max(0, repaid - back_staying), self.expires)
        self.expires -= from_ending
        self.stays -= repaid - from_ending
        if hold["lent"] > repaid:
            self.billed[letter] = hold["lent"] - repaid

    @invariant()
    def the_ledger_says_what_the_model_says_and_is_never_negative(self):
        assert parts(self.organization) == (self.stays, self.expires)
        assert self.stays >= 0
        assert self.expires >= 0

    @invariant()
    def what_is_billed_is_what_was_made_beyond_the_plan_and_never_more_than_the_limit(self):
        reports = MeterReport.objects.filter(organization=self.organization)
        assert {report.render_id: report.seconds for report in reports} == {
            self.name(letter): seconds for letter, seconds in self.billed.items()
        }
        assert sum(self.billed.values()) <= self.CAP


class TestLendingLedger(TestCase, LendingLedger.TestCase):
    settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
