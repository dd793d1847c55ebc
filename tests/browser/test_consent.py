"""The person shown, on a phone; and the studio that waits for the answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership
from consent.models import ConsentEvent
from consent.selectors import request_url
from rendering.models import Render
from tests.browser.conftest import PHONE, PORTRAIT, sideways
from tests.factories import ClipFactory, SubjectFactory, request_for

WORDS = "Welcome to the gallery. Come closer, and tell me what you see."
QUESTIONS = ("May your face move and speak?", "May this generated voice speak for you?", "May you be shown saying")


def say(page: Page, answers: str) -> None:
    """Answer the three questions, "yyn" for yes, yes, no."""
    for question, answer in zip(QUESTIONS, answers, strict=True):
        group = page.get_by_role("group", name=question)
        group.get_by_label("Yes" if answer == "y" else "No", exact=True).check()
    page.get_by_label("The three words").fill(page.locator("#id_challenge_helptext strong").inner_text())


@pytest.mark.usefixtures("quick_films")
def test_a_living_person_is_asked_agrees_and_takes_it_back(open_page: Callable[..., Page], member: Membership) -> None:
    studio = open_page(user=member.user)
    studio.goto("/clips/new/")
    studio.get_by_label("Picture file").set_input_files(PORTRAIT)
    studio.get_by_label("Name", exact=True).fill("Mira Example")
    studio.get_by_role("button", name="Use this picture").click()
    expect(studio.get_by_text("Consent will be asked for")).to_be_visible(timeout=30_000)
    studio.get_by_label("What is said").fill(WORDS)
    # A museum posts its clips: that is asked about too, unless somebody says otherwise.
    studio.get_by_label("It will be posted where anybody can see it").uncheck()
    studio.get_by_role("button", name="Make the clip").click()
    expect(studio.get_by_role("heading", name="Mira Example’s consent comes first")).to_be_visible()
    assert not Render.objects.exists()
    link = studio.get_by_label("Send this link to Mira Example").input_value()
    letter = studio.get_by_role("link", name="Write an e-mail").get_attribute("href") or ""
    assert letter.startswith("mailto:")
    assert link.rpartition("/consent/")[2].split(":")[0] in letter

    phone = open_page(size=PHONE, java_script_enabled=False)
    phone.goto(link)
    expect(phone.get_by_text(WORDS, exact=True)).to_be_visible()
    assert sideways(phone) <= 0
    say(phone, "yyy")
    phone.get_by_label("Your full name").fill("Mira Example")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("heading", name="Thank you. You said yes.")).to_be_visible()
    assert sideways(phone) <= 0

    # Nobody reloads the studio's page: it notices.
    studio.get_by_role("button", name="Make the clip now").click()
    expect(studio.locator("video[data-render]")).to_be_visible()
    clip = studio.url
    watched = studio.locator("video[data-render]").get_attribute("src") or ""

    phone.get_by_role("button", name="Withdraw my consent").click()
    expect(phone.get_by_role("heading", name="You took it back")).to_be_visible()
    studio.goto(clip)
    expect(studio.get_by_role("heading", name="Consent was withdrawn")).to_be_visible()
    expect(studio.locator("video[data-render]")).to_have_count(0)
    answer = studio.request.get(watched)
    assert answer.status == 404


def test_a_no_to_the_words_alone_stops_the_clip(open_page: Callable[..., Page], member: Membership) -> None:
    clip = ClipFactory(organization=member.organization, created_by=member.user)
    phone = open_page(size=PHONE)
    phone.goto(request_url(request_for(clip)))
    say(phone, "yyn")
    phone.get_by_label("Your full name").fill("Mira Example")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("heading", name="You did not agree to everything")).to_be_visible()

    studio = open_page(user=member.user)
    studio.goto(f"/clips/{clip.pk}/")
    expect(studio.get_by_role("heading", name="The answer was not a full yes")).to_be_visible()
    expect(studio.get_by_role("listitem").filter(has_text="The words")).to_contain_text("no")
    expect(studio.get_by_role("listitem").filter(has_text="The voice")).to_contain_text("yes")


def test_an_answer_with_a_gap_is_not_sent_and_keeps_what_was_chosen(
    open_page: Callable[..., Page], member: Membership
) -> None:
    clip = ClipFactory(organization=member.organization, created_by=member.user)
    phone = open_page(size=PHONE, java_script_enabled=False)
    phone.goto(request_url(request_for(clip)))
    group = phone.get_by_role("group", name=QUESTIONS[0])
    group.get_by_label("Yes").check()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_text("Your answer was not sent yet")).to_be_visible()
    expect(phone.get_by_text("Choose yes or no.")).to_have_count(2)
    expect(phone.get_by_text("Type your full name: it stands for your signature")).to_be_visible()
    expect(phone.get_by_role("group", name=QUESTIONS[0]).get_by_label("Yes")).to_be_checked()
    assert not ConsentEvent.objects.exists()


def test_a_guardian_is_asked_for_a_child(open_page: Callable[..., Page], member: Membership) -> None:
    clip = ClipFactory(organization=member.organization, created_by=member.user)
    subject = SubjectFactory(
        organization=member.organization, created_by=member.user, kind="minor", name="Kim", guardian_name="Lou Example"
    )
    clip.portrait.subject = subject
    clip.portrait.save()
    phone = open_page(size=PHONE)
    phone.goto(request_url(request_for(clip)))
    expect(phone.get_by_role("heading", name="May this picture of Kim speak?")).to_be_visible()
    expect(phone.get_by_label("Your full name, as parent or guardian")).to_be_visible()


def test_a_cut_off_link_says_what_to_do(open_page: Callable[..., Page], member: Membership) -> None:
    clip = ClipFactory(organization=member.organization, created_by=member.user)
    phone = open_page(size=PHONE)
    phone.goto(request_url(request_for(clip))[:-4])
    expect(phone.get_by_text("Copy the whole address")).to_be_visible()
