"""Too many tries, at a password and at accounts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.throttling import (
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_IN_HERE,
    SIGN_UP_ADDRESS,
    Limit,
    client_address,
    neighbourhood,
)
from tests.factories import PASSWORD, UserFactory

THREE = Limit("three", tries=3, seconds=60)
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _nothing_was_tried_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(email: str, password: str, *, address: str = HOME, door: str = "/sign-in/") -> bool:
    answer = Client(REMOTE_ADDR=address).post(door, {"username": email, "password": password})
    return answer.status_code == 302


def exhaust(limit: Limit, who: str) -> None:
    for _ in range(limit.tries):
        limit.count(who)


def test_a_limit_lets_its_number_of_tries_pass() -> None:
    assert [THREE.count("jo") for _ in range(5)] == [True, True, True, False, False]
    assert THREE.count("mira")


def test_a_limit_is_reached_with_its_last_try() -> None:
    before = []
    for _ in range(3):
        before.append(THREE.reached("jo"))
        THREE.count("jo")
    assert before == [False, False, False]
    assert THREE.reached("jo")


def test_a_try_can_be_taken_back_or_all_forgotten() -> None:
    exhaust(THREE, "jo")
    THREE.take_back("jo")
    assert not THREE.reached("jo")
    exhaust(THREE, "jo")
    THREE.forget("jo")
    assert THREE.count("jo")
    THREE.take_back("nobody")


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["/sign-in/", "/admin/login/"])
def test_after_ten_wrong_passwords_the_right_one_is_not_looked_at(door: str) -> None:
    user = UserFactory(is_staff=True, is_superuser=True)
    for _ in range(10):
        assert not sign_in(user.email, "wrong", door=door)
    assert not sign_in(user.email.upper(), PASSWORD, door=door)


@pytest.mark.django_db
def test_the_person_is_told_to_wait() -> None:
    user = UserFactory()
    exhaust(SIGN_IN_HERE, f"{HOME} {user.email}")
    page = Client(REMOTE_ADDR=HOME).post("/sign-in/", {"username": user.email, "password": PASSWORD})
    assert "Wait for a quarter of an hour" in page.content.decode()


@pytest.mark.django_db
def test_ten_wrong_passwords_here_keep_nobody_out_elsewhere() -> None:
    user = UserFactory()
    exhaust(SIGN_IN_HERE, f"{HOME} {user.email}")
    assert sign_in(user.email, PASSWORD, address=ELSEWHERE)


@pytest.mark.django_db
def test_a_right_password_begins_anew() -> None:
    user = UserFactory()
    for _ in range(9):
        sign_in(user.email, "wrong")
    assert sign_in(user.email, PASSWORD)
    for _ in range(9):
        sign_in(user.email, "wrong")
    assert sign_in(user.email, PASSWORD)


@pytest.mark.django_db
def test_one_address_tries_many_accounts_only_so_often() -> None:
    user = UserFactory()
    exhaust(SIGN_IN_ADDRESS, HOME)
    assert not sign_in(user.email, PASSWORD)
    assert sign_in(user.email, PASSWORD, address=ELSEWHERE)


@pytest.mark.django_db
def test_a_class_that_signs_in_from_one_address_is_not_counted_against_it() -> None:
    user = UserFactory()
    for _ in range(SIGN_IN_ADDRESS.tries - 1):
        SIGN_IN_ADDRESS.count(HOME)
    assert sign_in(user.email, PASSWORD)
    assert sign_in(user.email, PASSWORD)


@pytest.mark.django_db
def test_many_addresses_try_one_account_only_so_often() -> None:
    user = UserFactory()
    exhaust(SIGN_IN_ACCOUNT, user.email)
    assert not sign_in(user.email, PASSWORD, address=ELSEWHERE)


@pytest.mark.django_db
def test_without_a_request_the_account_alone_counts() -> None:
    user = UserFactory()
    assert authenticate(None, username=user.email, password=PASSWORD) == user
    exhaust(SIGN_IN_ACCOUNT, user.email)
    assert authenticate(None, username=user.email, password=PASSWORD) is None


@pytest.mark.django_db
def test_one_address_asks_for_accounts_only_so_often() -> None:
    """Each refusal says whether an e-mail address has an account."""
    exhaust(SIGN_UP_ADDRESS, HOME)
    new = {
        "full_name": "Jo Archer",
        "email": "jo@example.org",
        "password": PASSWORD,
        "organization_name": "Hill Street Museum",
        "organization_kind": "museum",
    }
    page = Client(REMOTE_ADDR=HOME).post("/sign-up/", new)
    assert "Wait for an hour" in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_the_addresses_of_one_line_count_together(address: str, counted_as: str) -> None:
    assert neighbourhood(RequestFactory().get("/", REMOTE_ADDR=address)) == counted_as


@pytest.mark.parametrize(("trusted", "address"), [(False, HOME), (True, ELSEWHERE)])
def test_a_proxy_is_believed_only_where_there_is_one(settings: Any, trusted: bool, address: str) -> None:
    settings.LIKENESS_TRUSTED_PROXY = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=HOME, headers={"X-Forwarded-For": f"203.0.113.1, {ELSEWHERE}"})
    assert client_address(request) == address
