"""Who: users, organisations (the tenants), memberships, and the two ledgers that only grow: audit and credits."""

from functools import partial
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

import accounts.api.models
import accounts.billing.models
import accounts.scoping
import accounts.webhooks.models  # noqa: F401  Django finds its tables here
from accounts.ids import ID_LENGTH, new_id


class UserManager(BaseUserManager["User"]):
    """Users by e-mail, which is kept in lower case: one mailbox, one log-in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a log-in."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "usr"), editable=False)
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),)

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()


class OrganizationKind(models.TextChoices):
    BRAND = "brand", "Brand"
    SCHOOL = "school", "School"
    FAMILY = "family", "Family"
    MUSEUM = "museum", "Museum"


class Organization(models.Model):
    """A tenant: everything that is made belongs to exactly one."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "org"), editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=OrganizationKind.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    suspended_at = models.DateTimeField(
        null=True, blank=True, help_text="by a moderator; then nothing is made or shown"
    )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Administrator"
    EDITOR = "editor", "Editor"
    REVIEWER = "reviewer", "Reviewer"
    VIEWER = "viewer", "Viewer"
    BILLING = "billing", "Billing"


class Membership(models.Model):
    """A user's place in an organisation. What the role may do: accounts.permissions."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "organization"], name="one_membership_a_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organization_id}"


class Invitation(models.Model):
    """A letter that lets somebody into an organisation. The link's token is kept as its SHA-256 only."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "inv"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_standing_invitation_an_address",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.organization_id}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class AuditEvent(models.Model):
    """What was done, by whom, to what: append-only and hash-chained within the organisation.

    Ids stand as text, not as foreign keys: the log outlives what it speaks of. Nothing personal goes into `data`.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="audit_events")
    sequence = models.PositiveIntegerField()
    actor_id = models.CharField(max_length=ID_LENGTH, blank=True, help_text="empty: the site itself, or a subject")
    action = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("organization", "sequence")
        constraints = (
            models.UniqueConstraint(fields=["organization", "sequence"], name="audit_sequence_has_no_doubles"),
        )
        indexes = (models.Index(name="audit_list", fields=("organization", "-at", "-id")),)

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.object_id}"

    def hashed_fields(self) -> dict[str, Any]:
        """What the entry's hash stands for."""
        return {
            "organization": self.organization_id,
            "sequence": self.sequence,
            "actor": self.actor_id,
            "action": self.action,
            "object": self.object_id,
            "data": self.data,
            "at": self.at,
        }


class CreditKind(models.TextChoices):
    GRANT = "grant", "Grant"
    HOLD = "hold", "Hold"
    CHARGE = "charge", "Charge"
    RELEASE = "release", "Release"
    COVER = "cover", "Beyond the plan"
    UNCOVER = "uncover", "Not needed beyond the plan"
    EXPIRY = "expiry", "Expired"
    REVOKE = "revoke", "Taken back"


_ADDING = ("grant", "release", "cover")
_TAKING = ("hold", "uncover", "expiry", "revoke")
_OF_A_RENDER = ("hold", "charge", "release", "cover", "uncover")


class CreditEntry(models.Model):
    """One movement of credits, in whole seconds of video. The balance is the sum of `delta`; nothing else holds it.

    A render has at most one hold, and at most one entry that settles it: a charge (what was used; the rest of the hold
    comes back with it) or a release (all of it comes back). Where it is allowed, a cover lends a hold what is missing;
    an uncover takes back what of that turned out not to be needed.

    Seconds of a plan's month, or of a trial, end: `expiring` is by how much an entry changes those.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="credit_entries")
    kind = models.CharField(max_length=8, choices=CreditKind.choices)
    seconds = models.PositiveIntegerField(help_text="granted, held, charged, released …")
    delta = models.IntegerField(help_text="by how much the available seconds change")
    expiring = models.IntegerField(default=0, help_text="by how much of that the seconds change that will expire")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="of a grant that ends")
    render_id = models.CharField(max_length=ID_LENGTH, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    key = models.CharField(
        max_length=150, null=True, blank=True, unique=True, help_text="what may be written once only"
    )
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "credit entries"
        constraints = (
            models.UniqueConstraint(fields=["render_id"], condition=Q(kind="hold"), name="one_hold_a_render"),
            models.UniqueConstraint(
                fields=["render_id"], condition=Q(kind__in=["charge", "release"]), name="a_render_is_settled_once"
            ),
            models.UniqueConstraint(fields=["render_id"], condition=Q(kind="cover"), name="one_cover_a_render"),
            models.UniqueConstraint(fields=["render_id"], condition=Q(kind="uncover"), name="one_uncover_a_render"),
            models.CheckConstraint(
                condition=Q(kind__in=_ADDING, delta=F("seconds"))
                | Q(kind__in=_TAKING, delta=-F("seconds"))
                | Q(kind="charge", delta__gte=0),
                name="credit_delta_follows_kind",
            ),
            models.CheckConstraint(
                condition=Q(delta__gte=0, expiring__gte=0, expiring__lte=F("delta"))
                | Q(delta__lt=0, expiring__lte=0, expiring__gte=F("delta")),
                name="expiring_is_part_of_delta",
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=_OF_A_RENDER) & ~Q(render_id="")) | (~Q(kind__in=_OF_A_RENDER) & Q(render_id="")),
                name="what_belongs_to_a_render_names_it",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.seconds} s {self.render_id}".strip()
