"""Reading: the door to an organisation, whose organisations, and what the ledgers say."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.http import Http404
from django.utils import timezone

from accounts.chain import chain_hash
from accounts.ids import is_id
from accounts.models import AuditEvent, CreditEntry, CreditKind, Membership, Organization, User
from accounts.permissions import Act, may
from accounts.scopes import across_tenants


def access_organization(user: User, organization_id: str, *, act: Act | None = Act.VIEW) -> Organization:
    """The organisation, for a member whose role may do `act` (None: any member).

    Missing and forbidden look the same: Http404.
    """
    if not is_id(organization_id, "org"):
        raise Http404
    if not user.is_authenticated or not user.is_active:
        raise Http404
    membership = (
        Membership.objects.select_related("organization")
        .filter(user_id=user.pk, organization_id=organization_id)
        .first()
    )
    if membership is None:
        raise Http404
    if act is not None and not may(membership.role, act):
        raise Http404
    return membership.organization


@across_tenants("where a person belongs is known before whose rows they may touch")
def memberships_of(user: User) -> list[Membership]:
    """The user's memberships with their organisations, by these organisations' names."""
    memberships = Membership.objects.select_related("organization").filter(user_id=user.pk)
    return list(memberships.order_by("organization__name", "organization_id"))


def organizations_of(user: User) -> QuerySet[Organization]:
    """The organisations that the user is a member of, by name."""
    return Organization.objects.filter(memberships__user_id=user.pk).order_by("name", "id")


def role_of(user: User, organization: Organization) -> str:
    """The user's role in the organisation, "" for none."""
    membership = Membership.objects.filter(user_id=user.pk, organization=organization).first()
    return membership.role if membership else ""


@dataclass(frozen=True)
class Balance:
    """Whole seconds of video. `staying` and `expiring` can be used; those `over` expired, and wait to be taken out."""

    staying: int
    expiring: int
    over: int = 0
    expires_at: datetime | None = None

    @property
    def available(self) -> int:
        return self.staying + self.expiring


def credits_balance(organization: Organization) -> Balance:
    """What the ledger adds up to now."""
    entries = CreditEntry.objects.filter(organization=organization)
    sums = entries.aggregate(delta=Sum("delta"), expiring=Sum("expiring"))
    total, expiring = sums["delta"] or 0, sums["expiring"] or 0
    if not expiring:
        return Balance(staying=total, expiring=0)
    # What was granted last says when all of them end.
    expires_at = entries.exclude(expires_at=None).order_by("-id").values_list("expires_at", flat=True)[0]
    if expires_at is not None and expires_at <= timezone.now():
        return Balance(staying=total - expiring, expiring=0, over=expiring)
    return Balance(staying=total - expiring, expiring=expiring, expires_at=expires_at)


def credits_available(organization: Organization) -> int:
    """Whole seconds of video that the organisation may still start, without what it may make beyond its plan."""
    return credits_balance(organization).available


def credits_held(organization: Organization) -> int:
    """Whole seconds that are set aside for renders that have not ended."""
    settled = CreditEntry.objects.filter(
        organization=organization, kind__in=(CreditKind.CHARGE, CreditKind.RELEASE)
    ).values("render_id")
    holds = CreditEntry.objects.filter(organization=organization, kind=CreditKind.HOLD)
    return holds.exclude(render_id__in=settled).aggregate(sum=Sum("seconds"))["sum"] or 0


def audit_breaks(organization: Organization) -> list[int]:
    """Sequence numbers of the audit entries that do not fit the one before them; an empty list is an intact log."""
    breaks, previous_hash, expected = [], "", 1
    for event in AuditEvent.objects.filter(organization=organization).order_by("sequence").iterator():
        intact = event.previous_hash == previous_hash and event.hash == chain_hash(previous_hash, event.hashed_fields())
        if not intact or event.sequence != expected:
            breaks.append(event.sequence)
        previous_hash, expected = event.hash, event.sequence + 1
    return breaks
