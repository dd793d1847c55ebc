"""The sweep: what is over its date goes. In small transactions, so that it can be cut short anywhere and run again."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.scopes import across_tenants
from accounts.services import audit_record
from projects.models import Project
from projects.retention.certificates import certificate_write
from projects.retention.models import DeletionCause, SweepRun
from projects.retention.orphans import missing_files, orphans_remove
from projects.retention.policies import Rules, covers, holds_on, rules_of
from projects.retention.registry import Erased, Holding, Purged, files_of_apps, holdings, purges

logger = logging.getLogger(__name__)

CHUNK = 100


class Outcome(StrEnum):
    ERASED = "erased"
    HELD = "held"
    NOT_DUE = "not due"


@dataclass
class SweepReport:
    """What a sweep did, or in a dry run would do. `things`: (class, id) of what is over its date."""

    erased: int = 0
    held: int = 0
    failed: int = 0
    purged: int = 0
    orphans: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    things: list[tuple[str, str]] = field(default_factory=list)


@across_tenants("time runs for all organisations")
def sweep(*, at: datetime | None = None, dry_run: bool = False) -> SweepReport:
    """Erase what is over its date at `at` (now); `dry_run` only says what that would be.

    Safe to run at any time, side by side, and again after it broke off: each thing is looked at once more in its own
    transaction, and what is gone is not found. A thing that cannot be erased now stays for the next sweep.
    """
    at = at or timezone.now()
    report = SweepReport()
    run = None if dry_run else SweepRun.objects.create(started_at=timezone.now())
    for organization in Organization.objects.order_by("pk").iterator():
        for holding in holdings():
            try:
                _sweep_holding(organization, holding, at, dry_run, report)
            except Exception:
                # One organisation's odd policy must not keep the others' things.
                logger.exception("%s of %s could not be looked at", holding.data_class, organization.pk)
                report.failed += 1
    if run is not None:
        report.purged = sum(_purged(purge, at, report) for purge in purges())
        for files in files_of_apps():
            files.clear_copies()
    report.orphans = orphans_remove(at=at, dry_run=dry_run)
    report.missing = missing_files()
    if run is not None:
        SweepRun.objects.filter(pk=run.pk).update(
            finished_at=timezone.now(),
            erased=report.erased,
            held=report.held,
            failed=report.failed,
            orphans=len(report.orphans),
            missing=len(report.missing),
        )
    return report


def _purged(purge: Purged, at: datetime, report: SweepReport) -> int:
    try:
        with transaction.atomic():
            return purge.purge(at)
    except Exception:
        logger.exception("%s could not be purged, and stays for the next sweep", purge.model._meta.label)
        report.failed += 1
        return 0


def _sweep_holding(
    organization: Organization, holding: Holding, at: datetime, dry_run: bool, report: SweepReport
) -> None:
    for pk in _due(organization, holding, at):
        report.things.append((holding.data_class, pk))
        if dry_run:
            continue
        try:
            outcome = thing_erase(organization=organization, holding=holding, pk=pk, due_at=at)
        except Exception:
            # A storage that is away, a row that something new hangs on: the others must not wait for it.
            logger.exception("%s could not be erased, and stays for the next sweep", pk)
            report.failed += 1
            continue
        report.erased += outcome is Outcome.ERASED
        report.held += outcome is Outcome.HELD


def _due(organization: Organization, holding: Holding, at: datetime) -> Iterator[str]:
    """Ids of what is over its date, read in chunks; those that stay (held, failed) are passed by."""
    rules = rules_of(organization)
    projects: list[str] = [""]
    if holding.project:
        projects = list(Project.objects.filter(organization=organization).order_by("pk").values_list("pk", flat=True))
    for project_id in projects:
        last = ""
        while True:
            rows = due_rows(organization, holding, rules, at, project_id).filter(pk__gt=last).order_by("pk")
            chunk = list(rows.values_list("pk", flat=True).distinct()[:CHUNK])
            yield from chunk
            if len(chunk) < CHUNK:
                break
            last = chunk[-1]


def due_rows(
    organization: Organization, holding: Holding, rules: Rules, at: datetime, project_id: str = ""
) -> QuerySet[Any]:
    """The rows of a holding whose date is over at `at`, in one project where one is named."""
    made_by = rules.cutoff(holding.data_class, at, project_id)
    rows = rows_of(organization, holding)
    if made_by is None:
        return rows.none()
    if holding.project:
        rows = rows.filter(**{holding.project: project_id})
    return rows.filter(**{f"{holding.made}__lte": made_by})


def due_count(organization: Organization, rules: Rules) -> int:
    """How many of the organisation's things would be over their date now, if these were its rules."""
    now, count = timezone.now(), 0
    projects = list(Project.objects.filter(organization=organization).values_list("pk", flat=True))
    for holding in holdings():
        for project_id in projects if holding.project else [""]:
            count += due_rows(organization, holding, rules, now, project_id).distinct().count()
    return count


def rows_of(organization: Organization, holding: Holding) -> QuerySet[Any]:
    """The rows of a holding in which there is still something to erase."""
    rows: QuerySet[Any] = holding.model._default_manager.filter(holding.standing)
    return rows.filter(**{holding.organization: organization})


@transaction.atomic
def thing_erase(
    *,
    organization: Organization,
    holding: Holding,
    pk: str,
    due_at: datetime | None,
    cause: DeletionCause = DeletionCause.DATE,
    acting_user: User | None = None,
) -> Outcome:
    """Erase one thing and certify it, unless a legal hold covers it. With `due_at`, only if its date is over then: the
    policy may have changed since it was listed.
    """
    organization_lock(organization)
    thing = holding.model._default_manager.select_for_update().filter(pk=pk).first()
    if thing is None:
        return Outcome.NOT_DUE
    project_id = _value(thing, holding.project)
    if due_at is None:
        standing = rows_of(organization, holding)
    else:
        standing = due_rows(organization, holding, rules_of(organization), due_at, project_id)
    if not standing.filter(pk=pk).exists():
        return Outcome.NOT_DUE
    if thing_is_held(organization, holding, thing):
        return Outcome.HELD
    erased: Erased = holding.erase(thing, timezone.now())
    certificate = certificate_write(
        organization=organization,
        acting_user=acting_user,
        object_id=pk,
        data_class=holding.data_class,
        cause=cause,
        erased=erased,
    )
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="retention.erased",
        object_id=pk,
        data={"class": str(holding.data_class), "cause": str(cause), "certificate": certificate.pk},
    )
    return Outcome.ERASED


def thing_is_held(organization: Organization, holding: Holding, thing: Model) -> bool:
    """Whether a legal hold covers the thing, or any of the subjects that hang on it."""
    holds = holds_on(organization)
    if not holds:
        return False
    rows = holding.model._default_manager.filter(pk=thing.pk)
    found = {subject_id for path in holding.subjects for subject_id in rows.values_list(path, flat=True)}
    subjects = {str(subject_id or "") for subject_id in found} or {""}
    project_id = _value(thing, holding.project)
    return any(covers(holds, project_id=project_id, subject_id=subject_id) for subject_id in subjects)


def _value(thing: Model, path: str) -> str:
    """The id at the end of a path such as "portrait__subject", or "pk"; "" where there is none."""
    value: Any = thing if path else None
    for name in path.split("__") if path else ():
        value = getattr(value, name)
    return str(getattr(value, "pk", value) or "")
