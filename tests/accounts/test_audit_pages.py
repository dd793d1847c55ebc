"""The ledger's page, its export, and what verifying it says."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.audit import audit_faults
from accounts.models import Role
from accounts.services import audit_record
from tests.accounts.test_audit import tamper
from tests.factories import MembershipFactory, OrganizationFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    made = MembershipFactory()
    for number in range(4):
        audit_record(
            organization=made.organization,
            acting_user=made.user if number else None,
            action=f"test.made-{number}",
            object_id=f"tst_{number}",
            data={"number": number},
        )
    return made


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE accounts_auditevent SET action = 'x' WHERE sequence = 2", ["entry 2 (x tst_1): changed"]),
        ("DELETE FROM accounts_auditevent WHERE sequence IN (2, 3)", ["entry 2 to 3: missing", "entry 4 (test"]),
        ("DELETE FROM accounts_auditevent WHERE sequence = 1", ["entry 1: missing", "entry 2 (test"]),
    ],
)
def test_verifying_says_exactly_what_is_broken_and_ends_with_one(owner, statement, says) -> None:
    tamper(statement)
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", stdout=said)
    lines = said.getvalue().splitlines()[:-1]
    assert ended.value.code == 1
    assert [line.startswith(f"{owner.organization_id} {text}") for line, text in zip(lines, says, strict=True)] == (
        [True] * len(says)
    )


def test_an_intact_ledger_is_verified_in_silence(owner) -> None:
    said = StringIO()
    call_command("audit", "verify", "--organization", owner.organization_id, stdout=said)
    assert said.getvalue() == "1 ledgers verified, 0 faults.\n"
    assert list(audit_faults(owner.organization)) == []


def test_the_export_holds_every_entry_with_its_hash(owner) -> None:
    answer = client_of(owner.user).get("/organization/audit/export/")
    lines = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    assert [line["sequence"] for line in lines] == [1, 2, 3, 4]
    assert [line["previous_hash"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]
    table = client_of(owner.user).get("/organization/audit/export/?as=csv").getvalue().decode()
    assert len(table.splitlines()) == 5


def test_the_page_is_filtered_by_what_and_by_whom(owner) -> None:
    client = client_of(owner.user)
    assert [event.sequence for event in client.get("/organization/audit/").context["page"]] == [4, 3, 2, 1]
    by_owner = client.get("/organization/audit/", {"actor": owner.user_id}).context["page"]
    assert [event.sequence for event in by_owner] == [4, 3, 2]
    assert [event.sequence for event in client.get("/organization/audit/?action=test.made-2").context["page"]] == [3]


@pytest.mark.parametrize("role", Role)
def test_owners_and_administrators_read_the_ledger(owner, role) -> None:
    client = client_of(member_of(owner.organization, role))
    wanted = 200 if role in (Role.OWNER, Role.ADMIN) else 403
    for address in ("/organization/audit/", "/organization/audit/export/"):
        assert client.get(address).status_code == wanted


def test_another_organisations_ledger_is_not_shown(owner) -> None:
    client = client_of(member_of(OrganizationFactory()))
    assert "tst_1" not in client.get("/organization/audit/").content.decode()
    assert client.get("/organization/audit/export/").getvalue() == b""
