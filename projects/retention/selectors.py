"""Reading: when a thing is deleted, as pages show it beside the thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Organization, OrganizationKind
from projects.models import OwnedModel
from projects.retention.classes import WARNING_DAYS, DataClass, Rule
from projects.retention.policies import covers, holds_on, rules_of


@dataclass(frozen=True)
class Deletion:
    """When a thing goes, and by which rule. `soon`: within the time of warning; `held`: a legal hold keeps it."""

    at: datetime
    rule: Rule
    soon: bool
    held: bool


def deletions_of(
    organization: Organization, things: Iterable[OwnedModel], data_class: DataClass, *, at: datetime | None = None
) -> dict[str, Deletion]:
    """The deletion of each of the organisation's things, by id."""
    at, rules, holds = at or timezone.now(), rules_of(organization), holds_on(organization)
    soon = at + timedelta(days=WARNING_DAYS[OrganizationKind(organization.kind)])
    found = {}
    for thing in things:
        project_id = str(getattr(thing, "project_id", ""))
        when = rules.deletion_at(data_class, thing.created_at, project_id)
        if when is None:
            continue
        held = covers(holds, project_id=project_id, subject_id=_subject_of(thing))
        found[str(thing.pk)] = Deletion(when, rules.rule(data_class, project_id), when <= soon, held)
    return found


def deletion_of(thing: OwnedModel, data_class: DataClass) -> Deletion | None:
    """The deletion of one thing."""
    return deletions_of(thing.organization, [thing], data_class).get(str(thing.pk))


def _subject_of(thing: OwnedModel) -> str:
    portrait = getattr(thing, "portrait", thing)
    return str(getattr(portrait, "subject_id", ""))
