"""What every answer of the site carries, and what is turned away before it is read."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.services import user_create
from config.headers import SecurityHeadersMiddleware
from tests.factories import PASSWORD


@pytest.fixture
def answer(client):
    return client.get("/media/nothing-here")


def test_every_answer_carries_the_policies(answer):
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_page_can_have_a_policy_of_its_own():
    own = SecurityHeadersMiddleware(lambda request: HttpResponse(headers={"Content-Security-Policy": "default-src x"}))

    assert own(RequestFactory().get("/")).headers["Content-Security-Policy"] == "default-src x"


@pytest.mark.parametrize(("length", "status"), [(2_000_000, 404), (2_000_001, 413), (10**15, 413)])
def test_a_body_beyond_the_limit_is_turned_away(client, settings, length, status):
    settings.LIKENESS_MAX_UPLOAD_MB = 1

    response = client.generic("POST", "/nowhere/", b"", CONTENT_LENGTH=str(length))

    assert response.status_code == status
    assert status != 413 or b"up to 1 MB" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "headers"), [({"words": "x" * 3_000_000}, {}), ({}, {"Host": "elsewhere.example"})], ids=["text", "host"]
)
def test_what_cannot_be_read_is_answered_in_words(client, fields, headers):
    response = client.post("/sign-in/", fields, headers=headers)

    assert response.status_code == 400
    assert "This could not be read" in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused():
    user_create(email="ana@example.org", password=PASSWORD)
    careful = Client(enforce_csrf_checks=True)

    assert careful.post("/sign-in/", {"login": "ana@example.org", "password": PASSWORD}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "accounts/user",
        "accounts/organization",
        "accounts/auditevent",
        "accounts/creditentry",
        "consent/subject",
        "consent/consentrequest",
        "consent/consentevent",
        "consent/consenttrace",
        "projects/project",
        "projects/portrait",
        "projects/recording",
        "projects/clip",
    ],
)
def test_the_back_office_lists_everything_and_adds_nothing_but_users(client, path):
    client.force_login(user_create(email="ana@example.org", password=PASSWORD, is_staff=True))

    assert client.get(f"/admin/{path}/").status_code == 200
    assert client.get(f"/admin/{path}/add/").status_code == (200 if path == "accounts/user" else 403)
