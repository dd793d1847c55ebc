"""A list of pupils becomes a question to each guardian; who did not agree is not to be had."""

import io

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import Http404
from django.utils import timezone
from PIL import Image

from accounts.models import Role
from consent.classes import access_batch, class_ask, class_overview, read_list
from consent.gate import ALL_SCOPES, Scope
from consent.models import ConsentRequest, Subject
from consent.reminding import lapsed_erase
from consent.selectors import RequestState, request_url, subjects_to_choose
from consent.services import consent_request_renew, consent_withdraw
from tests.factories import OrganizationFactory, SubjectFactory, answer, member_of

LIST = """name; guardian; e-mail; photo
Ida Berg; Lou Berg; lou@example.org; ida.jpg
Kim Ode; Sam Ode; SAM@example.org; kim.jpg
Ola Ruiz;; ruiz@example.org; ola.jpg
"""


def photo(quality: int, faces: int = 1) -> bytes:
    """Our own drawing, `faces` times side by side; another file for each `quality`."""
    with Image.open(settings.BASE_DIR / "static" / "sample" / "portrait.jpg") as drawing:
        drawing.thumbnail((400, 400))
        picture = Image.new("RGB", (drawing.width * max(faces, 1), drawing.height), "white")
        for place in range(faces):
            picture.paste(drawing, (place * drawing.width, 0))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


PHOTOS = {"ida.jpg": photo(90), "kim.jpg": photo(89), "OLA.JPG": photo(88)}


@pytest.fixture
def teacher(transactional_db):
    organization = OrganizationFactory(name="Hill School")
    return {"organization": organization, "acting_user": member_of(organization, Role.EDITOR)}


def ask_class(teacher, text: str = LIST, photos=None):
    return class_ask(
        **teacher,
        name="Class 4b",
        pupils=read_list(text),
        photos=PHOTOS if photos is None else photos,
        topic="our town in the Middle Ages",
        voice="heart",
        purpose="the school's exhibition",
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_list_is_read_as_it_is_pasted(delimiter):
    pupils = read_list(LIST.replace("; ", delimiter).replace(";", delimiter))

    assert [pupil.name for pupil in pupils] == ["Ida Berg", "Kim Ode", "Ola Ruiz"]
    assert (pupils[1].guardian_name, pupils[1].email, pupils[1].photo) == ("Sam Ode", "sam@example.org", "kim.jpg")


def test_a_name_with_a_comma_can_be_quoted():
    assert read_list('"Berg, Ida",Lou,lou@example.org,ida.jpg')[0].name == "Berg, Ida"


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(ValidationError) as error:
        read_list("Ida;Lou;lou@example.org;ida.jpg\nKim;Sam;sam;kim.jpg\nida;;x@example.org;i.jpg\nOla;;o@example.org;")

    assert [line.split(":")[0] for line in error.value.messages] == [
        "Pupil 2 (Kim)",
        "Pupil 3 (ida)",
        "Pupil 4 (Ola)",
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "name;guardian;e-mail;photo"])
def test_an_empty_list_is_refused(text):
    with pytest.raises(ValidationError):
        read_list(text)


def test_each_guardian_gets_a_link_of_their_own(teacher):
    ask_class(teacher)

    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    assert set(letters) == {"lou@example.org", "sam@example.org", "ruiz@example.org"}
    for request in ConsentRequest.objects.all():
        assert request_url(request) in letters[request.email]
        assert request.grantor_kind == "guardian"
        assert set(request.scopes) == {Scope.FACE, Scope.VOICE, Scope.TOPIC}


def test_a_photo_that_is_missing_stops_all(teacher):
    with pytest.raises(ValidationError, match=r"kim\.jpg"):
        ask_class(teacher, photos={"ida.jpg": PHOTOS["ida.jpg"], "ola.jpg": PHOTOS["OLA.JPG"]})

    assert not Subject.objects.exists()
    assert not mail.outbox


