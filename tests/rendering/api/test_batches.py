"""A program's way to many clips."""

import io
import json
import zipfile

import pytest

from accounts.services import credits_grant
from consent.models import ConsentRequest
from projects.batches.models import Batch
from projects.models import Clip
from rendering.batching.running import drive
from tests.api import V1, client_for, post_json
from tests.factories import MembershipFactory
from tests.factories_batches import batch_of, invented_portrait, living_portrait

pytestmark = pytest.mark.django_db

ROWS = [{"name": "Ana", "city": "Lisbon"}, {"name": "Bo"}, {"name": "Анна"}]


@pytest.fixture
def portrait():
    portrait = invented_portrait()
    credits_grant(organization=portrait.organization, seconds=60, reason="test")
    return portrait


@pytest.fixture
def client(portrait):
    return client_for(portrait.organization)


def body(portrait, **changes) -> dict:
    return {
        "name": "Autumn",
        "script": "Hello {{name}}, welcome to {{city|our town}}.",
        "rows": ROWS,
        "defaults": {"portrait": portrait.pk},
    } | changes


def test_rows_become_a_dry_run_that_is_started_by_its_digest(client, portrait):
    made = post_json(client, "/batches", body(portrait))
    assert made.status_code == 201, made.json()
    batch = made.json()
    assert (batch["state"], batch["totals"]["groups"]["ready"], batch["totals"]["groups"]["wrong"]) == ("ready", 2, 1)
    rows = client.get(f"{V1}/batches/{batch['id']}/rows?limit=2").json()
    assert [row["words"] for row in rows["data"]] == ["Hello Ana, welcome to Lisbon.", "Hello Bo, welcome to our town."]
    last = client.get(f"{V1}/batches/{batch['id']}/rows?cursor={rows['next_cursor']}").json()
    assert "Cyrillic" in last["data"][0]["problems"][0]["message"]

    assert post_json(client, f"/batches/{batch['id']}/start", {"digest": "old"}).status_code == 409
    for _ in range(2):
        started = post_json(client, f"/batches/{batch['id']}/start", {"digest": batch["digest"]})
        assert started.json()["state"] == "running"
    drive()
    assert Clip.objects.count() == 2


def test_a_table_may_come_as_csv(client, portrait):
    made = post_json(client, "/batches", body(portrait, rows=[], csv="name;city\nAna;Lisbon\n"))
    assert made.json()["totals"]["rows"] == 1


def test_the_same_request_with_its_key_is_one_batch(client, portrait):
    ids = {post_json(client, "/batches", body(portrait), Idempotency_Key="a").json()["id"] for _ in range(2)}
    assert len(ids) == Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"script": "{{name"}, "script"),
        ({"rows": []}, "rows"),
        ({"csv": "a\n1\n"}, "rows"),
        ({"rows": [{"name": ["Ana"]}]}, "rows"),
        ({"columns": {"name": "voice", "city": "voice"}}, "columns"),
        ({"defaults": {"portrait": "por_0000000000000000"}}, "portrait"),
    ],
)
def test_what_is_wrong_is_told_by_field(client, portrait, changes: dict, field: str):
    response = post_json(client, "/batches", body(portrait, **changes))
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field
    assert not Batch.objects.exists()


def test_rows_are_corrected_by_their_numbers(client, portrait):
    batch = post_json(client, "/batches", body(portrait)).json()
    path = f"/batches/{batch['id']}/corrections"
    assert post_json(client, path, {"rows": [{"row": 4, "name": "Anna"}]}).json() == {"rows": 1}
    told = client.get(f"{V1}/batches/{batch['id']}").json()
    assert told["totals"]["groups"]["ready"] == 3
    assert told["digest"] != batch["digest"]


def test_consent_is_asked_for_once_a_person_with_a_topic(client, portrait):
    living = living_portrait(portrait)
    batch = post_json(
        client, "/batches", body(living, rows=ROWS[:2], defaults={"portrait": living.pk, "topic": "Hello"})
    )
    asked = post_json(client, f"/batches/{batch.json()['id']}/consent").json()["data"]
    assert [question["rows"] for question in asked] == [[2, 3]]
    assert ConsentRequest.objects.count() == 1


def test_the_zip_comes_with_its_manifest(client, portrait):
    batch = batch_of(portrait)
    archive = client.get(f"{V1}/batches/{batch.pk}/clips.zip")
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(archive.getvalue())).read("manifest.json"))
    assert [row["state"] for row in manifest["rows"]] == ["unchecked"] * 3


def test_another_organisations_batch_is_not_there(portrait):
    batch = batch_of(portrait)
    stranger = client_for(MembershipFactory().organization)
    assert stranger.get(f"{V1}/batches/{batch.pk}").status_code == 404
    assert post_json(stranger, f"/batches/{batch.pk}/start", {"digest": batch.digest}).status_code == 404
