"""What the operator of an installation does in the terminal about credits."""

from django.db import transaction
from django.db.models import F, Sum, Window

from accounts.billing.models import BillingAccount
from accounts.credits import credits_grant, organization_lock
from accounts.models import CreditEntry, Organization
from accounts.services import audit_record


@transaction.atomic
def credits_give(*, organization: Organization, seconds: int, reason: str, once: str = "") -> CreditEntry:
    """Grant seconds of video that stay. With `once`, a second call with the same word grants nothing more.

    Raises ValueError where seconds are not a positive number.
    """
    key = f"operator:{organization.pk}:{once}" if once else None
    organization_lock(organization)
    given = CreditEntry.objects.filter(key=key).first() if key else None
    if given is not None:
        return given
    entry = credits_grant(organization=organization, seconds=seconds, reason=reason, key=key)
    audit_record(
        organization=organization,
        acting_user=None,
        action="credits.granted",
        object_id=organization.pk,
        data={"seconds": entry.seconds, "by": "operator"},
    )
    return entry


@transaction.atomic
def credits_unlimited_set(*, organization: Organization, unlimited: bool) -> None:
    """Let the organisation make as much as it likes, or no longer."""
    organization_lock(organization)
    BillingAccount.objects.update_or_create(organization=organization, defaults={"unlimited": unlimited})
    audit_record(
        organization=organization,
        acting_user=None,
        action="credits.unlimited" if unlimited else "credits.limited",
        object_id=organization.pk,
    )


def ledger_faults() -> list[str]:
    """What is wrong in the ledgers of all organisations, in words; an empty list: every balance was always there."""
    faults = []
    running = CreditEntry.objects.annotate(
        so_far=Window(Sum("delta"), partition_by=[F("organization_id")], order_by="id"),
        ending_so_far=Window(Sum("expiring"), partition_by=[F("organization_id")], order_by="id"),
    ).order_by("id")
    for entry in running.iterator():
        if not 0 <= entry.ending_so_far <= entry.so_far:
            faults.append(
                f"{entry.organization_id}: after entry {entry.pk} ({entry}) the balance was {entry.so_far} s, "
                f"{entry.ending_so_far} s of them expiring."
            )
    return faults
