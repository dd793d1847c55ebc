"""Deleting before the date, because somebody of the organisation wants it gone: the same erasers, a certificate too."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import authorize
from projects.models import OwnedModel
from projects.retention.models import DeletionCause
from projects.retention.registry import holdings
from projects.retention.sweep import Outcome, thing_erase


class NotDeletable(Exception):  # noqa: N818  a state of things
    """Why it stays; for the person who wanted it gone."""


@transaction.atomic
def thing_delete(*, organization: Organization, acting_user: User, thing: OwnedModel) -> None:
    """Erase a project, portrait, recording or clip now. What was made of a picture stays; the picture itself goes.

    Raises PermissionDenied, or NotDeletable: a legal hold covers it, or there is something in the project.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.DELETE)
    if thing.organization_id != organization.pk:
        raise PermissionDenied("This belongs to another organisation.")
    outcomes = [
        thing_erase(
            organization=organization,
            holding=holding,
            pk=thing.pk,
            due_at=None,
            cause=DeletionCause.REQUEST,
            acting_user=acting_user,
        )
        for holding in holdings()
        if holding.model is type(thing)
    ]
    if Outcome.HELD in outcomes:
        raise NotDeletable("A legal hold keeps this. Ask whoever runs this installation.")
    if Outcome.ERASED not in outcomes:
        raise NotDeletable("There is still something in it, or it was erased already.")
