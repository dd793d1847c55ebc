"""Getting in and out."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import Organization, User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = {
    "full_name": "Jo Archer",
    "email": "jo@example.org",
    "password1": PASSWORD,
    "organization_name": "Hill Street Museum",
    "organization_kind": "museum",
}


def test_signing_up_makes_a_person_and_a_studio_and_walks_in() -> None:
    client = Client()
    assert client.post("/sign-up/", NEW).headers["Location"] == "/start/"
    assert "Hill Street Museum" in client.get("/start/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("email", "taken@example.org", "A user is already registered with this email address."),
        ("password1", "short", "This password is too short."),
        ("organization_name", " ", "Give your studio a name."),
        ("organization_name", "\u200b", "Give your studio a name."),
        ("full_name", "\u202e", "Tell us your name."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_made(field: str, value: str, complaint: str) -> None:
    UserFactory(email="taken@example.org")
    page = Client().post("/sign-up/", {**NEW, field: value})
    assert any(complaint in error for error in page.context["form"].errors[field])
    assert User.objects.count() == 1
    assert not Organization.objects.exists()


def test_signing_in_leads_to_where_one_wanted_to_go() -> None:
    user = UserFactory()
    where = Client().get("/clips/new/").headers["Location"]
    assert where == "/sign-in/?next=/clips/new/"
    answer = Client().post(where, {"login": user.email.upper(), "password": PASSWORD, "next": "/clips/new/"})
    assert answer.headers["Location"] == "/clips/new/"


def test_signing_in_does_not_lead_to_another_site() -> None:
    user = UserFactory()
    form = {"login": user.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/sign-in/", form).headers["Location"] == "/start/"


def test_signing_out_is_not_done_by_a_link() -> None:
    client = Client()
    client.force_login(UserFactory())
    assert "Sign out?" in client.get("/sign-out/").content.decode()
    assert client.get("/studio/new/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/studio/new/").status_code == 302


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/sign-up/", "/account/password/reset/"])
def test_pages_carry_no_inline_code_or_style(address: str) -> None:
    page = Client().get(address).content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert "<style" not in page
    assert "onclick" not in page


def test_the_page_for_our_own_mistakes_needs_nothing_that_may_be_broken() -> None:
    assert "Something broke on our side" in render_to_string("500.html")


def test_a_form_from_an_old_page_is_answered_with_what_to_do() -> None:
    page = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "x", "password": "y"})
    assert page.status_code == 403
    assert "load the page again" in page.content.decode()
