"""Which rule holds for a thing: its project's, else its organisation's, else the default of the organisation's kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import Organization, OrganizationKind, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from consent.models import Subject
from projects.models import Project
from projects.retention.classes import ADJUSTABLE, DEFAULTS, MAX_DAYS, DataClass, Rule, cutoff, deletion_at
from projects.retention.models import LegalHold, RetentionPolicy


@dataclass(frozen=True)
class Rules:
    """The rules of one organisation, read once. `policies`: by project id, "" for the organisation's own."""

    kind: OrganizationKind
    policies: Mapping[str, RetentionPolicy]

    def rule(self, data_class: DataClass, project_id: str = "") -> Rule:
        """The rule for a class of data, in a project where one is named."""
        default = DEFAULTS[self.kind, data_class]
        for policy in self._from_near(project_id):
            if data_class in policy.days:
                return Rule(default.anchor, int(policy.days[data_class]))
        return default

    def ends_on(self, project_id: str = "") -> date | None:
        """The last day of the project, or of the organisation's term; None where nobody said."""
        return next((policy.ends_on for policy in self._from_near(project_id) if policy.ends_on), None)

    def deletion_at(self, data_class: DataClass, made_at: datetime, project_id: str = "") -> datetime | None:
        """When what was made at `made_at` is deleted; None: not by date."""
        return deletion_at(self.rule(data_class, project_id), made_at=made_at, ends_on=self.ends_on(project_id))

    def cutoff(self, data_class: DataClass, at: datetime, project_id: str = "") -> datetime | None:
        """The latest moment of making whose deletion is due at `at`."""
        return cutoff(self.rule(data_class, project_id), at=at, ends_on=self.ends_on(project_id))

    def _from_near(self, project_id: str) -> list[RetentionPolicy]:
        return [self.policies[key] for key in dict.fromkeys((project_id, "")) if key in self.policies]


def rules_of(organization: Organization) -> Rules:
    """The organisation's rules as they stand now."""
    policies = RetentionPolicy.objects.filter(organization=organization)
    return Rules(OrganizationKind(organization.kind), {policy.project_id or "": policy for policy in policies})


@transaction.atomic
def policy_set(
    *,
    organization: Organization,
    acting_user: User,
    project: Project | None = None,
    days: Mapping[str, int],
    ends_on: date | None = None,
) -> RetentionPolicy:
    """Say how long the organisation, or one of its projects, keeps each class; it replaces what was said before.

    Raises PermissionDenied, or ValidationError: a class that cannot be set, or a number that cannot be.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ADMINISTER)
    if project is not None and project.organization_id != organization.pk:
        raise PermissionDenied("This project belongs to another organisation.")
    for data_class, count in days.items():
        if data_class not in ADJUSTABLE:
            raise ValidationError({"days": f"How long “{data_class}” is kept cannot be set: it follows from the law."})
        if not 0 <= count <= MAX_DAYS:
            raise ValidationError({"days": f"Give a number of days from 0 to {MAX_DAYS}, which is three years."})
    check_end(ends_on)
    organization_lock(organization)
    policy, _ = RetentionPolicy.objects.update_or_create(
        organization=organization,
        project=project,
        defaults={"days": dict(days), "ends_on": ends_on, "changed_at": timezone.now()},
    )
    data: dict[str, Any] = {"days": dict(days), "ends_on": ends_on.isoformat() if ends_on else None}
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="retention.policy-set",
        object_id=project.pk if project else organization.pk,
        data=data,
    )
    return policy


def check_end(ends_on: date | None) -> None:
    """Raises ValidationError for a last day so far off that nothing would ever be deleted."""
    if ends_on is not None and ends_on > timezone.localdate() + timedelta(days=MAX_DAYS):
        raise ValidationError("A project's last day lies at most three years ahead. You can set it anew later.")


@transaction.atomic
def hold_place(
    *,
    organization: Organization,
    acting_user: User,
    reason: str,
    project: Project | None = None,
    subject: Subject | None = None,
) -> LegalHold:
    """Keep everything of the organisation, of a project, or of a subject from being deleted. For operators."""
    _operators_only(acting_user)
    if not reason.strip():
        raise ValidationError({"reason": "Say what law or proceedings ask for this."})
    for thing in (project, subject):
        if thing is not None and thing.organization_id != organization.pk:
            raise PermissionDenied("This belongs to another organisation.")
    # An eraser that is at work holds this lock: the hold stands before it, or after it, not in its middle.
    organization_lock(organization)
    hold = LegalHold.objects.create(
        organization=organization, project=project, subject=subject, reason=reason.strip(), placed_by=acting_user
    )
    audit_record(organization=organization, acting_user=acting_user, action="hold.placed", object_id=hold.pk)
    return hold


@transaction.atomic
def hold_lift(*, acting_user: User, hold: LegalHold, reason: str) -> LegalHold:
    """End a hold: what it held is deleted when its date, which may be long over, is next looked at."""
    _operators_only(acting_user)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the hold ends."})
    organization_lock(hold.organization)
    lifted = LegalHold.objects.filter(pk=hold.pk, lifted_at=None).update(
        lifted_at=timezone.now(), lifted_by=acting_user, lifted_reason=reason.strip()
    )
    if lifted:
        audit_record(organization=hold.organization, acting_user=acting_user, action="hold.lifted", object_id=hold.pk)
    hold.refresh_from_db()
    return hold


def holds_on(organization: Organization) -> list[LegalHold]:
    """The holds that stand on anything of the organisation."""
    return list(LegalHold.objects.filter(organization=organization, lifted_at=None))


def covers(holds: Iterable[LegalHold], *, project_id: str = "", subject_id: str = "") -> bool:
    """Whether one of these holds covers a thing of this project and subject of their organisation."""
    return any(hold.project_id in (None, project_id) and hold.subject_id in (None, subject_id) for hold in holds)


def may_hold(user: User) -> bool:
    """Whether the user may place and lift holds: staff of the site with the permission; moderators have it not."""
    return bool(user.is_active and user.is_staff and user.has_perm("projects.place_hold"))


def _operators_only(user: User) -> None:
    if not may_hold(user):
        raise PermissionDenied("Only an operator of this site can place or lift a legal hold.")
