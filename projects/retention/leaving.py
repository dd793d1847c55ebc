"""Closing a person's own account: who they are goes; that somebody did something stays, without a name."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import Membership, Organization, Role, User
from accounts.scopes import across_tenants
from accounts.services import audit_record
from consent.models import Letter


def owned_alone(user: User) -> list[Organization]:
    """The organisations that would have no owner without this person."""
    owned = Membership.objects.filter(user=user, role=Role.OWNER).values_list("organization_id", flat=True)
    others = Membership.objects.filter(organization__in=owned, role=Role.OWNER).exclude(user=user)
    return list(Organization.objects.filter(pk__in=owned).exclude(memberships__in=others).order_by("name"))


@across_tenants("a person leaves all of their organisations at once")
@transaction.atomic
def account_close(*, acting_user: User) -> None:
    """Erase the person's name, address, ways to sign in and places. The row stays, empty: ledgers name its id.

    Raises ValidationError while they are the only owner of an organisation.
    """
    memberships = list(Membership.objects.filter(user=acting_user).select_related("organization"))
    for membership in sorted(memberships, key=lambda each: each.organization_id):
        organization_lock(membership.organization)
    if alone := owned_alone(acting_user):
        names = ", ".join(f"“{organization.name}”" for organization in alone)
        raise ValidationError(f"You are the only owner of {names}. Close it, or make somebody else an owner, first.")
    for membership in memberships:
        audit_record(
            organization=membership.organization,
            acting_user=acting_user,
            action="membership.left",
            object_id=acting_user.pk,
        )
    Membership.objects.filter(user=acting_user).delete()
    for model in (EmailAddress, Authenticator):
        model._default_manager.filter(user=acting_user).delete()
    keys = list(UserSession.objects.filter(user=acting_user).values_list("session_key", flat=True))
    UserSession.objects.filter(user=acting_user).delete()
    Session.objects.filter(session_key__in=keys).delete()
    _forget_letters(acting_user.email)
    # The back office's own log calls people by their addresses.
    of_user = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=acting_user.pk)
    of_user.update(object_repr=acting_user.pk, change_message="")
    acting_user.groups.clear()
    acting_user.user_permissions.clear()
    acting_user.set_unusable_password()
    acting_user.email, acting_user.full_name = f"{acting_user.pk}@erased.invalid", ""
    acting_user.is_active = acting_user.is_staff = acting_user.is_superuser = False
    acting_user.save()


def _forget_letters(address: str) -> None:
    """Empty the letters to this address; those that were not sent yet are not sent any more."""
    letters = Letter.objects.filter(recipient=address)
    letters.filter(sent_at=None).update(sent_at=timezone.now())
    letters.filter(key__contains=address).update(key=F("id"))
    letters.update(recipient="", subject="", body="")
