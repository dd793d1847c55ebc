"""Three words: typed, once, within half an hour, and not by trying."""

from datetime import timedelta

import pytest

from consent import challenge as module
from consent.challenge import challenge_issue
from consent.errors import ConsentError
from consent.gate import SCOPES
from consent.models import Challenge, ConsentEvent
from consent.selectors import request_token
from consent.services import consent_answer
from tests.factories import ClipFactory, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    return request_for(ClipFactory())


def give(request_, words: str):
    return consent_answer(
        token=request_token(request_),
        granted=SCOPES,
        typed_name="Mira",
        ip="",
        user_agent="",
        language="en",
        challenge=words,
    )


def code_of(request_, words: str) -> str:
    with pytest.raises(ConsentError) as error:
        give(request_, words)
    assert not ConsentEvent.objects.exists()
    return error.value.code


def test_a_yes_needs_the_words(request_):
    challenge_issue(request_, language="en")

    assert code_of(request_, " ") == "challenge-missing"
    assert code_of(request_, "apple apple apple") == "challenge-wrong"


def test_the_event_keeps_the_words_and_their_times(request_):
    issued = challenge_issue(request_, language="en")

    give(request_, issued.words)

    event = ConsentEvent.objects.first()
    assert (event.challenge_words, event.signature_method) == (issued.words, "typed name and words")
    assert event.challenge_expires_at - event.challenge_issued_at == timedelta(minutes=30)
    assert Challenge.objects.get().used_at is not None


@pytest.mark.parametrize("typed", ["{0}, {1}, {2}.", "  {0}   {1} {2} ", "{0} {1} {2}"])
def test_how_they_are_typed_on_a_phone_does_not_matter(request_, typed):
    words = challenge_issue(request_, language="en").words.title().split()

    assert give(request_, typed.format(*words)).answers


def test_words_that_ran_out_are_refused(request_):
    issued = challenge_issue(request_, language="en")
    Challenge.objects.update(expires_at=issued.issued_at)

    assert code_of(request_, issued.words) == "challenge-expired"


def test_words_are_used_once(request_):
    issued = challenge_issue(request_, language="en")
    give(request_, issued.words)
    other = request_for(ClipFactory())
    Challenge.objects.update(request=other)

    with pytest.raises(ConsentError) as error:
        give(other, issued.words)
    assert error.value.code.startswith("challenge-")


def test_words_cannot_be_found_by_trying(request_):
    issued = challenge_issue(request_, language="en")

    codes = [code_of(request_, "not these words") for _ in range(module.MAX_ATTEMPTS)]

    assert codes == ["challenge-wrong"] * (module.MAX_ATTEMPTS - 1) + ["challenge-expired"]
    assert code_of(request_, issued.words) == "challenge-expired"


def test_the_page_shows_the_same_words_again_and_not_for_ever_new_ones(request_):
    first = challenge_issue(request_, language="en")
    assert challenge_issue(request_, language="en") == first
    for _ in range(module.MAX_AN_HOUR - 1):
        Challenge.objects.update(attempts=module.MAX_ATTEMPTS)
        challenge_issue(request_, language="en")
    Challenge.objects.update(attempts=module.MAX_ATTEMPTS)

    with pytest.raises(ConsentError, match="too often"):
        challenge_issue(request_, language="en")


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_words_are_of_the_language_and_plain(request_, language):
    words = challenge_issue(request_, language=language).words

    assert len(set(words.split())) == module.WORDS
    assert words.isascii()
    assert words == words.lower()


def test_a_no_needs_no_words(request_):
    receipt = consent_answer(
        token=request_token(request_),
        granted=(),
        typed_name="",
        ip="",
        user_agent="",
        language="en",
        challenge="",
    )

    assert {event.state for event in receipt.answers} == {"refused"}
