"""Who belongs to an organisation: invitations, roles, leaving, handing over. An organisation always has an owner."""

import hashlib
import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.acting import require_person
from accounts.billing.seats import seat_check
from accounts.credits import organization_lock
from accounts.ids import is_id
from accounts.models import Invitation, Membership, Organization, Role, User
from accounts.permissions import GIVEN_BY_PROGRAMS, Act, may_give
from accounts.scopes import across_tenants
from accounts.selectors import access_organization, role_of
from accounts.services import audit_record, authorize

logger = logging.getLogger(__name__)

INVITATION_DAYS = 7
# Under this name the session of whoever opened an invitation's link keeps its token.
INVITED = "invitation"
_LAST_OWNER = "An organisation needs an owner. Make somebody else one first."
_MORE_THAN_YOURS = "You cannot give a role, or change a member's, that may do more than yours. Ask an owner."
_NOT_FOR_PROGRAMS = (
    "Through a key only editors, reviewers and viewers are let in, changed and let go. The others are for a person: on "
    "the site, under “Members”."
)


# ------------------------------------------------------------------------------------------------ invitations
@transaction.atomic
def invitation_create(
    *, organization: Organization, acting_user: User, email: str, role: str
) -> tuple[Invitation, str]:
    """Invite somebody by e-mail; the invitation, and the token that its letter's link carries.

    Raises PermissionDenied, or ValidationError: no address, unknown role, a member or invited already, no seat left.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.MANAGE_MEMBERS)
    email = email.strip().lower()
    validate_email(email)
    _check_role(organization, acting_user, role)
    organization_lock(organization)
    if Membership.objects.filter(organization=organization, user__email=email).exists():
        raise ValidationError({"email": "This person is a member already."})
    if open_invitations(organization).filter(email=email).exists():
        raise ValidationError({"email": "This person is invited already. You can send the letter again."})
    seat_check(organization)
    # One that ran out, or was given back, makes room for this one.
    Invitation.objects.filter(organization=organization, email=email, accepted_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organization=organization,
                email=email,
                role=role,
                invited_by=acting_user,
                token_hash=_hashed(token),
                expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
            )
    except IntegrityError as error:
        raise ValidationError({"email": "This person is invited already. You can send the letter again."}) from error
    _record(invitation, acting_user, "invitation.created", role=role)
    _send_on_commit(invitation, token)
    return invitation, token


@transaction.atomic
def invitation_resend(*, organization: Organization, acting_user: User, invitation: Invitation) -> str:
    """Write the letter again, with a new link that is good for another week; the old link opens nothing any more.

    Raises PermissionDenied, or ValidationError: it was accepted or revoked meanwhile.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.MANAGE_MEMBERS)
    _check_role(organization, acting_user, invitation.role)
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    renewed = _standing(organization, invitation).update(
        token_hash=_hashed(token), expires_at=expires_at, invited_by=acting_user
    )
    if not renewed:
        raise ValidationError("This invitation was accepted or taken back meanwhile.")
    invitation.refresh_from_db()
    _record(invitation, acting_user, "invitation.sent-again")
    _send_on_commit(invitation, token)
    return token


@transaction.atomic
def invitation_revoke(*, organization: Organization, acting_user: User, invitation: Invitation) -> bool:
    """Take an invitation back; its link opens nothing any more. False: it was accepted or taken back before."""
    authorize(organization=organization, acting_user=acting_user, act=Act.MANAGE_MEMBERS)
    _check_may_give(organization, acting_user, invitation.role)
    if not _standing(organization, invitation).update(revoked_at=timezone.now()):
        return False
    _record(invitation, acting_user, "invitation.revoked")
    return True


@across_tenants("who is invited belongs to no organisation yet: the link says to which one")
def invitation_by_token(token: str) -> Invitation | None:
    """The invitation that the link is for, whatever became of it; None for a link that was never sent."""
    return Invitation.objects.select_related("organization", "invited_by").filter(token_hash=_hashed(token)).first()


