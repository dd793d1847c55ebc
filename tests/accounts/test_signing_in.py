"""Verified addresses, forgotten passwords, second factors, devices."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Organization, User
from accounts.services import DEMO_EMAIL, demo_organization_create
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = {
    "full_name": "Jo Archer",
    "email": "Jo@Example.org",
    "password1": PASSWORD,
    "organization_name": "Hill Street Museum",
    "organization_kind": "museum",
}


@pytest.fixture(autouse=True)
def _nothing_was_tried_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def mail_goes_out(settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    settings.ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False


def sign_in(client: Client, email: str):
    return client.post("/sign-in/", {"login": email, "password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    return client.get("/start/").headers.get("Location", "") != "/sign-in/?next=/start/"


def code_of(text: str) -> str:
    return next(line for line in text.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,12}", line))


def with_app(user: User) -> str:
    """Set up an authenticator app, with recovery codes; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def shown_by_app(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.usefixtures("mail_goes_out")
def test_an_account_is_entered_only_with_the_code_that_was_mailed() -> None:
    client = Client()
    assert client.post("/sign-up/", NEW).headers["Location"] == "/account/confirm-email/"
    assert not is_signed_in(client)
    page = client.get("/account/confirm-email/").content.decode()
    assert "jo@example.org" in page
    client.post("/account/confirm-email/", {"code": code_of(mail.outbox[-1].body)})
    assert is_signed_in(client)
    assert EmailAddress.objects.get().verified


@pytest.mark.usefixtures("mail_goes_out")
def test_a_wrong_code_lets_nobody_in() -> None:
    client = Client()
    client.post("/sign-up/", NEW)
    client.post("/account/confirm-email/", {"code": "AAAAAA"})
    assert not is_signed_in(client)


@pytest.mark.usefixtures("mail_goes_out")
def test_signing_up_does_not_tell_whether_an_address_has_an_account() -> None:
    known = UserFactory(email="jo@example.org")
    EmailAddress.objects.create(user=known, email=known.email, primary=True, verified=True)
    answer = Client().post("/sign-up/", NEW)
    assert answer.headers["Location"] == "/account/confirm-email/"
    assert User.objects.count() == 1
    assert not Organization.objects.exists()
    assert "already exists" in mail.outbox[-1].body


@pytest.mark.usefixtures("mail_goes_out")
def test_the_demo_account_needs_no_code() -> None:
    demo = demo_organization_create()
    client = Client()
    client.post("/sign-in/", {"login": DEMO_EMAIL, "password": demo.password})
    assert is_signed_in(client)


def test_without_a_mail_server_an_account_is_entered_at_once() -> None:
    client = Client()
    client.post("/sign-up/", NEW)
    assert is_signed_in(client)


def test_a_person_and_their_studio_are_made_together_or_not_at_all(monkeypatch) -> None:
    def broken(**values):
        raise RuntimeError

    monkeypatch.setattr("accounts.forms.organization_create", broken)
    with pytest.raises(RuntimeError):
        Client().post("/sign-up/", NEW)
    assert not User.objects.exists()


def test_a_forgotten_password_is_set_anew_by_the_mailed_link_once() -> None:
    user = UserFactory(email="jo@example.org")
    client = Client()
    client.post("/account/password/reset/", {"email": user.email})
    link = re.search(r"http\S+/key/\S+", mail.outbox[-1].body).group(0)
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another horse battery", "password2": "another horse battery"})
    user.refresh_from_db()
    assert user.check_password("another horse battery")
    assert "Bad Token" in Client().get(link, follow=True).content.decode()


def test_a_link_for_a_new_password_is_only_mailed_and_nobody_learns_who_has_an_account() -> None:
    UserFactory(email="jo@example.org")
    answers = [Client().post("/account/password/reset/", {"email": who}) for who in ("jo@example.org", "x@example.org")]
    assert {answer.headers["Location"] for answer in answers} == {"/account/password/reset/done/"}


def test_a_password_alone_does_not_open_an_account_with_an_app() -> None:
    user = UserFactory()
    secret = with_app(user)
    client = Client()
    assert sign_in(client, user.email).headers["Location"] == "/account/two-step/authenticate/"
    assert not is_signed_in(client)
    client.post("/account/two-step/authenticate/", {"code": "000000"})
    assert not is_signed_in(client)
    client.post("/account/two-step/authenticate/", {"code": shown_by_app(secret)})
    assert is_signed_in(client)


def test_a_recovery_code_opens_the_account_once() -> None:
    user = UserFactory()
    with_app(user)
    code = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    opened = []
    for _ in range(2):
        client = Client()
        sign_in(client, user.email)
        client.post("/account/two-step/authenticate/", {"code": code})
        opened.append(is_signed_in(client))
    assert opened == [True, False]


def test_the_back_office_asks_for_the_second_factor_too() -> None:
    user = UserFactory(is_staff=True, is_superuser=True)
    with_app(user)
    client = Client()
    sign_in(client, user.email)
    assert client.get("/admin/").status_code == 302


def test_changing_what_protects_an_account_asks_who_one_is_when_signing_in_was_long_ago() -> None:
    client = Client()
    client.force_login(UserFactory())
    where = client.get("/account/two-step/totp/activate/").headers["Location"]
    assert where.startswith("/account/reauthenticate/")


def test_devices_are_listed_and_signed_out_one_by_one() -> None:
    user = MembershipFactory().user
    here, there = Client(), Client(headers={"user-agent": "A phone"})
    sign_in(here, user.email)
    sign_in(there, user.email)
    there.get("/studio/")
    page = here.get("/account/sessions/").content.decode()
    assert "A phone" in page
    elsewhere = UserSession.objects.get(user_agent="A phone")
    here.post(f"/account/sessions/{elsewhere.pk}/end/")
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_nobody_signs_out_somebody_else() -> None:
    user, other = UserFactory(), UserFactory()
    mine, theirs = Client(), Client()
    sign_in(mine, user.email)
    sign_in(theirs, other.email)
    session = UserSession.objects.get(user=other)
    assert mine.post(f"/account/sessions/{session.pk}/end/").status_code == 404
    assert is_signed_in(theirs)


@pytest.mark.parametrize(
    "address",
    [
        "/account/email/",
        "/account/password/change/",
        "/account/two-step/",
        "/account/two-step/webauthn/",
        "/account/two-step/recovery-codes/generate/",
        "/account/sessions/",
        "/sign-out/",
    ],
)
def test_account_pages_have_our_look_and_no_inline_code(address) -> None:
    user = UserFactory()
    secret = with_app(user)
    client = Client()
    sign_in(client, user.email)
    client.post("/account/two-step/authenticate/", {"code": shown_by_app(secret)})
    page = client.get(address, follow=True).content.decode()
    assert "site-head" in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", page)
