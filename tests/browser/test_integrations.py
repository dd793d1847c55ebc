"""The pages for programs, on a desktop and a phone: a key is used, a webhook tried, nothing is fetched outside."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership
from tests.browser.conftest import DESK, PHONE, sideways


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_key_is_made_and_opens_the_api(
    open_page: Callable[..., Page], member: Membership, size: dict[str, int]
) -> None:
    page = open_page(user=member.user, size=size)
    page.goto("/integrations/keys/")
    page.get_by_label("Which program is it for?").fill("Our website")
    page.get_by_role("button", name="Make the key").click()
    key = page.get_by_label("The key").input_value()
    assert sideways(page) == 0

    me = page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {key}", "Cookie": ""})
    assert me.json()["organization"]["name"] == "Hill Street Museum"

    page.get_by_role("button", name="Revoke Our website").click()
    expect(page.get_by_text("opens nothing any more")).to_be_visible()
    assert page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status == 401


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_reference_is_made_of_the_sites_own_files(
    open_page: Callable[..., Page], member: Membership, size: dict[str, int], site: str
) -> None:
    page = open_page(user=member.user, size=size)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/v1/docs")
    operation = page.locator("#operations-organization-getMe")
    operation.locator("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table")).to_contain_text("Hill Street Museum")
    assert {url for url in asked if not url.startswith((site, "data:"))} == set()
    assert sideways(page) == 0


@pytest.mark.usefixtures("quick_films")
def test_a_webhooks_test_appears_in_its_log(open_page: Callable[..., Page], member: Membership, settings) -> None:
    settings.LIKENESS_OUTBOUND_ALLOW = [settings.LIKENESS_SITE_URL.removeprefix("http://")]
    page = open_page(user=member.user)
    page.goto("/integrations/webhooks/")
    page.get_by_label("Address").fill(f"{settings.LIKENESS_SITE_URL}/not-there")
    page.get_by_label("A clip can be watched.").check()
    page.get_by_role("button", name="Add the endpoint").click()
    page.get_by_role("button", name="Send a test").click()
    # The embedded worker tries at once, and the log shows it by itself.
    expect(page.get_by_text("1 try · 404")).to_be_visible(timeout=20_000)

    page.get_by_role("link", name="webhook.test").click()
    page.get_by_role("button", name="Send it once more").click()
    expect(page.get_by_text("sent again")).to_be_visible()
