"""Reading: when a thing is deleted, as pages show it beside the thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model
from django.utils import timezone

from accounts.models import Organization, OrganizationKind
from projects.models import Clip
from projects.parts import subject_ids
from projects.retention.classes import ADJUSTABLE, WARNING_DAYS, DataClass, Rule
from projects.retention.policies import covers, holds_on, rules_of
from projects.retention.registry import holdings


@dataclass(frozen=True)
class Deletion:
    """When a thing goes, and by which rule. `soon`: within the time of warning; `held`: a legal hold keeps it."""

    at: datetime
    rule: Rule
    soon: bool
    held: bool


def deletions_of(
    organization: Organization, things: Iterable[Model], data_class: DataClass, *, at: datetime | None = None
) -> dict[str, Deletion]:
    """The deletion of each of the organisation's things, by id; not of what is gone already."""
    at, rules, holds = at or timezone.now(), rules_of(organization), holds_on(organization)
    soon = at + timedelta(days=WARNING_DAYS[OrganizationKind(organization.kind)])
    found = {}
    for thing in things:
        project_id = str(getattr(thing, "project_id", ""))
        when = rules.deletion_at(data_class, _made_at(thing, data_class), project_id)
        if when is None or getattr(thing, "erased_at", None) is not None:
            continue
        held = any(covers(holds, project_id=project_id, subject_id=subject) for subject in _subjects_of(thing))
        found[str(thing.pk)] = Deletion(when, rules.rule(data_class, project_id), when <= soon, held)
    return found


def deletion_of(thing: Model, data_class: DataClass) -> Deletion | None:
    """The deletion of one thing."""
    organization: Organization = getattr(thing, "organization")  # noqa: B009  every declared thing belongs to one
    return deletions_of(organization, [thing], data_class).get(str(thing.pk))


def _made_at(thing: Model, data_class: DataClass) -> datetime:
    """From when its time counts, as its declaration says."""
    made = (each.made for each in holdings() if each.model is type(thing) and each.data_class == data_class)
    moment: datetime = getattr(thing, next(made, "created_at"))
    return moment


def _subjects_of(thing: Model) -> tuple[str, ...]:
    if isinstance(thing, Clip):
        return subject_ids(thing)
    return (str(getattr(thing, "subject_id", "")),)


def closing_counts(organization: Organization) -> list[tuple[str, int]]:
    """(what, how many) would be deleted if the organisation was closed now."""
    counts: dict[str, int] = {}
    for holding in holdings():
        if holding.data_class in ADJUSTABLE and holding.data_class is not DataClass.BIOMETRICS:
            rows = holding.model._default_manager.filter(holding.standing, **{holding.organization: organization})
            label = str(holding.model._meta.verbose_name_plural)
            counts[label] = counts.get(label, 0) + rows.distinct().count()
    return [(label, count) for label, count in counts.items() if count]
