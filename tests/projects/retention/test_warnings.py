from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OrganizationKind
from consent.letters import letter_write
from consent.models import Letter
from projects.retention.classes import DataClass
from projects.retention.policies import hold_place
from projects.retention.selectors import deletion_of
from projects.retention.warnings import warnings_write
from tests.factories import OrganizationFactory, PortraitFactory, member_of, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def portrait():
    family = OrganizationFactory(kind=OrganizationKind.FAMILY)
    owner = member_of(family)
    return PortraitFactory(organization=family, created_by=owner)


def test_the_owners_are_told_once_two_days_before(portrait):
    assert warnings_write(at=timezone.now() + timedelta(days=4.9)) == 0
    assert warnings_write(at=timezone.now() + timedelta(days=5.1)) == 1
    assert warnings_write(at=timezone.now() + timedelta(days=6)) == 0
    letter = Letter.objects.get()
    assert letter.recipient == portrait.created_by.email
    assert f"{portrait.created_at + timedelta(days=7):%d %B %Y}" in letter.body
    assert portrait.name not in letter.body


def test_a_thing_says_when_it_goes_and_whether_that_is_soon(portrait):
    deletion = deletion_of(portrait, DataClass.PHOTO)
    assert deletion.at == portrait.created_at + timedelta(days=7)
    assert (deletion.soon, deletion.held) == (False, False)
    portrait.created_at -= timedelta(days=5.5)
    assert deletion_of(portrait, DataClass.PHOTO).soon


def test_a_thing_under_a_hold_says_so(portrait):
    hold_place(organization=portrait.organization, acting_user=operator(), reason="Court, 12/26")
    assert deletion_of(portrait, DataClass.PHOTO).held


def test_the_key_of_a_letter_holds_no_address_and_still_makes_it_one_letter():
    organization = OrganizationFactory()
    letter = {"organization": organization, "key": "news:1:jo@example.org", "recipient": "jo@example.org"}
    made = letter_write(**letter, subject="Hello", body="Hello")
    assert "jo@example.org" not in made.key
    assert letter_write(**letter, subject="Hello", body="Hello") is None
