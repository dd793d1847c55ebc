"""A clip of several scenes on the new clip's page: on a phone, with the keyboard, with somebody else who is asked."""

import re
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.models import Membership
from consent.gate import Scope
from consent.models import ConsentRequest
from projects.models import Clip, Layout, Portrait
from tests.browser.conftest import PHONE, PORTRAIT, sideways
from tests.factories import PortraitFactory, ProjectFactory, SubjectFactory, answer

A_LINK = re.compile("/consent/")


@pytest.fixture
def people(member: Membership) -> tuple[Portrait, Portrait]:
    """Ada and Ben, alive, with pictures in the studio's project."""
    owned = {"organization": member.organization, "created_by": member.user}
    project = ProjectFactory(**owned)
    ada, ben = (
        PortraitFactory(
            project=project,
            subject=SubjectFactory(name=name, **owned),
            name=name,
            image=ContentFile(PORTRAIT.read_bytes(), name=f"{name}.jpg"),
            width=800,
            height=1000,
            **owned,
        )
        for name in ("Ada", "Ben")
    )
    return ada, ben


def add_scene(page: Page, words: str, who: str) -> None:
    count = page.locator(".scene").count()
    page.get_by_role("button", name="Add a scene").click()
    scene = page.locator(".scene").nth(count)
    expect(scene).to_be_focused()
    scene.get_by_text(who, exact=True).click()
    scene.get_by_label("What is said").fill(words)


def agree_to_everything(name: str) -> None:
    """The person answers the question that the page asked them."""
    asked = ConsentRequest.objects.get(subject__name=name)
    answer(asked, [Scope(scope) for scope in asked.scopes])


def test_on_a_phone_a_dialogue_is_ordered_and_everybody_is_asked(
    open_page: Callable[..., Page], member: Membership, people: tuple[Portrait, Portrait]
) -> None:
    page = open_page(user=member.user, size=PHONE)
    page.goto(f"/clips/new/?portrait={people[0].pk}")
    page.locator("#id_words").fill("Good morning.")
    expect(page.get_by_text("How they are shown")).to_be_hidden()
    add_scene(page, "Who is there?", "Ben")
    add_scene(page, "It is me.", "Ada")
    expect(page.get_by_text("How they are shown")).to_be_visible()
    assert sideways(page) == 0
    page.locator(".scene").first.get_by_label("How it begins").select_option("0.4")
    page.get_by_text("Say in the caption files who speaks").click()
    page.get_by_role("button", name="Make the clip").click()
    page.wait_for_url("**/clips/clp_*/")

    clip = Clip.objects.get()
    assert [(scene.portrait, scene.words) for scene in clip.scenes] == [
        (people[0], "Good morning."),
        (people[1], "Who is there?"),
        (people[0], "It is me."),
    ]
    assert ([scene.fade for scene in clip.later_scenes], clip.caption_names) == ([0.4, 0.0], True)
    expect(page.get_by_role("heading", name="Everybody who is shown has to agree")).to_be_visible()
    expect(page.get_by_label("Send this link to Ada")).to_have_value(A_LINK)
    expect(page.get_by_label("Send this link to Ben")).to_have_value(A_LINK)
    assert sideways(page) == 0


def test_scenes_change_places_and_go_by_the_keyboard(
    open_page: Callable[..., Page], member: Membership, people: tuple[Portrait, Portrait]
) -> None:
    page = open_page(user=member.user)
    page.goto(f"/clips/new/?portrait={people[0].pk}")
    page.locator("#id_words").fill("One.")
    for words in ("Two.", "Three.", "Four."):
        add_scene(page, words, "Ben")
    page.locator(".scene").nth(2).get_by_role("button", name="Move this scene up").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".scene").nth(1).get_by_label("What is said")).to_have_value("Four.")
    expect(page.locator(".scene").nth(1).get_by_role("button", name="Move this scene up")).to_be_focused()
    page.locator(".scene").first.get_by_role("button", name="Remove this scene").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".scene")).to_have_count(2)
    expect(page.locator(".scene").first).to_be_focused()
    page.get_by_role("button", name="Make the clip").click()
    page.wait_for_url("**/clips/clp_*/")
    assert [scene.words for scene in Clip.objects.get().scenes] == ["One.", "Four.", "Three."]


def test_what_is_wrong_stands_in_its_scene_and_nothing_is_lost(
    open_page: Callable[..., Page], member: Membership, people: tuple[Portrait, Portrait]
) -> None:
    page = open_page(user=member.user)
    page.goto(f"/clips/new/?portrait={people[0].pk}")
    page.locator("#id_words").fill("One.")
    add_scene(page, "Two.", "Ben")
    add_scene(page, "", "Ada")
    page.get_by_role("button", name="Make the clip").click()
    expect(page.locator(".scene").nth(1).get_by_text("Type what shall be said")).to_be_visible()
    expect(page.locator(".scene").first.get_by_label("What is said")).to_have_value("Two.")
    assert not Clip.objects.exists()
    page.locator(".scene").nth(1).get_by_label("What is said").fill("Three.")
    page.get_by_text("Two portraits in one picture", exact=True).click()
    page.get_by_role("button", name="Make the clip").click()
    page.wait_for_url("**/clips/clp_*/")
    assert Clip.objects.get().layout == Layout.TOGETHER


@pytest.mark.usefixtures("quick_films")
def test_when_the_last_one_agrees_the_page_notices_and_the_scenes_can_be_changed(
    open_page: Callable[..., Page], member: Membership, people: tuple[Portrait, Portrait]
) -> None:
    page = open_page(user=member.user)
    page.goto(f"/clips/new/?portrait={people[0].pk}")
    page.locator("#id_words").fill("One.")
    add_scene(page, "Two.", "Ben")
    page.get_by_role("button", name="Make the clip").click()
    page.wait_for_url("**/clips/clp_*/")
    agree_to_everything("Ada")
    expect(page.get_by_text("Agreed")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Send this link to Ben")).to_be_visible()
    agree_to_everything("Ben")
    expect(page.get_by_role("button", name="Make the clip now")).to_be_visible(timeout=20_000)
    page.goto(f"/clips/new/?clip={Clip.objects.get().pk}")
    expect(page.locator(".scene").get_by_label("What is said")).to_have_value("Two.")
    expect(page.locator(".scene input[type=radio]:checked")).to_have_value(people[1].pk)
