"""The audit log through the API."""

import json

import pytest

from accounts.services import audit_record
from tests.accounts.test_audit import tamper
from tests.api import V1, client_for
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    found = OrganizationFactory()
    for number in range(3):
        audit_record(organization=found, acting_user=None, action=f"test.{number}", object_id=f"x{number}")
    return found


@pytest.fixture
def client(organization):
    return client_for(organization, scopes=["audit:read"])


def test_it_is_read_newest_first_and_filtered(client):
    everything = client.get(f"{V1}/audit?limit=2").json()
    rest = client.get(f"{V1}/audit?limit=2&cursor={everything['next_cursor']}").json()

    assert [event["sequence"] for event in everything["data"] + rest["data"]] == [4, 3, 2, 1]
    assert [event["object"] for event in client.get(f"{V1}/audit?action=test.1").json()["data"]] == ["x1"]


def test_a_day_that_is_none_is_said_so(client):
    assert client.get(f"{V1}/audit?since=yesterday").json()["errors"][0]["field"] == "since"


def test_an_intact_ledger_is_intact_and_saved_line_by_line(client):
    assert client.get(f"{V1}/audit/verification").json() == {"intact": True, "faults": []}
    lines = b"".join(client.get(f"{V1}/audit/export")).decode().splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [1, 2, 3, 4]


def test_a_changed_entry_is_found(client):
    tamper("UPDATE accounts_auditevent SET object_id = 'other' WHERE sequence = 2")

    answer = client.get(f"{V1}/audit/verification").json()
    assert not answer["intact"]
    assert "entry 2" in answer["faults"][0]
