"""The routes of the talks interface × roles × tenants: one table, and a route without a row fails."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.api.scopes import SCOPES
from accounts.models import Organization, Role
from rendering.did.models import DidTalk, TalkKind, UploadKind
from rendering.did.sources import upload_create
from rendering.did.urls import urlpatterns
from tests.api import client_for
from tests.config.things import a_second_of_sound, published_render
from tests.factories import OrganizationFactory, member_of
from tests.rendering.did.arrangement import JPEG

SEES = frozenset(Role) - {Role.BILLING}
EDITS = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR})
RUNS = frozenset({Role.OWNER, Role.ADMIN})

# Route and method: the scope of the key, and the roles of its maker that may.
TABLE = {
    ("talks", "GET"): ("renders:read", SEES),
    ("talks", "POST"): ("renders:write", EDITS),
    ("talk", "GET"): ("renders:read", SEES),
    ("talk", "DELETE"): ("renders:write", EDITS),
    ("animations", "GET"): ("renders:read", SEES),
    ("animations", "POST"): ("renders:write", EDITS),
    ("animation", "GET"): ("renders:read", SEES),
    ("animation", "DELETE"): ("renders:write", EDITS),
    ("images", "POST"): ("portraits:write", EDITS),
    ("face_detection", "POST"): ("portraits:write", EDITS),
    ("image", "DELETE"): ("portraits:write", EDITS),
    ("audios", "POST"): ("recordings:write", EDITS),
    ("audio", "DELETE"): ("recordings:write", EDITS),
    ("credits", "GET"): ("organization:read", SEES),
    ("voices", "GET"): ("", SEES),
    ("webhook_secret", "GET"): ("webhooks:read", RUNS),
}
# A signed address, of a day: tests/rendering/did/test_talks.py.
BY_ADDRESS = {"result"}


def things(organization: Organization) -> dict[str, dict[str, str]]:
    """By route: one of what its address names."""
    person = member_of(organization)
    clip = published_render(organization).clip
    common = {"organization": organization, "created_by": person, "clip": clip, "source_url": "https://example.org/a"}
    talk = DidTalk.objects.create(**common, kind=TalkKind.TALK)
    animation = DidTalk.objects.create(**common, id=f"anm{talk.pk[3:]}", kind=TalkKind.ANIMATION)
    kept = {"organization": organization, "acting_user": person, "name": "file", "data": JPEG}
    return {
        "talk": {"talk_id": talk.pk},
        "animation": {"talk_id": animation.pk},
        "image": {"upload_id": upload_create(**kept, kind=UploadKind.IMAGE).pk},
        "audio": {"upload_id": upload_create(**(kept | {"data": a_second_of_sound()}), kind=UploadKind.AUDIO).pk},
    }


def call(client: Client, name: str, method: str, found: dict[str, dict[str, str]]) -> int:
    """The status; what the request changed is undone."""
    with transaction.atomic():
        address = reverse(f"did:{name}", kwargs=found.get(name, {}))
        answer = client.generic(method, address, b"{}", content_type="application/json")
        transaction.set_rollback(True)
    return answer.status_code


def test_every_route_and_method_has_its_row():
    methods = {
        (route.name, method.upper())
        for route in urlpatterns
        if route.name not in BY_ADDRESS
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(route.callback.view_class, method)
    }

    assert methods == set(TABLE)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_its_row_says(role):
    organization = OrganizationFactory()
    found, client = things(organization), client_for(organization, role=role)
    statuses = {row: call(client, *row, found) for row in TABLE}

    refused = {row for row, status in statuses.items() if status == 403}
    assert refused == {row for row, (_, roles) in TABLE.items() if role not in roles}
    assert {row: status for row, status in statuses.items() if status in (401, 404, 405) or status >= 500} == {}


@pytest.mark.django_db
def test_nothing_of_another_organisation_is_there():
    found, client = things(OrganizationFactory()), client_for(OrganizationFactory())
    about_things = [row for row in TABLE if row[0] in found]

    assert {row: status for row in about_things if (status := call(client, *row, found)) != 404} == {}
    assert client.get(reverse("did:talks")).json()["talks"] == []


@pytest.mark.django_db
def test_a_key_without_the_scope_opens_nothing():
    organization = OrganizationFactory()
    found = things(organization)
    lacking = {
        scope: client_for(
            organization, scopes=[one for one in SCOPES if one.partition(":")[0] != scope.partition(":")[0]]
        )
        for scope, _ in TABLE.values()
        if scope
    }
    statuses = {row: call(lacking[scope], *row, found) for row, (scope, _) in TABLE.items() if scope}

    assert {row: status for row, status in statuses.items() if status != 403} == {}


@pytest.mark.django_db
def test_without_a_key_nothing_opens():
    found = things(OrganizationFactory())

    assert {row: status for row in TABLE if (status := call(Client(), *row, found)) != 401} == {}
