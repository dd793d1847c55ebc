import base64

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.api.keys import api_key_revoke
from rendering.did.authorization import secret_in
from tests.api import key_for
from tests.factories import OrganizationFactory
from tests.rendering.did.arrangement import check

SECRET = "lk_live_" + "0123456789abcdefghjkmnpqrstvwxyz"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SPELLINGS = [
    "Bearer {s}",
    "bearer {s}",
    "Basic {s}",
    "Basic {s}:",
    "Basic :{s}",
    "Basic b64({s}:)",
    "Basic b64(me@example.org:{s})",
    "Basic b64({s}:whatever)",
    "Basic b64(me@example.org):{s}",
    "Basic me@example.org:{s}",
    "Basic b64({s})",
    "{s}",
]


def spelled(spelling: str, secret: str) -> str:
    said = spelling.replace("{s}", secret)
    if "b64(" in said:
        inner = said[said.index("b64(") + 4 : said.rindex(")")]
        said = said.replace(f"b64({inner})", encoded(inner))
    return said


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_key_is_found_in_every_spelling(spelling: str):
    assert secret_in(spelled(spelling, SECRET)) == SECRET


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Bearer x", f"Basic {SECRET}0", "Basic " + encoded("a:b"), "Basic \u00e9", "Basic " + "A" * 9999],
)
def test_where_there_is_no_key_none_is_found(header: str):
    assert secret_in(header) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_opens_the_door(spelling: str):
    key = key_for(OrganizationFactory())
    client = Client(headers={"Authorization": spelled(spelling, key.secret)})
    assert client.get("/did/credits").status_code == 200


@pytest.mark.django_db
def test_a_key_that_opens_nothing_is_told_as_the_interface_tells_it():
    organization = OrganizationFactory()
    key = key_for(organization)
    api_key_revoke(organization=organization, acting_user=key.key.created_by, key=key.key)
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {key.secret}"}):
        response = Client(headers=headers).get("/did/talks")
        assert response.status_code == 401
        assert check("error", response.json())["kind"] == "AuthorizationError"


@pytest.mark.django_db
def test_a_key_without_the_scope_may_not():
    client = Client(headers={"Authorization": f"Bearer {key_for(OrganizationFactory(), scopes=['clips:read']).secret}"})
    response = client.get("/did/talks")
    assert (response.status_code, check("error", response.json())["kind"]) == (403, "PermissionError")


@pytest.mark.django_db
def test_wrong_keys_cannot_be_tried_without_end(settings):
    cache.clear()
    settings.LIKENESS_API_RATE = 2
    client = Client(headers={"Authorization": f"Basic {SECRET}:"})
    answers = [client.get("/did/credits") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert check("error", answers[-1].json())["kind"] == "TooManyRequestsError"
