"""The audit log and its chain."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from accounts.append_only import allowing_sql
from accounts.chain import chain_hash
from accounts.models import AuditEvent
from accounts.selectors import audit_breaks
from accounts.services import audit_record
from tests.factories import OrganizationFactory, UserFactory


@pytest.fixture
def organization(db):
    organization = OrganizationFactory()
    for number in range(4):
        audit_record(
            organization=organization,
            acting_user=UserFactory(),
            action="test.made",
            object_id=f"tst_{number}",
            data={"number": number},
        )
    return organization


def tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        for drop in allowing_sql("accounts_auditevent", connection.vendor):
            cursor.execute(drop)
        cursor.execute(statement)


def test_entries_are_numbered_and_chained_within_their_organisation(organization):
    other = OrganizationFactory()
    first_of_other = audit_record(organization=other, acting_user=None, action="test.made", object_id="tst_9")
    events = list(AuditEvent.objects.filter(organization=organization))

    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert [event.previous_hash for event in events[1:]] == [event.hash for event in events[:-1]]
    assert (first_of_other.sequence, first_of_other.previous_hash, first_of_other.actor_id) == (1, "", "")


def test_an_untouched_log_is_intact(organization):
    assert audit_breaks(organization) == []


@pytest.mark.parametrize(
    ("statement", "breaks"),
    [
        ("UPDATE accounts_auditevent SET action = 'test.lied' WHERE sequence = 2", [2]),
        ("UPDATE accounts_auditevent SET actor_id = '' WHERE sequence = 2", [2]),
        ("UPDATE accounts_auditevent SET hash = 'x' WHERE sequence = 2", [2, 3]),
        ("DELETE FROM accounts_auditevent WHERE sequence = 2", [3]),
        ("DELETE FROM accounts_auditevent WHERE sequence = 1", [2]),
    ],
)
def test_a_log_that_was_tampered_with_shows_where(organization, statement, breaks):
    tamper(statement)

    assert audit_breaks(organization) == breaks


def test_the_hash_of_a_moment_does_not_depend_on_its_time_zone():
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert chain_hash("", {"at": noon}) == chain_hash("", {"at": noon.astimezone(timezone(timedelta(hours=5)))})


def test_the_hash_covers_what_came_before():
    assert chain_hash("a", {"number": 1}) != chain_hash("b", {"number": 1})


def test_what_has_no_plain_form_is_not_hashed():
    with pytest.raises(TypeError, match="set"):
        chain_hash("", {"numbers": {1, 2}})
