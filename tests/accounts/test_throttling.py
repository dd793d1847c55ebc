"""Too many tries, at a password and at accounts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from accounts.throttling import Limit, client_address, neighbourhood
from tests.factories import PASSWORD, UserFactory

THREE = Limit("three", tries=3, seconds=60)
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _nothing_was_tried_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(email: str, password: str, *, address: str = HOME) -> bool:
    answer = Client(REMOTE_ADDR=address).post("/sign-in/", {"login": email, "password": password})
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
def test_after_ten_wrong_passwords_the_right_one_is_not_looked_at() -> None:
    user = UserFactory()
    for _ in range(10):
        assert not sign_in(user.email, "wrong")
    assert not sign_in(user.email.upper(), PASSWORD)


@pytest.mark.django_db
def test_the_back_office_has_no_door_of_its_own() -> None:
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/sign-in/?next=")
    assert (
        Client().post("/admin/login/", {"username": "x", "password": "y"}).headers["Location"].startswith("/sign-in/")
    )


@pytest.mark.django_db
def test_the_person_is_told_to_wait() -> None:
    user = UserFactory()
    for _ in range(10):
        sign_in(user.email, "wrong")
    page = Client(REMOTE_ADDR=HOME).post("/sign-in/", {"login": user.email, "password": PASSWORD})
    assert "Too many failed login attempts" in page.content.decode()


@pytest.mark.django_db
def test_ten_wrong_passwords_here_keep_nobody_out_elsewhere() -> None:
    user = UserFactory()
    for _ in range(11):
        sign_in(user.email, "wrong")
    assert sign_in(user.email, PASSWORD, address=ELSEWHERE)


@pytest.mark.django_db
def test_right_passwords_are_not_counted() -> None:
    user = UserFactory()
    for _ in range(12):
        assert sign_in(user.email, PASSWORD)


@pytest.mark.django_db
def test_one_address_tries_many_accounts_only_so_often(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "3/15m/ip"}
    user = UserFactory()
    for number in range(3):
        sign_in(f"guessed{number}@example.org", "wrong")
    assert not sign_in(user.email, PASSWORD)
    assert sign_in(user.email, PASSWORD, address=ELSEWHERE)


@pytest.mark.django_db
def test_many_addresses_try_one_account_only_so_often(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "3/h/key"}
    user = UserFactory()
    for number in range(3):
        sign_in(user.email, "wrong", address=f"203.0.113.{number}")
    assert not sign_in(user.email, PASSWORD, address=ELSEWHERE)


@pytest.mark.django_db
def test_one_address_asks_for_accounts_only_so_often(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "signup": "2/h/ip"}
    answers = [Client(REMOTE_ADDR=HOME).post("/sign-up/", {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Wait for a quarter of an hour" in answers[-1].content.decode()


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
