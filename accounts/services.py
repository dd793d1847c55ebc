"""Writing: users, organisations, the audit log; the ledger of credits is in accounts.credits and offered here too."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.acting import require_person, through
from accounts.billing.seats import seat_check
from accounts.billing.welcome import welcome_grant
from accounts.chain import chain_hash
from accounts.credits import (
    CreditsConflict,
    NotEnoughCredits,
    credits_charge,
    credits_grant,
    credits_hold,
    credits_release,
    organization_lock,
)
from accounts.models import AuditEvent, Membership, Organization, OrganizationKind, Role, User
from accounts.names import clean_name
from accounts.permissions import IN_PERSON, Act, may, may_give
from accounts.scopes import across_tenants, within
from accounts.selectors import role_of
from accounts.webhooks.outbox import announce

__all__ = [
    "CreditsConflict",
    "NotEnoughCredits",
    "audit_record",
    "authorize",
    "credits_charge",
    "credits_grant",
    "credits_hold",
    "credits_release",
    "demo_organization_create",
    "membership_create",
    "organization_change",
    "organization_create",
    "organization_reinstate",
    "organization_suspend",
    "user_create",
]


def user_create(*, email: str, password: str, full_name: str = "", is_staff: bool = False) -> User:
    """A new user. Raises ValidationError: not an e-mail address, taken already, or a password that is too easy."""
    email = email.strip().lower()
    validate_email(email)
    if User.objects.filter(email=email).exists():
        raise ValidationError({"email": "There is an account with this e-mail address. Sign in, or use another one."})
    user = User(email=email, full_name=full_name.strip(), is_staff=is_staff, is_superuser=is_staff)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def organization_create(*, name: str, kind: str, owner: User) -> Organization:
    """A new organisation with its owner and the seconds of video that everybody starts with.

    Raises ValidationError: no name, or not a kind of organisation.
    """
    name = name.strip()
    if not name:
        raise ValidationError({"name": "Give the organisation a name."})
    if kind not in OrganizationKind.values:
        raise ValidationError({"kind": f"Choose one of: {', '.join(OrganizationKind.values)}."})
    with across_tenants("an organisation comes into being"):
        organization = Organization.objects.create(name=name, kind=kind)
    with within(organization):
        Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
        welcome_grant(organization=organization, owner=owner)
        audit_record(
            organization=organization,
            acting_user=owner,
            action="organization.created",
            object_id=organization.pk,
            data={"kind": kind},
        )
    return organization


@transaction.atomic
def organization_change(*, organization: Organization, acting_user: User, name: str, kind: str) -> Organization:
    """Another name or kind. Raises PermissionDenied, or ValidationError: no name, or not a kind of organisation.

    A kind's dates of deletion hold from now on, for what was made before too.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ADMINISTER)
    name = clean_name(name, complaint="Give the organisation a name.")
    if kind not in OrganizationKind.values:
        raise ValidationError({"kind": f"Choose one of: {', '.join(OrganizationKind.values)}."})
    organization_lock(organization)
    before = Organization.objects.get(pk=organization.pk)
    changed = [field for field, value in (("name", name), ("kind", kind)) if getattr(before, field) != value]
    organization.name, organization.kind = name, kind
    if changed:
        organization.save(update_fields=changed)
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action="organization.changed",
            object_id=organization.pk,
            data={"changed": changed, "kind": kind},
        )
    return organization


