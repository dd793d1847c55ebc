"""The pages for programs: who sees them, and what they show once."""

import pytest
from django.test import Client

from accounts.api.keys import key_of_secret
from accounts.api.models import ApiKey
from accounts.api.scopes import Resource
from accounts.integration_forms import KeyForm
from accounts.models import Role
from accounts.webhooks.models import WebhookDelivery, WebhookEndpoint
from accounts.webhooks.signing import secret_of
from tests.api import key_for
from tests.config.things import things_of
from tests.factories import OrganizationFactory, member_of

pytestmark = pytest.mark.django_db

KEYS = "/integrations/keys/"
HOOKS = "/integrations/webhooks/"


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def page(organization):
    browser = Client()
    browser.force_login(member_of(organization, Role.ADMIN))
    return browser


def test_every_part_of_the_api_can_be_chosen():
    assert {field.name for field in KeyForm().levels} == set(Resource)


def test_a_new_key_is_shown_once(page):
    shown = page.post(KEYS, {"name": "Website", "days": "90", "clips": "write"}).content.decode()
    secret = shown.partition('value="lk_live_')[2].partition('"')[0]

    assert key_of_secret(f"lk_live_{secret}")[0].scopes == ["clips:write"]
    assert secret not in page.get(KEYS).content.decode()


def test_a_key_that_may_do_nothing_is_not_made(page):
    answer = page.post(KEYS, {"name": "Website", "days": "90"})

    assert answer.status_code == 422
    assert not ApiKey.objects.exists()


def test_a_rotated_key_shows_its_new_secret(page, organization):
    old = key_for(organization)
    shown = page.post(f"{KEYS}{old.key.pk}/rotate/").content.decode()

    assert 'value="lk_live_' in shown
    assert "works for another day" in shown


def test_a_revoked_key_opens_nothing(page, organization):
    made = key_for(organization)
    page.post(f"{KEYS}{made.key.pk}/revoke/")

    assert key_of_secret(made.secret) is None
    assert "Revoked" in page.get(KEYS).content.decode()


def test_an_endpoint_is_added_and_shown_with_its_secret(page):
    added = page.post(HOOKS, {"url": "https://example.org/hook", "event_types": ["clip.ready"]}, follow=True)

    assert secret_of(WebhookEndpoint.objects.get()) in added.content.decode()


def test_an_address_that_will_not_do_is_complained_of_beside_its_field(page):
    answer = page.post(HOOKS, {"url": "http://example.org/hook", "event_types": ["clip.ready"]})

    assert answer.status_code == 422
    assert "https://" in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(("do", "disabled"), [("off", True), ("on", False)])
def test_an_endpoint_is_switched_by_its_buttons(page, organization, do, disabled):
    endpoint_id = things_of(organization)["endpoint_id"]
    page.post(f"{HOOKS}{endpoint_id}/do/", {"do": do})

    assert (WebhookEndpoint.objects.get().disabled_at is not None) is disabled


def test_a_test_stands_in_the_log(page, organization):
    endpoint_id = things_of(organization)["endpoint_id"]
    shown = page.post(f"{HOOKS}{endpoint_id}/do/", {"do": "test"}, follow=True).content.decode()

    assert "webhook.test" in shown
    assert "On its way" in shown


def test_a_deleted_endpoint_is_gone(page, organization):
    endpoint_id = things_of(organization)["endpoint_id"]
    page.post(f"{HOOKS}{endpoint_id}/do/", {"do": "delete"})

    assert not WebhookEndpoint.objects.exists()


def test_a_delivery_is_shown_and_sent_once_more(page, organization):
    delivery_id = things_of(organization)["delivery_id"]
    assert "clip.ready" in page.get(f"/integrations/deliveries/{delivery_id}/").content.decode()

    page.post(f"/integrations/deliveries/{delivery_id}/again/")
    assert WebhookDelivery.objects.filter(replays=delivery_id).exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VIEWER, Role.BILLING])
def test_who_may_not_integrate_sees_none_of_it(organization, role):
    things, browser = things_of(organization), Client()
    browser.force_login(member_of(organization, role))

    assert browser.get(KEYS).status_code == browser.get(HOOKS).status_code == 403
    assert browser.get(f"{HOOKS}{things['endpoint_id']}/").status_code == 404
    assert browser.post(f"{HOOKS}{things['endpoint_id']}/do/", {"do": "delete"}).status_code == 404
    assert browser.get(f"/integrations/deliveries/{things['delivery_id']}/").status_code == 404
    assert browser.post(f"{KEYS}{key_for(organization).key.pk}/revoke/").status_code == 404


def test_another_organisations_things_are_not_there(page):
    other = OrganizationFactory()
    things = things_of(other)

    assert page.get(f"{HOOKS}{things['endpoint_id']}/").status_code == 404
    assert page.post(f"{KEYS}{key_for(other).key.pk}/revoke/").status_code == 404
    assert page.post(f"/integrations/deliveries/{things['delivery_id']}/again/").status_code == 404


def test_the_reference_and_the_problems_are_open_to_anybody(client):
    assert "api-docs" in client.get("/api/v1/docs").content.decode()
    assert 'id="consent-missing"' in client.get("/api/v1/problems").content.decode()
