"""manage.py credits, what a new organisation begins with, and how many people a plan has room for."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.billing.models import Subscription, SubscriptionStatus
from accounts.models import AuditEvent, CreditEntry, Organization, Role
from accounts.selectors import credits_available, credits_balance
from accounts.services import credits_grant, credits_hold, membership_create, organization_create
from tests.factories import MembershipFactory, OrganizationFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db


def run(*arguments):
    said = StringIO()
    call_command("credits", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("by", ["pk", "name"])
def test_an_operator_grants_seconds_and_it_is_in_the_audit_log(by):
    organization = OrganizationFactory()

    assert "300 s available, 0 s held" in run("grant", getattr(organization, by), "300", "--reason", "spring")
    assert CreditEntry.objects.get().reason == "spring"
    assert AuditEvent.objects.get(organization=organization).data == {"seconds": 300, "by": "operator"}


def test_a_grant_with_a_word_is_given_once():
    organization = OrganizationFactory()
    for _ in range(2):
        run("grant", organization.pk, "300", "--once", "2026-11")

    assert credits_available(organization) == 300
    assert AuditEvent.objects.filter(organization=organization).count() == 1


@pytest.mark.parametrize(("name", "complaint"), [("Twin", "Several"), ("Nobody", "no organisation")])
def test_an_organisation_that_is_not_meant_clearly_is_granted_nothing(name, complaint):
    OrganizationFactory.create_batch(2, name="Twin")

    with pytest.raises(CommandError, match=complaint):
        run("grant", name, "300")

    assert not CreditEntry.objects.exists()


def test_an_organisation_can_be_let_make_as_much_as_it_likes_and_no_longer():
    organization = OrganizationFactory()
    assert "unlimited" in run("unlimited", organization.pk, "on")
    credits_hold(organization=organization, render_id="rnd_a", seconds=10_000)
    assert "unlimited" not in run("unlimited", organization.pk, "off")
    assert "0 s available, 10000 s held" in run("show")


def test_ledgers_that_add_up_are_said_to_and_a_planted_fault_is_found():
    organization = OrganizationFactory()
    credits_grant(organization=organization, seconds=5, reason="test")
    assert "adds up" in run("verify")

    CreditEntry.objects.create(
        organization=organization, kind="revoke", seconds=9, delta=-9, reason="planted", key="planted"
    )
    with pytest.raises(CommandError, match="the balance was -4 s"):
        run("verify")


def test_where_nothing_is_sold_every_organisation_starts_with_seconds_that_stay(settings):
    settings.LIKENESS_WELCOME_SECONDS = 600
    owner = UserFactory()
    for name in ("First", "Second"):
        assert credits_balance(organization_create(name=name, kind="museum", owner=owner)).staying == 600


def test_where_plans_are_sold_a_person_tries_it_once_and_for_a_while(settings):
    settings.STRIPE_SECRET_KEY, settings.LIKENESS_WELCOME_SECONDS = "sk_test_1", 60
    owner = UserFactory()
    first = credits_balance(organization_create(name="First", kind="museum", owner=owner))
    second = credits_balance(organization_create(name="Second", kind="museum", owner=owner))

    assert (first.expiring, second.available) == (60, 0)
    assert timedelta(days=13) < first.expires_at - timezone.now() <= timedelta(days=14)


def let_in(organization: Organization) -> None:
    membership_create(
        organization=organization, acting_user=organization.memberships.get(role=Role.OWNER).user, user=UserFactory(),
        role=Role.VIEWER,
    )  # fmt: skip


def test_without_a_shop_there_is_room_for_everybody():
    organization = MembershipFactory().organization
    for _ in range(5):
        let_in(organization)


def test_a_trial_has_room_for_two_and_a_plan_for_more(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    organization = OrganizationFactory()
    member_of(organization)
    let_in(organization)
    with pytest.raises(ValidationError, match="room for 2 people"):
        let_in(organization)

    now = timezone.now()
    Subscription.objects.create(
        organization=organization, stripe_id="sub_1", plan="family", status=SubscriptionStatus.ACTIVE, item_id="si_1",
        period_start=now, period_end=now + timedelta(days=30), synced_at=now,
    )  # fmt: skip
    let_in(organization)

    assert organization.memberships.count() == 3
