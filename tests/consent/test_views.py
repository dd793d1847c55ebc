"""The subject's pages, without a browser: tokens, methods, what is kept of where an answer came from."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from consent.challenge import challenge_issue
from consent.gate import ALL_SCOPES
from consent.models import (
    Appeal,
    ConsentBatch,
    ConsentEvent,
    ConsentRequest,
    ConsentTrace,
    LikenessReport,
    OptOut,
)
from consent.selectors import receipt_token, request_token, subject_token
from consent.signing import check_receipt
from consent.wording import PAGES as QUESTION_TEXTS
from consent.wording_pages import PAGES as OTHER_TEXTS
from consent.wording_titles import TITLES
from projects.models import Clip
from tests.factories import ClipFactory, OrganizationFactory, SubjectFactory, answer, member_of, request_for

pytestmark = pytest.mark.django_db

YES = {"face": "yes", "voice": "yes", "words": "yes", "typed_name": "Mira Example"}


def yes_to(request: ConsentRequest) -> dict[str, str]:
    """A full yes, with the three words that the page shows."""
    return {**YES, "challenge": challenge_issue(request, language="en").words}


@pytest.fixture
def clip() -> Clip:
    return ClipFactory()


def test_an_answer_leads_to_its_receipt(clip: Clip) -> None:
    request = request_for(clip)
    response = Client().post(f"/consent/{request_token(request)}/", yes_to(request))
    assert response.headers["Location"] == f"/receipt/{receipt_token(request)}/"
    assert ConsentEvent.objects.filter(state="granted").count() == 3


def test_the_same_form_sent_twice_leads_to_the_same_receipt(clip: Clip) -> None:
    request = request_for(clip)
    path, data = f"/consent/{request_token(request)}/", {**yes_to(request), "once": "4711"}
    first, second = Client().post(path, data), Client().post(path, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert ConsentEvent.objects.count() == 3


@pytest.mark.parametrize("once", ["", "another"])
@pytest.mark.parametrize("said", ["yes", "no"])
def test_the_link_and_a_guess_at_the_answer_do_not_lead_to_the_receipt(clip: Clip, once: str, said: str) -> None:
    request = request_for(clip)
    data = {**yes_to(request), "face": said, "voice": said, "words": said}
    path = f"/consent/{request_token(request)}/"
    assert Client().post(path, {**data, "once": "4711"}).status_code == 302
    again = Client().post(path, {**data, "once": once})
    assert again.status_code == 409
    assert receipt_token(request) not in again.content.decode()


def test_another_answer_on_the_same_link_is_not_taken(clip: Clip) -> None:
    request = request_for(clip)
    answer(request)
    response = Client().post(f"/consent/{request_token(request)}/", {**yes_to(request), "face": "no"})
    assert response.status_code == 409
    assert not ConsentEvent.objects.filter(state="refused").exists()


def test_a_refusal_needs_no_name(clip: Clip) -> None:
    path = f"/consent/{request_token(request_for(clip))}/"
    response = Client().post(path, {"face": "no", "voice": "no", "words": "no", "typed_name": ""})
    assert response.status_code == 302
    assert ConsentEvent.objects.filter(state="refused").count() == 3


def test_the_link_of_the_question_does_not_open_the_receipt(clip: Clip) -> None:
    request = request_for(clip)
    answer(request)
    assert Client().get(f"/receipt/{request_token(request)}/").status_code == 404


def test_withdrawing_is_one_post_and_no_link(clip: Clip) -> None:
    receipt = answer(request_for(clip))
    path = f"/receipt/{receipt.token}/withdraw/"
    assert Client().get(path).status_code == 405
    assert Client().post(path).headers["Location"] == f"/receipt/{receipt.token}/"
    assert ConsentEvent.objects.filter(state="withdrawn").count() == 3


def test_these_pages_are_never_cached(clip: Clip) -> None:
    response = Client().get(f"/consent/{request_token(request_for(clip))}/")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("trusted", "kept"), [(False, "127.0.0.0"), (True, "203.0.113.0")])
def test_a_proxys_word_counts_only_where_there_is_one(clip: Clip, settings, trusted: bool, kept: str) -> None:
    settings.LIKENESS_TRUSTED_PROXY = trusted
    request = request_for(clip)
    path = f"/consent/{request_token(request)}/"
    Client().post(path, yes_to(request), headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.77"})
    assert set(ConsentTrace.objects.values_list("ip", flat=True)) == {kept}


def test_a_person_is_asked_in_their_language_with_one_language_throughout(clip: Clip) -> None:
    clip.portrait.subject.language = "de"
    clip.portrait.subject.save()
    request = request_for(clip)
    page = Client().get(f"/consent/{request_token(request)}/").content.decode()
    assert "Ich bin Mira Example" in page
    assert '<html lang="de">' in page
    assert "Your answer" not in page
    chosen = Client().get(f"/consent/{request_token(request)}/?lang=es").content.decode()
    assert "Soy Mira Example" in chosen
    words = challenge_issue(request, language="es").words
    Client().post(f"/consent/{request_token(request)}/?lang=es", {**YES, "challenge": words})
    assert set(ConsentEvent.objects.values_list("language", flat=True)) == {"es"}


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_every_language_has_every_text(language: str) -> None:
    assert set(QUESTION_TEXTS[language]) == set(QUESTION_TEXTS["en"])
    assert set(OTHER_TEXTS[language]) == set(OTHER_TEXTS["en"])
    for who in ("subject", "guardian", "heir"):
        assert set(TITLES[language, who]) == {*map(str, ALL_SCOPES), "recording"}


def test_wrong_words_are_said_beside_them_and_nothing_is_recorded(clip: Clip) -> None:
    request = request_for(clip)
    data = {**yes_to(request), "challenge": "apple apple apple"}
    page = Client().post(f"/consent/{request_token(request)}/", data)
    assert page.status_code == 200
    assert "not the three words" in page.content.decode()
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize("asked", ["receipt/{receipt}/receipt.json", "consents/{request}/receipt.json"])
def test_both_sides_can_take_the_signed_receipt(clip: Clip, settings, asked: str) -> None:
    request = request_for(clip)
    receipt = answer(request)
    client = Client()
    client.force_login(clip.created_by)
    content = client.get("/" + asked.format(receipt=receipt.token, request=request.pk)).content
    assert check_receipt(content, keys=settings.LIKENESS_KEYS_DIR).good
    # The organisation's copy must not hold the key to the person's receipt.
    assert receipt.token.encode() not in content


def test_one_scope_is_withdrawn_with_one_post(clip: Clip) -> None:
    receipt = answer(request_for(clip))
    Client().post(f"/receipt/{receipt.token}/withdraw/", {"scope": "voice"})
    assert [event.scope for event in ConsentEvent.objects.filter(state="withdrawn")] == ["voice"]


def test_the_persons_own_page_shows_and_exports_all(clip: Clip) -> None:
    answer(request_for(clip))
    path = f"/receipt/all/{subject_token(clip.portrait.subject)}/"
    assert "the museum" in Client().get(path).content.decode()
    assert Client().get(f"{path}everything.zip").content.startswith(b"PK")


def test_a_report_can_be_sent_without_an_account(clip: Clip) -> None:
    data = {"clip_reference": clip.pk, "name": "Mira", "email": "mira@example.org", "true": "on"}
    assert "We have it" in Client().post("/not-me/", data).content.decode()
    assert LikenessReport.objects.get().subject == clip.portrait.subject
    assert "still missing" in Client().post("/not-me/", {}).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/consents/",
        "/consents/{request}/",
        "/consents/{request}/receipt.json",
        "/consents/{request}/terms/",
        "/consents/classes/new/",
        "/consents/classes/{batch}/",
        "/consents/about/{subject}/",
        "/consents/appeals/{appeal}/",
    ],
)
def test_the_pages_of_those_who_ask_open_for_them_alone(clip: Clip, path: str) -> None:
    organization, user = clip.organization, clip.created_by
    batch = ConsentBatch.objects.create(organization=organization, name="4b", created_by=user)
    opt_out = OptOut.objects.create(fingerprints=[])
    appeal = Appeal.objects.create(organization=organization, created_by=user, opt_out=opt_out, photo_sha256="x")
    figure = SubjectFactory(organization=organization, created_by=user, kind="deceased")
    values = {"request": request_for(clip).pk, "batch": batch.pk, "subject": figure.pk, "appeal": appeal.pk}
    address = path.format(**values)
    assert [page_of(who, address) for who in (None, user)] == [302, 200]
    if "{" in path:
        assert page_of(member_of(OrganizationFactory()), address) == 404


def page_of(user: User | None, address: str) -> int:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(address).status_code


def test_a_statement_with_its_document_opens_the_gate_for_the_dead(clip: Clip) -> None:
    dead = SubjectFactory(organization=clip.organization, created_by=clip.created_by, kind="deceased")
    client = Client()
    client.force_login(clip.created_by)
    will = SimpleUploadedFile("will.pdf", b"%PDF-1.7 the will")
    data = {"authority": "executor", "statement": "I am the executor.", "evidence": will}
    assert client.post(f"/consents/about/{dead.pk}/", data).status_code == 302
    assert len(dead.events.get().evidence_sha256) == 64
    script = SimpleUploadedFile("will.pdf", b"<script>")
    page = client.post(f"/consents/about/{dead.pk}/", {**data, "evidence": script})
    assert "not a document that can be kept" in page.content.decode()
    assert dead.events.count() == 1


def test_a_browser_that_prefers_another_language_gets_one_language_throughout(clip: Clip) -> None:
    page = Client().get(f"/consent/{request_token(request_for(clip))}/", headers={"Accept-Language": "de"})
    assert "Ich bin" not in page.content.decode()
