"""E-mails: the question, its reminders, the receipt; each once, and none of them a yes."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from consent.gate import Action
from consent.letters import letters_purge
from consent.models import ConsentRequest, Letter
from consent.reminding import reminders_write
from consent.selectors import RequestState, ask_gate, receipt_url, request_state, request_url
from consent.services import consent_request_renew, consent_request_send, consent_withdraw
from tests.factories import ClipFactory, answer, request_for

pytestmark = pytest.mark.django_db(transaction=True)
PERSON = "mira@example.org"


@pytest.fixture
def clip():
    return ClipFactory()


@pytest.fixture
def asked(clip):
    request = request_for(clip)
    send(request)
    return ConsentRequest.objects.get(pk=request.pk)


def send(request, email=PERSON):
    return consent_request_send(
        organization=request.organization, acting_user=request.created_by, request=request, email=email
    )


def to_person() -> list:
    return [letter for letter in mail.outbox if letter.to == [PERSON]]


def in_days(days: float):
    return timezone.now() + timedelta(days=days)


def test_the_question_is_sent_with_its_link_once(asked):
    send(asked)

    (letter,) = to_person()
    assert request_url(asked) in letter.body
    assert Letter.objects.get(recipient=PERSON).sent_at is not None


@pytest.mark.parametrize(("language", "word"), [("de", "Guten Tag"), ("es", "Hola")])
def test_the_question_is_sent_in_the_language_of_the_person(clip, language, word):
    clip.portrait.subject.language = language
    clip.portrait.subject.save()
    send(request_for(clip))

    assert word in to_person()[0].body


def test_the_receipt_is_sent_to_both_sides(asked):
    answer(asked)

    assert any(receipt_url(asked) in letter.body for letter in to_person())
    assert any(letter.to == [asked.created_by.email] and "face" in letter.body for letter in mail.outbox)


@pytest.mark.parametrize("email", ["", "mira", "mira@"])
def test_a_wrong_address_is_refused(asked, email):
    with pytest.raises(ValidationError):
        send(asked, email)


def test_an_answered_link_is_not_sent_again(asked):
    answer(asked)

    with pytest.raises(ValidationError, match="cannot be answered"):
        send(asked, "another@example.org")


def test_an_open_question_is_reminded_of_twice_and_no_more(asked):
    assert [reminders_write(at=in_days(day)) for day in (1, 6, 8, 9, 12.5, 13, 13.5, 15)] == [0, 0, 1, 0, 1, 0, 0, 0]
    assert sum("still open" in letter.subject for letter in to_person()) == 2


def test_a_question_that_was_ignored_never_becomes_a_yes(asked, clip):
    for day in (8, 13, 15, 400):
        reminders_write(at=in_days(day))
        decision = ask_gate(
            subject=clip.portrait.subject,
            photo_sha256=clip.portrait.sha256,
            words=clip.words,
            voice=clip.voice,
            action=Action.SUBMIT,
            at=in_days(day),
        )
        assert not decision.allowed
    assert request_state(asked, at=in_days(15)) is RequestState.EXPIRED


def test_both_sides_are_reminded_before_a_consent_runs_out(asked):
    answer(asked)
    mail.outbox.clear()

    written = [reminders_write(at=in_days(day)) for day in (300, 340, 341, 360, 361, 370)]

    assert [bool(count) for count in written] == [False, True, False, True, False, False]
    assert {address for letter in mail.outbox for address in letter.to} == {PERSON, asked.created_by.email}


@pytest.mark.parametrize("end", ["withdrawn", "refused"])
def test_of_what_is_over_nobody_is_reminded(asked, end):
    receipt = answer(asked, () if end == "refused" else {"face", "voice", "words"})
    if end == "withdrawn":
        consent_withdraw(token=receipt.token)

    assert reminders_write(at=in_days(360)) == 0


def test_a_renewal_is_a_question_like_any_other(asked, clip):
    answer(asked)
    who = {"organization": asked.organization, "acting_user": asked.created_by}

    renewal = consent_request_renew(**who, request=asked)

    assert consent_request_renew(**who, request=asked) == renewal
    assert request_state(renewal) is RequestState.OPEN
    assert (renewal.words_sha256, renewal.photo_sha256, renewal.scopes) == (
        asked.words_sha256,
        asked.photo_sha256,
        asked.scopes,
    )
    assert any(request_url(renewal) in letter.body for letter in to_person())


def test_a_renewed_consent_is_not_reminded_of(asked):
    answer(asked)
    answer(consent_request_renew(organization=asked.organization, acting_user=asked.created_by, request=asked))
    ConsentRequest.objects.exclude(pk=asked.pk).update(holds_until=in_days(700))

    assert reminders_write(at=in_days(360)) == 0


def test_the_command_can_be_run_twice(asked, capsys):
    ConsentRequest.objects.update(expires_at=in_days(5))

    call_command("consent_reminders")
    call_command("consent_reminders")

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("reminders written: 1;")
    assert second.startswith("reminders written: 0;")


def test_old_letters_lose_address_and_text(asked):
    assert letters_purge(at=in_days(80)) == 0
    assert letters_purge(at=in_days(100)) == 1
    assert Letter.objects.filter(recipient="", body="").count() == 1
