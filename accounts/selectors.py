"""Reading: the door to an organisation, whose organisations, and what the ledgers say."""

from django.db.models import QuerySet, Sum
from django.http import Http404

from accounts.chain import chain_hash
from accounts.ids import is_id
from accounts.models import AuditEvent, CreditEntry, Membership, Organization, User
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


def credits_available(organization: Organization) -> int:
    """Whole seconds of video that the organisation may still start."""
    return CreditEntry.objects.filter(organization=organization).aggregate(sum=Sum("delta"))["sum"] or 0


def audit_breaks(organization: Organization) -> list[int]:
    """Sequence numbers of the audit entries that do not fit the one before them; an empty list is an intact log."""
    breaks, previous_hash, expected = [], "", 1
    for event in AuditEvent.objects.filter(organization=organization).order_by("sequence").iterator():
        intact = event.previous_hash == previous_hash and event.hash == chain_hash(previous_hash, event.hashed_fields())
        if not intact or event.sequence != expected:
            breaks.append(event.sequence)
        previous_hash, expected = event.hash, event.sequence + 1
    return breaks
