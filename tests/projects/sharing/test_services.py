from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from accounts.models import AuditEvent, Role
from projects.moderation.models import CaseKind, Verdict
from projects.moderation.opening import case_open
from projects.moderation.services import case_decide
from projects.sharing.models import Share
from projects.sharing.selectors import access_share, live_shares, share_by_token, share_token, share_url
from projects.sharing.services import MAX_LIVE, share_create, share_revoke
from tests.factories import ClipFactory, OrganizationFactory, member_of, moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    return ClipFactory()


def share(clip, who=None, **values):
    return share_create(organization=clip.organization, acting_user=who or clip.created_by, clip=clip, **values)


def test_a_share_is_found_by_its_address_and_stands_in_the_log(clip):
    made = share(clip, label="  The   neighbours ")
    assert share_by_token(share_token(made)) == made
    assert share_token(made) in share_url(made)
    assert made.label == "The neighbours"
    assert AuditEvent.objects.get(action="share.created").object_id == made.pk


@pytest.mark.parametrize("token", ["", "nonsense", "shr_0000000000000000", "shr_0000000000000000:forged"])
def test_a_forged_address_opens_nothing(clip, token):
    share(clip)
    assert share_by_token(token) is None


def test_the_number_of_a_share_alone_opens_nothing(clip):
    assert share_by_token(share(clip).pk) is None


def test_a_share_ends_by_itself_and_when_it_is_revoked(clip):
    ended, revoked = share(clip), share(clip)
    Share.objects.filter(pk=ended.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    share_revoke(organization=clip.organization, acting_user=clip.created_by, share=revoked)
    assert [share_by_token(share_token(each)) for each in (ended, revoked)] == [None, None]
    assert not live_shares(clip).exists()


def test_revoking_twice_is_revoking_once(clip):
    made = share(clip)
    for _ in range(2):
        share_revoke(organization=clip.organization, acting_user=clip.created_by, share=made)
    assert AuditEvent.objects.filter(action="share.revoked").count() == 1


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_share_lasts_from_a_day_to_a_year(clip, days):
    with pytest.raises(ValidationError):
        share(clip, days=days)


def test_there_are_not_endlessly_many_links_to_a_clip(clip):
    for _ in range(MAX_LIVE):
        share(clip)
    with pytest.raises(ValidationError, match="End one of them first"):
        share(clip)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.BILLING])
def test_who_may_not_download_may_not_share(clip, role):
    with pytest.raises(PermissionDenied):
        share(clip, member_of(clip.organization, role))


def test_another_organizations_clip_is_not_shared(clip):
    stranger = OrganizationFactory()
    with pytest.raises(PermissionDenied):
        share_create(organization=stranger, acting_user=member_of(stranger), clip=clip)
    with pytest.raises(Http404):
        access_share(member_of(stranger), share(clip).pk)


def suspend(clip):
    case = case_open(key="t", kind=CaseKind.ABUSE, risk=3, summary="A test.", organization=clip.organization, clip=clip)
    case_decide(acting_user=moderator(), case=case, verdict=Verdict.SUSPEND, reason="A rule.")


def test_a_suspended_organization_makes_no_links_and_can_end_those_it_has(clip):
    made = share(clip)
    suspend(clip)
    with pytest.raises(PermissionDenied, match="suspended"):
        share(clip)
    share_revoke(organization=clip.organization, acting_user=clip.created_by, share=made)
    assert share_by_token(share_token(made)) is None