def test_a_file_that_is_no_photo_stops_all(teacher):
    with pytest.raises(ValidationError, match=r"kim\.jpg"):
        ask_class(teacher, photos={**PHOTOS, "kim.jpg": b"<svg onload=alert(1)>"})

    assert not Subject.objects.exists()


@pytest.mark.parametrize(("faces", "said"), [(0, "No face was found"), (2, "2 faces were found")])
def test_a_guardian_decides_about_one_child_alone(teacher, faces, said):
    with pytest.raises(ValidationError, match=rf"kim\.jpg: {said}. Choose a photo of this pupil alone"):
        ask_class(teacher, photos={**PHOTOS, "kim.jpg": photo(80, faces=faces)})

    assert not mail.outbox


def test_a_refused_childs_photo_is_gone_at_once(teacher):
    ask_class(teacher)
    ida, kim, _ = ConsentRequest.objects.order_by("subject_name")

    answer(ida, ())

    assert not default_storage.exists(ida.photo_key)
    assert default_storage.exists(kim.photo_key)


def test_the_photo_of_a_child_whose_guardian_never_answered_goes_when_the_link_ends(teacher):
    ask_class(teacher)
    ida, kim, ola = ConsentRequest.objects.order_by("subject_name")
    answer(kim, ALL_SCOPES)
    renewed = consent_request_renew(**teacher, request=ola)
    ConsentRequest.objects.exclude(pk=renewed.pk).update(expires_at=timezone.now())

    assert (lapsed_erase(), lapsed_erase()) == (1, 0)

    assert [default_storage.exists(request.photo_key) for request in (ida, kim, ola)] == [False, True, True]
    with pytest.raises(ValidationError, match="was erased"):
        consent_request_renew(**teacher, request=ConsentRequest.objects.get(pk=ida.pk))


def test_the_overview_shows_who_answered(teacher):
    batch = ask_class(teacher)
    ida, kim, _ = ConsentRequest.objects.order_by("subject_name")
    answer(ida, ALL_SCOPES)
    answer(kim, ())

    lines = [(line.name, line.state, line.available, bool(line.link)) for line in class_overview(batch)]

    assert lines == [
        ("Ida Berg", RequestState.GRANTED, True, False),
        ("Kim Ode", RequestState.REFUSED, False, False),
        ("Ola Ruiz", RequestState.OPEN, False, True),
    ]


def test_pupils_who_were_not_allowed_are_not_available(teacher):
    other = SubjectFactory(organization=teacher["organization"], name="Zoe Adult")
    ask_class(teacher)
    assert list(subjects_to_choose(teacher["organization"])) == [other]
    ida, kim, _ = ConsentRequest.objects.order_by("subject_name")

    receipt = answer(ida, ALL_SCOPES)
    answer(kim, ())
    assert [subject.name for subject in subjects_to_choose(teacher["organization"])] == ["Ida Berg", "Zoe Adult"]

    consent_withdraw(token=receipt.token)
    assert list(subjects_to_choose(teacher["organization"])) == [other]


def test_the_childs_photo_is_gone_after_a_withdrawal(teacher):
    ask_class(teacher)
    ida = ConsentRequest.objects.order_by("subject_name").first()
    assert default_storage.exists(ida.photo_key)

    consent_withdraw(token=answer(ida, ALL_SCOPES).token)

    assert not default_storage.exists(ida.photo_key)


def test_a_class_opens_for_its_organisation_alone(teacher):
    batch = ask_class(teacher)

    assert access_batch(teacher["acting_user"], batch.pk) == batch
    for user, batch_id in [(member_of(OrganizationFactory()), batch.pk), (teacher["acting_user"], "cba_x")]:
        with pytest.raises(Http404):
            access_batch(user, batch_id)


def test_a_viewer_asks_no_class(teacher):
    teacher["acting_user"] = member_of(teacher["organization"], Role.VIEWER)

    with pytest.raises(PermissionDenied):
        ask_class(teacher)
