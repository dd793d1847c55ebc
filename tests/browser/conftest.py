"""A browser on the live site, with the queue inside; pictures and people to begin with."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Membership, User
from accounts.services import credits_grant
from rendering.queue import start_embedded_worker
from tests.factories import MembershipFactory

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A machine that others use may be many times slower than a quiet one; waiting for what comes costs nothing.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PORTRAIT = Path(django_settings.BASE_DIR) / "static" / "sample" / "portrait.jpg"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not os.environ.get("LIKENESS_REQUIRE_SERVICES"):
                item.add_marker(pytest.mark.skip(reason="no program called chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session", autouse=True)
def _database_beside_the_browser() -> Iterator[None]:
    """Playwright keeps an event loop in the tests' thread, which Django takes for asynchronous code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The site's address; links that it writes lead to it."""
    settings.LIKENESS_SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def quick_films(site: str, settings: Any) -> Iterator[None]:
    """Clips are made by tests.browser.films in a second."""
    settings.LIKENESS_QUEUE = {"pipeline": "tests.browser.films.still", "beat": 0.2, "relay_poll": 0.05}
    with start_embedded_worker():
        yield


@pytest.fixture
def member(transactional_db: None) -> Membership:
    """The owner of a studio called Hill Street Museum, which may make a minute of video."""
    made = MembershipFactory(organization__name="Hill Street Museum", user__full_name="Jo Archer")
    credits_grant(organization=made.organization, seconds=60, reason="test")
    return made


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a page for `user`, or a stranger, in a window of this `size`; errors of the page's code fail the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(*, user: User | None = None, size: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(base_url=site, viewport=size, **options)
        contexts.append(context)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": site}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Security Policy" in message.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def sideways(page: Page) -> int:
    """By how many px the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
