import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage

from accounts.models import Membership, Role
from consent.erasure import erasures_run
from consent.models import ErasureRequest
from consent.services import consent_withdraw
from projects.models import Clip, Portrait
from projects.retention.closing import organization_close
from projects.retention.models import DeletionCause, DeletionCertificate, RetentionPolicy
from projects.retention.policies import hold_lift, hold_place, policy_set
from tests.factories import ClipFactory, ProjectFactory, RecordingFactory, answer, member_of, operator, request_for

# What a withdrawal erases goes when its transaction is through.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clip():
    return ClipFactory()


def withdraw(clip):
    return consent_withdraw(token=answer(request_for(clip)).token)


def content(portrait):
    return default_storage.open(Portrait.objects.get(pk=portrait.pk).image.name).read()


def test_a_withdrawal_erases_and_certifies(clip):
    withdraw(clip)
    assert content(clip.portrait) != b"photo"
    certificate = DeletionCertificate.objects.get(object_id=clip.portrait_id)
    assert certificate.cause == DeletionCause.WITHDRAWAL


def test_a_withdrawal_takes_what_a_recording_was_cut_from_along():
    original = RecordingFactory()
    owned = {"organization": original.organization, "created_by": original.created_by, "project": original.project}
    cut = RecordingFactory(**owned, source=original, sha256="c" * 64)
    clip = ClipFactory(
        organization=original.organization,
        created_by=original.created_by,
        recording=cut,
        words="",
        voice="recording",
    )
    withdraw(clip)
    original.refresh_from_db()
    assert original.erased_at is not None
    assert DeletionCertificate.objects.filter(object_id=original.pk).exists()


def test_under_a_legal_hold_a_withdrawal_erases_when_the_hold_is_lifted(clip):
    staff = operator()
    hold = hold_place(organization=clip.organization, acting_user=staff, reason="Court of Exampleton, 12/26")
    withdraw(clip)
    assert content(clip.portrait) == b"photo"
    assert ErasureRequest.objects.get().done_at is None
    hold_lift(acting_user=staff, hold=hold, reason="It ended.")
    assert erasures_run() == 1
    assert content(clip.portrait) != b"photo"


def test_closing_an_account_under_a_hold_keeps_what_is_held_and_its_members(clip):
    owner = member_of(clip.organization)
    hold_place(organization=clip.organization, acting_user=operator(), reason="Court, 12/26")
    assert organization_close(organization=clip.organization, acting_user=owner).held > 0
    assert Clip.objects.exists()
    assert Membership.objects.filter(user=owner).exists()


def test_closing_an_account_takes_everything_and_its_name(clip):
    owner = member_of(clip.organization)
    assert organization_close(organization=clip.organization, acting_user=owner).held == 0
    assert not Portrait.objects.exists()
    assert not Membership.objects.filter(user=owner).exists()
    clip.organization.refresh_from_db()
    assert clip.organization.name == "(closed)"


def test_an_editor_can_neither_close_an_account_nor_set_its_policy(clip):
    editor = member_of(clip.organization, Role.EDITOR)
    with pytest.raises(PermissionDenied):
        organization_close(organization=clip.organization, acting_user=editor)
    with pytest.raises(PermissionDenied):
        policy_set(organization=clip.organization, acting_user=editor, days={"photo": 1})


def test_the_owner_of_a_studio_cannot_place_a_hold(clip):
    with pytest.raises(PermissionDenied):
        hold_place(organization=clip.organization, acting_user=member_of(clip.organization), reason="Please.")


@pytest.mark.parametrize("days", [{"evidence": 1}, {"photo": -1}, {"photo": 1096}, {"everything": 3}])
def test_a_policy_that_cannot_be_is_refused(clip, days):
    with pytest.raises(ValidationError):
        policy_set(organization=clip.organization, acting_user=member_of(clip.organization), days=days)
    assert not RetentionPolicy.objects.exists()


def test_a_policy_for_a_project_of_another_organization_is_refused(clip):
    with pytest.raises(PermissionDenied):
        policy_set(
            organization=clip.organization,
            acting_user=member_of(clip.organization),
            project=ProjectFactory(),
            days={"photo": 1},
        )