@transaction.atomic
def membership_create(*, organization: Organization, acting_user: User, user: User, role: str) -> Membership:
    """Let a user into the organisation. Raises PermissionDenied, or ValidationError: unknown role, a member
    already, no room in the plan.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.MANAGE_MEMBERS)
    if role not in Role.values:
        raise ValidationError({"role": f"Choose one of: {', '.join(Role.values)}."})
    if not may_give(role_of(acting_user, organization), role):
        raise PermissionDenied("You cannot give a role that may do more than yours. Ask an owner.")
    if role_of(user, organization):
        raise ValidationError({"user": "This person is a member already."})
    organization_lock(organization)
    seat_check(organization)
    membership = Membership.objects.create(organization=organization, user=user, role=role)
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="membership.created",
        object_id=user.pk,
        data={"role": role},
    )
    return membership


# A suspended organisation can still look at what it has, and settle its account.
_WHILE_SUSPENDED = frozenset({Act.VIEW, Act.PAY, Act.AUDIT})

DEMO_EMAIL = "demo@likeness.local"


@dataclass(frozen=True)
class Demo:
    """The demo organisation and how to sign in to it; `password_file` is readable by its owner alone."""

    organization: Organization
    user: User
    password: str
    password_file: Path


def demo_organization_create() -> Demo:
    """A museum with a log-in to try things out, the same one each time.

    Its user is staff of the site. The password is made here and kept in demo.json in the data folder; where that file
    was lost, there is a new password.
    """
    password_file = settings.LIKENESS_DATA_DIR / "demo.json"
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email=DEMO_EMAIL).first()
        password = _kept_password(password_file)
        if user is None:
            user = user_create(email=DEMO_EMAIL, password=password, full_name="Demo", is_staff=True)
            organization_create(name="Demo museum", kind=OrganizationKind.MUSEUM, owner=user)
        elif not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        # Nobody reads this mailbox: it counts as verified, so that the log-in works where others have to verify theirs.
        EmailAddress.objects.update_or_create(user=user, email=DEMO_EMAIL, defaults={"primary": True, "verified": True})
    organization = Organization.objects.filter(memberships__user=user).earliest("created_at")
    return Demo(organization, user, password, password_file)


def _kept_password(path: Path) -> str:
    """The demo user's password in `path`, which is written with a fresh one where there is none."""
    try:
        kept: str = json.loads(path.read_text(encoding="utf-8"))["password"]
    except (FileNotFoundError, ValueError, KeyError):
        kept = secrets.token_urlsafe(12)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"email": DEMO_EMAIL, "password": kept}, file)
    return kept


def authorize(*, organization: Organization, acting_user: User, act: Act) -> None:
    """Raises PermissionDenied unless the user's role in the organisation may do this, and it is not suspended; or where
    a key is at work, and it is for a person to do (InPersonOnly).
    """
    if not may(role_of(acting_user, organization), act):
        raise PermissionDenied("Your role in this organisation does not allow that. Ask its owner.")
    if act in IN_PERSON:
        require_person("An owner does that on the site, in person: no key can.")
    if (
        act not in _WHILE_SUSPENDED
        and Organization.objects.filter(pk=organization.pk).exclude(suspended_at=None).exists()
    ):
        raise PermissionDenied("A moderator suspended this organisation. Why, its owners were told by e-mail.")


@transaction.atomic
def organization_suspend(*, organization: Organization, acting_user: User) -> None:
    """Stop everything that the organisation does: nothing is made or shown. For the site's staff."""
    _suspension(organization, acting_user, "organization.suspended", timezone.now())


@transaction.atomic
def organization_reinstate(*, organization: Organization, acting_user: User) -> None:
    """End a suspension: what could be seen before can be seen again."""
    _suspension(organization, acting_user, "organization.reinstated", None)


def _suspension(organization: Organization, acting_user: User, action: str, suspended_at: datetime | None) -> None:
    if not (acting_user.is_staff and acting_user.is_active):
        raise PermissionDenied("Only the staff of this site can decide that.")
    organization_lock(organization)
    Organization.objects.filter(pk=organization.pk).update(suspended_at=suspended_at)
    organization.suspended_at = suspended_at
    audit_record(organization=organization, acting_user=acting_user, action=action, object_id=organization.pk)


@transaction.atomic
def audit_record(
    *,
    organization: Organization,
    acting_user: User | None,
    action: str,
    object_id: str,
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append to the organisation's audit log; `acting_user` None is the site itself, or a subject without an account.

    `data` is JSON and holds nothing personal: no name, no words, no address. What an API key did says so: `api_key`.
    """
    organization_lock(organization)
    last = AuditEvent.objects.filter(organization=organization).order_by("-sequence").first()
    event = AuditEvent(
        organization=organization,
        sequence=last.sequence + 1 if last else 1,
        actor_id=acting_user.pk if acting_user else "",
        action=action,
        object_id=object_id,
        data={**(data or {}), **({"api_key": key} if (key := through()) else {})},
        at=timezone.now(),
        previous_hash=last.hash if last else "",
    )
    event.hash = chain_hash(event.previous_hash, event.hashed_fields())
    event.save(force_insert=True)
    announce(event)
    return event
