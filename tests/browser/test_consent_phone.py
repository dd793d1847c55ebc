"""From the e-mail to a yes to the way back, on a phone, in the person's language; and a whole class."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import Membership
from consent.gate import Action, Scope
from consent.models import ConsentEvent, ConsentRequest
from consent.selectors import ask_gate, request_url
from consent.services import consent_request_create
from projects.models import Clip, Portrait
from tests.browser.conftest import PHONE, PORTRAIT, sideways
from tests.factories import ClipFactory, PortraitFactory, ProjectFactory, SubjectFactory, answer

PERSON = "mira@example.org"


@pytest.fixture
def clip(member: Membership) -> Clip:
    """A clip of Mira, whose picture is the drawing."""
    owned = {"organization": member.organization, "created_by": member.user}
    portrait = PortraitFactory(**owned, project=ProjectFactory(**owned), subject=SubjectFactory(**owned))
    with portrait.image.storage.open(str(portrait.image.name), "wb") as file:
        file.write(PORTRAIT.read_bytes())
    return ClipFactory(**owned, portrait=portrait)


def ask(clip: Clip, **values) -> ConsentRequest:
    return consent_request_create(
        organization=clip.organization,
        acting_user=clip.created_by,
        subject=clip.portrait.subject,
        photo_key=str(clip.portrait.image.name),
        photo_sha256=clip.portrait.sha256,
        words=clip.words,
        voice=clip.voice,
        voice_label="Heart, a computer voice",
        uses=[Scope.COMMERCIAL, Scope.PUBLIC],
        purpose="A greeting at the museum's door.",
        audience="On a screen in the museum; visitors see it.",
        **values,
    )


def link_in(address: str, kind: str) -> str:
    """The newest link of this kind in the letters to this address."""
    found = [
        re.findall(rf"http\S+/{kind}/(?!letters/)\S+", letter.body) for letter in mail.outbox if letter.to == [address]
    ]
    return str([link for links in found for link in links][-1])


def decision(clip: Clip, **uses: bool):
    return ask_gate(
        subject=clip.portrait.subject,
        photo_sha256=clip.portrait.sha256,
        words=clip.words,
        voice=clip.voice,
        action=Action.SUBMIT,
        **uses,
    )


def say(phone: Page, answers: dict[str, str]) -> None:
    for question, said in answers.items():
        phone.get_by_role("group", name=question).get_by_label(said, exact=True).check()


def test_from_the_letter_to_a_yes_to_the_way_back(
    open_page: Callable[..., Page], member: Membership, clip: Clip, tmp_path: Path
) -> None:
    request = ask(clip)
    studio = open_page(user=member.user)
    studio.goto(f"/consents/{request.pk}/")
    studio.get_by_label("E-mail address of the person asked").fill(PERSON)
    studio.get_by_role("button", name="Send it by e-mail").click()
    expect(studio.get_by_text("The link was sent.")).to_be_visible()

    phone = open_page(size=PHONE, java_script_enabled=False)
    phone.goto(link_in(PERSON, "consent"))
    expect(phone.get_by_text(clip.words, exact=True)).to_be_visible()
    expect(phone.get_by_text("On a screen in the museum; visitors see it.", exact=True)).to_be_visible()
    assert sideways(phone) <= 0
    say(
        phone,
        {
            "May your face move": "Yes",
            "May this generated voice": "Yes",
            "May you be shown saying these": "Yes",
            "May it advertise": "No",
            "May it be posted": "Yes",
        },
    )
    phone.get_by_label("Your full name").fill("Mira Example")
    phone.get_by_label("The three words").fill(phone.locator("#id_challenge_helptext strong").inner_text())
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("heading", name="You did not agree to everything")).to_be_visible()
    assert sideways(phone) <= 0
    assert decision(clip, public=True).allowed
    assert decision(clip, commercial=True).missing == (Scope.COMMERCIAL,)

    # Another day: the receipt is opened from its letter.
    phone.goto(link_in(PERSON, "receipt"))
    with phone.expect_download() as downloading:
        phone.get_by_role("link", name="Signed file (JSON)").click()
    assert downloading.value.suggested_filename == f"receipt-{request.pk}.json"
    phone.get_by_role("button", name="Take back only this: May it be posted").click()
    expect(phone.get_by_text("May it be posted where everybody can see it? Taken back.")).to_be_visible()
    assert decision(clip).allowed
    assert decision(clip, public=True).missing == (Scope.PUBLIC,)

    phone.get_by_role("link", name="Everything that was asked and made of you").click()
    expect(phone.get_by_role("heading", name="Everything that was asked and made of Mira Example")).to_be_visible()
    assert sideways(phone) <= 0
    phone.go_back()

    phone.get_by_role("button", name="Withdraw my consent").click()
    expect(phone.get_by_role("heading", name="You took it back")).to_be_visible()
    assert not decision(clip).allowed
    assert Portrait.objects.get().erased_at is not None
    assert any("was withdrawn" in letter.body for letter in mail.outbox if letter.to == [member.user.email])


def test_the_page_speaks_another_language_at_a_touch(
    open_page: Callable[..., Page], member: Membership, clip: Clip
) -> None:
    phone = open_page(size=PHONE, java_script_enabled=False)
    phone.goto(request_url(ask(clip)))
    phone.get_by_role("link", name="Deutsch").click()
    expect(phone.get_by_role("heading", name="Darf dieses Bild von Ihnen sprechen?")).to_be_visible()
    assert sideways(phone) <= 0
    for question in phone.get_by_role("group").all():
        question.get_by_label("Nein").check()
    phone.get_by_role("button", name="Antwort senden").click()
    expect(phone.get_by_role("heading", name="Danke. Sie waren nicht mit allem einverstanden.")).to_be_visible()
    assert set(ConsentEvent.objects.values_list("language", "state")) == {("de", "refused")}


def test_a_class_is_asked_and_seen(open_page: Callable[..., Page], member: Membership) -> None:
    page = open_page(user=member.user)
    page.goto("/consents/")
    page.get_by_role("link", name="Ask a whole class").click()
    page.get_by_label("Name of the class").fill("Class 4b")
    page.get_by_label("The list").fill("Ida;Lou;lou@example.org;a.jpg\nKim;Sam;sam;b.jpg")
    photo = {"mimeType": "image/jpeg", "buffer": PORTRAIT.read_bytes()}
    page.get_by_label("The photos").set_input_files([{"name": name, **photo} for name in ("a.jpg", "b.jpg")])
    page.get_by_label("What the pupils talk about").fill("Our town in the Middle Ages")
    page.get_by_label("What it is for").fill("The exhibition at school")
    page.get_by_label("Where it is shown").fill("In the school; parents see it")
    page.get_by_role("button", name="Ask the guardians").click()
    expect(page.get_by_text("Pupil 2 (Kim): the guardian’s e-mail address is missing or wrong.")).to_be_visible()
    assert not ConsentRequest.objects.exists()

    page.get_by_label("The list").fill("Ida;Lou;lou@example.org;a.jpg\nKim;Sam;sam@example.org;b.jpg")
    page.get_by_label("The photos").set_input_files([{"name": name, **photo} for name in ("a.jpg", "b.jpg")])
    page.get_by_role("button", name="Ask the guardians").click()
    expect(page.get_by_text("0 of 2 may be shown")).to_be_visible()
    answer(ConsentRequest.objects.get(subject_name="Ida"), set(Scope))
    page.reload()
    expect(page.get_by_text("1 of 2 may be shown")).to_be_visible()


def test_who_is_shown_without_consent_can_say_so(
    open_page: Callable[..., Page], member: Membership, clip: Clip
) -> None:
    phone = open_page(size=PHONE)
    phone.goto("/")
    phone.get_by_role("link", name="Is this you? Report a clip").click()
    assert sideways(phone) <= 0
    phone.get_by_label("The clip", exact=False).first.fill(f"http://localhost/clips/{clip.pk}/")
    phone.get_by_label("Your name").fill("Mira Example")
    phone.get_by_label("Your e-mail address").fill(PERSON)
    phone.get_by_label("I am the person shown").check()
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.get_by_role("heading", name="Thank you. We have it.")).to_be_visible()
