"""Writing: links to clips."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.permissions import Act, may
from accounts.selectors import role_of
from accounts.services import audit_record, authorize
from consent.gate import Action
from projects.models import Clip
from projects.moderation.selectors import stopped_because
from projects.sharing.models import Share
from projects.sharing.selectors import live_shares

MAX_DAYS = 365
MAX_LIVE = 20


@transaction.atomic
def share_create(
    *, organization: Organization, acting_user: User, clip: Clip, days: int = 30, label: str = ""
) -> Share:
    """A link to the clip that works for `days`. Whether it may be watched is asked anew at each view.

    Raises PermissionDenied, or ValidationError: not so many days or links, or a moderator stopped the clip.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.DOWNLOAD)
    if clip.organization_id != organization.pk:
        raise PermissionDenied("This clip belongs to another organisation.")
    if not 1 <= days <= MAX_DAYS:
        raise ValidationError({"days": f"Choose from 1 to {MAX_DAYS} days."})
    organization_lock(organization)
    if stopped := stopped_because(clip, Action.DOWNLOAD):
        raise ValidationError(" ".join(stopped))
    if live_shares(clip).count() >= MAX_LIVE:
        raise ValidationError(f"There are {MAX_LIVE} links to this clip already. End one of them first.")
    share = Share.objects.create(
        organization=organization,
        clip=clip,
        created_by=acting_user,
        label=" ".join(label.split())[:100],
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="share.created",
        object_id=share.pk,
        data={"clip": clip.pk, "days": days},
    )
    return share


@transaction.atomic
def share_revoke(*, organization: Organization, acting_user: User, share: Share) -> Share:
    """End a link at once; a second click changes nothing. Also while the organisation is suspended."""
    if share.organization_id != organization.pk:
        raise PermissionDenied("This link belongs to another organisation.")
    if not may(role_of(acting_user, organization), Act.DOWNLOAD):
        raise PermissionDenied("Your role in this organisation does not allow that. Ask its owner.")
    organization_lock(organization)
    if Share.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action="share.revoked",
            object_id=share.pk,
            data={"clip": share.clip_id},
        )
    share.refresh_from_db()
    return share


def share_opened(*, share: Share) -> None:
    """Count one opening of the page."""
    Share.objects.filter(pk=share.pk).update(opened=F("opened") + 1)
