"""Closing an account: everything of an organisation goes, by the same erasers as by date, whatever the date is."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import Membership, Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from projects.retention.classes import ADJUSTABLE
from projects.retention.models import DeletionCause
from projects.retention.registry import holdings
from projects.retention.sweep import Outcome, rows_of, thing_erase

CLOSED_NAME = "(closed)"


@dataclass(frozen=True)
class Closed:
    """What went, and what a legal hold keeps: those are tried again when it is closed once more."""

    erased: int
    held: int


def organization_close(*, organization: Organization, acting_user: User) -> Closed:
    """Delete the organisation's clips, drafts, pictures and recordings now. The evidence of consent stays for its time,
    as the persons shown may still need it. Where nothing is held, its name goes and its members leave it.

    Many small transactions: called again after it broke off, it goes on. Raises PermissionDenied.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ADMINISTER)
    erased = held = 0
    for holding in holdings():
        if holding.data_class not in ADJUSTABLE:
            continue
        for pk in list(rows_of(organization, holding).values_list("pk", flat=True).distinct()):
            outcome = thing_erase(
                organization=organization,
                holding=holding,
                pk=pk,
                due_at=None,
                cause=DeletionCause.CLOSED,
                acting_user=acting_user,
            )
            erased += outcome is Outcome.ERASED
            held += outcome is Outcome.HELD
    if not held:
        _leave(organization, acting_user)
    return Closed(erased, held)


@transaction.atomic
def _leave(organization: Organization, acting_user: User) -> None:
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="organization.closed",
        object_id=organization.pk,
    )
    Organization.objects.filter(pk=organization.pk).update(name=CLOSED_NAME)
    Membership.objects.filter(organization=organization).delete()