@across_tenants("who accepts an invitation becomes a member only now")
@transaction.atomic
def invitation_accept(*, token: str, acting_user: User) -> Membership:
    """Become a member. Accepting twice gives the membership back.

    Raises ValidationError in words for the person: the link is not good (any more), or meant for another address.
    """
    invitation = invitation_by_token(token)
    if invitation is None:
        raise ValidationError("This link is not good. It may have been replaced by a newer letter.")
    organization_lock(invitation.organization)
    invitation.refresh_from_db()
    if acting_user.email != invitation.email:
        raise ValidationError(f"This invitation is for {invitation.email}; you are signed in as {acting_user.email}.")
    membership = Membership.objects.filter(organization=invitation.organization, user=acting_user).first()
    if membership is not None:
        return membership
    if not invitation.is_open:
        raise ValidationError("This invitation has run out or was taken back. Ask for a new one.")
    if not _still_may_invite(invitation):
        raise ValidationError("Whoever invited you cannot do that any more. Ask for a new invitation.")
    seat_check(invitation.organization)
    membership = Membership.objects.create(organization=invitation.organization, user=acting_user, role=invitation.role)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now(), accepted_by=acting_user)
    _record(invitation, acting_user, "invitation.accepted", role=invitation.role)
    return membership


# ------------------------------------------------------------------------------------------------ members
@transaction.atomic
def membership_change(
    *, organization: Organization, acting_user: User, membership: Membership, role: str
) -> Membership:
    """Another role. Raises PermissionDenied, or ValidationError: unknown role, or no owner would be left."""
    authorize(organization=organization, acting_user=acting_user, act=Act.MANAGE_MEMBERS)
    _check_role(organization, acting_user, role)
    membership = _locked(organization, acting_user, membership)
    if membership.role == role:
        return membership
    if membership.role == Role.OWNER:
        _check_another_owner(organization, membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    _record_member(membership, acting_user, "membership.changed", before=before, role=role)
    return membership


@transaction.atomic
def membership_remove(*, organization: Organization, acting_user: User, membership: Membership) -> None:
    """Let somebody go; what they made stays. Raises PermissionDenied, or ValidationError: the last owner."""
    authorize(organization=organization, acting_user=acting_user, act=Act.MANAGE_MEMBERS)
    membership = _locked(organization, acting_user, membership)
    if membership.role == Role.OWNER:
        _check_another_owner(organization, membership)
    _record_member(membership, acting_user, "membership.removed", role=membership.role)
    membership.delete()


@transaction.atomic
def membership_leave(*, organization: Organization, acting_user: User) -> None:
    """Leave. Whatever one's role, but for the last owner, who gets a ValidationError. Leaving twice is leaving once."""
    require_person("Who leaves does it in person, on the site.")
    organization_lock(organization)
    membership = Membership.objects.filter(organization=organization, user=acting_user).first()
    if membership is None:
        return
    if membership.role == Role.OWNER:
        _check_another_owner(organization, membership)
    _record_member(membership, acting_user, "membership.left", role=membership.role)
    membership.delete()


@transaction.atomic
def ownership_transfer(*, organization: Organization, acting_user: User, membership: Membership) -> None:
    """Make a member the owner, and oneself an administrator. Raises PermissionDenied, or ValidationError."""
    authorize(organization=organization, acting_user=acting_user, act=Act.OWN)
    target = _locked(organization, acting_user, membership)
    if target.user_id == acting_user.pk:
        raise ValidationError("You are the owner already. Choose another member.")
    if not target.user.is_active:
        raise ValidationError("This account is closed: nobody could act as its owner.")
    Membership.objects.filter(pk=target.pk).update(role=Role.OWNER)
    Membership.objects.filter(organization=organization, user=acting_user).update(role=Role.ADMIN)
    _record_member(target, acting_user, "ownership.transferred", before=target.role)


# ------------------------------------------------------------------------------------------------ reading
def members_of(organization: Organization) -> QuerySet[Membership]:
    """The members with their users, in the order in which they came."""
    return Membership.objects.filter(organization=organization).select_related("user").order_by("created_at", "pk")


def open_invitations(organization: Organization) -> QuerySet[Invitation]:
    """Those that can still be accepted."""
    return standing_invitations(organization).filter(expires_at__gt=timezone.now())


def standing_invitations(organization: Organization) -> QuerySet[Invitation]:
    """Those that were neither accepted nor taken back, the ones that ran out among them, newest first."""
    waiting = Invitation.objects.filter(organization=organization, accepted_at=None, revoked_at=None)
    return waiting.select_related("invited_by").order_by("-created_at")


def access_membership(user: User, membership_id: int, *, act: Act = Act.MANAGE_MEMBERS) -> Membership:
    """The membership, for a member of its organisation whose role may do `act`; else Http404."""
    membership = Membership.objects.select_related("organization", "user").filter(pk=membership_id).first()
    if membership is None:
        raise Http404
    access_organization(user, membership.organization_id, act=act)
    return membership


def access_member(user: User, user_id: str, *, act: Act = Act.MANAGE_MEMBERS) -> Membership:
    """The membership of the person with this id in the one organisation of the scope, for a member of it whose role
    may do `act`; else Http404.
    """
    if not is_id(user_id, "usr"):
        raise Http404
    found = list(Membership.objects.select_related("organization", "user").filter(user_id=user_id)[:2])
    if len(found) != 1:
        raise Http404
    access_organization(user, found[0].organization_id, act=act)
    return found[0]


def access_invitation(user: User, invitation_id: str, *, act: Act = Act.MANAGE_MEMBERS) -> Invitation:
    """The invitation, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(invitation_id, "inv"):
        raise Http404
    invitation = Invitation.objects.select_related("organization").filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    access_organization(user, invitation.organization_id, act=act)
    return invitation


def invitation_url(token: str) -> str:
    """The link in the letter."""
    return f"{settings.LIKENESS_SITE_URL}{reverse('accounts:invitation', args=[token])}"


# ------------------------------------------------------------------------------------------------ parts
def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _standing(organization: Organization, invitation: Invitation) -> QuerySet[Invitation]:
    return standing_invitations(organization).filter(pk=invitation.pk)


def _check_role(organization: Organization, acting_user: User, role: str) -> None:
    if role not in Role.values:
        raise ValidationError({"role": f"Choose one of: {', '.join(Role.values)}."})
    _check_may_give(organization, acting_user, role)


def _check_may_give(organization: Organization, acting_user: User, role: str) -> None:
    """Nobody hands on more than they have; a program nothing from which it could make more."""
    if not may_give(role_of(acting_user, organization), role):
        raise PermissionDenied(_MORE_THAN_YOURS)
    if role not in GIVEN_BY_PROGRAMS:
        require_person(_NOT_FOR_PROGRAMS)


def _still_may_invite(invitation: Invitation) -> bool:
    """An invitation is worth what its sender may do today: who was let go leaves no way in behind."""
    sender = invitation.invited_by
    return sender.is_active and may_give(role_of(sender, invitation.organization), invitation.role)


def _locked(organization: Organization, acting_user: User, membership: Membership) -> Membership:
    """The membership as it stands now, with the organisation locked: two owners cannot demote each other at once."""
    organization_lock(organization)
    found = Membership.objects.filter(organization=organization, pk=membership.pk).select_related("user").first()
    if found is None:
        raise ValidationError("This person has left meanwhile.")
    _check_may_give(organization, acting_user, found.role)
    return found


def _check_another_owner(organization: Organization, membership: Membership) -> None:
    owners = Membership.objects.filter(organization=organization, role=Role.OWNER, user__is_active=True)
    if not owners.exclude(pk=membership.pk).exists():
        raise ValidationError(_LAST_OWNER)


def _record(invitation: Invitation, acting_user: User, action: str, **data: str) -> None:
    audit_record(
        organization=invitation.organization,
        acting_user=acting_user,
        action=action,
        object_id=invitation.pk,
        data=data,
    )


def _record_member(membership: Membership, acting_user: User, action: str, **data: str) -> None:
    audit_record(
        organization=membership.organization,
        acting_user=acting_user,
        action=action,
        object_id=membership.user_id,
        data=data,
    )


def _send_on_commit(invitation: Invitation, token: str) -> None:
    transaction.on_commit(lambda: _send(invitation, token))


def _send(invitation: Invitation, token: str) -> None:
    context = {"invitation": invitation, "url": invitation_url(token), "days": INVITATION_DAYS}
    try:
        send_mail(
            f"{invitation.organization.name} invites you to Likeness",
            render_to_string("accounts/email/invitation.txt", context),
            None,
            [invitation.email],
        )
    except OSError:
        # The page says that it was not sent, and offers to send it again.
        logger.exception("The letter of invitation %s could not be sent", invitation.pk)
        return
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())
