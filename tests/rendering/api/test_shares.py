"""Links to clips through the API: only of what may leave the house, and gone when they are ended."""

import pytest
from django.test import Client

from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.sharing.models import Share
from tests.api import V1, client_for, post_json
from tests.config.things import published_render
from tests.factories import ClipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def render():
    return published_render(OrganizationFactory())


@pytest.fixture
def client(render):
    return client_for(render.organization, scopes=["shares:write"])


def test_a_link_is_made_watched_counted_and_ended(client, render):
    share = post_json(client, f"/clips/{render.clip_id}/shares", {"days": 7, "label": "The press"}).json()
    watched = Client().get(share["url"])
    address = f"{V1}/shares/{share['id']}"

    assert watched.status_code == 200
    assert client.get(address).json()["opened"] == 1
    assert client.delete(address).status_code == 204
    assert Client().get(share["url"]).status_code == 410
    assert client.get(address).json()["revoked_at"] is not None


def test_the_same_request_makes_one_link(client, render):
    first, again = (post_json(client, f"/clips/{render.clip_id}/shares", {}, Idempotency_Key="one") for _ in "12")

    assert first.json() == again.json()
    assert Share.objects.count() == 1


def test_a_clip_that_is_not_finished_has_no_link(client, render):
    clip = ClipFactory(organization=render.organization)

    assert post_json(client, f"/clips/{clip.pk}/shares").json()["code"] == "conflict"


def test_after_a_withdrawal_there_is_no_link(client, render):
    consent_withdraw(token=receipt_token(ConsentRequest.objects.get()))

    assert post_json(client, f"/clips/{render.clip_id}/shares").json()["code"] == "conflict"
    assert not Share.objects.exists()
