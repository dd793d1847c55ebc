"""What each kind of subject cannot do without, said all at once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organization
from consent.models import Subject
from projects.forms import PortraitForm
from tests.factories import OrganizationFactory, ProjectFactory, SubjectFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("self", {"name"}),
        ("other", {"name"}),
        ("minor", {"name"}),
        ("deceased", {"name", "authority", "statement"}),
        ("historical", {"name", "year_of_death", "statement", "statement_source"}),
        ("fictional", {"name", "statement"}),
        ("brand", {"name", "statement"}),
        ("animal", {"name", "statement"}),
        ("", {"kind"}),
    ],
)
def test_each_kind_says_everything_that_it_needs(organization: Organization, kind: str, missing: set[str]) -> None:
    form = PortraitForm(organization, {"kind": kind}, {})
    assert set(form.errors) == {"photo", *missing}


def test_an_executor_who_answers_on_a_link_needs_no_statement(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PortraitForm, "_look_at", lambda form, values: setattr(form, "_data", b"photo"))
    monkeypatch.setattr("projects.forms.portrait_upload", lambda **given: given["subject"])
    data = {"kind": "deceased", "name": "Ada Example", "authority": "executor", "by_link": "on"}
    form = PortraitForm(organization, data, {"photo": SimpleUploadedFile("ada.jpg", b"photo")})
    assert form.is_valid(), form.errors
    subject = form.save(acting_user=member_of(organization), project=ProjectFactory(organization=organization))
    assert (subject.decided_by, subject.can_be_asked, subject.events.count()) == ("executor", True, 0)


def test_somebody_known_already_needs_nothing_more(organization: Organization) -> None:
    subject = SubjectFactory(organization=organization)
    assert set(PortraitForm(organization, {"subject": subject.pk}, {}).errors) == {"photo"}


def test_nobody_of_another_organization_can_be_chosen(organization: Organization) -> None:
    form = PortraitForm(organization, {"subject": SubjectFactory().pk}, {})
    assert "subject" in form.errors


def test_what_another_kind_showed_is_not_sent_on(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind was changed after its fields had been filled in."""
    monkeypatch.setattr(PortraitForm, "_look_at", lambda form, values: setattr(form, "_data", b"photo"))
    monkeypatch.setattr("projects.forms.portrait_upload", lambda **given: given["subject"])
    data = {
        "kind": "other",
        "name": "Mira Example",
        "year_of_death": "1900",
        "authority": "family",
        "statement": "She is invented.",
        "statement_source": "Somewhere.",
    }
    form = PortraitForm(organization, data, {"photo": SimpleUploadedFile("mira.jpg", b"photo")})
    assert form.is_valid()
    user = member_of(organization)
    form.save(acting_user=user, project=ProjectFactory(organization=organization, created_by=user))
    subject = Subject.objects.get()
    assert (subject.year_of_death, subject.statement, subject.statement_source) == (None, "", "")


@pytest.mark.parametrize("typed", ["\u200b\u200b", "\u202e", "\x00", "x" * 201])
def test_a_name_that_will_not_do_is_complained_of_once(organization: Organization, typed: str) -> None:
    form = PortraitForm(organization, {"kind": "other", "name": typed}, {})
    assert len(form.errors["name"]) == 1


def test_a_name_is_kept_as_the_person_who_is_asked_will_see_it(organization: Organization) -> None:
    form = PortraitForm(organization, {"kind": "minor", "name": "\u202eMira", "guardian_name": " Jo\u200b "}, {})
    form.is_valid()
    assert (form.cleaned_data["name"], form.cleaned_data["guardian_name"]) == ("Mira", "Jo")


def test_a_picture_that_is_too_big_leaves_nobody_behind(organization: Organization, settings: Any) -> None:
    settings.LIKENESS_MAX_UPLOAD_MB = 0
    photo = SimpleUploadedFile("mira.jpg", b"photo")
    form = PortraitForm(organization, {"kind": "other", "name": "Mira"}, {"photo": photo})
    assert ["bigger than 0 MB" in error for error in form.errors["photo"]] == [True]
