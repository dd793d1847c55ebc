"""Passkeys and authenticator apps in a browser, under the site's own content-security policy."""

import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from accounts.models import Membership
from tests.browser.conftest import PHONE, sideways
from tests.factories import PASSWORD

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in_key(page: Page) -> None:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def sign_in(page: Page, member: Membership) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(member.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def sign_out(page: Page) -> None:
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def show_it_is_you(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def test_a_passkey_is_added_and_signs_its_owner_in_without_a_password(
    open_page: Callable[..., Page], member: Membership
) -> None:
    page = open_page(size=PHONE)
    plug_in_key(page)
    sign_in(page, member)
    page.goto("/account/two-step/webauthn/add/")
    show_it_is_you(page)
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert sideways(page) == 0
    sign_out(page)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Your first clip starts with a portrait")).to_be_visible()


def test_an_authenticator_app_is_set_up_and_asked_for(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page()
    sign_in(page, member)
    page.goto("/account/two-step/totp/activate/")
    show_it_is_you(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Authenticator code").fill(code)
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    codes = page.get_by_label("Unused codes").input_value().split()
    sign_out(page)
    sign_in(page, member)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Your first clip starts with a portrait")).to_be_visible()
