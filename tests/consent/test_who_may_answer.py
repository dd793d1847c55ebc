"""Who answers a link, and who cannot; letters that somebody does not want; what works without a cookie."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from consent import asking
from consent.challenge import MAX_AN_HOUR, MAX_ATTEMPTS
from consent.errors import ConsentError
from consent.gate import SubjectKind
from consent.models import Challenge, ConsentEvent, Letter, LetterStop
from consent.selectors import receipt_token, request_token, stop_url
from consent.services import challenge_issue, consent_answer, consent_request_send, subject_create
from tests.factories import ClipFactory, OrganizationFactory, SubjectFactory, answer, member_of, request_for

pytestmark = pytest.mark.django_db

NO = {"face": "no", "voice": "no", "words": "no"}


def path_of(request) -> str:
    return f"/consent/{request_token(request)}/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_member_of_the_organisation_sees_the_question_and_cannot_answer_it(clip):
    request = request_for(clip)
    colleague = signed_in(member_of(clip.organization))

    page = colleague.get(path_of(request))
    assert "You cannot answer for them" in page.content.decode()
    assert "Send my answer" not in page.content.decode()
    assert not Challenge.objects.exists()
    assert colleague.post(path_of(request), NO).status_code == 403
    assert not ConsentEvent.objects.exists()


def test_a_stranger_with_an_account_elsewhere_answers_like_anybody(clip):
    request = request_for(clip)

    assert signed_in(member_of(OrganizationFactory())).post(path_of(request), NO).status_code == 302


def test_oneself_is_asked_signed_in_but_nobody_else_of_the_organisation_is():
    me = SubjectFactory(kind=SubjectKind.SELF)
    clip = ClipFactory(organization=me.organization, created_by=me.created_by, portrait__subject=me)
    request = request_for(clip)

    assert signed_in(member_of(clip.organization)).post(path_of(request), NO).status_code == 403
    assert signed_in(me.created_by).post(path_of(request), NO).status_code == 302


def test_nobody_is_two_people():
    me = SubjectFactory(kind=SubjectKind.SELF, name="Mira Example")
    values = {"organization": me.organization, "acting_user": me.created_by, "kind": "self"}

    assert subject_create(**values, name="mira example").kind == SubjectKind.SELF
    with pytest.raises(ValidationError, match="as Mira Example"):
        subject_create(**values, name="Somebody Famous")
    other = member_of(me.organization)
    assert subject_create(**values | {"acting_user": other}, name="Jo Archer").name == "Jo Archer"


def test_a_browser_without_cookies_can_answer_and_take_it_back(clip):
    client = Client(enforce_csrf_checks=True)
    request = request_for(clip)
    yes = dict.fromkeys(NO, "yes") | {"typed_name": "Mira"}
    words = challenge_issue(request, language="en").words

    assert client.post(path_of(request), {**yes, "challenge": words}).status_code == 302
    assert client.post(f"/receipt/{receipt_token(request)}/withdraw/").status_code == 302
    assert ConsentEvent.objects.filter(state="withdrawn").count() == 3


def test_too_many_tries_keep_nobody_from_reading_or_from_saying_no(clip):
    request = request_for(clip)
    for _ in range(MAX_AN_HOUR):
        challenge_issue(request, language="en")
        Challenge.objects.update(attempts=MAX_ATTEMPTS)

    page = Client().get(path_of(request))
    assert page.status_code == 200
    assert "You can say no at once" in page.content.decode()
    assert Client().post(path_of(request), NO).status_code == 302


def test_the_page_shows_the_same_words_until_they_are_used(clip):
    request = request_for(clip)
    shown = {re.search(r'"mono">([a-z ]+)<', Client().get(path_of(request)).content.decode()).group(1) for _ in "ab"}
    assert len(shown) == 1


@pytest.mark.parametrize("typed", ["\u200b\u200b", "\u202e \u2060", "  "])
def test_a_name_that_cannot_be_seen_is_no_signature(clip, typed):
    request = request_for(clip)
    yes = dict.fromkeys(NO, "yes") | {"typed_name": typed}
    yes["challenge"] = challenge_issue(request, language="en").words

    assert "Type your full name" in Client().post(path_of(request), yes).content.decode()
    with pytest.raises(ConsentError):
        consent_answer(
            token=request_token(request),
            granted={"face"},
            typed_name=typed,
            ip="",
            user_agent="",
            language="en",
            challenge=yes["challenge"],
        )


@pytest.mark.parametrize("name", ["\u200b", "\u2060\u202e", "…"])
def test_a_subject_needs_a_name_that_can_be_read(name):
    organization = OrganizationFactory()

    with pytest.raises(ValidationError) as error:
        subject_create(organization=organization, acting_user=member_of(organization), kind="other", name=name)
    assert list(error.value.message_dict) == ["name"]


def test_what_the_person_reads_holds_no_marks_that_turn_it_round(clip):
    clip.organization.name = "Hill Street"
    request = asking.consent_request_create(
        organization=clip.organization,
        acting_user=clip.created_by,
        subject=clip.portrait.subject,
        photo_key="x",
        photo_sha256="x",
        words="Hello.",
        voice="heart",
        topic="the \u202emuseum",
        purpose="a \u202egreeting",
        audience="our \u200b door",
    )

    assert (request.topic, request.purpose, request.audience) == ("the museum", "a greeting", "our door")


def test_where_it_is_shown_does_not_say_inside_when_it_is_asked_for_the_public(clip):
    values = {
        "organization": clip.organization,
        "acting_user": clip.created_by,
        "subject": clip.portrait.subject,
        **{"photo_key": "x", "photo_sha256": "x", "words": "Hello.", "voice": "heart"},
    }

    assert "inside" in asking.consent_request_create(**values).audience
    assert "in public" in asking.consent_request_create(**values, uses=["public"]).audience


# Letters


def send(request, email: str = "mira@example.org") -> Letter | None:
    return consent_request_send(
        organization=request.organization, acting_user=request.created_by, request=request, email=email
    )


def test_nobody_is_written_to_more_than_a_few_times_a_day(clip, monkeypatch):
    monkeypatch.setattr(asking, "INVITATIONS_TO_ONE_A_DAY", 2)
    send(request_for(clip))
    send(request_for(clip))

    with pytest.raises(ValidationError, match="several times today"):
        send(request_for(clip))
    send(request_for(clip), "jo@example.org")


def test_an_organisation_writes_to_so_many_a_day(clip, monkeypatch):
    monkeypatch.setattr(asking, "INVITATIONS_A_DAY", 1)
    send(request_for(clip))

    with pytest.raises(ValidationError, match="Go on tomorrow"):
        send(request_for(clip), "jo@example.org")


@pytest.mark.parametrize(("wish", "elsewhere"), [("one", False), ("all", True)])
def test_a_click_ends_the_letters_and_another_one_allows_them(clip, wish, elsewhere):
    request, other = request_for(clip), request_for(ClipFactory())
    letter = send(request)
    path = stop_url(request).partition("8000")[2] or "/" + stop_url(request).split("/", 3)[3]
    assert path in letter.body

    assert "No more questions are sent" in Client(enforce_csrf_checks=True).post(path, {"wish": wish}).content.decode()

    with pytest.raises(ValidationError, match="not to be written to"):
        send(request_for(clip), "Mira@Example.org")
    if elsewhere:
        with pytest.raises(ValidationError):
            send(other)
    else:
        send(other)
    assert "mira" not in str(LetterStop.objects.values())

    Client().post(path, {"wish": "again"})
    assert send(request_for(clip)) is not None


def test_the_receipt_comes_again_to_where_the_link_went_and_not_to_who_asks_for_it(
    clip, django_capture_on_commit_callbacks
):
    request = request_for(clip)
    send(request)
    path = f"{path_of(request)}receipt/"
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(path)
    assert not mail.outbox
    answer(request)

    with django_capture_on_commit_callbacks(execute=True):
        page = Client(enforce_csrf_checks=True).post(path, follow=True)

    assert receipt_token(request) not in page.content.decode()
    assert [letter.to for letter in mail.outbox] == [["mira@example.org"]]
    assert receipt_token(request) in mail.outbox[0].body


def test_an_address_given_with_the_answer_gets_the_receipt_and_the_organisation_does_not_see_it(
    clip, django_capture_on_commit_callbacks
):
    request = request_for(clip)
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(path_of(request), {**NO, "receipt_to": "mira@example.org"})

    assert "mira@example.org" in {address for letter in mail.outbox for address in letter.to}
    request.refresh_from_db()
    assert request.email == ""
    assert "mira@example.org" not in signed_in(clip.created_by).get(f"/consents/{request.pk}/").content.decode()
